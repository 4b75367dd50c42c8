"""What the settings dialog does: settings, providers, keys, tests, probes, backups. Owns its coroutines."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from workbench.core.api_keys import is_loopback
from workbench.core.errors import BadInput, KeyringUnavailable, NotReached, ProviderError, StoreError
from workbench.core.ports.providers import ProbeRow, ProviderPreset
from workbench.core.request.models import ModelRef
from workbench.core.request.probe_report import report_json, report_markdown
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig, Settings
from workbench.ui.models.provider_names import CUSTOM

log = logging.getLogger(__name__)

BUILTIN = "builtin"


class SettingsController(QObject):
    """Signals carry the id of the provider that they are about.

    It belongs to no widget: a coroutine that is still on its way when the dialog closes ends quietly.
    """

    changed = Signal(object)  # Settings
    refused = Signal(str, str)  # the name of a setting, why its value was not taken
    key_shown = Signal(str, str, str)  # id, "keyring 9f2c" / "session 9f2c" / "none" / "", the keyring's name
    key_failed = Signal(str, str, bool)  # id, sentence, whether "only for this session" helps
    tested = Signal(str, bool, str, str)  # id, whether it works, sentence, raw body
    reached = Signal(str, bool)  # id, whether anything answers there
    listed = Signal(str, list)  # id, ModelInfos
    probed = Signal(str, object)  # id, ProbeRow
    probe_ended = Signal(str, str)  # id, "" or why it could not be finished
    backups = Signal(list)  # KeptBackups, newest first
    movable = Signal(str)  # "" or why the data folder cannot be moved
    move_agreed = Signal(object)  # Path that it can be moved to
    done = Signal(str)  # what was done, as a sentence
    failed = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self._tasks, self._providers, self._secrets = services.tasks, services.providers, services.secrets
        self._removed: dict[str, str] = {}
        self._forget = services.settings.changed(self.changed.emit)

    def close(self) -> None:
        """Forgets the keys of the providers that were removed, now that nobody can undo it; says no more."""
        self.blockSignals(True)
        self._forget()
        self._tasks.cancel("probe")
        for provider_id, origin in self._removed.items():
            if provider_id not in self.settings().providers:
                self._tasks.start(f"forget {provider_id}", self._forget_key(provider_id, origin))

    # --- settings ---

    def settings(self) -> Settings:
        return self.services.settings.value

    def change(self, name: str, value: Any) -> None:
        try:
            if value and name in ("default_model", "title_model"):
                self._providers.resolve(value)
            self.services.settings.change(**{name: value})
        except BadInput as error:
            self.refused.emit(name, str(error))
        except StoreError as error:
            self.failed.emit(str(error))

    # --- providers ---

    def configs(self) -> list[ProviderConfig]:
        """The built-in one first, then as they were added, then the one that only the environment names."""
        mine = [one for one in self.settings().providers.values() if one.id != BUILTIN]
        found = [one for one in self._providers.configs() if self.from_environment(one)]
        return [ProviderConfig(BUILTIN, "Built-in", preset=BUILTIN), *mine, *found]

    def from_environment(self, config: ProviderConfig) -> bool:
        """Whether only ``LLM_PROVIDER`` or ``OPENAI_BASE_URL`` says that it is there."""
        return config.id != BUILTIN and config.id not in self.settings().providers

    def config(self, provider_id: str) -> ProviderConfig | None:
        return next((one for one in self.configs() if one.id == provider_id), None)

    def preset(self, config: ProviderConfig) -> ProviderPreset | None:
        return next((one for one in self._providers.presets() if one.id == config.preset), None)

    def title(self, config: ProviderConfig) -> str:
        preset = self.preset(config)
        return config.name or (preset.name if preset and preset.id != CUSTOM else config.id)

    def needs_key(self, config: ProviderConfig) -> bool:
        preset = self.preset(config)
        if config.needs_key is not None:
            return config.needs_key
        return preset.needs_key if preset is not None else True

    def base_url(self, config: ProviderConfig) -> str:
        preset = self.preset(config)
        return config.base_url or (preset.base_url if preset is not None else "")

    def save(self, config: ProviderConfig) -> None:
        """A configured provider, new or changed."""
        self.change("providers", {**self.settings().providers, config.id: config})

    def add(self, preset: ProviderPreset) -> ProviderConfig:
        config = ProviderConfig(self._free_id(preset.id), preset=preset.id)
        if config.id != preset.id:
            config = dataclasses.replace(config, name=f"{preset.name} {config.id.rpartition('-')[2]}")
        self.save(config)
        return config

    def add_custom(self, base_url: str, name: str, protocol: str, needs_key: bool) -> ProviderConfig:
        """Raises ``BadInput`` when nothing can be sent to that address."""
        slug = re.sub(r"[^a-z0-9]+", "-", (name or _host(base_url)).lower()).strip("-") or "server"
        config = ProviderConfig(
            self._free_id(slug), name, base_url=base_url.strip(), protocol=protocol, needs_key=needs_key
        )
        self._providers.origin(config)
        self.save(config)
        return config

    def duplicate(self, config: ProviderConfig) -> ProviderConfig:
        """The same settings under another id; its key is not copied."""
        copy = dataclasses.replace(config, id=self._free_id(config.id), name=f"{self.title(config)} (copy)")
        self.save(copy)
        return copy

    def remove(self, config: ProviderConfig) -> None:
        """Its key is kept until the dialog closes, so that ``save`` undoes this."""
        try:
            self._removed[config.id] = self._providers.origin(config)
        except BadInput:
            pass
        others = {key: one for key, one in self.settings().providers.items() if key != config.id}
        self.change("providers", others)

    def _free_id(self, wanted: str) -> str:
        taken = {config.id for config in self.configs()}
        number = 2
        free = wanted
        while free in taken:
            free = f"{wanted}-{number}"
            number += 1
        return free

    # --- keys ---

    def show_key(self, config: ProviderConfig) -> None:
        self._tasks.start(f"key of {config.id}", self._show_key(config))

    async def _show_key(self, config: ProviderConfig) -> None:
        try:
            status = await self._secrets.status(config.id, self._providers.origin(config))
            backend = await self._secrets.backend() if status.startswith("keyring") else ""
        except BadInput:
            self.key_shown.emit(config.id, "none", "")
        except KeyringUnavailable as error:
            self.key_shown.emit(config.id, "none", "")
            self.key_failed.emit(config.id, str(error), True)
        else:
            self.key_shown.emit(config.id, status, backend)

    def set_key(self, config: ProviderConfig, key: str, *, session_only: bool = False) -> None:
        self._tasks.start(f"key of {config.id}", self._set_key(config, key, session_only))

    async def _set_key(self, config: ProviderConfig, key: str, session_only: bool) -> bool:
        try:
            origin = self._providers.origin(config)
            await self._secrets.set(config.id, origin, key, session_only=session_only)
        except BadInput as error:
            self.key_failed.emit(config.id, str(error), False)
        except KeyringUnavailable as error:
            self.key_failed.emit(config.id, str(error), True)
        else:
            await self._show_key(config)
            return True
        return False

    def remove_key(self, config: ProviderConfig) -> None:
        self._tasks.start(f"key of {config.id}", self._remove_key(config))

    async def _remove_key(self, config: ProviderConfig) -> None:
        try:
            await self._secrets.remove(config.id, self._providers.origin(config))
        except (BadInput, KeyringUnavailable) as error:
            self.key_failed.emit(config.id, str(error), False)
        await self._show_key(config)

    async def _forget_key(self, provider_id: str, origin: str) -> None:
        try:
            await self._secrets.remove(provider_id, origin)
        except KeyringUnavailable as error:
            log.warning("The key of %s is still in the keyring: %s", provider_id, error)

    # --- trying them out ---

    def test(self, config: ProviderConfig, key: str = "") -> None:
        """Asks the server; a ``key`` that was typed is kept first."""
        self._tasks.start(f"test {config.id}", self._test(config, key))

    def test_local(self) -> None:
        """Whether the servers on this machine answer, which costs nothing."""
        for config in self.configs():
            if config.id != BUILTIN and not self.needs_key(config) and is_loopback(self.base_url(config)):
                self.test(config)

    async def _test(self, config: ProviderConfig, key: str) -> None:
        if key and not await self._set_key(config, key, False):
            self.tested.emit(config.id, False, "The key was not kept, so nothing was asked.", "")
            return
        try:
            sentence = await self._providers.test(config)
        except ProviderError as error:
            self.tested.emit(config.id, False, error.sentence, error.body)
            self.reached.emit(config.id, not isinstance(error, NotReached))
        except (BadInput, KeyringUnavailable) as error:
            self.tested.emit(config.id, False, str(error), "")
        else:
            self.tested.emit(config.id, True, sentence, "")
            self.reached.emit(config.id, True)
            await self._list(config.id)

    def list_models(self, provider_id: str) -> None:
        self._tasks.start(f"models of {provider_id}", self._list(provider_id))

    async def _list(self, provider_id: str) -> None:
        try:
            self.listed.emit(provider_id, list(await self._providers.models(provider_id)))
        except (ProviderError, BadInput, StoreError, KeyringUnavailable):
            self.listed.emit(provider_id, [])

    def probe(self, ref: ModelRef) -> None:
        self._tasks.start("probe", self._probe(ref))

    def stop_probe(self) -> None:
        self._tasks.cancel("probe")

    async def _probe(self, ref: ModelRef) -> None:
        problem = "It was stopped."
        try:
            async for row in self._providers.probe(ref):
                self.probed.emit(ref.provider, row)
            problem = ""
        except (ProviderError, BadInput, KeyringUnavailable, StoreError) as error:
            problem = str(error)
        finally:
            self.probe_ended.emit(ref.provider, problem)

    def estimate(self, ref: ModelRef) -> tuple[int, int, float | None]:
        return self._providers.estimate(ref)

    def report(self, config: ProviderConfig, model: str, rows: Sequence[ProbeRow], *, as_json: bool) -> str:
        """What was measured, to be attached to a bug report."""
        ref, address, today = ModelRef(config.id, model), self.base_url(config) or config.id, date.today().isoformat()
        if as_json:
            return json.dumps(report_json(ref, address, rows, today), indent=2, ensure_ascii=False) + "\n"
        return report_markdown(ref, address, rows, today)

    def save_report(self, path: Path, config: ProviderConfig, model: str, rows: Sequence[ProbeRow]) -> None:
        text = self.report(config, model, rows, as_json=path.suffix.lower() == ".json")
        self._tasks.start("save the report", self._save_report(path, text))

    async def _save_report(self, path: Path, text: str) -> None:
        try:
            await asyncio.to_thread(path.write_text, text, "utf-8")
        except OSError as error:
            self.failed.emit(f"{path} cannot be written: {error.strerror}. Choose another place.")
        else:
            self.done.emit(f"The report is in {path.name}.")

    # --- data ---

    def back_up(self, path: Path) -> None:
        self._tasks.start("back up", self._back_up(path))

    async def _back_up(self, path: Path) -> None:
        try:
            await self.services.store.backup(path)
        except (StoreError, BadInput) as error:
            self.failed.emit(str(error))
        else:
            self.done.emit(f"Everything is in {path.name}, without your keys.")

    def list_backups(self) -> None:
        self._tasks.start("list the backups", self._list_backups())

    async def _list_backups(self) -> None:
        try:
            self.backups.emit(list(await asyncio.to_thread(lambda: self.services.folder().backups())))
        except OSError as error:
            self.failed.emit(f"The backups cannot be listed: {error.strerror}.")

    def check_movable(self) -> None:
        self._tasks.start("look whether the folder can be moved", self._check_movable())

    async def _check_movable(self) -> None:
        try:
            await asyncio.to_thread(lambda: self.services.folder().check_movable())
        except BadInput as error:
            self.movable.emit(str(error))
        else:
            self.movable.emit("")

    def check_move(self, target: Path) -> None:
        self._tasks.start("look where the folder is to go", self._check_move(target))

    async def _check_move(self, target: Path) -> None:
        try:
            await asyncio.to_thread(lambda: self.services.folder().check_move(target))
        except (BadInput, OSError) as error:
            self.failed.emit(str(error))
        else:
            self.move_agreed.emit(target)

    def restore(self, path: Path, mode: Literal["merge", "replace"]) -> None:
        self._tasks.start("restore", self._restore(path, mode))

    async def _restore(self, path: Path, mode: Literal["merge", "replace"]) -> None:
        try:
            await self.services.store.restore(path, mode)
        except (StoreError, BadInput) as error:
            self.failed.emit(str(error))
        else:
            kept = " What was here before is among the backups." if mode == "replace" else ""
            self.done.emit(f"{path.name} was restored.{kept}")
            await self._list_backups()


def _host(url: str) -> str:
    return re.sub(r"^https?://", "", url.strip()).split("/")[0].split(":")[0]
