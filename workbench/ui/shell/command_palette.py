"""The command palette's contents: every action, the chats, and every model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.ui.shell.actions import Actions, ActionSpec
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.core.ports.store import Store
    from workbench.ui.shell.palette import Command, Palette

_CHATS = 20  # found by a search, besides those that the sidebar shows


class CommandPalette:
    def __init__(
        self, store: Store, registry: Actions, chats: Callable[[], Sequence[Chat]],
        open_chat: Callable[[str], object], models: Callable[[], Sequence[ModelInfo]],
        choose_model: Callable[[ModelRef], object], shell: Shell,
    ) -> None:
        """``chats`` and ``models`` return what is loaded anyway; other chats are searched as the user types."""
        self._store, self._registry, self._shell = store, registry, shell
        self._chats, self._open_chat = chats, open_chat
        self._models, self._choose_model = models, choose_model
        self._palette = Lazy(self._make)

    def actions(self) -> list[ActionSpec]:
        return [ActionSpec("palette", "Command palette", self.open, ("Ctrl+K",), "Search", listed=False)]

    def open(self) -> None:
        from workbench.ui.shell.palette import Command

        commands = [
            Command(spec.text, spec.run, spec.group, self._registry.key_text(spec.id))
            for spec in self._registry.runnable()
        ]
        commands += self._commands_of(self._chats())
        commands += [
            Command(str(info.ref), partial(self._choose_model, info.ref), "Model", icon="bot")
            for info in self._models()
        ]
        self._palette().open(commands)

    def _make(self) -> Palette:
        from workbench.ui.shell.palette import Palette  # not needed to start

        palette = Palette(self._shell.dialog_parent)
        palette.typed.connect(self._search)
        return palette

    def _search(self, text: str) -> None:
        if text:
            self._shell.tasks.start("search for the palette", self._find(text))

    async def _find(self, text: str) -> None:
        self._palette().add(text, self._commands_of(await self._store.chats(ChatQuery(title=text, limit=_CHATS))))

    def _commands_of(self, chats: Sequence[Chat]) -> list[Command]:
        from workbench.ui.shell.palette import Command

        return [
            Command(chat.title or "New chat", partial(self._open_chat, chat.id), "Chat", icon="chat")
            for chat in chats
        ]
