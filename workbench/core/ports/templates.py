"""Prompt templates in files, as a Protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workbench.core.chat.templates import Template


@dataclass(frozen=True, slots=True)
class TemplateList:
    """Templates by the names of their files (without ``.md``), and a sentence on each file that is none."""

    templates: Mapping[str, Template]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A template as it was. ``written`` is seconds since 1970."""

    template: Template
    written: float


class Templates(Protocol):
    """Prompt templates, each a file that may also be written by hand. Raises ``BadInput``."""

    async def listed(self) -> TemplateList:
        """By name."""
        ...

    async def save(self, template: Template, key: str = "") -> str:
        """Writes ``<key>.md``, a new file without a key; returns the key. What the file held before is kept."""
        ...

    async def remember(self, key: str) -> None:
        """Keeps the present version, which is about to be used, so that it can be found again."""
        ...

    async def versions(self, key: str) -> Sequence[TemplateVersion]:
        """The present one first, then those kept, newest first."""
        ...

    async def delete(self, key: str) -> None:
        """Takes the file away; its versions stay."""
        ...
