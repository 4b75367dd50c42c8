"""The port for prompt templates, which are files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workbench.core.chat.templates import Template


@dataclass(frozen=True, slots=True)
class TemplateList:
    """Templates by the names of their files (without ``.md``), and a sentence on each file that is not a template."""

    templates: Mapping[str, Template]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A version of a template. ``written`` is seconds since 1970."""

    template: Template
    written: float


class Templates(Protocol):
    """Prompt templates, each a file that can also be written by hand. Raises ``BadInput``."""

    async def listed(self) -> TemplateList:
        """Returns the templates by name."""
        ...

    async def save(self, template: Template, key: str = "") -> str:
        """Writes ``<key>.md``, a new file without a key; returns the key. The previous content is kept as a version."""
        ...

    async def remember(self, key: str) -> None:
        """Keeps the present version, which is about to be used, so that it can be found later."""
        ...

    async def versions(self, key: str) -> Sequence[TemplateVersion]:
        """Returns the present version first, then those kept, newest first."""
        ...

    async def delete(self, key: str) -> None:
        """Deletes the file; its versions stay."""
        ...
