"""The open chat as the window shows it: its title, the page while it is empty, and what follows its deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chat.chats import Chat

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ChatPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._used = False  # there are chats, or there were
        self._left = ""  # the chat that was open when it was deleted

    # --- deletion ---

    def leave_deleted(self, chat_ids: list[str]) -> None:
        for chat_id in chat_ids:
            self._w.replying.stop(chat_id)  # nobody is there to see what would still come
        if self._w.conversation.chat.id in chat_ids:
            self._left = self._w.conversation.chat.id
            self._w.conversation.forget()
            self._w.conversation.open_new()

    def return_to_restored(self, chat_ids: list[str]) -> None:
        """Unless another chat was opened meanwhile, the one that was left is shown again."""
        if self._left in chat_ids and not self._w.conversation.chat.id:
            self._w.conversation.open(self._left)

    # --- showing ---

    def show_opened(self, chat: Chat) -> None:
        self.show_title(chat.title)
        self._w.actions_.refresh()

    def show_title(self, title: str) -> None:
        """Shows the title of the open chat above it and in the window's title, unless it is temporary: desktops
        keep lists of titles."""
        window = self._w
        shown = "Temporary chat" if window.conversation.chat.temporary else title
        window.setWindowTitle(f"{shown} – Chat Workbench" if shown else "Chat Workbench")

    def show_temporary(self, chat: Chat) -> None:
        self._w.frame_.set_dashed(chat.temporary)

    def show_empty(self, empty: bool) -> None:
        window = self._w
        window.show_conversation(empty)
        window.folding.set_plain(bool(window.compare.lanes) or (empty and not self._used))
        window.header.export.setVisible(not empty)
        window.actions_.refresh()

    def note_use(self) -> None:
        """After the first chat the first page becomes plainer."""
        self._used = True
        self._w.welcome.set_slim(True)
        self._w.folding.set_plain(bool(self._w.compare.lanes))

    # --- actions ---

    def rename_in_place(self) -> None:
        """Edits the name of what has the keyboard: a message of the tree, a row of the sidebar, else the title."""
        window = self._w
        if not (window.branches.name_in_place() or window.sidebar.rename_in_place()):
            window.header.title.edit()
