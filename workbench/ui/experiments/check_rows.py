"""The checks of a plan as rows of a form, made from the table of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.transforms import TRANSFORMS
from workbench.core.experiments.checks import COMMON, KINDS, Check, read_check
from workbench.core.experiments.text_measures import words_per_change
from workbench.core.json_types import Json, JsonObject, is_number
from workbench.ui.experiments.check_fields import FieldEditor, written
from workbench.ui.experiments.rows import Row, Rows
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import CodeEdit, ComboBox, Field, FormRow, IconButton, Label, Section

_REST_MS = 300
LEAST = "at_least"
"""The field beside the kind, which all kinds with a score have."""


class CheckRows(QWidget):
    """The checks, and below them a sample answer of which each says at once what it would find."""

    try_requested = Signal(object)  # CheckRow
    preview_requested = Signal(str)  # the sample answer; each row is to show what its check says of it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.rows: Rows[CheckRow] = Rows("check", self._make, self)
        self.changed = self.rows.changed
        column.addWidget(self.rows)
        self.sample = CodeEdit("Sample answer", least=2, most=8)
        self.sample.setPlaceholderText("Write or paste an answer: each check says here whether it would pass.")
        self._preview = Section("See what they say of a sample answer")
        self._preview.content.addWidget(self.sample)
        column.addWidget(self._preview)
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._ask_preview)
        self.sample.textChanged.connect(self.preview_soon)
        self.changed.connect(self.preview_soon)

    def preview_soon(self) -> None:
        """Asks for what the checks say of the sample, once nothing is typed any more."""
        self._rest.start()

    def _ask_preview(self) -> None:
        if text := self.sample.toPlainText():
            self.preview_requested.emit(text)
        else:
            for row in self.rows.rows:
                row.show_verdict("")

    def _make(self) -> CheckRow:
        row = CheckRow()
        row.try_requested.connect(lambda: self.try_requested.emit(row))
        return row

    def checks(self) -> tuple[Check, ...]:
        """Returns the checks, without rows that are empty. Raises ``BadInput`` with what is wrong in one of them."""
        return tuple(row.check() for row in self.rows.rows if not row.is_empty())

    def variables(self) -> Sequence[str]:
        """Returns the names of the variables in the checks, also of those that make no sense yet."""
        return list(dict.fromkeys(name for row in self.rows.rows for name in row.variables()))

    def draft(self) -> list[JsonObject]:
        """Returns what is in the rows as it is written, also what makes no sense."""
        return [row.draft() for row in self.rows.rows]

    def show_draft(self, rows: Sequence[Mapping[str, Json]]) -> None:
        self.rows.clear()
        for one in rows:
            self.rows.add().show_draft(one)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Shows checks, also those that are refused."""
        self.show_draft([draft_of_check(check.to_json()) for check in checks])


