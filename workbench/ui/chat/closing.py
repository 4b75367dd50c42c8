"""The close guard: asks before the window closes, where something would be lost."""

from __future__ import annotations

from collections.abc import Callable

from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.temporary_chats import TemporaryChats
from workbench.ui.shell.dialogs import ask_consent, ask_to_keep
from workbench.ui.shell.shell import Shell


class CloseGuard:
    """Asks once; ``close`` is called with the answer, and may lose what was asked about."""

    def __init__(
        self, conversation: Conversation, temporary: TemporaryChats, unsaved: Callable[[], bool], shell: Shell,
        close: Callable[[], object],
    ) -> None:
        self._conversation, self._temporary, self._unsaved = conversation, temporary, unsaved
        self._shell, self._close = shell, close
        self._agreed = False

    def may_close(self) -> bool:
        if self._agreed:
            return True
        if self._unsaved():
            ask_consent(self._shell.dialog_parent, "Not everything is saved",
                        "The disk does not take what you wrote last, or a reply. Closing the window now loses it.",
                        "Close and lose it", self._close_anyway)
            return False
        if self._conversation.chat.temporary and self._conversation.keys:
            ask_to_keep(self._shell.dialog_parent, "This chat is temporary: it is gone when the window closes.",
                        self._keep_and_close, self._close_anyway)
            return False
        return True

    def _keep_and_close(self) -> None:
        self._temporary.keep()
        self._close()  # what is not written yet is written before the end

    def _close_anyway(self) -> None:
        self._agreed = True
        self._close()
