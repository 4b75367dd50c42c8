"""The program as a whole: finding things, keys, and what goes wrong."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from workbench.core.chat.chats import ChatQuery
from workbench.core.errors import BadInput, WorkbenchError

if TYPE_CHECKING:
    from workbench.ui.shell.palette import Palette
    from workbench.ui.window import MainWindow

log = logging.getLogger(__name__)
_CHATS = 20
_REFUSED = "refused"


class ProgramPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._palette: Palette | None = None

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

    def open_palette(self) -> None:
        from workbench.ui.shell.palette import Command, Palette  # loaded when it is first asked for

        if self._palette is None:
            self._palette = Palette(self._w)
            self._palette.typed.connect(self._search_for_palette)
        actions = self._w.actions_
        commands = [
            Command(spec.text, spec.run, spec.group, actions.key_text(spec.id)) for spec in actions.runnable()
        ]
        commands += [
            Command(chat.title or "New chat", partial(self._w.conversation.open, chat.id), "Chat",
                    icon="chat")
            for chat in self._w.sidebar.model.chats()
        ]
        commands += [
            Command(str(info.ref), partial(self._w.models.choose, info.ref), "Model", icon="bot")
            for info in self._w.models.known()
        ]
        self._palette.open(commands)

    def _search_for_palette(self, text: str) -> None:
        if text and self._palette is not None:
            self._w.services.tasks.start("search for the palette", self._find_for(self._palette, text))

    async def _find_for(self, palette: Palette, text: str) -> None:
        from workbench.ui.shell.palette import Command

        chats = await self._w.services.store.chats(ChatQuery(title=text, limit=_CHATS))
        palette.add(text, [
            Command(chat.title, partial(self._w.conversation.open, chat.id), "Chat", icon="chat")
            for chat in chats
        ])

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

    # --- what goes wrong ---

    def forget_refusal(self) -> None:
        """What was refused in one chat says nothing in the next."""
        self._w.notices.set_banner(_REFUSED, "")

    def task_failed(self, name: str, error: BaseException) -> None:
        """The end of a failure that nobody has dealt with: known ones are sentences, others bugs."""
        if isinstance(error, BadInput):
            self._w.notices.set_banner(_REFUSED, str(error))
        elif isinstance(error, WorkbenchError):
            self._w.notices.set_banner(name, str(error))
        else:
            log.error("The task %s failed.", name, exc_info=error)
            self._w.notices.set_banner(name, f"Something went wrong inside the program ({error!r}). The log in "
                                             f"{self._w.services.data_folder} says more.")
