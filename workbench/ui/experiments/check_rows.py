"""The checks of a plan as rows of a form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.checks import CHECK_FIELDS, Check, read_check
from workbench.core.experiments.text_measures import words_per_change
from workbench.core.json_types import Json
from workbench.ui.experiments.rows import Row, Rows
from workbench.ui.widgets import CodeEdit, ComboBox, Field, IconButton, Label

_TITLES = {
    "contains": "Contains", "not_contains": "Does not contain", "regex": "Matches the pattern",
    "json_schema": "Fits the JSON schema", "max_words": "Has at most … words", "equals": "Is exactly",
    "similarity": "Is similar to", "judge": "Is judged by a model",
}
_HINTS = {
    "regex": "a regular expression", "json_schema": '{"type": "object"}', "max_words": "25",
    "judge": "provider/model: what a good answer has",
}
_MIN_SCORES = {"similarity": 0.8, "judge": 0.7}
"""Kinds of check that give a score, with the default of what passes."""


class CheckRows(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.rows: Rows[CheckRow] = Rows("check", CheckRow, self)
        self.changed = self.rows.changed
        column.addWidget(self.rows)

    def checks(self) -> tuple[Check, ...]:
        """Returns the checks, without rows that are empty. Raises ``BadInput`` with what is wrong in one of them."""
        return tuple(row.check() for row in self.rows.rows if row.text.toPlainText().strip())

    def show_checks(self, checks: Sequence[Check]) -> None:
        self.rows.clear()
        for check in checks:
            self.rows.add().show_check(check)


class CheckRow(Row):
    def __init__(self) -> None:
        super().__init__()
        self.kind = ComboBox("Kind of check")
        self.kind.set_items([(title, kind) for kind, title in _TITLES.items()])
        self.kind.setMinimumContentsLength(12)
        self.min_score_label = Label("from", "dim")
        self.min_score = Field("Least score, 0 to 1")
        self.min_score.setFixedWidth(46)
        self.text = CodeEdit("What the check demands", least=1, most=4)
        self.meaning = Label("", "dim", wrap=True)
        self._unshown: Mapping[str, Json] = {}  # fields that have no place in the form
        remove = IconButton("x", "Take out this check")
        line = QHBoxLayout()
        line.setSpacing(4)
        for widget, stretch in ((self.kind, 1), (self.min_score_label, 0), (self.min_score, 0), (remove, 0)):
            line.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.text)
        column.addWidget(self.meaning)
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self.text.textChanged.connect(self.changed)
        self.min_score.textChanged.connect(lambda _: self._show_meaning())
        self.min_score.textChanged.connect(lambda _: self.changed.emit())
        remove.clicked.connect(self.remove_requested)
        self._show_kind()

    def _show_kind(self) -> None:
        kind = self.kind.currentData()
        self.text.setPlaceholderText(_HINTS.get(kind, "text"))
        for widget in (self.min_score_label, self.min_score):
            widget.setVisible(kind in _MIN_SCORES)
        self.min_score.setPlaceholderText(f"{_MIN_SCORES.get(kind, 0):g}")
        self._show_meaning()
        self.changed.emit()

    def _show_meaning(self) -> None:
        """Says what the least similarity lets pass."""
        similar = self.kind.currentData() == "similarity"
        self.meaning.setVisible(similar)
        if similar:
            try:
                least = self._read_min_score("similarity").get("at_least", _MIN_SCORES["similarity"])
            except BadInput:
                least = 0.0
            self.meaning.setText(_similarity_words(float(str(least))))

    def show_check(self, check: Check) -> None:
        self.kind.setCurrentIndex(self.kind.findData(check.kind))
        shown = (*CHECK_FIELDS[check.kind], "at_least")
        self._unshown = {name: value for name, value in check.fields.items() if name not in shown}
        self.min_score.setText(f"{check.fields['at_least']:g}" if "at_least" in check.fields else "")
        value = check.fields[CHECK_FIELDS[check.kind][0]]
        if check.kind == "judge":
            value = f"{check.fields['model']}: {check.fields['rubric']}"
        self.text.setPlainText(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    def check(self) -> Check:
        """Returns the check that the row describes. Raises ``BadInput``."""
        kind, text = self.kind.currentData(), self.text.toPlainText()
        return read_check({"kind": kind, **_fields(kind, text), **self._read_min_score(kind), **self._other_fields()})

    def _read_min_score(self, kind: str) -> Mapping[str, Json]:
        text = self.min_score.text().strip().replace(",", ".")
        if kind not in _MIN_SCORES or not text:
            return {}
        try:
            return {"at_least": float(text)}
        except ValueError:
            raise BadInput(f"The least score of a check is a number from 0 to 1, not “{text}”.") from None

    def _other_fields(self) -> Mapping[str, Json]:
        takes_case = self.kind.currentData() in ("contains", "not_contains", "equals")
        return {name: value for name, value in self._unshown.items() if name != "ignore_case" or takes_case}


def _similarity_words(least: float) -> str:
    """Returns what passes a check on similarity; ``""`` where the number is not one."""
    if not 0 < least <= 1:
        return ""
    words = words_per_change(least)
    passes = ("The wording must be the same." if least == 1 else
              f"Passes while at most about 1 word in {words:.0f} is another.")
    return f"{passes} It looks at the words, not at what they mean: have a model judge that."


def _fields(kind: str, text: str) -> Mapping[str, Json]:
    if kind == "max_words":
        if not text.strip().isdecimal():
            raise BadInput(f"The check on words needs a whole number, not “{text.strip()}”.")
        return {"words": int(text)}
    if kind == "json_schema":
        try:
            return {"schema": json.loads(text)}
        except ValueError as error:
            raise BadInput(f"The JSON schema of a check is not valid JSON: {error}.") from None
    if kind == "judge":
        model, colon, rubric = text.partition(": ")
        if not colon or not rubric.strip():
            raise BadInput("A judge is written as provider/model: what a good answer has.")
        return {"model": model.strip(), "rubric": rubric.strip()}
    return {CHECK_FIELDS[kind][0]: text}

