"""The page of experiments in the window: made when it is first asked for, shown instead of the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.json_types import is_number
from workbench.ui.chat.chat_actions import is_ended_reply
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId
from workbench.ui.chat.temporary_chats import NO_SWEEP
from workbench.ui.shell.dialogs import ask_path
from workbench.ui.shell.notices import Notice

if TYPE_CHECKING:
    from workbench.core.chat.messages import MessageNode
    from workbench.core.experiments.cases import Case
    from workbench.core.experiments.experiment_store import StoredExperiment
    from workbench.core.experiments.grid import Cell
    from workbench.core.experiments.plan import Plan
    from workbench.core.experiments.results import Result
    from workbench.core.json_types import Json
    from workbench.ui.experiments.experiments_controller import ExperimentsController
    from workbench.ui.experiments.page import ExperimentsPage
    from workbench.ui.window import MainWindow


class ExperimentsFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._made: tuple[ExperimentsPage, ExperimentsController] | None = None
        self._opened_one = False

    def open(self, experiment_id: str = "") -> None:
        """Shows the page, with an experiment if one is named."""
        self._opened_one = self._opened_one or bool(experiment_id)
        self._w.stage.setCurrentWidget(self.page)
        self._w.folding.set_plain(True)
        if experiment_id:
            self.working.open(experiment_id)
        self.working.load()

    def close(self) -> None:
        """Back to the conversation."""
        if self._made is not None and self._w.stage.currentWidget() is self.page:
            self.page.tell_changes()
            self._w.stage.setCurrentIndex(0)
            self._w.folding.set_plain(not self._w.conversation.keys)

    # --- from a chat ---

    def message_actions(self) -> list[MessageAction]:
        return [
            MessageAction(MessageActionId.SWEEP, "Sweep this turn…", lambda node: self.sweep_turn(node.id),
                          is_ended_reply),
            MessageAction(MessageActionId.STAY_TRUE, "This must stay true…", lambda node: self.keep_true(node.id),
                          is_ended_reply, command=LastMessageCommand("reply.stay-true", "This must stay true…")),
        ]

    def sweep_turn(self, key: str) -> None:
        """An experiment from a turn of the chat: its conversation, its model and its settings."""
        self._w.services.tasks.start("sweep a turn", self._with_turn(key, self._sweep))

    def sweep_settings(self) -> None:
        """An experiment with the settings of the chat: of its last question, or of what is being written."""
        if question := self._w.conversation.last("user"):
            self.sweep_turn(question)
            return
        chat, form = self._w.conversation.chat, self.page.form
        self._begin(_around(chat.title, chat.model, chat.params, prompt="…"))  # a plan is never without a prompt
        form.prompt.setPlainText(self._w.composer.draft().text)
        form.system.setPlainText(chat.system)
        form.prompt.setFocus()

    def keep_true(self, key: str) -> None:
        """A turn of the chat as a case of a suite."""
        self._w.services.tasks.start("make a case", self._with_turn(key, self._ask_case))

    async def _with_turn(self, key: str, deed: Callable[[Case], None]) -> None:
        from workbench.core.experiments.chat_turns import case_of
        from workbench.ui.reply_variants.reproduction import framing

        conversation, store = self._w.conversation, self._w.services.store
        if conversation.chat.temporary:
            self._w.notices.say(NO_SWEEP)
            return
        nodes = await store.nodes([key])
        if nodes:
            record = nodes[0].record
            system = framing(record)[0] if record is not None and record.body else None
            deed(await case_of(store, conversation.chat, nodes[0], conversation.choices, system))

    def _sweep(self, case: Case) -> None:
        from dataclasses import replace

        plan = _around(self._w.conversation.chat.title, case.model, case.params,
                       cases=(replace(case, params={}, checks=()),))
        self._begin(plan)

    def _begin(self, plan: Plan) -> None:
        """A new experiment on the page."""
        self._opened_one = True
        self.open()
        self._new(plan)

    def _ask_case(self, case: Case) -> None:
        from workbench.ui.experiments.case_dialog import CaseDialog

        dialog = CaseDialog(case, self._w, choose_suite=True)
        self.working.listed.connect(dialog.show_suites)
        dialog.kept.connect(self.working.add_case)
        dialog.open()
        dialog.name.selectAll()
        dialog.name.setFocus()
        self.working.load()

    def _edit_case(self, case: Case) -> None:
        from workbench.ui.experiments.case_dialog import CaseDialog

        dialog = CaseDialog(case, self._w, choose_suite=False)
        dialog.kept.connect(lambda _, edited: self.page.form.cases.replace(case, edited))
        dialog.open()

    def _case_kept(self, suite_id: str, name: str) -> None:
        self._w.notices.show(Notice(f"The case is in “{name}” now.", "Open", lambda: self.open(suite_id)))

    def _case_removed(self, at: int, case: Case) -> None:
        suite = self.page.experiment_id

        def undo() -> None:
            if self.page.experiment_id == suite:
                self.page.form.cases.put(at, case)
            else:  # another is shown by now
                self.working.add_case(suite, case)

        self._w.notices.show(Notice(f"“{case.name}” was taken out.", "Undo", undo))

    # --- the page ---

    @property
    def page(self) -> ExperimentsPage:
        return self._both()[0]

    @property
    def working(self) -> ExperimentsController:
        return self._both()[1]

    def _both(self) -> tuple[ExperimentsPage, ExperimentsController]:
        if self._made is None:
            self._made = self._make()
            self._new(_first())
        return self._made

    def _make(self) -> tuple[ExperimentsPage, ExperimentsController]:
        from workbench.ui.experiments.experiments_controller import (
            ExperimentsController,  # loaded when it is first asked for
        )
        from workbench.ui.experiments.page import ExperimentsPage

        page, working = ExperimentsPage(), ExperimentsController(self._w.services, self._w)
        self._w.stage.addWidget(page)
        form, results, detail = page.form, page.results, page.detail
        for signal, slot in (
            (page.left, self.close),
            (page.opened, working.open),
            (page.new_requested, lambda: self._new(_first())),
            (page.duplicate_requested, working.duplicate),
            (page.delete_requested, working.delete),
            (page.plan_edited, working.estimate),
            (page.plan_left, working.save),
            (page.export_requested, self._export),
            (form.run_requested, working.run),
            (form.versions_requested, self._ask_versions),
            (form.cases.edit_requested, self._edit_case),
            (form.cases.removed, self._case_removed),
            (results.pause_requested, self._pause),
            (results.stop_requested, working.stop),
            (detail.use_requested, self._use),
            (detail.chat_requested, self._chat),
            (detail.rated, working.rate),
            (detail.comparison_requested, working.compare_samples),
            (working.listed, self._listed),
            (working.opened, page.show_experiment),
            (working.runs_listed, results.show_runs),
            (working.estimated, form.show_estimate),
            (working.progressed, page.show_progress),
            (working.arrived, results.add),
            (working.summed, results.show_summaries),
            (working.changed, results.show_results),
            (working.running, page.show_running),
            (working.failed, self._failed),
            (working.deleted, self._deleted),
            (working.compared, detail.show_variance),
            (working.case_kept, self._case_kept),
            (working.exported, lambda path: self._w.notices.say(f"Exported to {path}.")),
        ):
            signal.connect(slot)
        return page, working

    def _listed(self, shelved: list[StoredExperiment]) -> None:
        self.page.show_list(shelved)
        if self._opened_one or self._w.stage.currentWidget() is not self.page:
            return
        self._opened_one = True  # the latest, when the page is opened for the first time
        if shelved and not self.working.id:
            self.working.open(shelved[0].id)

    def _failed(self, why: str) -> None:
        if self._w.stage.currentWidget() is self.page:
            self.page.form.show_mistake(why)
        else:
            self._w.notices.say(why)

    def _new(self, plan: Plan) -> None:
        self.working.forget()
        self.page.show_new(plan)

    def _deleted(self, experiment_id: str) -> None:
        self._new(_first())
        self._w.notices.show(Notice(
            "The experiment was deleted.", "Undo", lambda: self.working.restore(experiment_id)))

    def _pause(self, on: bool) -> None:
        self.working.pause(on)
        self.page.results.show_paused(on)

    def _export(self, format: str) -> None:
        plan = self.working.plan
        name = f"{plan.name if plan else 'experiment'}.{format}"
        ask_path(self._w, "Export the experiment", name, lambda path: self.working.export(format, path))

    def _ask_versions(self, axis: str, versions: list[Json], take: Callable[[list[Json]], None]) -> None:
        """Versions of a text, written or taken from a template."""
        from workbench.ui.experiments.versions_dialog import VersionsDialog

        dialog = VersionsDialog(axis, versions, self._w)
        templates = self._w.templates.controller()
        dialog.templates_requested.connect(templates.load)
        dialog.versions_requested.connect(templates.load_versions)
        templates.listed.connect(dialog.show_templates)
        templates.versions_listed.connect(dialog.show_versions)
        dialog.chosen.connect(take)
        dialog.open()

    # --- back to a chat ---

    def _use(self, cell: Cell) -> None:
        """The cell's model and settings become the open chat's."""
        self._w.conversation.change(model=cell.model, params=dict(cell.params), system=cell.system)
        self.close()
        self._w.notices.show(Notice(f"The chat uses {cell.model} with the settings of the cell now."))

    def _chat(self, result: Result) -> None:
        self._w.services.tasks.start("open as chat", self._open_chat(result))

    async def _open_chat(self, result: Result) -> None:
        """A branch of the chat that the question comes from; without one, a new chat."""
        from workbench.core.experiments.chat_turns import open_as_branch, open_as_chat
        from workbench.core.experiments.experiment import Experiment

        store, plan = self._w.services.store, self.working.plan
        if plan is None or (job := await asyncio.to_thread(Experiment(plan).job, result.key)) is None:
            return
        node: MessageNode | None = await open_as_branch(store, plan.name, job, result.model, result.text)
        if node is None:
            node = await open_as_chat(store, plan.name, job, result.model, result.text)
        self.close()
        await self._w.conversation.open(node.chat_id, node.id)


def _around(
    title: str, model: str, settings: Mapping[str, Json], prompt: str = "", cases: Sequence[Case] = ()
) -> Plan:
    """What varies the temperature of a chat's settings; its own is among the values when it is a number."""
    from workbench.core.experiments.chat_turns import asked_again
    from workbench.core.experiments.plan import Plan

    params = asked_again(settings)
    own = params.pop("temperature", None)
    temperatures = {0, 0.5, 1.0, own} if is_number(own) else {0, 0.5, 1.0}
    return Plan(title or "Experiment", (model or "builtin/ngram",), prompt, samples=3, params=params,
                axes={"temperature": tuple(sorted(temperatures))}, cases=tuple(cases))


def _first() -> Plan:
    """What an empty page offers: it costs nothing and shows what temperature does."""
    from workbench.core.experiments.plan import Plan

    return Plan("My first experiment", ("builtin/ngram",), "The request", samples=5,
                params={"max_tokens": 30, "seed": 1}, axes={"temperature": (0, 0.5, 1.0, 1.5)})
