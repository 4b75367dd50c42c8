"""The rows of the model picker: favourites, aliases and recent models, then all models by provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from workbench.core.request.models import ModelInfo, ModelRef
from workbench.ui.models.model_facts import describe
from workbench.ui.models.model_lists import ModelGroup
from workbench.ui.shell.fuzzy import best
from workbench.ui.widgets.model_index import NO_PARENT, Index

ROLE_ROW = Qt.ItemDataRole.UserRole
_MAX_GUESSES = 200


@dataclass(frozen=True, slots=True)
class GroupRow:
    text: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """``typed`` marks an id that is known only because the user wrote it."""

    info: ModelInfo
    provider: str
    favourite: bool = False
    current: bool = False
    typed: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.info.ref} {self.info.name} {self.provider} {' '.join(self.aliases)}".casefold()


Row = GroupRow | ModelRow


class PickerModel(QAbstractListModel):
    """Filters thousands of models at each key press: every word of the filter must occur."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: Sequence[ModelGroup] = ()
        self._favourites: Sequence[str] = ()
        self._recent: Sequence[str] = ()
        self._aliases: dict[str, tuple[str, ...]] = {}  # provider/model -> its short names
        self._current = ""
        self._filter = ""
        self._all: dict[str, ModelRow] = {}
        self._words: list[tuple[str, ModelRow]] = []
        self._rows: list[Row] = []
        self._mixed = 0  # how many rows at the top are not grouped by provider

    def set_contents(
        self, groups: Sequence[ModelGroup], favourites: Sequence[str], recent: Sequence[str], current: str,
        aliases: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._aliases = {}
        for alias, targets in aliases.items():
            first = targets.partition(",")[0].strip()
            self._aliases[first] = (*self._aliases.get(first, ()), alias)
        self._groups, self._favourites, self._recent = groups, favourites, recent
        self._current = current
        self._all = {}
        for group in groups:
            for info in group.models:
                ref = str(info.ref)
                self._all[ref] = ModelRow(
                    info, group.name, ref in favourites, ref == current, aliases=self._aliases.get(ref, ()))
        for ref in (*favourites, *recent, current, *self._aliases):
            if ref and ref not in self._all and (row := self._typed_row(ref)):
                self._all[ref] = row
        self._words = [(row.words, row) for row in self._all.values()]
        self._show()

    def set_filter(self, text: str) -> None:
        self._filter = text.strip()
        self._show()

    def _show(self) -> None:
        self.beginResetModel()
        mine = list(self._mine())
        self._rows = list(self._found()) if self._filter else [*mine, *self._by_provider()]
        self._mixed = len(self._rows if self._filter else mine)
        self.endResetModel()

    def _mine(self) -> Iterable[Row]:
        for title, refs in (("Favourites", self._favourites), ("Aliases", self._aliases), ("Recent", self._recent)):
            rows = [self._all[ref] for ref in refs if ref in self._all]
            if rows:
                yield GroupRow(title)
                yield from rows

    def _by_provider(self) -> Iterable[Row]:
        for group in self._groups:
            yield GroupRow(group.name, group.problem)
            yield from (self._all[str(info.ref)] for info in group.models)

    def _found(self) -> Iterable[Row]:
        words = self._filter.casefold().split()
        rows = [row for text, row in self._words if all(word in text for word in words)]
        if not rows:
            rows = best(self._filter, self._words, _MAX_GUESSES)
        first = {ref: at for at, ref in enumerate((*self._favourites, *self._recent))}
        rows.sort(key=lambda row: first.get(str(row.info.ref), len(first)))
        yield from rows
        if self._filter not in self._all:
            typed = [row for row in map(self._typed_row, self._typed_refs()) if row is not None]
            if typed:
                yield GroupRow("Use this name")
                yield from typed

    def _typed_refs(self) -> list[str]:
        """Returns what the filter may mean as a name: provider/model, or a model of the current provider."""
        if any(letter.isspace() for letter in self._filter):
            return []
        refs = [self._filter] if "/" in self._filter else []
        if provider := self._current.partition("/")[0]:
            refs.append(f"{provider}/{self._filter}")
        return [ref for ref in refs if ref not in self._all]

    def _typed_row(self, text: str) -> ModelRow | None:
        provider, _, model = text.partition("/")
        names = {group.provider_id: group.name for group in self._groups}
        if provider not in names or not model:
            return None
        return ModelRow(ModelInfo(ModelRef(provider, model)), names[provider], text in self._favourites,
                        text == self._current, typed=True, aliases=self._aliases.get(text, ()))

    # --- what the view asks ---

    def row(self, index: Index) -> Row | None:
        return self._rows[index.row()] if index.isValid() else None

    def is_mixed(self, index: Index) -> bool:
        """Returns whether the row lies among models of several providers, so that each has to name its own."""
        return index.row() < self._mixed

    def first(self) -> int:
        """Returns the row that the Return key picks: the first model, or -1."""
        return next((at for at, row in enumerate(self._rows) if isinstance(row, ModelRow)), -1)

    def current(self) -> int:
        """Returns the row of the model in use, -1 when it is not shown."""
        return next((at for at, row in enumerate(self._rows) if isinstance(row, ModelRow) and row.current), -1)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROLE_ROW:
            return row
        if isinstance(row, GroupRow):
            if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
                return row.problem
            return row.text if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return str(row.info.ref)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return describe(row.info)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], GroupRow):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