class CheckRow(Row):
    try_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = ComboBox("Kind of check")
        self.kind.set_items([(kind.title, name) for name, kind in KINDS.items()])
        self.kind.setMinimumContentsLength(11)
        self.min_score_label = Label("from", "dim")
        self.min_score = Field("Least score, 0 to 1")
        follow(self.min_score, lambda field: field.setFixedWidth(px(46)))
        self.editors: dict[str, FieldEditor] = {}
        self.meaning = Label("", "dim", wrap=True)
        self._fields = QVBoxLayout()
        self.more = Section("More")
        self.transform = ComboBox("What the check looks at")
        transforms = [(title, name) for name, (title, _) in TRANSFORMS.items()]
        self.transform.set_items([("The whole answer", ""), *transforms])
        self.weight = Field("Weight in the score", "1; 0 only measures")
        self.try_it = IconButton("play", "Try this check on an answer…")
        self.verdict = Label("", wrap=True)
        self.verdict.setAccessibleName("What the check says of the sample answer")
        self.verdict.hide()
        self._unshown: Mapping[str, Json] = {}  # fields that have no place in the form
        self._build()
        self._show_kind()

    def _build(self) -> None:
        remove = IconButton("x", "Take out this check")
        line = QHBoxLayout()
        line.setSpacing(4)
        for widget, stretch in ((self.kind, 1), (self.min_score_label, 0), (self.min_score, 0), (self.try_it, 0),
                                (remove, 0)):
            line.addWidget(widget, stretch)
        self._fields.setSpacing(4)
        self.more.content.addWidget(FormRow("Looks at", self.transform))
        self.more.content.addWidget(FormRow("Weight", self.weight))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addLayout(self._fields)
        column.addWidget(self.verdict)
        column.addWidget(self.meaning)
        column.addWidget(self.more)
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self.transform.currentIndexChanged.connect(lambda _: self.changed.emit())
        for field in (self.min_score, self.weight):
            field.textChanged.connect(lambda _: self._show_meaning())
            field.textChanged.connect(lambda _: self.changed.emit())
        self.try_it.clicked.connect(self.try_requested)
        remove.clicked.connect(self.remove_requested)

    @property
    def text(self) -> CodeEdit:
        """The editor of the main field."""
        control = next(iter(self.editors.values())).control
        assert isinstance(control, CodeEdit)
        return control

    def _show_kind(self) -> None:
        """Makes the editors of the kind. What was written stays in fields of the same name, and in the main one."""
        kind = KINDS[self.kind.currentData()]
        texts = {name: editor.text() for name, editor in self.editors.items()}
        main_text = next(iter(texts.values()), "")
        for editor in self.editors.values():
            self._fields.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self.editors = {}
        for field in kind.fields:
            if field.name == LEAST:
                continue
            editor = FieldEditor(field, main=not self.editors)
            written = texts.get(field.name, "" if self.editors else main_text)
            if written and field.type != "choice":
                editor.show_text(written)
            editor.changed.connect(self.changed)
            self.editors[field.name] = editor
            self._fields.addWidget(editor)
            editor.show()
        least = kind.field(LEAST)
        for widget in (self.min_score_label, self.min_score):
            widget.setVisible(least is not None)
        self.min_score.setPlaceholderText(f"{least.default:g}" if least and is_number(least.default) else "")
        self._show_meaning()
        self.changed.emit()

    def _show_meaning(self) -> None:
        """Says what the least similarity lets pass."""
        similar = self.kind.currentData() == "similarity"
        self.meaning.setVisible(similar)
        if similar:
            try:
                least = self._read_min_score().get(LEAST, 0.8)
            except BadInput:
                least = 0.0
            self.meaning.setText(_similarity_words(float(str(least))))

    def show_verdict(self, words: str, tone: str = "dim") -> None:
        """Shows what the check says of the sample answer; ``""`` for nothing."""
        self.verdict.setText(words)
        self.verdict.setProperty("tone", tone)
        self.verdict.style().polish(self.verdict)
        self.verdict.setVisible(bool(words))

    def is_empty(self) -> bool:
        """Returns whether nothing was written that the check needs; a check without such fields is never empty."""
        needed = [editor for editor in self.editors.values() if editor.field.required and editor.field.type != "choice"]
        return bool(needed) and all(editor.is_empty() for editor in needed)

    def variables(self) -> Sequence[str]:
        found = {name: editor.text() for name, editor in self.editors.items()}
        return Check(self.kind.currentData(), dict(found)).variables

    def draft(self) -> JsonObject:
        return {"kind": self.kind.currentData(), "least": self.min_score.text(), "weight": self.weight.text(),
                "transform": self.transform.currentData(), "unshown": dict(self._unshown),
                "texts": {name: editor.text() for name, editor in self.editors.items()}}

    def show_draft(self, draft: Mapping[str, Json]) -> None:
        self.kind.setCurrentIndex(max(0, self.kind.findData(draft.get("kind"))))
        self.min_score.setText(str(draft.get("least", "")))
        self.weight.setText(str(draft.get("weight", "")))
        self.transform.setCurrentIndex(max(0, self.transform.findData(draft.get("transform"))))
        texts, unshown = draft.get("texts"), draft.get("unshown")
        self._unshown = unshown if isinstance(unshown, dict) else {}
        self.more.set_open(bool(self.weight.text() or self.transform.currentData() or self._unshown))
        for name, editor in self.editors.items():
            if isinstance(texts, dict) and name in texts:
                editor.show_text(str(texts[name]))

    def check(self) -> Check:
        """Returns the check that the row describes. Raises ``BadInput``."""
        kind = self.kind.currentData()
        fields: dict[str, Json] = {}
        for name, editor in self.editors.items():
            if (value := editor.value()) is not None:
                fields[name] = value
        fields.update(self._read_min_score())
        fields.update(self._read_weight())
        if self.transform.currentData():
            fields["transform"] = self.transform.currentData()
        kept = {name: value for name, value in self._unshown.items() if name in COMMON and name not in fields}
        return read_check({"kind": kind, **fields, **kept})

    def _read_min_score(self) -> dict[str, Json]:
        text = self.min_score.text().strip().replace(",", ".")
        if KINDS[self.kind.currentData()].field(LEAST) is None or not text:
            return {}
        try:
            return {LEAST: float(text)}
        except ValueError:
            raise BadInput(f"The least score of a check is a number from 0 to 1, not “{text}”.") from None

    def _read_weight(self) -> dict[str, Json]:
        text = self.weight.text().strip().replace(",", ".")
        try:
            return {"weight": float(text)} if text else {}
        except ValueError:
            raise BadInput(f"The weight of a check is a number from 0 on, not “{text}”.") from None


def draft_of_check(check: Mapping[str, Json]) -> JsonObject:
    """Returns what the row of a check has written in it. The check is as a plan has it, and may be refused: what has no
    place in its row is left out."""
    kind = get_close_matches(str(check.get("kind")), KINDS, 1, cutoff=0)[0]
    transform = check.get("transform", "")
    shown = transform if isinstance(transform, str) else ""
    return {
        "kind": kind, "least": _number_text(check.get(LEAST)), "weight": _number_text(check.get("weight")),
        "transform": shown, "unshown": {} if shown == transform else {"transform": transform},
        "texts": {one.name: written(one, check[one.name]) for one in KINDS[kind].fields
                  if one.name in check and one.name != LEAST},
    }


def _number_text(value: Json) -> str:
    return f"{value:g}" if is_number(value) else "" if value is None else str(value)


def _similarity_words(least: float) -> str:
    """Returns what passes a check on similarity; ``""`` where the number is not one."""
    if not 0 < least <= 1:
        return ""
    words = words_per_change(least)
    passes = ("The wording must be the same." if least == 1 else
              f"Passes while at most about 1 word in {words:.0f} is another.")
    return f"{passes} It looks at the words, not at what they mean: have a model judge that."
