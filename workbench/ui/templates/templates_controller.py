"""Controller that lists, reads, saves and deletes prompt templates in the background."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.parts import File
from workbench.core.chat.templates import Template
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.services import Services

_VALUES = "ui/template-values/"
"""The store keeps under this name and a template's key the values that it was last filled with."""


class TemplatesController(QObject):
    """Works on the template files; what goes wrong is told by ``failed``, as a sentence."""

    listed = Signal(object)  # TemplateList
    versions_listed = Signal(str, list)  # key, TemplateVersions with the current one first
    saved = Signal(str)  # key
    deleted = Signal(str, object)  # key, the Template as it was
    remembered = Signal(str, dict)  # key, the values that it was last filled with
    found = Signal(str, object)  # key, the Template that ``find`` looked for
    file_read = Signal(str, str, str)  # variable, name of the file, its text
    save_refused = Signal(str)  # why the template was not saved, before ``failed`` tells it
    failed = Signal(str)  # a sentence

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._templates = services.templates()

    def load(self) -> None:
        """Lists the templates: ``listed``."""
        self._start("list templates", self._load)

    def load_versions(self, key: str) -> None:
        """Lists the versions of a template: ``versions_listed``."""
        self._start("versions of a template", lambda: self._load_versions(key))

    def save(self, template: Template, key: str = "") -> None:
        """Saves a template; without a key it becomes a new file."""
        self._spawn("save a template", lambda: self._save(template, key))

    def delete(self, key: str, template: Template) -> None:
        """Deletes a template; ``deleted`` then carries ``template``, so that it can be saved again."""
        self._spawn("delete a template", lambda: self._delete(key, template))

    def record_use(self, key: str, values: Mapping[str, str]) -> None:
        """Keeps the current version of a template, which a message is about to name, and the values that are
        suggested the next time."""
        self._spawn("record the use of a template", lambda: self._record_use(key, dict(values)))

    def recall(self, key: str) -> None:
        """Looks up the values that a template was last filled with: ``remembered``, if there are any."""
        self._spawn("recall the values of a template", lambda: self._recall(key))

    def find(self, name: str, version: str) -> None:
        """Looks for the template of that name, in that version if it is still there: ``found``."""
        self._start("find a template", lambda: self._find(name, version))

    def read_file(self, variable: str, path: Path) -> None:
        """Reads the text of a file as the value of a variable: ``file_read``."""
        self._spawn("read a file for a template", lambda: self._read_file(variable, path))

    def _start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._services.tasks.start(name, self._report(work))

    def _spawn(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._services.tasks.spawn(name, self._report(work))

    async def _report(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except BadInput as error:
            self.failed.emit(str(error))

    async def _load(self) -> None:
        self.listed.emit(await self._templates.listed())

    async def _load_versions(self, key: str) -> None:
        self.versions_listed.emit(key, list(await self._templates.versions(key)))

    async def _save(self, template: Template, key: str) -> None:
        try:
            key = await self._templates.save(template, key)
        except BadInput as error:
            self.save_refused.emit(str(error))
            raise
        await self._load()
        self.saved.emit(key)

    async def _delete(self, key: str, template: Template) -> None:
        await self._templates.delete(key)
        await self._load()
        self.deleted.emit(key, template)

    async def _record_use(self, key: str, values: dict[str, Json]) -> None:
        await self._templates.remember(key)
        if values:
            await self._services.store.set_value(_VALUES + key, values)

    async def _recall(self, key: str) -> None:
        kept = await self._services.store.value(_VALUES + key)
        if isinstance(kept, dict):
            self.remembered.emit(key, {name: str(value) for name, value in kept.items()})

    async def _find(self, name: str, version: str) -> None:
        listed = (await self._templates.listed()).templates
        key = next((key for key, template in listed.items() if template.name == name), "")
        if not key:
            raise BadInput(f"There is no template “{name}” any more.")
        known = [each.template for each in await self._templates.versions(key)]
        self.found.emit(key, next((template for template in known if template.version == version), known[0]))

    async def _read_file(self, variable: str, path: Path) -> None:
        prepared = await self._services.attachments().prepare(path)
        if not isinstance(prepared.part, File) or not prepared.part.text:
            raise BadInput(f"{path.name} has no text that could be put into a prompt. Choose a text file.")
        self.file_read.emit(variable, path.name, prepared.part.text)
