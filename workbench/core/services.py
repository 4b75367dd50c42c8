"""What the window is handed: every port, and what works on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .experiments.checks import ValidateSchema
from .experiments.shelf import Shelf
from .ports import Attachments, Exchange, Providers, Secrets, SettingsFile, Store
from .replies import Replies
from .tasks import Tasks


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
    experiments: Shelf
    validate_schema: ValidateSchema
