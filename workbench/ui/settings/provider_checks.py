"""Checks of a provider from the settings: does it answer, which models it has, and what a model accepts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import aclosing
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.api_keys import is_loopback
from workbench.core.errors import BadInput, KeyringUnavailable, NotReached, ProviderError, StoreError
from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelRef
from workbench.core.request.probe_report import report_json, report_markdown
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.settings.keys_controller import KeysController
from workbench.ui.settings.provider_configs import BUILTIN, ProviderConfigs
from workbench.ui.shell.write_file import write_file


class ProviderChecks(QObject):
    """Signals carry the id of the provider that they are about."""

    tested = Signal(str, bool, str, str)  # id, whether it works, sentence, raw body
    reached = Signal(str, bool)  # id, whether anything answers there
    listed = Signal(str, list)  # id, ModelInfos
    probed = Signal(str, object)  # id, ProbeRow
    probe_ended = Signal(str, str)  # id, "" or why it could not be finished
    done = Signal(str)  # what was done, as a sentence
    failed = Signal(str)

    def __init__(self, services: Services, configs: ProviderConfigs, keys: KeysController) -> None:
        super().__init__()
        self._tasks, self._providers = services.tasks, services.providers
        self._configs, self._keys = configs, keys

    def close(self) -> None:
        self.stop_probe()

    # --- connections ---

    def test(self, config: ProviderConfig, key: str = "") -> None:
        """Asks the server; a ``key`` that was typed is stored first."""
        self._tasks.start(f"test {config.id}", self._test(config, key))

    def test_local(self) -> None:
        """Tests the servers on this machine, which costs nothing."""
        for config in self._configs.all():
            local = is_loopback(self._configs.base_url(config))
            if config.id != BUILTIN and local and not self._configs.needs_key(config):
                self.test(config)

    async def _test(self, config: ProviderConfig, key: str) -> None:
        if key and not await self._keys.stored(config, key):
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

    # --- what a model accepts ---

    def estimate_probe(self, ref: ModelRef) -> tuple[int, int, float | None]:
        """Returns what ``probe`` will take: requests, tokens, and US dollars if the price is known."""
        return self._providers.estimate(ref)

    def probe(self, ref: ModelRef) -> None:
        self._tasks.start("probe", self._probe(ref))

    def stop_probe(self) -> None:
        self._tasks.cancel("probe")

    async def _probe(self, ref: ModelRef) -> None:
        problem = "It was stopped."
        try:
            async with aclosing(self._providers.probe(ref)) as rows:
                async for row in rows:
                    self.probed.emit(ref.provider, row)
            problem = ""
        except (ProviderError, BadInput, KeyringUnavailable, StoreError) as error:
            problem = str(error)
        finally:
            self.probe_ended.emit(ref.provider, problem)

    def report(self, config: ProviderConfig, model: str, rows: Sequence[ProbeRow], *, as_json: bool = False) -> str:
        """Returns what was measured, to be attached to a bug report."""
        ref, today = ModelRef(config.id, model), date.today().isoformat()
        address = self._configs.base_url(config) or config.id
        if as_json:
            return json.dumps(report_json(ref, address, rows, today), indent=2, ensure_ascii=False) + "\n"
        return report_markdown(ref, address, rows, today)

    def save_report(self, path: Path, config: ProviderConfig, model: str, rows: Sequence[ProbeRow]) -> None:
        text = self.report(config, model, rows, as_json=path.suffix.lower() == ".json")
        self._tasks.start("save the report", self._save_report(path, text))

    async def _save_report(self, path: Path, text: str) -> None:
        try:
            await write_file(path, text.encode())
        except BadInput as error:
            self.failed.emit(str(error))
        else:
            self.done.emit(f"The report is in {path.name}.")
