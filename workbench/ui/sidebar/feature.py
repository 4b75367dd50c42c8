"""The sidebar feature: the list of chats with its folders, tags and search, and the actions on listed chats."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, Folder
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.dialogs import ask_text
from workbench.ui.shell.shell import Shell
from workbench.ui.sidebar.chat_list import ChatList
from workbench.ui.sidebar.chat_search import ChatSearch
from workbench.ui.sidebar.sidebar import Sidebar
from workbench.ui.sidebar.tags_controller import TagsController


class SidebarFeature(QObject):
    """Opens chats in the conversation, and tells it of chats that changed elsewhere.

    What the sidebar asks of other features (a new chat, an import, an experiment) are signals of ``view``.
    """

    first_listed = Signal()  # the list has a chat for the first time
    deleted = Signal(list)  # ids of chats that were deleted
    restored = Signal(list)  # ids of chats whose deletion was undone
    hit_shown = Signal(str, str)  # words found by a search, id of the message that has them and is shown now
    reveal_requested = Signal()  # the sidebar is hidden, and the search field gets the focus

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, shell: Shell, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._conversation, self._replies, self._shell = conversation, replies, shell
        self.view = Sidebar()
        self.chat_list = ChatList(services, self)
        self.tags = TagsController(services, self)
        self.search = ChatSearch(services, self)
        self.has_chats = False  # there are chats, or there were
        self._connect_list()
        self._connect_rows()
        self._connect_folders()
        self._connect_tags()
        self._connect_search()
        self._connect_conversation()

    # --- for others ---

    def load(self) -> None:
        """Loads the first page of chats, the folders and the tags."""
        self.chat_list.load()
        self.tags.load()

    def close(self) -> None:
        """Stops following the store, and drops a search that has not begun: the window closes."""
        self.view.stop()
        self.chat_list.close()

    def chats(self) -> Sequence[Chat]:
        """Returns the loaded chats in the order of the list."""
        return self.view.model.chats()

    def selected(self) -> list[Chat]:
        """Returns the selected chats from top to bottom."""
        return self.view.chats.selected()

    def folder_name(self, folder_id: str) -> str:
        """Returns the name of a folder, ``""`` when there is no such folder."""
        return self.view.folders.name_of(folder_id)

    def rename_in_place(self) -> bool:
        """Starts editing the name of the folder or chat that has the focus. Returns False when neither has it."""
        selected = self.selected()
        if self.view.folders.hasFocus():
            self.view.folders.rename_current()
        elif self.view.chats.hasFocus() and selected:
            self.view.chats.rename(selected[0].id)
        else:
            return False
        return True

    def actions(self) -> list[ActionSpec]:
        listed = self._is_listed
        return [
            ActionSpec("chat.duplicate", "Duplicate chat", self._duplicate, (), "Chats", listed),
            ActionSpec("chat.pin", "Pin or unpin chat", self._pin, (), "Chats", listed),
            ActionSpec("chat.archive", "Archive chat", self._archive, (), "Chats", listed),
            ActionSpec("chat.delete", "Delete chat", self._delete, ("Ctrl+Shift+Backspace",), "Chats",
                       self._is_stored),
            ActionSpec("chat.next", "Next chat", partial(self._step, 1), ("Ctrl+Tab",), "Chats", listed=False),
            ActionSpec("chat.previous", "Previous chat", partial(self._step, -1), ("Ctrl+Shift+Tab",), "Chats",
                       listed=False),
            *(
                ActionSpec(f"chat.{number}", f"Chat {number} of the list", partial(self._open_nth, number),
                           (f"Ctrl+{number}",), "Chats", listed=False)
                for number in range(1, 10)
            ),
            ActionSpec("search.all", "Search all chats", self._focus_search, ("Ctrl+Shift+F",), "Search"),
        ]

    # --- connections ---

    def _connect_list(self) -> None:
        chat_list, model = self.chat_list, self.view.model
        chat_list.reset.connect(model.reset)
        chat_list.reset.connect(lambda chats, _: self._note_chats(bool(chats)))
        chat_list.refreshed.connect(model.refresh)
        chat_list.more_loaded.connect(model.append)
        chat_list.updated.connect(model.update_chat)
        chat_list.updated.connect(lambda _: self._note_chats(True))
        chat_list.removed.connect(model.remove_chat)
        chat_list.deleted.connect(self.deleted)
        chat_list.restored.connect(self.restored)
        chat_list.noticed.connect(self._shell.notify)
        model.more_requested.connect(chat_list.load_more)
        self.view.archive_toggled.connect(lambda on: chat_list.set_filter(archived=on))

    def _connect_rows(self) -> None:
        """Connects what rows of the list ask for: in place, by key, by menu."""
        chats, chat_list = self.view.chats, self.chat_list
        self.view.model.rename_requested.connect(lambda chat_id, title: chat_list.change([chat_id], title=title))
        chats.change_requested.connect(lambda ids, changes: chat_list.change(ids, **changes))
        chats.duplicate_requested.connect(chat_list.duplicate)
        chats.delete_requested.connect(chat_list.delete)
        chats.tag_requested.connect(self.tags.set_tag)
        chats.new_tag_requested.connect(self._ask_tag)
        chats.new_folder_requested.connect(self._ask_folder)

    def _connect_folders(self) -> None:
        folders, chat_list = self.view.folders, self.chat_list
        chat_list.folders_loaded.connect(folders.show_folders)
        chat_list.folders_loaded.connect(self.view.chats.set_folders)
        folders.chosen.connect(lambda folder_id: chat_list.set_filter(folder_id=folder_id))
        folders.chats_dropped.connect(lambda ids, folder_id: chat_list.change(ids, folder_id=folder_id))
        folders.rename_requested.connect(chat_list.save_folder)
        folders.move_requested.connect(chat_list.move_folders)
        folders.delete_requested.connect(chat_list.delete_folder)
        folders.subfolder_requested.connect(lambda parent_id: self._ask_folder(parent_id=parent_id))
        self.view.new_folder_requested.connect(lambda: self._ask_folder())

    def _connect_tags(self) -> None:
        view, tags, chat_list = self.view, self.tags, self.chat_list
        tags.loaded.connect(view.show_tags)
        tags.loaded.connect(lambda names, _: view.chats.set_tags(names))
        tags.noticed.connect(self._shell.notify)
        chat_list.changed_elsewhere.connect(tags.load)
        chat_list.deleted.connect(lambda _: tags.load())
        chat_list.restored.connect(lambda _: tags.load())
        view.tag_chosen.connect(lambda tag: chat_list.set_filter(tag=tag))
        view.tag_colour_requested.connect(tags.set_colour)
        view.tag_rename_requested.connect(self._ask_new_tag_name)
        view.tag_removal_requested.connect(tags.remove)

    def _connect_search(self) -> None:
        self.view.search_requested.connect(self._search)
        self.view.hits.open_requested.connect(self._open_hit)
        self.search.found.connect(self.view.show_hits)
        self.search.refused.connect(self.view.show_problem)

    def _connect_conversation(self) -> None:
        conversation, chat_list = self._conversation, self.chat_list
        self.view.chats.open_requested.connect(conversation.open)
        self.view.settings_requested.connect(lambda: self._shell.open_settings())
        chat_list.duplicated.connect(lambda chat: conversation.open(chat.id))
        chat_list.changed.connect(conversation.refresh)
        chat_list.changed_elsewhere.connect(conversation.look_again)
        conversation.opened.connect(self._mark_open)
        conversation.stored.connect(self._mark_open)
        self._replies.changed.connect(lambda _: self.view.model.set_running(self._replies.chats()))

    # --- the list ---

    def _note_chats(self, some: bool) -> None:
        if some and not self.has_chats:
            self.has_chats = True
            self.first_listed.emit()

    def _mark_open(self, chat: Chat) -> None:
        self.view.chats.set_open(chat.id)

    def _open_nth(self, number: int) -> None:
        chats = self.chats()
        if number <= len(chats):
            self._conversation.open(chats[number - 1].id)

    def _step(self, step: int) -> None:
        """Opens the next (1) or previous (-1) chat of the list, from either end round to the other."""
        ids = [chat.id for chat in self.chats()]
        if ids:
            current = self._conversation.chat.id
            at = ids.index(current) + step if current in ids else 0
            self._conversation.open(ids[at % len(ids)])

    # --- the open chat ---

    def _is_stored(self) -> bool:
        return bool(self._conversation.chat.id)

    def _is_listed(self) -> bool:
        return self._is_stored() and not self._conversation.chat.temporary

    def _duplicate(self) -> None:
        self.chat_list.duplicate(self._conversation.chat.id)

    def _pin(self) -> None:
        chat = self._conversation.chat
        self.chat_list.change([chat.id], pinned=not chat.pinned)

    def _archive(self) -> None:
        chat = self._conversation.chat
        self.chat_list.change([chat.id], archived=not chat.archived)

    def _delete(self) -> None:
        chat = self._conversation.chat
        if chat.temporary:
            self._conversation.open_new()  # leaving a temporary chat deletes it
        else:
            self.chat_list.delete([chat.id])

    # --- search ---

    def _focus_search(self) -> None:
        if not self.view.isVisible():
            self.reveal_requested.emit()
        self.view.search.setFocus()
        self.view.search.selectAll()

    def _search(self, text: str) -> None:
        """Filters the list by title, and searches all messages for the results below it."""
        self.chat_list.set_filter(title=text.strip())
        self.search.search(text)

    def _open_hit(self, chat_id: str, message_id: str, words: str) -> None:
        """Shows a message on its branch; ``words`` is what was found in it, ``""`` for a title."""

        def report(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and task.exception() is None and self._conversation.chat.id == chat_id:
                self.hit_shown.emit(words, message_id)

        opening = self._conversation.open(chat_id, message_id)
        if words:
            opening.add_done_callback(report)

    # --- questions ---

    def _ask_folder(self, chat_ids: Sequence[str] = (), parent_id: str | None = None) -> None:
        """Asks for the name of a new folder; ``chat_ids`` go into it."""
        ask_text(self._shell.dialog_parent, "New folder", "Name of the folder",
                 lambda name: self.chat_list.save_folder(Folder("", name, parent_id), chat_ids))

    def _ask_tag(self, chat_ids: Sequence[str]) -> None:
        ask_text(self._shell.dialog_parent, "New tag", "Name of the tag",
                 lambda name: self.tags.set_tag(chat_ids, name, True))

    def _ask_new_tag_name(self, tag: str) -> None:
        ask_text(self._shell.dialog_parent, f"Rename the tag “{tag}”", "Its name in all chats",
                 lambda name: self.tags.rename(tag, name), text=tag)
