"""Lists of models, by provider: loaded from the cache or from the providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput, KeyringUnavailable, ProviderError, StoreError
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.services import Services
from workbench.ui.models.provider_names import provider_names

RECENT = 6


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """The models of one provider; ``problem`` says why its list may be out of date."""

    provider_id: str
    name: str
    models: tuple[ModelInfo, ...]
    problem: str = ""


class ModelLists(QObject):
    """Loads the lists, and remembers favourites and the models used last."""

    loaded = Signal(list, bool)  # ModelGroups, whether more will follow

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._providers, self._settings, self._tasks = services.providers, services.settings, services.tasks
        self._problems: dict[str, str] = {}
        self._known: tuple[ModelInfo, ...] = ()

    def load(self) -> None:
        self._tasks.start("load the models", self._load(refresh=False))

    def refresh(self) -> None:
        """Asks every provider for its list, and emits ``loaded`` as each arrives."""
        self._tasks.start("load the models", self._load(refresh=True))

    async def _load(self, *, refresh: bool) -> None:
        names = provider_names(self._providers)
        groups = [await self._group(provider_id, name, False) for provider_id, name in names.items()]
        self._emit(groups, refresh)
        if not refresh:
            return
        for at, group in enumerate(groups):
            groups[at] = await self._group(group.provider_id, group.name, True)
            self._emit(list(groups), at + 1 < len(groups))

    def _emit(self, groups: list[ModelGroup], loading: bool) -> None:
        self._known = tuple(info for group in groups for info in group.models)
        self.loaded.emit(groups, loading)

    def known(self) -> Sequence[ModelInfo]:
        """Returns all models of the lists that were loaded last."""
        return self._known

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

    def set_favourite(self, ref: ModelRef, on: bool) -> None:
        others = [name for name in self._settings.value.favourites if name != str(ref)]
        self._settings.change(favourites=[*others, str(ref)] if on else others)
