"""What will go with the next message, shown before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chat.context import message_tokens
from workbench.core.chat.messages import user

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ContextFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    def open(self) -> None:
        from workbench.ui.context.dialog import ContextDialog  # loaded when it is first asked for

        window, contexts = self._w, self._w.contexts
        window.composer.flush()
        dialog = ContextDialog(window)
        contexts.listed.connect(dialog.show_context)
        dialog.model.state_requested.connect(contexts.set_state)
        dialog.oldest_requested.connect(contexts.leave_oldest)
        dialog.all_requested.connect(contexts.take_all)
        draft = window.composer.draft()
        contexts.load(message_tokens(user(draft.text, *draft.parts)) if draft else 0)
        dialog.open()
