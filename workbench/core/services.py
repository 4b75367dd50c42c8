"""What the window is handed: every port, and what works on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .ports import Attachments, Exchange, Secrets, SettingsFile, Store, Templates
from .provider_port import Providers
from .replies import Replies
from .tasks import Tasks

if TYPE_CHECKING:
    from .data_folder import DataFolder
    from .experiments.shelf import Shelf
    from .schema_check import ValidateSchema


@dataclass(frozen=True)
class Services:
    store: Store
    providers: Providers
    secrets: Secrets
    settings: SettingsFile
    attachments: Attachments
    exchange: Exchange
    replies: Replies
    tasks: Tasks
    data_folder: Path
    experiments: Callable[[], Shelf]  # loaded when their page is opened
    validate_schema: ValidateSchema
    templates: Callable[[], Templates]  # loaded when they are first asked for
    folder: Callable[[], DataFolder]  # loaded when the settings show it
