"""The experiments feature: their page, experiments and test cases made from a chat, and answers opened as a chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.core.services import Services
from workbench.ui.chat.chat_actions import is_ended_reply
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId
from workbench.ui.chat.temporary_chats import NO_SWEEP
from workbench.ui.experiments.new_plans import first_plan, plan_around
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.dialogs import ask_path
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.core.experiments.cases import Case
    from workbench.core.experiments.experiment_store import StoredExperiment
    from workbench.core.experiments.grid import Cell
    from workbench.core.experiments.plan import Plan
    from workbench.core.experiments.results import Result
    from workbench.core.json_types import Json
    from workbench.ui.experiments.experiments_controller import ExperimentsController
    from workbench.ui.experiments.page import ExperimentsPage
    from workbench.ui.templates.templates_controller import TemplatesController


class ExperimentsFeature(QObject):
    def __init__(
        self, services: Services, conversation: Conversation, templates: Callable[[], TemplatesController],
        draft_text: Callable[[], str], shell: Shell, parent: QObject,
    ) -> None:
        """``templates`` makes the controller that lists templates; ``draft_text`` returns what is in the composer."""
        super().__init__(parent)
        self._services, self._store, self._tasks = services, services.store, services.tasks
        self._conversation, self._templates, self._draft_text = conversation, templates, draft_text
        self._shell = shell
        self.page = Lazy(self._make_page)
        self.controller = Lazy(self._make_controller)
        self._has_opened = False  # an experiment was shown or begun

    # --- for others ---

    def actions(self) -> list[ActionSpec]:
        return [
            ActionSpec("experiments", "Experiments", self.open, ("Ctrl+E",), "Program"),
            ActionSpec("reply.sweep", "Sweep this turn", self._sweep_last_turn, (), "Reply",
                       lambda: bool(self._conversation.last("user"))),
        ]

    def message_actions(self) -> list[MessageAction]:
        return [
            MessageAction(MessageActionId.SWEEP, "Sweep this turn…", lambda node: self.sweep_turn(node.id),
                          is_ended_reply),
            MessageAction(MessageActionId.STAY_TRUE, "This must stay true…", lambda node: self._keep_true(node.id),
                          is_ended_reply, command=LastMessageCommand("reply.stay-true", "This must stay true…")),
        ]

    def open(self, experiment_id: str = "") -> None:
        """Shows the page, with an experiment if one is named."""
        self._has_opened = self._has_opened or bool(experiment_id)
        self._shell.show_page(self.page())
        if experiment_id:
            self.controller().open(experiment_id)
        self.controller().load()

    def sweep_turn(self, key: str) -> None:
        """Begins an experiment from a turn of the chat: its conversation, its model and its settings."""
        self._tasks.start("sweep a turn", self._with_turn(key, self._sweep))

    def sweep_settings(self) -> None:
        """Begins an experiment with the chat's settings: of its last question, or of what is being written."""
        if question := self._conversation.last("user"):
            self.sweep_turn(question)
            return
        chat, form = self._conversation.chat, self.page().form
        self._begin(plan_around(chat.title, chat.model, chat.params, prompt="…"))  # a plan always has a prompt
        form.prompt.setPlainText(self._draft_text())
        form.system.setPlainText(chat.system)
        form.prompt.setFocus()

    # --- the page ---

    def _make_page(self) -> ExperimentsPage:
        from workbench.ui.experiments.page import ExperimentsPage  # not needed to start

        page, controller = ExperimentsPage(), self.controller()
        form, results, detail = page.form, page.results, page.detail
        page.left.connect(self._shell.leave_page)
        page.opened.connect(controller.open)
        page.new_requested.connect(lambda: self._show_new(first_plan()))
        page.duplicate_requested.connect(controller.duplicate)
        page.delete_requested.connect(controller.delete)
        page.plan_edited.connect(controller.estimate)
        page.plan_left.connect(controller.save)
        page.export_requested.connect(self._export)
        form.run_requested.connect(controller.run)
        form.versions_requested.connect(self._ask_versions)
        form.cases.edit_requested.connect(self._edit_case)
        form.cases.removed.connect(self._show_removed_case)
        results.pause_requested.connect(self._pause)
        results.stop_requested.connect(controller.stop)
        detail.use_requested.connect(self._use)
        detail.chat_requested.connect(self._open_as_chat)
        detail.rated.connect(controller.rate)
        detail.comparison_requested.connect(controller.compare_samples)
        controller.opened.connect(page.show_experiment)
        controller.runs_listed.connect(results.show_runs)
        controller.estimated.connect(form.show_estimate)
        controller.progressed.connect(page.show_progress)
        controller.arrived.connect(results.add)
        controller.summed.connect(results.show_summaries)
        controller.changed.connect(results.show_results)
        controller.running.connect(page.show_running)
        controller.compared.connect(detail.show_variance)
        controller.forget()
        page.show_new(first_plan())
        return page

    def _make_controller(self) -> ExperimentsController:
        from workbench.ui.experiments.experiments_controller import ExperimentsController

        controller = ExperimentsController(self._services, self)
        controller.listed.connect(self._show_list)
        controller.failed.connect(self._show_failure)
        controller.deleted.connect(self._show_deleted)
        controller.case_kept.connect(self._show_kept_case)
        controller.exported.connect(lambda path: self._show_exported(path))
        return controller

    def _is_shown(self) -> bool:
        return self.page.made is not None and self.page().isVisible()

    def _show_list(self, stored: list[StoredExperiment]) -> None:
        """Lists the experiments; the latest is opened with the page, when it is shown for the first time."""
        if self.page.made is None:
            return
        self.page().show_list(stored)
        if not self._has_opened and self._is_shown():
            self._has_opened = True
            if stored and not self.controller().id:
                self.controller().open(stored[0].id)

    def _show_failure(self, why: str) -> None:
        if self._is_shown():
            self.page().form.show_mistake(why)
        else:
            self._shell.notify(why)

    def _begin(self, plan: Plan) -> None:
        """Shows a new experiment on the page."""
        self._has_opened = True
        self.open()
        self._show_new(plan)

    def _show_new(self, plan: Plan) -> None:
        self.controller().forget()
        self.page().show_new(plan)

    def _show_deleted(self, experiment_id: str) -> None:
        self._show_new(first_plan())
        self._shell.notify(Notice(
            "The experiment was deleted.", "Undo", lambda: self.controller().restore(experiment_id),
            undoes=True))

    def _pause(self, on: bool) -> None:
        self.controller().pause(on)
        self.page().results.show_paused(on)

    def _export(self, format: str) -> None:
        plan = self.controller().plan
        name = f"{plan.name if plan else 'experiment'}.{format}"
        ask_path(self._shell.dialog_parent, "Export the experiment", name,
                 lambda path: self.controller().export(format, path))

    def _show_exported(self, path: Path) -> None:
        self._shell.notify(f"Exported to {path}.")

    def _ask_versions(self, axis: str, versions: list[Json], accept: Callable[[list[Json]], None]) -> None:
        """Asks for the versions of a text, written or taken from a template."""
        from workbench.ui.experiments.versions_dialog import VersionsDialog

        dialog, templates = VersionsDialog(axis, versions, self._shell.dialog_parent), self._templates()
        dialog.templates_requested.connect(templates.load)
        dialog.versions_requested.connect(templates.load_versions)
        templates.listed.connect(dialog.show_templates)
        templates.versions_listed.connect(dialog.show_versions)
        dialog.chosen.connect(accept)
        dialog.open()

    # --- from a chat ---

    def _sweep_last_turn(self) -> None:
        self.sweep_turn(self._conversation.last("assistant") or self._conversation.last("user"))

    def _keep_true(self, key: str) -> None:
        """Makes a turn of the chat a case of a suite."""
        self._tasks.start("make a case", self._with_turn(key, self._ask_case))

    async def _with_turn(self, key: str, use: Callable[[Case], None]) -> None:
        from workbench.core.experiments.chat_turns import case_of
        from workbench.ui.reply_variants.reproduction import framing

        conversation = self._conversation
        if conversation.chat.temporary:
            self._shell.notify(NO_SWEEP)
            return
        nodes = await self._store.nodes([key])
        if nodes:
            record = nodes[0].record
            system = framing(record)[0] if record is not None and record.body else None
            use(await case_of(self._store, conversation.chat, nodes[0], conversation.choices, system))

    def _sweep(self, case: Case) -> None:
        self._begin(plan_around(self._conversation.chat.title, case.model, case.params,
                                cases=(replace(case, params={}, checks=()),)))

    def _ask_case(self, case: Case) -> None:
        from workbench.ui.experiments.case_dialog import CaseDialog

        dialog, controller = CaseDialog(case, self._shell.dialog_parent, choose_suite=True), self.controller()
        controller.listed.connect(dialog.show_suites)
        dialog.kept.connect(controller.add_case)
        dialog.open()
        dialog.name.selectAll()
        dialog.name.setFocus()
        controller.load()

    def _edit_case(self, case: Case) -> None:
        from workbench.ui.experiments.case_dialog import CaseDialog

        dialog = CaseDialog(case, self._shell.dialog_parent, choose_suite=False)
        dialog.kept.connect(lambda _, edited: self.page().form.cases.replace(case, edited))
        dialog.open()

    def _show_kept_case(self, suite_id: str, name: str) -> None:
        self._shell.notify(Notice(f"The case is in “{name}” now.", "Open", lambda: self.open(suite_id)))

    def _show_removed_case(self, at: int, case: Case) -> None:
        page, suite = self.page(), self.page().experiment_id

        def undo() -> None:
            if page.experiment_id == suite:
                page.form.cases.put(at, case)
            else:  # another is shown by now
                self.controller().add_case(suite, case)

        self._shell.notify(Notice(f"“{case.name}” was removed.", "Undo", undo, undoes=True))

    # --- back to a chat ---

    def _use(self, cell: Cell) -> None:
        """Gives the open chat the cell's model and settings."""
        self._conversation.change(model=cell.model, params=dict(cell.params), system=cell.system)
        self._shell.leave_page()
        self._shell.notify(f"The chat uses {cell.model} with the settings of the cell now.")

    def _open_as_chat(self, result: Result) -> None:
        self._tasks.start("open as chat", self._open_answer(result))

    async def _open_answer(self, result: Result) -> None:
        """Opens an answer as a branch of the chat that its question comes from; without one, as a new chat."""
        from workbench.core.experiments.chat_turns import open_as_branch, open_as_chat
        from workbench.core.experiments.experiment import Experiment

        plan = self.controller().plan
        if plan is None or (job := await asyncio.to_thread(Experiment(plan).job, result.key)) is None:
            return
        node = await open_as_branch(self._store, plan.name, job, result.model, result.text)
        if node is None:
            node = await open_as_chat(self._store, plan.name, job, result.model, result.text)
        self._shell.leave_page()
        await self._conversation.open(node.chat_id, node.id)
