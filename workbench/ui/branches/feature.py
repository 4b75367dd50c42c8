"""The branches in the window: their tab, and the questions that naming, inserting and prefilling ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from workbench.core.chat.context import excerpt
from workbench.core.chat.messages import MessageNode
from workbench.ui.chat.chat_actions import is_ended
from workbench.ui.chat.message_actions import MessageAction, MessageActionId
from workbench.ui.shell.dialogs import ask_text

if TYPE_CHECKING:
    from workbench.ui.branches.branches_controller import BranchesController
    from workbench.ui.branches.pane import BranchesPane
    from workbench.ui.branches.prefill_dialog import PrefillDialog
    from workbench.ui.window import MainWindow

_WORDS = 90  # characters of a message that a question quotes


class BranchesFeature:
    """Loads what it needs when it is first asked for."""

    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._made: BranchesController | None = None
        self.pane: BranchesPane | None = None

    @property
    def working(self) -> BranchesController:
        if self._made is None:
            from workbench.ui.branches.branches_controller import BranchesController

            window = self._w
            self._made = BranchesController(window.services, window.conversation, window.replying, window)
            self._made.noticed.connect(window.notices.show)
            self._made.inserted.connect(window.titling.message_sent)
        return self._made

    # --- the tab ---

    def make_pane(self, parent: QWidget) -> BranchesPane:
        """Returns the tree, which the panel asks for when its tab is shown for the first time."""
        from workbench.ui.branches.pane import BranchesPane

        self.pane = pane = BranchesPane(parent)
        working, view, model = self.working, pane.view, pane.model
        for signal, slot in (
            (working.laid_out, pane.show_outline), (working.words, model.provide),
            (working.rewritten, model.rewritten), (pane.watched, working.watch),
            (pane.insert_requested, self.insert_at_end), (pane.all_unfolded, working.unfold_all),
            (pane.all_pruned, working.prune_all),
            (model.wanted, working.want), (model.named, working.name), (view.opened, self._show),
            (view.main_requested, self._make_main), (view.pruned, working.prune),
            (view.others_pruned, working.prune_others), (view.unfolded, working.unfold),
            (view.compared, self._w.varying.compare_two), (view.act_requested, self._act),
            (self._w.theme.changed, lambda _: view.viewport().update()),
        ):
            signal.connect(slot)
        return pane

    def show(self) -> None:
        """Brings the tab to the front and the keyboard to the tree."""
        self._w.show_panel("Branches")
        if self.pane is not None:
            self.pane.view.setFocus()

    def close(self) -> None:
        """The store is about to be closed: nothing is read any more."""
        if self._made is not None:
            self._made.watch(False)

    def name_in_place(self) -> bool:
        """Begins to name the message that is current in the tree, if the keyboard is there."""
        if self.pane is None or not self.pane.view.hasFocus():
            return False
        self.pane.view.name_current()
        return True

    def _show(self, node_id: str) -> None:
        self._leave_other_pages()
        self.working.show(node_id)

    def _make_main(self, node_id: str) -> None:
        self._leave_other_pages()
        self.working.make_main(node_id)

    def _act(self, node_id: str, name: str) -> None:
        if name == "branch":
            self._leave_other_pages()
        self._w.messages.run(node_id, name)

    def _leave_other_pages(self) -> None:
        """The one line of the chat is to be seen."""
        self._w.experiments.close()
        if self._w.comparing.lanes:
            self._w.comparing.stop()

    # --- questions ---

    def message_actions(self) -> list[MessageAction]:
        ids = MessageActionId
        return [
            MessageAction(ids.NAME, "Name…", self._ask_name, is_ended),
            MessageAction(ids.INSERT, "Insert a message…", self._ask_insert, is_ended),
            MessageAction(ids.PREFILL, "Prefill the reply…", self._ask_prefill, is_ended),
        ]

    def name_branch(self) -> None:
        """The name of the branch that is shown stands where it leaves the others."""
        self._w.services.tasks.start("", self._find_branch())

    async def _find_branch(self) -> None:
        self._w.messages.run(await self.working.beginning_of_branch(), MessageActionId.NAME)

    def _ask_name(self, node: MessageNode) -> None:
        ask_text(self._w, "Name", f"Name of “{_quoted(node)}” and what follows; empty takes it away",
                 lambda label: self.working.name(node.id, label), text=node.label, empty=True)

    def insert_at_end(self) -> None:
        self._insert("", "")

    def _ask_insert(self, node: MessageNode) -> None:
        self._insert(node.id, _quoted(node))

    def _insert(self, node_id: str, beside: str) -> None:
        from workbench.ui.branches.insert_dialog import InsertDialog

        dialog = InsertDialog(beside, self._w)
        dialog.accepted_with.connect(lambda where, role, text: self.working.insert(node_id, where, role, text))
        dialog.open()

    def prefill(self) -> None:
        """The reply to what stands in the composer, else to the end of the chat, begins as the user writes it."""
        window, draft = self._w, self._w.composer.draft()
        if draft and not window.sending.editing and not window.chat.is_streaming():
            dialog = self._prefill_dialog(excerpt(draft.text, _WORDS))
            dialog.set_problem(window.sending.objection(window.conversation.chat, draft))
            dialog.accepted_with.connect(lambda prefix: window.sending.send_prefilled(draft, prefix))
            dialog.open()
        elif window.conversation.keys:
            window.messages.run(window.conversation.keys[-1], MessageActionId.PREFILL)

    def _ask_prefill(self, node: MessageNode) -> None:
        self._w.services.tasks.start("", self._open_prefill(node))

    async def _open_prefill(self, node: MessageNode) -> None:
        asked = node.parent_id if node.message.role == "assistant" else node.id
        found = await self._w.services.store.beginnings([asked]) if asked else {}
        dialog = self._prefill_dialog(excerpt(found.get(asked or "", ""), _WORDS))
        dialog.accepted_with.connect(lambda prefix: self._w.services.tasks.start(
            "", self._w.sending.ask_again(node, origin="prefill", prefix=prefix)))
        dialog.open()

    def _prefill_dialog(self, question: str) -> PrefillDialog:
        from workbench.ui.branches.prefill_dialog import PrefillDialog

        dialog = PrefillDialog(question, self._w)
        looking = self._w.services.tasks.start("look for prefill", self._tell_problem(dialog))
        dialog.finished.connect(lambda _: looking.cancel())
        return dialog

    async def _tell_problem(self, dialog: PrefillDialog) -> None:
        if problem := await self._w.varying.chat_prefix_problem():
            dialog.set_problem(problem)


def _quoted(node: MessageNode) -> str:
    return excerpt(node.message.text, _WORDS) or node.message.role
