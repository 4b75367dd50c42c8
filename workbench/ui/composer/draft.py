"""A draft: the message in the composer, as a value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.chat.context import message_tokens
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import File, Part, Text, part_from_json, part_to_json
from workbench.core.chat.template_provenance import TEMPLATE
from workbench.core.json_types import Json


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is being written: its text, its attachments as parts, and the template it began with."""

    text: str = ""
    parts: tuple[Part, ...] = ()
    template: Mapping[str, Json] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.parts)

    @property
    def tokens(self) -> int:
        """About how many tokens it takes as a message; 0 while there is nothing to send."""
        return message_tokens(self.to_message()) if self else 0

    @property
    def searched(self) -> str:
        """All text that would be sent, to be searched for secrets."""
        return "\n".join((self.text, *(part.text for part in self.parts if isinstance(part, File))))

    def to_message(self) -> Message:
        """Returns the draft as a message of the user."""
        extra: dict[str, Json] = {TEMPLATE: dict(self.template)} if self.template else {}
        return dataclasses.replace(user(self.text, *self.parts), extra=extra)

    def to_json(self) -> Json:
        return {
            "text": self.text, "parts": [part_to_json(part) for part in self.parts], TEMPLATE: dict(self.template),
        }

    @classmethod
    def from_json(cls, data: Json) -> Draft:
        """Returns what ``to_json`` wrote, an empty draft for anything else."""
        if not isinstance(data, Mapping) or not isinstance(parts := data.get("parts", []), list):
            return cls()
        kept = tuple(part_from_json(part) for part in parts if isinstance(part, dict))
        return cls(str(data.get("text", "")), kept, _template(data))

    @classmethod
    def from_message(cls, message: Message) -> Draft:
        others = tuple(part for part in message.parts if not isinstance(part, Text))
        return cls(message.text, others, _template(message.extra))


def _template(data: Mapping[str, Json]) -> Mapping[str, Json]:
    found = data.get(TEMPLATE)
    return found if isinstance(found, Mapping) else {}
