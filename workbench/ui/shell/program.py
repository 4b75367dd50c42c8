"""The program as a whole: finding things, keys, and what goes wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow



class ProgramPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    # --- finding ---

    def focus_search(self) -> None:
        if not self._w.sidebar.isVisible():
            self._w.folding.toggle("side")
        self._w.sidebar.search.setFocus()
        self._w.sidebar.search.selectAll()

    def search(self, text: str) -> None:
        """Titles in the list, all text below it."""
        self._w.chat_list.show(title=text.strip())
        self._w.searching.search(text)

    def open_hit(self, chat_id: str, message_id: str, words: str) -> None:
        """Shows a message that was found, on its branch, with what was found marked."""
        window = self._w

        def mark(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and task.exception() is None and window.conversation.chat.id == chat_id:
                window.transcript.find_bar.mark(words, message_id)

        opening = window.conversation.open(chat_id, message_id)
        if words:
            opening.add_done_callback(mark)

    # --- showing ---

    def show_folding(self, side: bool, panel: bool) -> None:
        self._w.header.panel.setChecked(panel)

    def show_keys(self) -> None:
        """The keys that are written on buttons, and those in their tool tips."""
        key, header = self._w.actions_.key_text, self._w.header
        self._w.sidebar.set_keys(key("chat.new"), key("search.all"), key("settings"))
        for widget, name, action in (
            (self._w.sidebar.temporary, "New temporary chat: nothing of it is kept", "chat.temporary"),
            (header.sidebar, "Sidebar", "view.sidebar"), (header.panel, "Settings panel", "view.panel"),
            (header.model, "Choose a model", "model.pick"),
            (self._w.composer.attach, "Attach files", "message.attach"),
        ):
            widget.setToolTip(f"{name} ({key(action)})" if key(action) else name)

    def switch_theme(self) -> None:
        dark = self._w.current_theme().dark
        self._w.services.settings.change(theme="light" if dark else "dark")
