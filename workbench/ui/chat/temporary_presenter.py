"""What is not on the disk: how a temporary chat looks, and what would be lost when the window closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chat.chats import Chat

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
        """Whether the window may close now; asks when something would be lost with it."""
        conversation = self._w.conversation
        if self._agreed:
            return True
        if self._w.replies.waits_for_the_disk():
            from workbench.ui.shell.dialogs import ask_consent

            ask_consent(self._w, "Not everything is saved", "The disk does not take what you wrote last, or a reply. "
                        "Closing the window now loses it.", "Close and lose it", self._close)
            return False
        if conversation.chat.temporary and conversation.keys:
            from workbench.ui.shell.dialogs import ask_to_keep

            ask_to_keep(self._w, "This chat is temporary: it is gone when the window closes.", self._keep_and_close,
                        self._close)
            return False
        return True

    def _keep_and_close(self) -> None:
        self._w.passing.keep()
        self._w.close()  # what is not written yet is written before the end

    def _close(self) -> None:
        self._agreed = True
        self._w.close()
