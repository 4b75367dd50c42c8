"""The composition root: which real part stands behind each port, and how the window is opened.

Nothing heavy is imported before it is needed: commands never load Qt, and the window opens before the
network, the keyring or the model facts are touched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.replies import Replies
from workbench.core.services import Services
from workbench.core.tasks import Tasks

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow

Ready = Callable[["MainWindow"], None]


@asynccontextmanager
async def open_services(data_dir: Path | None) -> AsyncIterator[Services]:
    """Opens the data folder and hands out the services; on the way out everything is written and closed.

    Raises ``StoreError`` when the store cannot be opened.
    """
    from workbench.exchange.attachments import FileAttachments
    from workbench.exchange.hub import FileExchange
    from workbench.providers.builtin import BuiltinProvider
    from workbench.providers.hub import Hub
    from workbench.storage.paths import data_folder
    from workbench.storage.secrets import KeyringSecrets
    from workbench.storage.settings_file import open_settings
    from workbench.storage.store import open_store

    folder = data_folder(data_dir)
    settings = open_settings(folder)
    store = await open_store(folder)
    tasks, secrets = Tasks(), KeyringSecrets()
    providers = Hub(settings, secrets, store, BuiltinProvider())
    try:
        await providers.load()
        yield Services(
            store, providers, secrets, settings, FileAttachments(), FileExchange(store),
            Replies(store, providers), tasks, folder,
        )
    finally:
        await tasks.close()
        await providers.close()
        await store.close()
