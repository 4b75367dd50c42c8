"""The Request tab: the record of one reply's request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from workbench.core.chat.context import excerpt
from workbench.core.chat.template_provenance import template_words, values_of
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord
from workbench.core.request.snippets import as_curl, as_httpx, as_openai
from workbench.core.text.formatting import adjustment, count, dollars, seconds
from workbench.ui.widgets import Button, EmptyState, JsonView, Label, ScrollColumn, Section, StatusDot
from workbench.ui.widgets.clipboard import copy_text

from .timings import Sparkline, TimingBar


class RequestTab(QWidget):
    """Shows a ``RequestRecord``. ``copied`` names what went to the clipboard, ``failed`` carries a sentence.

    Nothing is made or filled before the tab is in sight: most records are never looked at.
    """

    copied = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Request")
        self._record: RequestRecord | None = None
        self._built = self._shown = False
        self._pages = QVBoxLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._built:
            self._built = True
            self._build()
        if not self._shown:
            self._show()

    def _build(self) -> None:
        self._empty = EmptyState(
            "code", "No request yet", "Send a message, or choose “Show request” below a reply.", self
        )
        self._area = ScrollColumn(self, gap=8)
        for widget in (self._empty, self._area):
            self._pages.addWidget(widget)
        inside, column = self._area.inside, self._area.column
        head = QHBoxLayout()
        self._dot = StatusDot(parent=inside)
        head.addWidget(self._dot)
        self._status = Label("", "strong", wrap=True, parent=inside)
        head.addWidget(self._status, 1)
        column.addLayout(head)
        self._url = Label("", "dim", wrap=True, selectable=True, parent=inside)
        self._url.setAccessibleName("URL")
        column.addWidget(self._url)
        self._changes = Label("", "warn", wrap=True, selectable=True, parent=inside)
        column.addWidget(self._changes)
        column.addLayout(self._copy_row(inside))
        self._bar = TimingBar(inside)
        column.addWidget(self._bar)
        self._line = Sparkline(inside)
        column.addWidget(self._line)
        self._facts = Facts(parent=inside)
        column.addWidget(self._facts)
        self._body = self._section("Body sent", opened=True)
        self._json = JsonView("Request body", most=40, parent=self._body.body)
        self._sent = self._section("Headers sent")
        self._headers = Facts(selectable_names=True, parent=self._sent.body)
        self._came = self._section("Headers of the answer")
        self._answer_headers = Facts(selectable_names=True, parent=self._came.body)
        self._about = self._section("About the answer")
        self._info = JsonView("What the server said about itself", most=20, parent=self._about.body)
        for section, view in (
            (self._body, self._json), (self._sent, self._headers), (self._came, self._answer_headers),
            (self._about, self._info),
        ):
            section.content.addWidget(view)
        column.addStretch(1)

    def _section(self, title: str, *, opened: bool = False) -> Section:
        section = Section(title, opened=opened, parent=self._area.inside)
        self._area.column.addWidget(section)
        return section

    def _copy_row(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        curl = Button("Copy as cURL", "", "copy", parent)
        curl.clicked.connect(lambda: self.copy("cURL command", as_curl))
        row.addWidget(curl)
        more = Button("Copy as…", "quiet", parent=parent)
        more.setAccessibleName("Copy as other")
        menu = QMenu(more)
        menu.addAction("httpx (Python)", lambda: self.copy("httpx program", as_httpx))
        menu.addAction("openai-python", lambda: self.copy("openai-python program", as_openai))
        menu.addAction("JSON body", lambda: self.copy("JSON body", body_text))
        menu.addAction("Whole record as JSON", lambda: self.copy("record", record_text))
        more.clicked.connect(lambda: menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        row.addWidget(more)
        row.addStretch(1)
        return row

    def copy(self, what: str, make: Callable[[RequestRecord], str]) -> None:
        if self._record is None:
            return
        try:
            copy_text(make(self._record))
        except BadInput as error:
            self.failed.emit(str(error))
        else:
            self.copied.emit(what)

    def show_record(self, record: RequestRecord | None) -> None:
        if record is self._record and self._shown:
            return
        self._record = record
        self._shown = False
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        self._shown = True
        record = self._record
        self._empty.setVisible(record is None)
        self._area.setVisible(record is not None)
        if record is None:
            return
        state, words = status_text(record)
        self._dot.set_state(state, words)
        self._status.setText(words)
        self._url.setText(f"{record.method} {record.url}")
        notes = [adjustment(item) for item in record.adjustments]
        notes += [f"Tried again after {seconds(retry.delay)}: {retry.reason}" for retry in record.retries]
        if record.fallback:
            notes.append(f"{record.fallback} did not answer; this is its fallback.")
        self._changes.setText("\n".join(notes))
        self._changes.setVisible(bool(notes))
        self._bar.show_record(record)
        self._line.show_record(record)
        self._facts.show_pairs(facts(record))
        self._json.set_json(record.body)
        self._headers.show_pairs(record.headers)
        self._answer_headers.show_pairs(record.response_headers)
        self._came.setVisible(bool(record.response_headers))
        self._info.set_json(record.info)
        self._about.setVisible(bool(record.info))


class Facts(QWidget):
    """Shows names and values in two columns."""

    def __init__(self, *, selectable_names: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._selectable_names = selectable_names
        self._labels: list[Label] = []

    def show_pairs(self, pairs: Mapping[str, str]) -> None:
        for label in self._labels:
            self._grid.removeWidget(label)
            label.deleteLater()
        self._labels = []
        for row, (name, value) in enumerate(pairs.items()):
            chosen = self._selectable_names
            title = Label(name, "dim", selectable=chosen, wrap=chosen, parent=self)
            words = Label(value, selectable=True, wrap=True, parent=self)
            words.lead(Qt.AlignmentFlag.AlignTop)
            words.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
            self._labels += [title, words]


def status_text(record: RequestRecord) -> tuple[str, str]:
    """Returns the state of the dot, and in a few words what became of the request."""
    if record.status == 0:
        return "bad", "Not reached"
    try:
        name = HTTPStatus(record.status).phrase
    except ValueError:
        name = ""
    took = f" · {seconds(record.ended)}" if record.ended is not None else ""
    state = "ok" if record.status < 400 else "bad"
    if state == "ok" and not record.finish_reason:
        state = "warn"  # the stream broke off, was stopped, or still runs
    return state, f"{record.status} {name}".strip() + took


def facts(record: RequestRecord) -> dict[str, str]:
    """Returns what is known about the reply, by title."""
    usage = record.usage
    found: dict[str, str | None] = {
        "Model": record.model,
        "Answered as": str(record.info.get("model") or "") or None,
        "Tokens": f"{_count(usage.input)} in, {_count(usage.output)} out" if usage.output is not None else None,
        "of them cached": _count_if_any(usage.cached),
        "of them reasoning": _count_if_any(usage.reasoning),
        "Cost": None if record.cost is None else dollars(record.cost),
        "Speed": None if record.tokens_per_second is None else f"{record.tokens_per_second:.0f} tokens/s",
        "First byte after": _duration(record.first_byte),
        "First token after": _duration(record.first_token),
        "Ended after": _duration(record.ended),
        "Finish reason": record.finish_reason or None,
        "Template": template_words(record.template),
        "filled with": _filled(record.template),
        "System template": template_words(record.template.get("system")),
        "system filled with": _filled(record.template.get("system")),
        "Fingerprint": str(record.info.get("system_fingerprint") or "") or None,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _filled(use: Mapping[str, Json] | Json) -> str:
    return "\n".join(f"{name}: {excerpt(value, 200)}" for name, value in values_of(use).items())


def _duration(length: float | None) -> str | None:
    return None if length is None else seconds(length)


def _count(number: int | None) -> str:
    return "?" if number is None else count(number)


def _count_if_any(number: int | None) -> str | None:
    return count(number) if number else None


def body_text(record: RequestRecord) -> str:
    return json.dumps(record.body, indent=2, ensure_ascii=False)


def record_text(record: RequestRecord) -> str:
    return json.dumps(record.to_json(), indent=2, ensure_ascii=False)
