"""The branches feature: the tree of the open chat in its tab, names of branches, and inserted messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from workbench.core.chat.context import excerpt
from workbench.core.chat.messages import MessageNode
from workbench.core.services import Services
from workbench.ui.chat.chat_actions import is_ended
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageAction, MessageActionId, MessageActions
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.reply_variants.feature import ReplyVariantsFeature
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.dialogs import ask_text
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.panel import PanelTab
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.ui.branches.branches_controller import BranchesController
    from workbench.ui.branches.pane import BranchesPane

_QUOTED = 90  # characters of a message that a question quotes


class BranchesFeature(QObject):
    inserted = Signal(object)  # MessageNode that was put into the chat

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, actions: MessageActions,
        variants: ReplyVariantsFeature, show_path: Callable[[], None], shell: Shell, parent: QObject,
    ) -> None:
        """``show_path`` leaves whatever stands in the place of the one active branch of the chat."""
        super().__init__(parent)
        self._services, self._conversation, self._replies = services, conversation, replies
        self._message_actions, self._variants, self._show_path = actions, variants, show_path
        self._shell = shell
        self.controller = Lazy(self._make_controller)
        self.pane: BranchesPane | None = None

    def _make_controller(self) -> BranchesController:
        from workbench.ui.branches.branches_controller import BranchesController

        controller = BranchesController(self._services, self._conversation, self._replies, self)
        controller.noticed.connect(self._shell.notify)
        controller.inserted.connect(self.inserted)
        return controller

    def tab(self) -> PanelTab:
        return PanelTab("Branches", self._make_pane)

    def _make_pane(self, parent: QWidget) -> BranchesPane:
        from workbench.ui.branches.pane import BranchesPane

        self.pane = pane = BranchesPane(parent)
        controller, view, model = self.controller(), pane.view, pane.model
        controller.laid_out.connect(pane.show_layout)
        controller.excerpts_loaded.connect(model.provide)
        controller.rewritten.connect(model.refresh)
        pane.visibility_changed.connect(controller.watch)
        pane.insert_requested.connect(self.insert_at_end)
        pane.unfold_all_requested.connect(controller.unfold_all)
        pane.prune_all_requested.connect(controller.prune_all)
        model.excerpts_requested.connect(controller.load_excerpts)
        model.renamed.connect(controller.name)
        view.open_requested.connect(self._show_message)
        view.main_requested.connect(self._make_main)
        view.prune_requested.connect(controller.prune)
        view.prune_others_requested.connect(controller.prune_others)
        view.unfold_requested.connect(controller.unfold)
        view.compare_requested.connect(self._variants.compare_two)
        view.action_requested.connect(self._run_action)
        self._shell.theme.changed.connect(lambda _: view.viewport().update())
        return pane

    # --- what can be done ---

    def actions(self) -> list[ActionSpec]:
        return [
            ActionSpec("message.insert", "Insert a message", self.insert_at_end, (), "Message"),
            ActionSpec("branches", "Show the branches", self.show, ("Ctrl+G",), "Reply"),
            ActionSpec("branch.name", "Name this branch", self.name_branch, (), "Reply",
                       lambda: bool(self._conversation.chat.id)),
        ]

    def message_actions(self) -> list[MessageAction]:
        return [
            MessageAction(MessageActionId.NAME, "Name…", self._ask_name, is_ended),
            MessageAction(MessageActionId.INSERT, "Insert a message…", self._ask_insert, is_ended),
        ]

    def show(self) -> None:
        """Shows the tab and gives the keyboard to the tree."""
        self._shell.show_panel("Branches")
        if self.pane is not None:
            self.pane.view.setFocus()

    def stop(self) -> None:
        """Ends all reading, before the store closes."""
        if self.controller.made is not None:
            self.controller.made.watch(False)

    def name_in_place(self) -> bool:
        """Begins to name the current message of the tree, if it has the keyboard focus; returns whether it does."""
        if self.pane is None or not self.pane.view.hasFocus():
            return False
        self.pane.view.name_current()
        return True

    def insert_at_end(self) -> None:
        self._insert("", "")

    def name_branch(self) -> None:
        """Asks for the name of the active branch, which is kept where it leaves the others."""
        self._shell.tasks.start("find the branch", self._find_branch())

    async def _find_branch(self) -> None:
        self._message_actions.run(await self.controller().beginning_of_branch(), MessageActionId.NAME)

    def _ask_name(self, node: MessageNode) -> None:
        ask_text(self._shell.dialog_parent, "Name",
                 f"Name of “{_quoted(node)}” and what follows; empty takes it away",
                 lambda label: self.controller().name(node.id, label), text=node.label, empty=True)

    def _ask_insert(self, node: MessageNode) -> None:
        self._insert(node.id, _quoted(node))

    def _insert(self, node_id: str, beside: str) -> None:
        from workbench.ui.branches.insert_dialog import InsertDialog

        dialog = InsertDialog(beside, self._shell.dialog_parent)
        dialog.submitted.connect(lambda where, role, text: self.controller().insert(node_id, where, role, text))
        dialog.open()

    # --- the tree ---

    def _show_message(self, node_id: str) -> None:
        self._show_path()
        self.controller().show(node_id)

    def _make_main(self, node_id: str) -> None:
        self._show_path()
        self.controller().make_main(node_id)

    def _run_action(self, node_id: str, name: str) -> None:
        if name == MessageActionId.BRANCH:
            self._show_path()
        self._message_actions.run(node_id, name)


def _quoted(node: MessageNode) -> str:
    from workbench.core.text.markdown_marks import without_marks  # not needed to start

    return excerpt(without_marks(node.message.text[: 4 * _QUOTED]), _QUOTED) or node.message.role
