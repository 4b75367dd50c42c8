"""What stands in the composer, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.json_types import Json
from workbench.core.messages import Message
from workbench.core.parts import File, Part, Text, part_from_json, part_to_json


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is being written: its text, and its attachments as parts."""

    text: str = ""
    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.parts)

    @property
    def searched(self) -> str:
        """All text that would leave."""
        return "\n".join((self.text, *(part.text for part in self.parts if isinstance(part, File))))

    def to_json(self) -> Json:
        return {"text": self.text, "parts": [part_to_json(part) for part in self.parts]}

    @classmethod
    def from_json(cls, data: Json) -> Draft:
        """Anything that is not what ``to_json`` writes is an empty draft."""
        if not isinstance(data, Mapping) or not isinstance(parts := data.get("parts", []), list):
            return cls()
        return cls(str(data.get("text", "")), tuple(part_from_json(p) for p in parts if isinstance(p, dict)))

    @classmethod
    def from_message(cls, message: Message) -> Draft:
        others = tuple(part for part in message.parts if not isinstance(part, Text))
        return cls(message.text, others)
