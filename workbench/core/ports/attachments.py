"""The port for attachments: files prepared for sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.core.chat.parts import Part

MOST_PAGES = 20
"""Pages of a PDF that are made into pictures at once: more is over what providers take in one message."""


@dataclass(frozen=True, slots=True)
class PreparedAttachment:
    """A file prepared for sending: its part, the blobs the part names, and a note for the user. ``scanned`` are the
    pages of a PDF, counted from 1, that hold pictures but no text."""

    part: Part
    blobs: Mapping[str, bytes]
    note: str = ""
    scanned: Sequence[int] = ()


class Attachments(Protocol):
    """Files to parts: what decoding may take is limited; images lose their EXIF data and are resized to fit."""

    async def prepare(self, path: Path) -> PreparedAttachment:
        """Raises ``BadInput`` with what is wrong with the file and what to do."""
        ...

    async def prepare_bytes(self, data: bytes, name: str) -> PreparedAttachment: ...

    async def draw_pages(self, data: bytes, name: str, pages: Sequence[int]) -> Sequence[PreparedAttachment]:
        """Returns pages of a PDF as pictures, at most ``MOST_PAGES`` of them. Raises ``BadInput``."""
        ...
