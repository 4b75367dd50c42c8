"""The rows of the model picker: favourites, aliases and recent models, then the others by provider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType

from PySide6.QtCore import QObject, QStringListModel, Qt, QTimer

from workbench.core.request.models import ModelInfo, ModelRef
from workbench.ui.models.model_facts import describe
from workbench.ui.models.model_lists import ModelGroup, search_words
from workbench.ui.shell.fuzzy import score
from workbench.ui.widgets.model_index import Index

ROLE_ROW = Qt.ItemDataRole.UserRole
_MAX_GUESSES = 200
_SLICE = 0.004  # seconds of guessing in one piece
_USE_NAME = "Use this name"
_OWN_MODELS_ONLY = "builtin"
"""The provider whose models are all known: no other name can be used with it."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A heading, or a ``sentence`` in the place of models; ``problem`` says why its list may be out of date."""

    text: str
    problem: str = ""
    provider_id: str = ""
    sentence: bool = False


@dataclass(frozen=True, slots=True)
class ModelRow:
    """``typed`` marks an id that is known only because the user wrote it, ``unlisted`` one that the user left out of
    the list."""

    info: ModelInfo
    provider: str
    favourite: bool = False
    recent: bool = False
    current: bool = False
    typed: bool = False
    unlisted: bool = False
    aliases: tuple[str, ...] = ()


