"""What will go with the next message, shown before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.context import message_tokens
from workbench.core.messages import user

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ContextPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    def open(self) -> None:
        from workbench.ui.context.dialog import ContextDialog  # loaded when it is first asked for

        window, contexts = self._w, self._w.contexts
        window.composer.flush()
        dialog = ContextDialog(window)
        contexts.listed.connect(dialog.show_context)
        dialog.model.state_wanted.connect(contexts.set_state)
        dialog.oldest_wanted.connect(contexts.leave_oldest)
        dialog.all_wanted.connect(contexts.take_all)
        draft = window.composer.draft()
        contexts.load(message_tokens(user(draft.text, *draft.parts)) if draft else 0)
        dialog.open()
