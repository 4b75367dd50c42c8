"""The page of experiments in the window: made when it is first asked for, shown instead of the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chats import Chat
from workbench.core.messages import Message, messages_of
from workbench.core.parts import Text
from workbench.ui.dialogs import ask_path
from workbench.ui.notices import Notice

if TYPE_CHECKING:
    from workbench.core.experiments.grid import Cell
    from workbench.core.experiments.plan import Plan
    from workbench.core.experiments.results import Result
    from workbench.core.experiments.shelf import Shelved
    from workbench.ui.controller.experimenting import Experimenting
    from workbench.ui.experiments.page import ExperimentsPage
    from workbench.ui.window import MainWindow

class ExperimentsPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._made: tuple[ExperimentsPage, Experimenting] | None = None
        self._opened_one = False

    def open(self) -> None:
        """Shows the page."""
        self._w.stage.setCurrentWidget(self.page)
        self._w.folding.set_plain(True)
        self.working.load()

    def close(self) -> None:
        """Back to the conversation."""
        if self._made is not None and self._w.stage.currentWidget() is self.page:
            self._w.stage.setCurrentIndex(0)
            self._w.folding.set_plain(not self._w.conversation.keys)

    def sweep_turn(self, key: str) -> None:
        """An experiment from a turn of the chat: its question, its model and its settings."""
        self._w.services.tasks.start("sweep a turn", self._sweep_turn(key))

    async def _sweep_turn(self, key: str) -> None:
        chat = self._w.conversation.chat
        nodes = await self._w.services.store.nodes([key])
        if nodes and nodes[0].message.role == "assistant" and nodes[0].parent_id:
            nodes = await self._w.services.store.nodes([nodes[0].parent_id])
        if nodes:
            from workbench.core.experiments.plan import Plan

            params = {name: value for name, value in chat.params.items() if name != "temperature"}
            plan = Plan(chat.title or "Experiment", (chat.model or "builtin/ngram",), _literal(nodes[0].message.text),
                        _literal(chat.system), samples=3, params=params, axes={"temperature": (0, 0.5, 1.0)})
            self._opened_one = True
            self.open()
            self._new(plan)

    @property
    def page(self) -> ExperimentsPage:
        return self._both()[0]

    @property
    def working(self) -> Experimenting:
        return self._both()[1]

    def _both(self) -> tuple[ExperimentsPage, Experimenting]:
        if self._made is None:
            self._made = self._make()
            self._new(_first())
        return self._made

    def _make(self) -> tuple[ExperimentsPage, Experimenting]:
        from workbench.ui.controller.experimenting import Experimenting  # loaded when it is first asked for
        from workbench.ui.experiments.page import ExperimentsPage

        page, working = ExperimentsPage(), Experimenting(self._w.services, self._w)
        self._w.stage.addWidget(page)
        for signal, slot in (
            (page.left, self.close),
            (page.opened, working.open),
            (page.new_wanted, lambda: self._new(_first())),
            (page.duplicate_wanted, working.duplicate),
            (page.delete_wanted, self._delete),
            (page.plan_edited, working.estimate),
            (page.run_wanted, working.run),
            (page.pause_wanted, self._pause),
            (page.stop_wanted, working.stop),
            (page.export_wanted, self._export),
            (page.use_wanted, self._use),
            (page.chat_wanted, self._chat),
            (page.rated, working.rate),
            (working.listed, self._listed),
            (working.opened, page.show_experiment),
            (working.estimated, page.form.show_estimate),
            (working.progressed, page.show_progress),
            (working.arrived, page.add),
            (working.changed, page.show_results),
            (working.running, page.show_running),
            (working.failed, page.form.show_mistake),
            (working.exported, lambda path: self._w.notices.say(f"Exported to {path}.")),
        ):
            signal.connect(slot)
        return page, working

    def _listed(self, shelved: list[Shelved]) -> None:
        self.page.show_list(shelved)
        if shelved and not self.working.id and not self._opened_one:
            self._opened_one = True  # the latest, when the page is opened for the first time
            self.working.open(shelved[0].id)

    def _new(self, plan: Plan) -> None:
        self.working.forget()
        self.page.show_new(plan)

    def _delete(self, experiment_id: str) -> None:
        self.working.delete(experiment_id)
        self._new(_first())

    def _pause(self, on: bool) -> None:
        self.working.pause(on)
        self.page.show_paused(on)

    def _export(self, format: str) -> None:
        plan = self.working.plan
        name = f"{plan.name if plan else 'experiment'}.{format}"
        ask_path(self._w, "Export the experiment", name, lambda path: self.working.export(format, path))

    def _use(self, cell: Cell) -> None:
        """The cell's model and settings become the open chat's."""
        self._w.conversation.change(model=cell.model, params=dict(cell.params), system=cell.system)
        self.close()
        self._w.notices.show(Notice(f"The chat uses {cell.model} with the settings of the cell now."))

    def _chat(self, result: Result) -> None:
        self._w.services.tasks.start("open as chat", self._open_chat(result))

    async def _open_chat(self, result: Result) -> None:
        """A new chat that begins with the question and this answer."""
        store, plan = self._w.services.store, self.working.plan
        if plan is None:
            return
        job = next(job for job in _jobs(plan) if job.key == result.key)
        chat = await store.create_chat(Chat("", plan.name, result.model, job.system, dict(result.params)))
        asked = await store.add_message(chat.id, None, messages_of("", job.prompt)[0])
        answer = Message("assistant", (Text(result.text),), result.model)
        await store.add_message(chat.id, asked.id, answer, origin=f"sweep {plan.name}".strip())
        self.close()
        self._w.conversation.open(chat.id)


def _jobs(plan: Plan):
    from workbench.core.experiments.grid import jobs
    from workbench.core.experiments.runner import digest

    return jobs(plan, digest)


def _literal(text: str) -> str:
    """A chat's text as a template that has no blanks: braces that look like one are parted."""
    return text.replace("{{", "{ {")


def _first() -> Plan:
    """What an empty page offers: it costs nothing and shows what temperature does."""
    from workbench.core.experiments.plan import Plan

    return Plan("My first experiment", ("builtin/ngram",), "The request", samples=5,
                params={"max_tokens": 30, "seed": 1}, axes={"temperature": (0, 0.5, 1.0, 1.5)})
