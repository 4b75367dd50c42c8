"""The composition root: hands the real parts to the ports.

Nothing heavy is imported before it is needed: commands never load Qt, and the window (``window_app``) opens before
the network, the keyring or the model facts are touched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.reply.replies import ReplyService
from workbench.core.services import Services
from workbench.core.tasks import Tasks

if TYPE_CHECKING:
    from workbench.core.experiments.experiment_store import ExperimentStore
    from workbench.core.json_types import Json
    from workbench.core.ports.attachments import Attachments
    from workbench.core.ports.check_worker import CheckWorker
    from workbench.core.ports.data_folder import DataFolder
    from workbench.core.ports.secrets import Secrets
    from workbench.core.ports.settings_file import SettingsFile
    from workbench.core.ports.spelling import Speller
    from workbench.core.ports.store import Store
    from workbench.core.ports.templates import Templates
    from workbench.core.ports.tools import FetchedPage, Tools


@asynccontextmanager
async def open_services(data_dir: Path | None) -> AsyncIterator[Services]:
    """Opens the data folder and hands out the services; on the way out everything is written and closed.

    Raises ``StoreError`` when the store cannot be opened.
    """
    from workbench.files.import_export_service import ImportExportService
    from workbench.providers.builtin.provider import BuiltinProvider
    from workbench.providers.provider_service import ProviderService
    from workbench.storage.logs import hide_settings
    from workbench.storage.paths import data_folder
    from workbench.storage.secrets import KeyringSecrets
    from workbench.storage.settings_file import open_settings
    from workbench.storage.store import open_store

    folder = data_folder(data_dir)
    settings = open_settings(folder)
    hide_settings(settings.value)
    settings.changed(hide_settings)
    store = await open_store(folder)
    tasks, secrets = Tasks(), KeyringSecrets()
    providers = ProviderService(settings, secrets, store, BuiltinProvider(), tasks)
    tools = cache(lambda: _tools(settings, secrets, store, tasks))
    try:
        await providers.load()
        yield Services(
            store, providers, secrets, settings, cache(_attachments), ImportExportService(store),
            ReplyService(store, providers, _validate), tasks, folder, lambda: _experiments(folder),
            _validate, _check_worker, _read_inputs, lambda: _templates(folder),
            lambda: _data_folder(folder), _open_speller, tools,
        )
    finally:
        if tools.cache_info().currsize:
            await tools().close()
        await tasks.close()
        await providers.close()
        await store.close()


def _attachments() -> Attachments:
    from workbench.files.attachments.attachments import FileAttachments

    return FileAttachments()


def _validate(instance: Json, schema: Json) -> str:
    from workbench.files.limited_validation import validate_within_limits

    return validate_within_limits(instance, schema)


def _open_speller(wanted: Sequence[str]) -> Speller | None:
    from workbench.files.spelling import open_speller

    return open_speller(wanted)


def _experiments(folder: Path) -> ExperimentStore:
    from workbench.files.experiments.experiment_folders import ExperimentFolders

    return ExperimentFolders(folder / "experiments")


def _check_worker(allow_code: bool) -> CheckWorker:
    from workbench.files.experiments.check_process import CheckProcess

    return CheckProcess(allow_code)


def _read_inputs(path: Path) -> list[dict[str, str]]:
    from workbench.files.experiments.input_files import read_inputs

    return read_inputs(path)


def _tools(settings: SettingsFile, secrets: Secrets, store: Store, tasks: Tasks) -> Tools:
    from workbench.core.provider_secrets import program_proxy
    from workbench.files.web_page import text_of_page
    from workbench.providers.endpoints.endpoint import Network
    from workbench.providers.http.client import tls_context
    from workbench.providers.http.page_fetch import fetch_page
    from workbench.tools import network
    from workbench.tools.built_in.tools import BuiltInTools, Surroundings
    from workbench.tools.tool_service import ToolService

    async def proxy() -> str:
        return await program_proxy(settings, secrets)

    async def fetch(url: str) -> FetchedPage:
        now = settings.value
        return await fetch_page(url, Network(await proxy(), now.ca_file, now.connect_timeout),
                                private=now.private_pages)

    own = BuiltInTools(Surroundings(settings, store, cache(_attachments), fetch, text_of_page))
    way = network.Network(proxy, lambda: tls_context(settings.value.ca_file))
    return ToolService(settings, secrets, tasks, way, own)


def _templates(folder: Path) -> Templates:
    from workbench.storage.templates import TemplateFiles

    return TemplateFiles(folder / "templates")


def _data_folder(folder: Path) -> DataFolder:
    from workbench.storage.data_folder import DataFolderFiles

    return DataFolderFiles(folder)
