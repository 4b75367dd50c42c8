"""The port for attachments: files prepared for sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.core.chat.parts import Part

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class PreparedAttachment:
    """A file prepared for sending: its part, the blobs the part names, and a note for the user."""

    part: Part
    blobs: Mapping[str, bytes]
    note: str = ""


class Attachments(Protocol):
    """Files to parts: limits are checked before decoding; images lose their EXIF data and are resized to fit."""

    async def prepare(self, path: Path) -> PreparedAttachment:
        """Raises ``BadInput`` with what is wrong with the file and what to do."""
        ...

    async def prepare_bytes(self, data: bytes, name: str) -> PreparedAttachment: ...
