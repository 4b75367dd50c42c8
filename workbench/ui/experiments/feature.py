"""The experiments feature: the page of experiments, the ways from a chat to it, and the ways back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.core.services import Services
from workbench.ui.chat.chat_actions import is_ended_reply
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId
from workbench.ui.chat.temporary_chats import NO_SWEEP
from workbench.ui.experiments.new_plans import first_plan, plan_around
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.dialogs import ask_path
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.core.chat.messages import Message
    from workbench.core.experiments.cases import Case
    from workbench.core.experiments.experiment_store import StoredDraft, StoredExperiment
    from workbench.core.experiments.grid import Cell
    from workbench.core.experiments.plan import Plan
    from workbench.core.experiments.results import Result
    from workbench.core.json_types import Json, JsonObject
    from workbench.ui.experiments.calculations import Calculations
    from workbench.ui.experiments.case_dialog import CaseDialog
    from workbench.ui.experiments.check_rows import CheckRow
    from workbench.ui.experiments.check_trials import CheckTrials, Question
    from workbench.ui.experiments.drafts_controller import DraftsController
    from workbench.ui.experiments.experiments_controller import ExperimentsController
    from workbench.ui.experiments.page import ExperimentsPage
    from workbench.ui.templates.templates_controller import TemplatesController


class ExperimentsFeature(QObject):
    """``page`` and ``controller`` are made when they are first asked for."""

    def __init__(
        self, services: Services, conversation: Conversation, models: ModelsFeature, parameters: ParametersFeature,
        templates: Callable[[], TemplatesController], draft_text: Callable[[], str], shell: Shell, parent: QObject,
    ) -> None:
        """``templates`` returns what lists templates and their versions, ``draft_text`` what is in the composer."""
        super().__init__(parent)
        self._services, self._tasks, self._store = services, services.tasks, services.store
        self._conversation, self._models, self._parameters, self._shell = conversation, models, parameters, shell
        self._templates, self._draft_text = templates, draft_text
        self._has_opened = False  # an experiment: the page need not open the latest one by itself
        self._listed: list[StoredExperiment] | None = None  # what the page opened with, None before
        self._drafts_listed: list[StoredDraft] | None = None
        self.controller = Lazy(self._make_controller)
        self._drafts = Lazy(self._make_drafts)
        self._trials = Lazy(self._make_trials)
        self.page = Lazy(self._make_page)

    def actions(self) -> list[ActionSpec]:
        last = self._conversation.last
        return [
            ActionSpec("experiments", "Experiments", self.open, ("Ctrl+E",), "Program"),
            ActionSpec("reply.sweep", "Sweep this turn",
                       lambda: self._sweep_turn(last("assistant") or last("user")), (), "Reply",
                       lambda: bool(last("user"))),
        ]

    def message_actions(self) -> list[MessageAction]:
        return [
            MessageAction(MessageActionId.SWEEP, "Sweep this turn…", lambda node: self._sweep_turn(node.id),
                          is_ended_reply),
            MessageAction(MessageActionId.STAY_TRUE, "This must stay true…", lambda node: self._make_case(node.id),
                          is_ended_reply, command=LastMessageCommand("reply.stay-true", "This must stay true…")),
        ]

    def open(self, experiment_id: str = "") -> None:
        """Shows the page, with an experiment if one is named."""
        self._shell.show_page(self.page())
        if experiment_id:
            self._has_opened = True
            self.controller().open(experiment_id)
        self._drafts().load()
        self.controller().load()

    def running(self) -> str:
        """Returns the name of the experiment that runs, "" while none does."""
        run = self.controller.made.current_run if self.controller.made is not None else None
        return run.name if run is not None and run.is_running else ""

    def open_anew(self) -> None:
        """Reads the experiments again: after a backup was restored they may be others."""
        if self.controller.made is not None:
            self.controller.made.open_anew()
        if self._drafts.made is not None:
            self._drafts.made.load()

    async def settle(self) -> None:
        """Saves what was changed on the page, stops the run, and waits until everything is written."""
        if self.page.made is not None:
            self.page.made.save_changes()
            self.page.made.blockSignals(True)  # it is hidden with the window, when nothing can be saved any more
        if self._trials.made is not None:
            self._trials.made.stop_preview()
        if self.controller.made is not None:
            await self.controller.made.settle()
        if self._drafts.made is not None:
            await self._drafts.made.settle()

    # --- from a chat to an experiment ---

    def sweep_settings(self) -> None:
        """Begins an experiment with the settings of the chat: on its last question, or on what is being written."""
        if question := self._conversation.last("user"):
            self._sweep_turn(question)
            return
        chat, form = self._conversation.chat, self.page().form
        # A plan is never without a prompt; the form can be.
        self._begin(plan_around(chat.title, chat.model, chat.params, prompt="…"))
        form.prompt.setPlainText(self._draft_text())
        form.system.setPlainText(chat.system)
        form.prompt.setFocus()

    def _sweep_turn(self, message_id: str) -> None:
        """Begins an experiment from a turn of the chat: its conversation, its model and its settings."""
        self._tasks.start("sweep a turn", self._with_case(message_id, self._begin_with_case))

    def _make_case(self, message_id: str) -> None:
        """Makes a turn of the chat a case of a suite."""
        self._tasks.start("make a case", self._with_case(message_id, self._ask_case))

    async def _with_case(self, message_id: str, use: Callable[[Case], None]) -> None:
        from workbench.core.experiments.chat_turns import case_of
        from workbench.ui.reply_variants.reproduction import framing

        conversation = self._conversation
        if conversation.chat.temporary:
            self._shell.notify(NO_SWEEP)
            return
        nodes = await self._store.nodes([message_id])
        if nodes:
            record = nodes[0].record
            system = framing(record)[0] if record is not None and record.body else None
            use(await case_of(self._store, conversation.chat, nodes[0], conversation.choices, system))

    def _begin_with_case(self, case: Case) -> None:
        only = dataclasses.replace(case, params={}, checks=())
        self._begin(plan_around(self._conversation.chat.title, case.model, case.params, cases=(only,)))

    def _begin(self, plan: Plan) -> None:
        """Shows a new experiment on the page."""
        self._has_opened = True
        self.open()
        self._show_new(plan)

    # --- cases ---

    def _ask_case(self, case: Case) -> None:
        from workbench.ui.experiments.case_dialog import CaseDialog

        dialog = CaseDialog(case, self._shell.dialog_parent, choose_suite=True)
        controller = self.controller()
        controller.listed.connect(dialog.show_suites)
        dialog.confirmed.connect(controller.add_case)
        self._let_try(dialog, case)
        dialog.open()
        dialog.name.selectAll()
        dialog.name.setFocus()
        controller.load()

    def _edit_case(self, case: Case) -> None:
        from workbench.ui.experiments.case_dialog import CaseDialog

        dialog = CaseDialog(case, self._shell.dialog_parent, choose_suite=False)
        dialog.confirmed.connect(lambda _, edited: self.page().form.cases.replace(case, edited))
        self._let_try(dialog, case)
        dialog.open()

    def _let_try(self, dialog: CaseDialog, case: Case) -> None:
        dialog.checks.try_requested.connect(
            lambda row: self._trials().open(row, lambda: (case.messages, {}), dialog))
        dialog.checks.preview_requested.connect(
            lambda text: self._trials().preview(dialog.checks, lambda: (case.messages, {}), text))
        dialog.finished.connect(lambda _: self._trials().stop_preview())

    def _notify_added(self, suite_id: str, name: str) -> None:
        self._shell.notify(Notice(f"The case is in “{name}” now.", "Open", lambda: self.open(suite_id)))

    def _offer_case_back(self, at: int, case: Case) -> None:
        page = self.page()
        suite = page.experiment_id

        def undo() -> None:
            if page.experiment_id == suite:
                page.form.cases.insert(at, case)
            else:  # another is shown by now
                self.controller().add_case(suite, case)

        self._shell.notify(Notice(f"“{case.name}” was removed.", "Undo", undo, undoes=True))

    def _offer_row_back(self, words: str, put_back: Callable[[], None]) -> None:
        page = self.page()
        plan = page.draft_id

        def undo() -> None:
            if page.draft_id == plan:  # else another is shown by now
                put_back()

        self._shell.notify(Notice(words, "Undo", undo, undoes=True))

    # --- the page ---

    def _make_controller(self) -> ExperimentsController:
        from workbench.ui.experiments.experiments_controller import ExperimentsController

        controller = ExperimentsController(self._services, self)
        controller.failed.connect(self._show_failure)
        controller.case_added.connect(self._notify_added)
        controller.current_run.changed.connect(self._call_attention)
        return controller

    def _call_attention(self, running: bool) -> None:
        if not running:
            self._shell.call_attention("An experiment has ended.", self.open)

    def _make_drafts(self) -> DraftsController:
        from workbench.ui.experiments.drafts_controller import DraftsController

        drafts = DraftsController(self._services, self)
        drafts.failed.connect(self._show_failure)
        return drafts

    def _make_trials(self) -> CheckTrials:
        from workbench.ui.experiments.check_trials import CheckTrials

        return CheckTrials(self._services, self)

    def _make_page(self) -> ExperimentsPage:
        from workbench.ui.experiments.calculations import Calculations
        from workbench.ui.experiments.page import ExperimentsPage
        from workbench.ui.experiments.plan_tools import PlanTools

        page = ExperimentsPage()
        PlanTools(self._services, self._models, self._parameters, page.form, page)
        self._connect_calculations(page, Calculations(self._services, self))
        self._connect_wishes(page, self.controller())
        self._connect_facts(page, self.controller())
        self._connect_drafts(page, self._drafts())
        page.show_new(first_plan())
        return page

    def _connect_calculations(self, page: ExperimentsPage, calculations: Calculations) -> None:
        page.plan_edited.connect(calculations.estimate)
        page.detail.comparison_requested.connect(calculations.compare_samples)
        page.form.inputs.files_read_requested.connect(calculations.read_inputs)
        calculations.inputs_read.connect(page.form.inputs.show_read)
        calculations.estimated.connect(page.show_estimate)
        calculations.varied.connect(page.detail.show_variance)
        calculations.failed.connect(self._show_failure)

    def _connect_wishes(self, page: ExperimentsPage, controller: ExperimentsController) -> None:
        form, results, detail = page.form, page.results, page.detail
        page.left.connect(self._shell.leave_page)
        page.opened.connect(controller.open)
        page.new_requested.connect(self._show_first)
        page.duplicate_requested.connect(controller.duplicate)
        page.delete_requested.connect(controller.delete)
        page.plan_save_requested.connect(self._save)
        page.export_requested.connect(self._ask_export)
        form.run_requested.connect(self._run)
        form.checks.try_requested.connect(self._try_check)
        form.checks.preview_requested.connect(
            lambda text: self._trials().preview(form.checks, self._question, text))
        form.versions_requested.connect(self._ask_versions)
        form.cases.edit_requested.connect(self._edit_case)
        form.cases.removed.connect(self._offer_case_back)
        form.row_removed.connect(self._offer_row_back)
        results.pause_requested.connect(controller.current_run.pause)
        results.pause_requested.connect(results.show_paused)
        results.stop_requested.connect(controller.stop)
        results.run_selected.connect(controller.compare_with)
        detail.rated.connect(controller.rate)
        detail.use_requested.connect(self._use_cell)
        detail.chat_requested.connect(self._open_answer)

    def _connect_facts(self, page: ExperimentsPage, controller: ExperimentsController) -> None:
        results = page.results
        controller.listed.connect(self._show_list)
        controller.opened.connect(self._show_experiment)
        controller.refused.connect(page.show_refused)
        controller.refused.connect(lambda refused, *_: self._drafts().open(refused))  # what was mended of it already
        controller.deleted.connect(self._offer_experiment_back)
        controller.vanished.connect(self._show_first)
        controller.exported.connect(lambda path: self._shell.notify(f"Exported to {path}."))
        controller.runs_listed.connect(results.show_runs)
        controller.results_changed.connect(results.show_results)
        controller.arrived.connect(results.add)
        controller.summed.connect(results.show_summaries)
        controller.concluded.connect(results.show_outcome)
        controller.progressed.connect(page.show_progress)
        controller.current_run.changed.connect(page.show_running)
        controller.current_run.asked_again.connect(results.show_round)

    def _connect_drafts(self, page: ExperimentsPage, drafts: DraftsController) -> None:
        page.draft_save_requested.connect(drafts.save)
        page.draft_open_requested.connect(self._open_draft)
        page.draft_delete_requested.connect(self._put_draft_away)
        drafts.listed.connect(self._show_drafts)
        drafts.opened.connect(page.show_draft)

    # --- plans in the making ---

    def _show_experiment(self, experiment_id: str, plan: Plan, results: list[Result]) -> None:
        """Shows an experiment, with what was written into its plan and makes no sense yet."""
        page = self.page()
        another = experiment_id != page.experiment_id
        page.show_experiment(experiment_id, plan, results)
        if another:
            self._drafts().open(experiment_id)

    def _open_draft(self, draft_id: str) -> None:
        self._has_opened = True
        self.controller().close()
        self._drafts().open(draft_id)

    def _put_draft_away(self, draft_id: str, form: JsonObject | None) -> None:
        self._drafts().save(draft_id, None)
        self._show_first()

        def undo() -> None:
            self._drafts().save(draft_id, form)
            self._open_draft(draft_id)

        if form is not None:
            self._shell.notify(Notice("The draft was deleted.", "Undo", undo, undoes=True))

    def _show_drafts(self, drafts: list[StoredDraft]) -> None:
        self._drafts_listed = drafts
        self.page().show_drafts(drafts)
        self._open_latest()

    def _open_latest(self) -> None:
        """Opens what was changed last, when the page is shown for the first time."""
        stored, drafts = self._listed, self._drafts_listed
        if stored is None or drafts is None or self._has_opened or not self._is_shown():
            return
        self._has_opened = True
        known = {one.id for one in stored}
        changed = {one.id: one.changed for one in stored if not one.problem} | {one.id: one.changed for one in drafts}
        if changed and not self.controller().id:
            latest = max(changed, key=changed.__getitem__)
            (self.controller().open if latest in known else self._open_draft)(latest)

    # --- checks ---

    def _run(self, plan: Plan) -> None:
        """Runs a plan, after asking whether code in its checks may run."""
        def go() -> None:
            self.controller().allow_code = True
            self.controller().run(plan)

        self._trials().with_consent(self._shell.dialog_parent, plan, go)

    def _save(self, plan: Plan) -> None:
        self.controller().allow_code = self._trials().allows(plan)
        self.controller().save(plan)

    def _try_check(self, row: CheckRow) -> None:
        self._trials().open(row, self._question, self._shell.dialog_parent)

    @property
    def _question(self) -> Question:
        from workbench.core.experiments.trial import conversation

        form = self.page().form

        def ask() -> tuple[tuple[Message, ...], dict[str, str]]:
            values = next(iter(form.inputs.rows()), {})
            return conversation(form.system.toPlainText(), form.prompt.toPlainText(), values), values

        return ask

    def _is_shown(self) -> bool:
        return self.page.made is not None and self.page.made.isVisible()

    def _show_list(self, stored: list[StoredExperiment]) -> None:
        self._listed = stored
        self.page().show_list(stored)
        self._open_latest()

    def _show_failure(self, sentence: str) -> None:
        if self._is_shown():
            self.page().form.show_mistake(sentence)
        else:
            self._shell.notify(sentence)

    def _show_first(self) -> None:
        self._show_new(first_plan())

    def _show_new(self, plan: Plan) -> None:
        self.controller().close()
        self.page().show_new(plan)

    def _offer_experiment_back(self, experiment_id: str) -> None:
        self._show_first()
        self._shell.notify(Notice(
            "The experiment was deleted.", "Undo", lambda: self.controller().restore(experiment_id),
            undoes=True))

    def _ask_export(self, format: str) -> None:
        controller = self.controller()
        name = f"{controller.plan.name if controller.plan else 'experiment'}.{format}"
        ask_path(self._shell.dialog_parent, "Export the experiment", name,
                 lambda path: controller.export(format, path))

    def _ask_versions(self, axis: str, versions: list[Json], use: Callable[[list[Json]], None]) -> None:
        """Asks for versions of a text, written or taken from a template."""
        from workbench.ui.experiments.versions_dialog import VersionsDialog

        dialog = VersionsDialog(axis, versions, self._shell.dialog_parent)
        templates = self._templates()
        dialog.templates_requested.connect(templates.load)
        dialog.versions_requested.connect(templates.load_versions)
        templates.listed.connect(dialog.show_templates)
        templates.versions_listed.connect(dialog.show_versions)
        dialog.chosen.connect(use)
        dialog.open()

    # --- back to a chat ---

    def _use_cell(self, cell: Cell) -> None:
        """Gives the open chat the model and the settings of a cell."""
        self._conversation.change(model=cell.model, params=dict(cell.params), system=cell.system)
        self._shell.leave_page()
        self._shell.notify(f"The chat uses {cell.model} with the settings of the cell now.")

    def _open_answer(self, result: Result) -> None:
        if plan := self.controller().plan:
            self._tasks.start("open an answer as a chat", self._open_as_chat(plan, result))

    async def _open_as_chat(self, plan: Plan, result: Result) -> None:
        from workbench.core.experiments.chat_turns import open_answer

        node = await open_answer(self._store, plan, result)
        if node is not None:
            self._shell.leave_page()
            await self._conversation.open(node.chat_id, node.id)
