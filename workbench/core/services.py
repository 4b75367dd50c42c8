"""Services: the ports, and what works on them, as the window is given them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.reply.replies import ReplyService

from .tasks import Tasks

if TYPE_CHECKING:
    from workbench.core.experiments.experiment_store import ExperimentStore
    from workbench.core.ports.attachments import Attachments
    from workbench.core.ports.check_worker import MakeCheckWorker
    from workbench.core.ports.data_folder import DataFolder
    from workbench.core.ports.import_export import ImportExport
    from workbench.core.ports.providers import Providers
    from workbench.core.ports.secrets import Secrets
    from workbench.core.ports.settings_file import SettingsFile
    from workbench.core.ports.spelling import OpenSpeller
    from workbench.core.ports.store import Store
    from workbench.core.ports.templates import Templates
    from workbench.core.ports.tools import Tools
    from workbench.core.request.schema_check import ValidateSchema


@dataclass(frozen=True)
class Services:
    store: Store
    providers: Providers
    secrets: Secrets
    settings: SettingsFile
    attachments: Callable[[], Attachments]  # loaded with the first file
    import_export: ImportExport
    replies: ReplyService
    tasks: Tasks
    data_folder: Path
    experiments: Callable[[], ExperimentStore]  # loaded when their page is opened
    validate_schema: ValidateSchema
    check_worker: MakeCheckWorker
    read_inputs: Callable[[Path], list[dict[str, str]]]  # rows of variables in a file; for a worker thread
    templates: Callable[[], Templates]  # loaded when they are first asked for
    folder: Callable[[], DataFolder]  # loaded when the settings show it
    open_speller: OpenSpeller
    tools: Callable[[], Tools]  # loaded when the first one is used
