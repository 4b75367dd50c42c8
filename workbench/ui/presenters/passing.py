"""A temporary chat in the window: how it looks, and what closing the window means for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chats import Chat

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class PassingPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._agreed = False  # the window may close, and the chat with it

    def begin(self) -> None:
        chat = self._w.conversation.chat
        if not chat.temporary or self._w.conversation.keys:
            self._w.conversation.open_temporary()
        self._w.composer.editor.setFocus()

    def is_temporary(self) -> bool:
        return self._w.conversation.chat.temporary

    def show(self, chat: Chat) -> None:
        window = self._w
        window.frame_.set_dashed(chat.temporary)
        window.composer.set_temporary(chat.temporary)
        if chat.temporary or window.header.temporary is not None:
            window.header.show_temporary(chat.temporary, window.passing.keep)

    def may_close(self) -> bool:
        """Whether the window may close now; asks when a temporary chat would be lost with it."""
        conversation = self._w.conversation
        if self._agreed or not (conversation.chat.temporary and conversation.keys):
            return True
        from workbench.ui.dialogs import ask_to_keep

        ask_to_keep(self._w, "This chat is temporary: it is gone when the window closes.", self._keep_and_close,
                    self._close)
        return False

    def _keep_and_close(self) -> None:
        self._w.passing.keep()
        self._w.close()  # what is not written yet is written before the end

    def _close(self) -> None:
        self._agreed = True
        self._w.close()
