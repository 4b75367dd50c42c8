"""The close guard: asks before the window closes, where something would be lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.temporary_chats import TemporaryChats
from workbench.ui.shell.dialogs import ask_consent, ask_to_keep
from workbench.ui.shell.shell import Shell

_Question = Literal["unsaved", "experiment", "temporary"]
_Agreed = frozenset[_Question]


class CloseGuard:
    """Asks one question after another; ``close`` is called with the answer to each. What was agreed to holds for this
    one attempt to close."""

    def __init__(
        self, conversation: Conversation, temporary: TemporaryChats, unsaved: Callable[[], bool],
        experiment: Callable[[], str], shell: Shell, close: Callable[[Path | None], object],
    ) -> None:
        """``experiment`` returns the name of the experiment that runs, "" while none does; ``close`` takes where the
        data is to be moved, None for nowhere."""
        self._conversation, self._temporary, self._unsaved = conversation, temporary, unsaved
        self._experiment, self._shell, self._close = experiment, shell, close
        self._agreed: _Agreed = frozenset()
        self._move_to: Path | None = None

    def may_close(self, move_to: Path | None = None) -> bool:
        """Returns whether nothing would be lost; otherwise asks about the first thing that would. ``move_to`` is what
        the window is closed for, which holds for the questions that follow."""
        self._move_to = move_to
        parent, agreed = self._shell.dialog_parent, self._agreed
        if "unsaved" not in agreed and self._unsaved():
            ask_consent(parent, "Not everything is saved",
                        "The disk does not take what you wrote last, or a reply. Closing the window now loses it.",
                        "Close and lose it", partial(self._close_having, agreed | {"unsaved"}))
            return False
        if "experiment" not in agreed and (name := self._experiment()):
            ask_consent(parent, "An experiment is running",
                        f"Closing the window stops “{name}”. Every answer that has come is kept, and running it again "
                        "asks only for those that are missing. Requests under way may be billed all the same.",
                        "Stop it and close", partial(self._close_having, agreed | {"experiment"}))
            return False
        if "temporary" not in agreed and self._conversation.chat.temporary and self._conversation.keys:
            ask_to_keep(parent, "This chat is temporary: it is gone when the window closes.",
                        partial(self._keep_and_close, agreed),
                        partial(self._close_having, agreed | {"temporary"}))
            return False
        return True

    def _keep_and_close(self, agreed: _Agreed) -> None:
        self._temporary.keep()
        self._close_having(agreed)  # what is not written yet is written before the end

    def _close_having(self, agreed: _Agreed) -> None:
        self._agreed = agreed
        self._close(self._move_to)
        self._agreed = frozenset()
