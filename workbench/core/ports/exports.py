"""Export formats and their options, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """``branches``: all of them, else the active branch. ``parameters``: those that were requested; ``metrics``: times,
    tokens and cost."""

    branches: bool = False
    reasoning: bool = True
    parameters: bool = True
    metrics: bool = True
    attachments: bool = True
    images_inside: bool = False  # images as data in the file instead of beside it


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """``id`` is also the end of its files' names, unless there is a ``suffix``. ``about`` is a sentence on its purpose.
    ``together``: many chats go into one file, else one file each. ``whole``: with all branches, unless told otherwise.
    ``window_only``: the window makes it, and no command does. ``refused`` gives, for each option that the format cannot
    follow, the reason as a sentence."""

    id: str
    title: str
    about: str
    suffix: str = ""
    together: bool = False
    whole: bool = False
    window_only: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def ending(self) -> str:
        """The end of its files' names, without a dot."""
        return self.suffix or self.id
