"""Lists of models, by provider: loaded from the cache or from the providers."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput, KeyringUnavailable, ProviderError, StoreError
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.services import Services
from workbench.ui.models.provider_names import provider_names

RECENT = 6
_TELL = 0.05  # seconds between two looks at lists that are still being loaded


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """The models of one provider; ``problem`` says why its list may be out of date. ``words`` is what each is found
    by, ``by_ref`` has each under its provider/model."""

    provider_id: str
    name: str
    models: tuple[ModelInfo, ...]
    problem: str = ""
    words: Sequence[tuple[str, ModelInfo]] = field(init=False, repr=False, compare=False)
    by_ref: Mapping[str, ModelInfo] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", [(search_words(info, self.name), info) for info in self.models])
        object.__setattr__(self, "by_ref", {str(info.ref): info for info in self.models})


def search_words(info: ModelInfo, provider: str) -> str:
    """Returns what a model is found by, in lower case."""
    return f"{info.ref} {info.name} {provider}".casefold()


class ModelLists(QObject):
    """Loads the lists, and remembers favourites and the models used last."""

    loaded = Signal(list, bool)  # ModelGroups, whether more will follow

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._providers, self._settings, self._tasks = services.providers, services.settings, services.tasks
        self._problems: dict[str, str] = {}
        self._groups: dict[str, ModelGroup] = {}  # by provider, as they were loaded last
        self._missing: set[str] = set()  # those that were never loaded
        self._told = 0.0

    def load(self) -> None:
        """Loads the lists as they were fetched last, and emits ``loaded`` while they come."""
        self._tasks.start("load the models", self._load(refresh=False))

    def refresh(self) -> None:
        """Asks every provider for its list, and emits ``loaded`` as they arrive."""
        self._tasks.start("load the models", self._load(refresh=True))

    async def _load(self, *, refresh: bool) -> None:
        names = provider_names(self._providers)
        self._groups = {key: self._groups.get(key, ModelGroup(key, name, ())) for key, name in names.items()}
        self._missing = {key for key, group in self._groups.items() if not group.models}
        self._emit(loading=True)
        await asyncio.gather(*(self._load_group(key, name, refresh) for key, name in names.items()))
        self._emit(loading=False)

    async def _load_group(self, provider_id: str, name: str, refresh: bool) -> None:
        group = await self._group(provider_id, name, refresh)
        if provider_id in self._groups:
            self._groups[provider_id] = group
            self._missing.discard(provider_id)
        if perf_counter() - self._told > _TELL:
            self._emit(loading=True)

    def _emit(self, *, loading: bool) -> None:
        self._told = perf_counter()
        self.loaded.emit([group for key, group in self._groups.items() if key not in self._missing], loading)

    def known(self) -> Sequence[ModelInfo]:
        """Returns all models of the lists that were loaded last."""
        return [info for group in self._groups.values() for info in group.models]

    async def _group(self, provider_id: str, name: str, refresh: bool) -> ModelGroup:
        problem = "" if refresh else self._problems.get(provider_id, "")
        models: Sequence[ModelInfo] = ()
        try:
            models = await self._providers.models(provider_id, refresh=refresh)
        except (ProviderError, BadInput, KeyringUnavailable, StoreError) as error:
            problem = str(error)
            if refresh:
                models = (await self._group(provider_id, name, False)).models
        self._problems[provider_id] = problem
        return ModelGroup(provider_id, name, tuple(models), problem)

    def problem_of(self, model: str) -> str:
        """Returns why nothing named so can answer, "" where it can."""
        try:
            self._providers.resolve(model)
        except BadInput as error:
            return str(error)
        return ""

    def info(self, model: str) -> ModelInfo | None:
        """Returns what is known of a ``provider/model`` or an alias; None when it is neither."""
        try:
            return self._providers.info(self._providers.resolve(model))
        except BadInput:
            return None

    def remember(self, ref: ModelRef) -> None:
        """Puts a chosen model first among the recent ones, and makes it that of new chats."""
        recent = [str(ref), *(name for name in self._settings.value.recent if name != str(ref))]
        self._settings.change(recent=recent[:RECENT], default_model=str(ref))

    def set_listed(self, ref: ModelRef, on: bool) -> None:
        """Leaves a model out of the lists, or takes it in again."""
        others = [name for name in self._settings.value.unlisted if name != str(ref)]
        self._settings.change(unlisted=others if on else [*others, str(ref)])

    def set_offered(self, provider_id: str, on: bool) -> None:
        """Offers the models of a provider, or none of them."""
        configs = self._settings.value.providers
        if provider_id in configs:
            config = dataclasses.replace(configs[provider_id], enabled=on)
            self._settings.change(providers={**configs, provider_id: config})
            self.load()

    def set_favourite(self, ref: ModelRef, on: bool) -> None:
        others = [name for name in self._settings.value.favourites if name != str(ref)]
        self._settings.change(favourites=[*others, str(ref)] if on else others)
