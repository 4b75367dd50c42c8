"""Which chat is open, and what is done with it as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chat.chats import Chat, Folder
from workbench.ui.shell.dialogs import ask_text

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ChatPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._used = False  # there are chats, or there were
        self._left = ""  # the chat that was open when it was deleted

    # --- opening ---

    def open_nth(self, number: int) -> None:
        chats = self._w.sidebar.model.chats()
        if number <= len(chats):
            self._w.conversation.open(chats[number - 1].id)

    def step(self, step: int) -> None:
        """Opens the next chat of the list (1) or the one before (-1), round and round."""
        ids = [chat.id for chat in self._w.sidebar.model.chats()]
        if ids:
            current = self._w.conversation.chat.id
            at = ids.index(current) + step if current in ids else 0
            self._w.conversation.open(ids[at % len(ids)])

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
        self.show_stored(chat)
        self.show_title(chat.title)
        self.show_running()
        self._w.composer.waiting.show_waiting("", 0)

    def show_stored(self, chat: Chat) -> None:
        """Marks the open chat in the sidebar."""
        self._w.sidebar.chats.set_open(chat.id)
        self._w.actions_.refresh()

    def show_title(self, title: str) -> None:
        """Shows the title of the open chat above it and in the window's title, unless it is temporary: desktops
        keep lists of titles."""
        window = self._w
        shown = "Temporary chat" if window.conversation.chat.temporary else title
        window.setWindowTitle(f"{shown} – Chat Workbench" if shown else "Chat Workbench")

    def show_temporary(self, chat: Chat) -> None:
        window = self._w
        window.frame_.set_dashed(chat.temporary)
        window.composer.set_temporary(chat.temporary)

    def show_running(self, chat_id: str = "") -> None:
        window = self._w
        window.sidebar.model.set_running(window.replying.chats())
        window.composer.set_streaming(window.chat.is_streaming())
        window.composer.queue.show_queue(window.sending.queue(), window.chat.is_streaming())
        window.actions_.refresh()

    def show_waiting(self, node_id: str, why: str, seconds: float) -> None:
        if node_id in self._w.conversation.keys:
            self._w.composer.waiting.show_waiting(why, seconds)

    def show_empty(self, empty: bool) -> None:
        window = self._w
        window.show_conversation(empty)
        window.folding.set_plain(bool(window.compare.lanes) or (empty and not self._used))
        window.header.export.setVisible(not empty)
        window.actions_.refresh()

    def note_use(self, chats: list[Chat], more: bool = False) -> None:
        """After the first chat the first page becomes plainer."""
        self._used = self._used or bool(chats)
        self._w.first_run.set_slim(self._used)
        self._w.folding.set_plain(bool(self._w.compare.lanes) or not self._used)

    # --- deeds ---

    def is_kept(self) -> bool:
        return bool(self._w.conversation.chat.id)

    def is_listed(self) -> bool:
        return self.is_kept() and not self._w.conversation.chat.temporary

    def rename_in_place(self) -> None:
        window = self._w
        if window.branches.name_in_place():
            return
        current = window.sidebar.chats.selected()
        if window.sidebar.folders.hasFocus():
            window.sidebar.folders.rename_current()
        elif window.sidebar.chats.hasFocus() and current:
            window.sidebar.chats.rename(current[0].id)
        else:
            window.header.title.edit()

    def duplicate(self) -> None:
        self._w.chat_list.duplicate(self._w.conversation.chat.id)

    def pin(self) -> None:
        chat = self._w.conversation.chat
        self._w.chat_list.change([chat.id], pinned=not chat.pinned)

    def archive(self) -> None:
        chat = self._w.conversation.chat
        self._w.chat_list.change([chat.id], archived=not chat.archived)

    def delete(self) -> None:
        chat = self._w.conversation.chat
        if chat.temporary:
            self._w.conversation.open_new()  # leaving it is the end of it
        else:
            self._w.chat_list.delete([chat.id])

    def new_folder(self, chat_ids: list[str] | None = None, parent_id: str | None = None) -> None:
        """Asks for a name; ``chat_ids`` go into the new folder."""
        ask_text(self._w, "New folder", "Name of the folder", lambda name: self._w.chat_list.save_folder(
            Folder("", name, parent_id), chat_ids or []))

    def new_subfolder(self, parent_id: str) -> None:
        self.new_folder(parent_id=parent_id)

    def new_tag(self, chat_ids: list[str]) -> None:
        ask_text(self._w, "New tag", "Name of the tag",
                 lambda name: self._w.tagging.tag(chat_ids, name, True))

    def rename_tag(self, tag: str) -> None:
        ask_text(self._w, f"Rename the tag “{tag}”", "Its name in all chats", lambda name: (
            self._w.tagging.rename(tag, name)), text=tag)
