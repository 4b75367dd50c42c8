"""The context feature: shows what the next request will carry, and lets the user choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.draft import Draft
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.ui.context.context_controller import ContextController


class ContextFeature(QObject):
    """A dialog on the open chat and ``draft``, the message that is being written; ``edited`` is the id of the message
    whose place that takes, ``""`` for none. Nothing of it is made before it is asked for."""

    def __init__(
        self, services: Services, conversation: Conversation, draft: Callable[[], Draft], edited: Callable[[], str],
        shell: Shell, parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services, self._conversation, self._shell = services, conversation, shell
        self._draft, self._edited = draft, edited
        self._controller = Lazy(self._make_controller)

    def actions(self) -> list[ActionSpec]:
        return [ActionSpec("message.context", "See what will be sent", self.open, (), "Message")]

    def open(self) -> None:
        """Opens the dialog."""
        from workbench.ui.context.dialog import ContextDialog

        dialog, controller = ContextDialog(self._shell.dialog_parent), self._controller()
        controller.listed.connect(dialog.show_context)
        dialog.model.state_requested.connect(controller.set_state)
        dialog.leave_oldest_requested.connect(controller.leave_oldest)
        dialog.include_all_requested.connect(controller.include_all)
        controller.load(self._draft(), self._edited())
        dialog.open()

    def _make_controller(self) -> ContextController:
        from workbench.ui.context.context_controller import ContextController

        return ContextController(self._services, self._conversation, self)
