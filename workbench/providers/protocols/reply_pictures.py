"""Pictures in replies and in results of tools. The APIs take pictures from a user only, so that they follow in a
message of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Image, ToolResult
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo


def with_pictures_shown(messages: Sequence[Message], info: ModelInfo) -> tuple[tuple[Message, ...], list[Adjustment]]:
    """Returns the messages with the pictures of replies and results shown by the user, and a note when there were any.

    Nothing changes for a model that sees none, nor for a last message that is to be gone on with.
    """
    if info.takes_images is False:
        return tuple(messages), []
    shown: list[Message] = []
    waiting: tuple[Image, ...] = ()
    for at, message in enumerate(messages):
        if waiting and not any(isinstance(part, ToolResult) for part in message.parts):
            shown.append(Message("user", waiting))  # results stand right behind their calls
            waiting = ()
        pictures = tuple(part for part in message.parts if isinstance(part, Image))
        if pictures and (message.role == "tool" or (message.role == "assistant" and at < len(messages) - 1)):
            waiting += pictures
            rest = tuple(part for part in message.parts if not isinstance(part, Image))
            shown += [replace(message, parts=rest)] if rest else []
        else:
            shown.append(message)
    if waiting:
        shown.append(Message("user", waiting))
    note = Adjustment("image", "moved", "A picture in a reply is shown to the model by the user.", "a message")
    return tuple(shown), [note] if shown != [*messages] else []
