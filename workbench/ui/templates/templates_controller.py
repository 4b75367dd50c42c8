"""Prompt templates for the window: lists, saves and reads them off the interface's thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.parts import File
from workbench.core.chat.templates import Template
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.services import Services

_VALUES = "ui/template-values/"
"""The store keeps under this and a template's key what it was filled with last."""


class TemplatesController(QObject):
    listed = Signal(object)  # TemplateList
    versions = Signal(str, list)  # key, TemplateVersions with the present one first
    saved = Signal(str)  # key
    deleted = Signal(str, object)  # key, the Template that was there
    remembered = Signal(str, dict)  # key, what its blanks were filled with last
    found = Signal(str, object)  # key, the Template that was looked for
    file_read = Signal(str, str, str)  # variable, name of the file, its text
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._templates = services.templates()

    def load(self) -> None:
        self._start("list templates", self._load)

    def load_versions(self, key: str) -> None:
        self._start("versions of a template", self._load_versions, key)

    def save(self, template: Template, key: str = "") -> None:
        """Without a key it becomes a new file."""
        self._start("", self._save, template, key)

    def delete(self, key: str, template: Template) -> None:
        self._start("", self._delete, key, template)

    def use(self, key: str, values: Mapping[str, str]) -> None:
        """Its version is about to be noted with a message: it must be found again when the file has changed. What
        it is filled with is suggested the next time."""
        self._start("", self._use, key, dict(values))

    def recall(self, key: str) -> None:
        """Tells what a template was filled with last."""
        self._start("", self._recall, key)

    def find(self, name: str, version: str) -> None:
        """Tells the template of that name, as it was in that version if that is still there."""
        self._start("find a template", self._find, name, version)

    def read_file(self, variable: str, path: Path) -> None:
        """For a variable that is filled with the text of a file."""
        self._start("", self._read_file, variable, path)

    def _start(self, name: str, work: Callable[..., Coroutine[Any, Any, None]], *given: Any) -> None:
        self._services.tasks.start(name, self._guarded(work, *given))

    async def _guarded(self, work: Callable[..., Coroutine[Any, Any, None]], *given: Any) -> None:
        try:
            await work(*given)
        except BadInput as error:
            self.failed.emit(str(error))

    async def _load(self) -> None:
        self.listed.emit(await self._templates.listed())

    async def _load_versions(self, key: str) -> None:
        self.versions.emit(key, list(await self._templates.versions(key)))

    async def _save(self, template: Template, key: str) -> None:
        key = await self._templates.save(template, key)
        await self._load()
        self.saved.emit(key)

    async def _delete(self, key: str, template: Template) -> None:
        await self._templates.delete(key)
        await self._load()
        self.deleted.emit(key, template)

    async def _use(self, key: str, values: dict[str, Json]) -> None:
        await self._templates.remember(key)
        if values:
            await self._services.store.keep(_VALUES + key, values)

    async def _recall(self, key: str) -> None:
        kept = await self._services.store.recall(_VALUES + key)
        if isinstance(kept, dict):
            self.remembered.emit(key, {name: str(value) for name, value in kept.items()})

    async def _find(self, name: str, version: str) -> None:
        listed = (await self._templates.listed()).templates
        key = next((key for key, template in listed.items() if template.name == name), "")
        if not key:
            raise BadInput(f"There is no template “{name}” any more.")
        known = [each.template for each in await self._templates.versions(key)]
        self.found.emit(key, next((each for each in known if each.version == version), known[0]))

    async def _read_file(self, variable: str, path: Path) -> None:
        prepared = await self._services.attachments.prepare(path)
        if not isinstance(prepared.part, File) or not prepared.part.text:
            raise BadInput(f"{path.name} has no text that could be put into a prompt. Choose a text file.")
        self.file_read.emit(variable, path.name, prepared.part.text)
