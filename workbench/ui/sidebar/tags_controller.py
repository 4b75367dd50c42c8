"""The controller of tags: loads, adds, renames, colours and removes them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.ui.shell.notices import Notice

COLOURS = "ui/tag-colours"
"""The key in the store of the colours that the user chose, by tag."""

_PAGE = 1000


class TagsController(QObject):
    loaded = Signal(list, dict)  # all tags in order; chosen colours by tag
    noticed = Signal(object)  # Notice

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._known: tuple[list[str], dict[str, Json]] = ([], {})
        self._turn = asyncio.Lock()  # what is read of a chat must not change before it is written

    def load(self) -> None:
        """Reads the tags, and emits ``loaded`` when they or their colours have changed."""
        self._tasks.start("load the tags", self._load())

    async def _load(self) -> None:
        tags, colours = list(await self._store.tags()), await self._colours()
        if (tags, colours) != self._known:
            self._known = (tags, colours)
            self.loaded.emit(tags, colours)

    async def _colours(self) -> dict[str, Json]:
        kept = await self._store.value(COLOURS)
        return dict(kept) if isinstance(kept, dict) else {}

    def set_tag(self, chat_ids: Sequence[str], tag: str, on: bool) -> None:
        """Adds a tag to chats, or removes it from them."""
        self._tasks.spawn("tag chats", self._set_tag(chat_ids, " ".join(tag.split()), on))

    async def _set_tag(self, chat_ids: Sequence[str], tag: str, on: bool) -> None:
        count = len(chat_ids)
        if on:
            done = f"Chat tagged “{tag}”." if count == 1 else f"{count} chats tagged “{tag}”."
        else:
            done = f"Tag “{tag}” removed from the chat." if count == 1 else f"Tag “{tag}” removed from {count} chats."
        async with self._turn:
            chats = [await self._store.chat(chat_id) for chat_id in chat_ids]
            await self._change(chats, lambda tags: _without(tags, tag) + ((tag,) if on else ()), done)

    def rename(self, tag: str, name: str) -> None:
        """Renames a tag in all chats, archived ones too; the name of another tag merges the two."""
        self._tasks.spawn("rename a tag", self._rename(tag, " ".join(name.split())))

    async def _rename(self, tag: str, name: str) -> None:
        if not name or name == tag:
            return
        colours = await self._colours()
        if tag in colours:
            await self._store.set_value(COLOURS, {**colours, name: colours[tag]})
        async with self._turn:
            await self._change(
                await self._chats_with(tag),
                lambda tags: tuple(dict.fromkeys(name if one == tag else one for one in tags)),
                f"Tag “{tag}” renamed to “{name}”.",
            )

    def remove(self, tag: str) -> None:
        """Removes a tag from all chats."""
        self._tasks.spawn("remove a tag", self._remove(tag))

    async def _remove(self, tag: str) -> None:
        async with self._turn:
            await self._change(await self._chats_with(tag), lambda tags: _without(tags, tag), f"Tag “{tag}” removed.")

    def set_colour(self, tag: str, colour: str) -> None:
        """Sets the colour of a tag; ``colour`` is a name in ``sidebar.tags.COLOURS``."""
        self._tasks.spawn("colour a tag", self._set_colour(tag, colour))

    async def _set_colour(self, tag: str, colour: str) -> None:
        await self._store.set_value(COLOURS, {**await self._colours(), tag: colour})
        await self._load()

    async def _chats_with(self, tag: str) -> list[Chat]:
        found: list[Chat] = []
        for archived in (False, True):
            query = ChatQuery(tag=tag, archived=archived, limit=_PAGE)
            while page := await self._store.chats(query):
                found += page
                query = dataclasses.replace(query, offset=query.offset + _PAGE)
        return found

    async def _change(
        self, chats: Sequence[Chat], change: Callable[[tuple[str, ...]], tuple[str, ...]], done: str
    ) -> None:
        old = {chat.id: {"tags": chat.tags} for chat in chats}
        await self._store_tags({chat.id: {"tags": change(chat.tags)} for chat in chats})
        self.noticed.emit(Notice(
            done, "Undo", lambda: self._tasks.spawn("undo the tagging", self._store_tags(old)),
            undoes=True, lasting=True))

    async def _store_tags(self, tags: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        await self._store.update_chats(tags)
        await self._load()


def _without(tags: tuple[str, ...], tag: str) -> tuple[str, ...]:
    return tuple(one for one in tags if one != tag)
