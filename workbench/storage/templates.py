"""Prompt templates in the data folder: ``templates/<key>.md``, and ``.versions/<key>/<version>.md`` beside them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from workbench.core.chat.templates import Template, parse, render
from workbench.core.errors import BadInput
from workbench.core.ports.templates import TemplateList, TemplateVersion

from .files import write_whole

_VERSIONS = ".versions"
T = TypeVar("T")


class TemplateFiles:
    """Implements ``core.ports.Templates`` in one folder, which is made with the first template."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def listed(self) -> TemplateList:
        return await asyncio.to_thread(self._listed)

    async def save(self, template: Template, key: str = "") -> str:
        return await _in_thread(lambda: self._save(template, key))

    async def remember(self, key: str) -> None:
        await _in_thread(lambda: self._remember(key))

    async def versions(self, key: str) -> Sequence[TemplateVersion]:
        return await _in_thread(lambda: self._versions(key))

    async def delete(self, key: str) -> None:
        await _in_thread(lambda: self._delete(key))

    def _listed(self) -> TemplateList:
        found, problems = {}, []
        for path in self._folder.glob("[!.]*.md"):
            try:
                found[path.stem] = _read(path)
            except BadInput as error:
                problems.append(str(error))
        by_name = sorted(found.items(), key=lambda item: item[1].name.casefold())
        return TemplateList(dict(by_name), tuple(sorted(problems)))

    def _save(self, template: Template, key: str) -> str:
        if not template.name.strip():
            raise BadInput("A template needs a name.")
        key = key or self._new_key(template.name)
        path = self._place(key)
        if path.exists():
            self._remember(key)
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, render(template).encode())
        return key

    def _new_key(self, name: str) -> str:
        key = stem = re.sub(r"\W+", "-", name.strip()).strip("-").lower()[:60] or "template"
        number = 2
        while self._place(key).exists():
            key, number = f"{stem}-{number}", number + 1
        return key

    def _remember(self, key: str) -> None:
        path = self._place(key)
        kept = self._folder / _VERSIONS / key / f"{_version(path)}.md"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, path.read_bytes())
            written = path.stat().st_mtime
            os.utime(kept, (written, written))

    def _versions(self, key: str) -> list[TemplateVersion]:
        path = self._place(key)
        now = TemplateVersion(_read(path), path.stat().st_mtime)
        older = []
        for kept in (self._folder / _VERSIONS / key).glob("[!.]*.md"):
            if kept.stem != now.template.version:
                older.append(TemplateVersion(_read(kept), kept.stat().st_mtime))
        return [now, *sorted(older, key=lambda version: -version.written)]

    def _delete(self, key: str) -> None:
        self._remember(key)
        self._place(key).unlink()

    def _place(self, key: str) -> Path:
        if not key or key.startswith(".") or Path(key).name != key or "\\" in key:
            raise BadInput(f"“{key}” is no template's file name.")
        return self._folder / f"{key}.md"


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise BadInput(f"{error.filename} cannot be read or written: {error.strerror}.") from None


def _read(path: Path) -> Template:
    """Raises ``BadInput`` for a file that is no template."""
    try:
        return parse(path.read_text("utf-8"), path.stem)
    except OSError as error:
        raise BadInput(f"The template {path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"The template {path.name} is not UTF-8 text.") from None


def _version(path: Path) -> str:
    """Returns the version in a file; that of its bytes when somebody broke it by hand."""
    try:
        return _read(path).version
    except BadInput:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