class PickerModel(QStringListModel):
    """Filters tens of thousands of models at each key press: every word of the filter must occur. Where none fits,
    those are looked for that have its letters in order, a few milliseconds at a time.

    A view asks for the number of rows once or twice for each row, so Qt answers that from a list of empty strings.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: Sequence[ModelGroup] = ()
        self._favourites: Sequence[str] = ()
        self._recent: Sequence[str] = ()
        self._unlisted: frozenset[str] = frozenset()
        self._aliases: dict[str, tuple[str, ...]] = {}  # provider/model -> its short names
        self._current = ""
        self._filter = ""
        self._loading = self._show_unlisted = False
        self._typed: dict[str, ModelInfo] = {}  # those that no list has
        self._hidden: set[int] = set()  # the identities of unlisted models
        self._words: list[tuple[str, ModelInfo]] = []
        self._rows: list[GroupRow | ModelInfo] = []
        self._mixed = 0  # how many rows at the top are not grouped by provider
        self._guessing: Iterator[None] | None = None
        self._slice = QTimer(self, interval=0)
        self._slice.timeout.connect(self._guess_on)

    def set_contents(
        self, groups: Sequence[ModelGroup], favourites: Sequence[str], recent: Sequence[str], current: str,
        aliases: Mapping[str, str] = MappingProxyType({}), unlisted: Iterable[str] = (), *, loading: bool = False,
    ) -> None:
        """Shows the lists that there are; while they are ``loading``, more will come."""
        self._aliases = {}
        for alias, targets in aliases.items():
            first = targets.partition(",")[0].strip()
            self._aliases[first] = (*self._aliases.get(first, ()), alias)
        self._groups, self._favourites, self._recent = groups, favourites, recent
        self._current, self._unlisted, self._loading = current, frozenset(unlisted), loading
        self._hidden = {id(info) for ref in self._unlisted if (info := self._listed(ref)) is not None}
        wanted = (ref for ref in dict.fromkeys((*favourites, *self._aliases, *recent, current)) if ref)
        self._typed = {ref: info for ref in wanted if self._listed(ref) is None and (info := self._by_name(ref))}
        self._words = [(search_words(info, ""), info) for info in self._typed.values()]
        for group in groups:
            self._words += group.words
        self._show()

    def _listed(self, ref: str) -> ModelInfo | None:
        provider = ref.partition("/")[0]
        return next((info for group in self._groups
                     if group.provider_id == provider and (info := group.by_ref.get(ref)) is not None), None)

    def _known(self, ref: str) -> ModelInfo | None:
        return self._typed.get(ref) or self._listed(ref)

    def set_filter(self, text: str) -> None:
        self._filter = text.strip()
        self._show()

    def set_show_unlisted(self, on: bool) -> None:
        """Sets whether models are shown that the user left out of the list."""
        self._show_unlisted = on
        self._show()

    @staticmethod
    def can_leave_out(provider_id: str) -> bool:
        """Returns whether a provider can be switched off: the built-in models always answer."""
        return provider_id != _OWN_MODELS_ONLY

    @property
    def has_unlisted(self) -> bool:
        """Whether models are left out of the list."""
        return bool(self._unlisted)

    def _show(self) -> None:
        self._slice.stop()
        self._guessing = None
        mine = [] if self._filter else list(self._mine())
        self._rows = self._found() if self._filter else [*mine, *self._by_provider(mine)]
        self._mixed = len(self._rows if self._filter else mine)
        if self._filter and (not self._rows or isinstance(self._rows[0], GroupRow)):
            self._guessing = self._guess()
            self._slice.start()
            self._rows = self._rows or [GroupRow(f"No model fits “{self._filter}”.", sentence=True)]
        elif not self._rows:
            self._rows = [GroupRow("The lists of models are being loaded …" if self._loading else
                                   "There is no model yet: add a provider below.", sentence=True)]
        self._tell_rows()

    def _tell_rows(self) -> None:
        self.setStringList([""] * len(self._rows))

    def _shown(self, info: ModelInfo) -> bool:
        return self._show_unlisted or id(info) not in self._hidden

    def _mine(self) -> Iterable[GroupRow | ModelInfo]:
        """Yields the models that the user likes, named and used, each once."""
        seen: set[int] = set()
        for title, refs in (("Favourites", self._favourites), ("Aliases", self._aliases), ("Recent", self._recent)):
            infos = [info for ref in refs if (info := self._known(ref)) is not None and id(info) not in seen]
            seen.update(map(id, infos))
            if infos:
                yield GroupRow(title)
                yield from infos

    def _by_provider(self, mine: Sequence[GroupRow | ModelInfo]) -> Iterable[GroupRow | ModelInfo]:
        left_out = {id(row) for row in mine} | (set() if self._show_unlisted else self._hidden)
        for group in self._groups:
            infos = [info for info in group.models if id(info) not in left_out]
            if infos or group.problem or not group.models:
                yield GroupRow(group.name, group.problem, group.provider_id)
                yield from infos

    def _found(self) -> list[GroupRow | ModelInfo]:
        """Returns what fits the filter, the user's own models first, and the filter as a name."""
        words, found = self._filter.casefold().split(), self._words
        for word in words:
            found = [pair for pair in found if word in pair[0]]
        mine = [info for ref in dict.fromkeys((*self._favourites, *self._aliases, *self._recent))
                if (info := self._known(ref)) is not None and all(word in self._own_words(info) for word in words)]
        left_out = {id(info) for info in mine} | (set() if self._show_unlisted else self._hidden)
        others = (info for _, info in found if id(info) not in left_out) if left_out else (info for _, info in found)
        return [*mine, *others, *self._use_name()]

    def _own_words(self, info: ModelInfo) -> str:
        """Returns what a model with a place of its own is found by: its short names too."""
        names = " ".join(self._aliases.get(str(info.ref), ()))
        return f"{search_words(info, self._provider(info))} {names.casefold()}"

    def _use_name(self) -> Iterable[GroupRow | ModelInfo]:
        """Yields what the filter may mean as a name that no list has: provider/model, or a model of the current
        provider."""
        if any(letter.isspace() for letter in self._filter) or self._known(self._filter):
            return
        refs = [self._filter] if "/" in self._filter else []
        if provider := self._current.partition("/")[0]:
            refs.append(f"{provider}/{self._filter}")
        infos = [info for ref in refs if not self._known(ref) and (info := self._by_name(ref))]
        if infos:
            yield GroupRow(_USE_NAME)
            yield from infos

    def _by_name(self, text: str) -> ModelInfo | None:
        """Returns a model that only its name is known of, if its provider can have such."""
        provider, _, model = text.partition("/")
        known = provider in {group.provider_id for group in self._groups}
        return ModelInfo(ModelRef(provider, model)) if known and model and provider != _OWN_MODELS_ONLY else None

    # --- guesses ---

    def _guess(self) -> Iterator[None]:
        """Looks for models that have the letters of the filter in order, and shows the best; yields in between."""
        letters = "".join(self._filter.casefold().split())
        scored: list[tuple[int, ModelInfo]] = []
        for text, info in self._words:
            if (points := score(letters, text)) is not None and self._shown(info):
                scored.append((points, info))
            yield
        if scored:
            scored.sort(key=lambda pair: -pair[0])
            self._rows = [*(info for _, info in scored[:_MAX_GUESSES]), *self._use_name()]
            self._mixed = len(self._rows)
            self._tell_rows()

    def _guess_on(self) -> None:
        end = perf_counter() + _SLICE
        while self._guessing is not None and perf_counter() < end:
            self._advance(100)

    def finish(self) -> None:
        """Ends the search that goes on between frames: the user chooses now."""
        while self._guessing is not None:
            self._advance(10_000)

    @property
    def searching(self) -> bool:
        """Whether the search for letters in order goes on."""
        return self._guessing is not None

    def _advance(self, steps: int) -> None:
        for _ in range(steps):
            if self._guessing is not None and next(self._guessing, self) is self:
                self._guessing = None
                self._slice.stop()

    # --- what the view asks ---

    def row(self, index: Index) -> GroupRow | ModelRow | None:
        return self._row(self._rows[index.row()]) if index.isValid() else None

    def _row(self, row: GroupRow | ModelInfo) -> GroupRow | ModelRow:
        if isinstance(row, GroupRow):
            return row
        ref = str(row.ref)
        return ModelRow(row, self._provider(row), ref in self._favourites, ref in self._recent, ref == self._current,
                        self._listed(ref) is None, ref in self._unlisted, self._aliases.get(ref, ()))

    def _provider(self, info: ModelInfo) -> str:
        provider = info.ref.provider
        return next((group.name for group in self._groups if group.provider_id == provider), provider)

    def is_mixed(self, index: Index) -> bool:
        """Returns whether the row lies among models of several providers, so that each has to name its own."""
        return index.row() < self._mixed

    def first(self) -> int:
        """Returns the row that the Return key picks: the first model, or -1."""
        return next((at for at, row in enumerate(self._rows) if isinstance(row, ModelInfo)), -1)

    def current(self) -> int:
        """Returns the row of the model in use, -1 when it is not shown."""
        current = self._known(self._current)
        return next((at for at, row in enumerate(self._rows) if row is current), -1) if current is not None else -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROLE_ROW:
            return self._row(row)
        if isinstance(row, GroupRow):
            if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
                return row.problem
            return row.text if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return str(row.ref)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return describe(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], GroupRow):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
