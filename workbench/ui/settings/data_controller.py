"""The data folder from the settings: backups made, listed and restored, and the move to another place."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from workbench.core.enter_again import enter_again
from workbench.core.errors import BadInput, StoreError
from workbench.core.services import Services


class DataController(QObject):
    """Works in the background, and tells the outcome in sentences."""

    backups_listed = Signal(list)  # KeptBackups, newest first
    move_checked = Signal(str)  # "" or why the data folder cannot be moved
    move_agreed = Signal(object)  # Path that it can be moved to
    restored = Signal()  # everything that is open may be another now
    done = Signal(str)  # what was done, as a sentence
    failed = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._tasks, self._store, self._data_folder = services.tasks, services.store, services.folder
        self.folder = services.data_folder

    def back_up(self, path: Path) -> None:
        self._tasks.start("back up", self._back_up(path))

    async def _back_up(self, path: Path) -> None:
        try:
            await self._store.backup(path)
        except (StoreError, BadInput) as error:
            self.failed.emit(str(error))
        else:
            self.done.emit(f"Everything is in {path.name}, without your keys.")

    def list_backups(self) -> None:
        self._tasks.start("list the backups", self._list_backups())

    async def _list_backups(self) -> None:
        try:
            self.backups_listed.emit(list(await asyncio.to_thread(lambda: self._data_folder().backups())))
        except OSError as error:
            self.failed.emit(f"The backups cannot be listed: {error.strerror}.")

    def restore(self, path: Path, mode: Literal["merge", "replace"]) -> None:
        self._tasks.start("restore", self._restore(path, mode))

    async def _restore(self, path: Path, mode: Literal["merge", "replace"]) -> None:
        try:
            missing = await self._store.restore(path, mode)
            self._services.settings.reload()
        except (StoreError, BadInput) as error:
            self.failed.emit(str(error))
        else:
            kept = " What was here before is among the backups." if mode == "replace" else ""
            again = await enter_again(self._services, missing)
            self.done.emit(f"{path.name} was restored.{kept} {again}".rstrip())
            self.restored.emit()
            await self._list_backups()

    def check_movable(self) -> None:
        self._tasks.start("look whether the folder can be moved", self._check_movable())

    async def _check_movable(self) -> None:
        try:
            await asyncio.to_thread(lambda: self._data_folder().check_movable())
        except BadInput as error:
            self.move_checked.emit(str(error))
        else:
            self.move_checked.emit("")

    def check_move(self, target: Path) -> None:
        self._tasks.start("look where the folder is to go", self._check_move(target))

    async def _check_move(self, target: Path) -> None:
        try:
            await asyncio.to_thread(lambda: self._data_folder().check_move(target))
        except (BadInput, OSError) as error:
            self.failed.emit(str(error))
        else:
            self.move_agreed.emit(target)
