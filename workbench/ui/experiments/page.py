"""The page of experiments: their list, the form of the plan, and the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.estimate import Estimate
from workbench.core.experiments.experiment_store import StoredDraft, StoredExperiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Progress
from workbench.core.ids import new_id
from workbench.core.json_types import JsonObject
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.experiments.refused_plans import draft_of_plan, left_out
from workbench.ui.experiments.results_pane import ResultsPane
from workbench.ui.theme import style
from workbench.ui.widgets import Button, ComboBox, CompactRow, HLine

_FORMATS = (("csv", "CSV"), ("jsonl", "JSON lines"), ("html", "HTML report"), ("toml", "Plan for the command line"))
_DRAFT = "draft "
"""Begins the data of a draft in the list."""
_REST_MS = 1000
"""How long nothing is typed before it is kept as a draft."""


class ExperimentsPage(QWidget):
    """Shows one experiment, and tells what the user wishes. A changed plan is told when the page is left in any way."""

    opened = Signal(str)
    new_requested = Signal()
    duplicate_requested = Signal()
    delete_requested = Signal(str)
    plan_edited = Signal(object)  # Plan
    plan_save_requested = Signal(object)  # Plan that was changed and is about to be left
    draft_open_requested = Signal(str)
    draft_delete_requested = Signal(str, object)  # id, what was in the form or None
    draft_save_requested = Signal(str, object)  # id, what is in the form, None when there is nothing to keep any more
    export_requested = Signal(str)  # format
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form, self.results = PlanForm(), ResultsPane()
        self.model, self.grid, self.detail = self.results.model, self.results.grid, self.results.detail
        self._plan: Plan | None = None
        self._sent: Plan | None = None  # to be saved: what comes back as it is was not typed over
        self.experiment_id = ""  # of the one that is shown, "" for a new one
        self.draft_id = ""  # under which what is in the form is kept while it is no stored plan
        self._begun: JsonObject = {}  # what the form had before anything was written
        self._kept: JsonObject | None = None  # what is kept as a draft
        self._stored: Sequence[StoredExperiment] = ()
        self._drafts: Sequence[StoredDraft] = ()
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._keep_draft)
        self._choice = ComboBox("Experiment")
        self._choice.setMinimumContentsLength(30)
        self._back = Button("Back to the chat", "quiet", "chevron-left")
        self._new, self._duplicate = Button("New", "", "plus"), Button("Duplicate", "", "copy")
        self._delete, self._export = Button("Delete", "quiet", "trash"), Button("Export", "", "export")
        self._build()
        self._connect()
        self.show_running(False)
        self._show_state()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(8)
        head.addWidget(self._back)
        head.addWidget(self._choice)
        head.addStretch(1)
        for button in (self._new, self._duplicate, self._delete, self._export):
            head.addWidget(button)
        split = QSplitter()
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.form)
        split.addWidget(self.results)
        split.setStretchFactor(1, 1)
        split.setSizes([330, 900])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        CompactRow(self, head, (self._duplicate, self._delete, self._export, self._back, self._new))
        column.addWidget(HLine())
        column.addWidget(split, 1)

    def _connect(self) -> None:
        self._choice.activated.connect(lambda at: self._choose(str(self._choice.itemData(at))))
        self._back.clicked.connect(self.left)
        self._new.clicked.connect(lambda: self._leave_for(self.new_requested))
        self._duplicate.clicked.connect(lambda: self._leave_for(self.duplicate_requested))
        self._delete.clicked.connect(self._ask_delete)
        self._export.clicked.connect(self._offer_formats)
        self.form.changed.connect(self._on_edited)
        self.form.run_requested.connect(self._on_run_requested)

    # --- values ---

    def show_list(self, stored: Sequence[StoredExperiment]) -> None:
        self._stored = stored
        self._fill_choice()

    def show_drafts(self, drafts: Sequence[StoredDraft]) -> None:
        self._drafts = drafts
        self._fill_choice()

    def _fill_choice(self) -> None:
        """Lists the plans in the making that are no experiments yet, and then the experiments."""
        stored = self._stored
        drafts = [draft for draft in self._drafts if draft.id not in {one.id for one in stored}]
        self._choice.blockSignals(True)
        self._choice.clear()
        for draft in drafts:
            day = datetime.fromtimestamp(draft.changed).astimezone().strftime("%d %b")
            self._choice.addItem(f"{draft.name} · draft · {day}", f"{_DRAFT}{draft.id}")
        for one in stored:
            self._choice.addItem(_entry(one), one.id)
        self._choice.setPlaceholderText("New experiment" if stored or drafts else "No experiment yet")
        self._show_chosen()
        self._choice.setEnabled(bool(stored or drafts))
        self._choice.blockSignals(False)

    def show_experiment(self, experiment_id: str, plan: Plan, results: Sequence[Result]) -> None:
        """Shows a stored experiment, with the results that it has so far. What was typed into the form while this
        plan was being saved from it stays."""
        if not self.experiment_id and plan == self._sent:  # the draft has become this experiment
            self._forget_draft()
        if experiment_id != self.experiment_id or plan != self._sent or self._form_plan() == plan:
            self.form.show_plan(plan)
            self.form.show_mistake("")
        self.experiment_id, self._plan, self._sent, self._begun = experiment_id, plan, None, {}
        if self.draft_id != experiment_id:
            self.draft_id, self._kept = experiment_id, None
        self.results.show_experiment(plan, results)
        self._show_chosen()
        self._show_state()

    def show_refused(self, experiment_id: str, plan: JsonObject, reason: str) -> None:
        """Shows a stored plan that cannot be used, so that it can be mended. It is kept as it is until it is."""
        self.experiment_id, self._plan, self._sent = experiment_id, None, None
        self.draft_id, self._kept = experiment_id, None
        try:
            self.form.show_draft(draft_of_plan(plan))
        except BadInput as error:
            self.form.show_mistake(f"{reason} It cannot be shown here: {error}")
            return
        self._begun = self.form.draft()
        self._show_unrun()
        self.form.show_mistake(" ".join(filter(None, [
            reason, left_out(plan), "Change it here: once it can be used, it takes the place of the other."])))

    def show_new(self, plan: Plan) -> None:
        """Shows an experiment that is not stored yet, with this plan in the form."""
        self.experiment_id, self._plan, self._sent = "", None, None
        self.draft_id, self._kept = new_id(), None
        self.form.show_plan(plan)
        self._begun = self.form.draft()
        self._show_unrun()

    def show_draft(self, draft: StoredDraft) -> None:
        """Shows a plan in the making: over the experiment that it belongs to, or as a new one."""
        if draft.id != self.experiment_id:
            self.experiment_id, self._plan, self._sent = "", None, None
            self.draft_id, self._begun = draft.id, {}
        self._kept = draft.form
        try:
            self.form.show_draft(draft.form)
        except BadInput as error:
            self.form.show_mistake(f"A part of the draft cannot be read: {error}")
            return
        if not self.experiment_id:
            self._show_unrun()

    def _show_unrun(self) -> None:
        self.form.show_mistake("")
        self.results.show_nothing()
        self._show_chosen()
        self._show_state()

    def _show_chosen(self) -> None:
        self._choice.setCurrentIndex(self._choice.findData(self.experiment_id or f"{_DRAFT}{self.draft_id}"))

    def show_progress(self, progress: Progress, other: str = "") -> None:
        """Shows how far the run is. ``other`` is the name of the experiment that runs if it is not the one shown."""
        self.results.show_progress(progress, other)
        for one in self._stored:
            if not other and one.id == self.experiment_id and progress.total == one.total:
                self._choice.setItemText(self._choice.findData(one.id), _entry(replace(one, done=progress.done)))
        if progress.stopped_because:
            self.form.show_mistake(progress.stopped_because)

    def show_running(self, on: bool) -> None:
        self.results.show_running(on)
        self.form.run.setEnabled(not on)

    def _show_state(self) -> None:
        for button in (self._duplicate, self._export):
            button.setEnabled(self._plan is not None)
        self._delete.setEnabled(bool(self.experiment_id) or self._kept is not None)

    # --- what the user does ---

    def _leave_for(self, signal: SignalInstance, *values: str) -> None:
        self.save_changes()
        signal.emit(*values)

    def _choose(self, choice: str) -> None:
        self._show_chosen()  # until the other one is shown, which may be damaged
        if choice.startswith(_DRAFT):
            self._leave_for(self.draft_open_requested, choice.removeprefix(_DRAFT))
        else:
            self._leave_for(self.opened, choice)

    def _ask_delete(self) -> None:
        """Asks for the experiment to be deleted, or puts away a plan in the making."""
        if self.experiment_id:
            self.delete_requested.emit(self.experiment_id)
        else:
            self._keep_draft()
            self.draft_delete_requested.emit(self.draft_id, self._kept)

    def save_changes(self) -> None:
        """Asks for the plan to be saved, if it was changed and makes sense; what makes none is kept as a draft."""
        self._keep_draft()
        plan = self._form_plan()
        was_changed = self.form.draft() != self._begun if self._plan is None else plan != self._plan
        if self.experiment_id and plan is not None and was_changed:
            self._sent = plan
            self.plan_save_requested.emit(plan)

    def _keep_draft(self) -> None:
        """Asks for what is in the form to be kept if it is no stored plan: a new one, or one that makes no sense."""
        self._rest.stop()
        form = self.form.draft()
        unfinished = form != self._begun and not (self.experiment_id and self._form_plan())
        keep = form if unfinished else None
        if self.draft_id and keep != self._kept:
            self._kept = keep
            self.draft_save_requested.emit(self.draft_id, keep)
            self._show_state()

    def _forget_draft(self) -> None:
        self._rest.stop()
        if self._kept is not None:
            self._kept = None
            self.draft_save_requested.emit(self.draft_id, None)

    def _form_plan(self) -> Plan | None:
        """Returns the plan in the form, None while it makes no sense."""
        try:
            return self.form.plan()
        except BadInput:
            return None

    def _on_edited(self) -> None:
        self._rest.start()
        try:
            self.plan_edited.emit(self.form.plan())
        except BadInput as error:
            self.form.show_unready(str(error))

    def show_estimate(self, about: Estimate, cap: float | None, repeated: str) -> None:
        """Shows what the plan will take, unless it has become one since that cannot be run."""
        if self._form_plan() is not None:
            self.form.show_estimate(about, cap, repeated)

    def _on_run_requested(self, plan: Plan) -> None:
        self._sent = plan

    def _offer_formats(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for format, text in _FORMATS:
            menu.addAction(text).triggered.connect(lambda _=False, format=format: self.export_requested.emit(format))
        menu.popup(self._export.mapToGlobal(self._export.rect().bottomLeft()))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # that is a window which was minimized
            self.save_changes()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(style.theme().background))


def _entry(one: StoredExperiment) -> str:
    """Returns “Tone · 12 of 40 · 03 Oct”."""
    day = datetime.fromtimestamp(one.changed).astimezone().strftime("%d %b")
    if one.problem:
        return f"{one.name} · cannot be used · {day}"
    cases = f"{one.cases} cases · " if one.cases > 1 else "1 case · " if one.cases else ""
    return f"{one.name} · {cases}{one.done} of {one.total} · {day}"
