"""The edit of a message in the composer: which one it is, and what it becomes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Attachment, Failure, Part, Text
from workbench.ui.composer.draft import Draft


@dataclass(frozen=True, slots=True)
class Editing:
    """A message that is being edited; ``draft`` is what the composer begins with."""

    node: MessageNode
    draft: Draft

    @classmethod
    def of(cls, node: MessageNode) -> Editing:
        """Returns an edit that begins with the text and the attachments of a message."""
        kept = tuple(part for part in node.message.parts if isinstance(part, Text | Attachment))
        return cls(node, Draft.from_message(dataclasses.replace(node.message, parts=kept)))


def edited(old: Message, draft: Draft) -> Message:
    """Returns a message with another text and other attachments. Whatever else it holds (reasoning, tool calls and
    their results, citations) stays in its place."""
    text: tuple[Part, ...] = (Text(draft.text),) if draft.text else ()
    own = [part for part in old.parts if not isinstance(part, Failure)]
    at = next((place for place, part in enumerate(own) if isinstance(part, Text | Attachment)), len(own))
    after = [part for part in own[at:] if not isinstance(part, Text | Attachment)]
    return Message(old.role, (*own[:at], *draft.parts, *text, *after), old.model, draft.to_message().extra)
