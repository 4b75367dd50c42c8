"""Tags: which there are and in what colour, put on and taken off, renamed and removed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.ui.shell.notices import Notice
from workbench.ui.sidebar.chat_list import count_chats

COLOURS = "ui/tag-colours"
"""The store keeps under this name the colours that the user chose, by tag."""

_PAGE = 1000


class TagsController(QObject):
    shown = Signal(list, dict)  # all tags, in order; the colours that were chosen, by tag
    noticed = Signal(object)  # Notice

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._known: tuple[list[str], dict[str, Json]] = ([], {})

    def load(self) -> None:
        """Looks which tags there are; tells when that has changed."""
        self._tasks.start("load the tags", self._load())

    async def _load(self) -> None:
        tags, colours = list(await self._store.tags()), await self._colours()
        if (tags, colours) != self._known:
            self._known = (tags, colours)
            self.shown.emit(tags, colours)

    async def _colours(self) -> dict[str, Json]:
        kept = await self._store.recall(COLOURS)
        return dict(kept) if isinstance(kept, dict) else {}

    def tag(self, chat_ids: Sequence[str], tag: str, on: bool) -> None:
        """Puts a tag on chats, or takes it off."""
        self._tasks.spawn("tag chats", self._tag(chat_ids, " ".join(tag.split()), on))

    async def _tag(self, chat_ids: Sequence[str], tag: str, on: bool) -> None:
        chats = [await self._store.chat(chat_id) for chat_id in chat_ids]
        said = f"tagged “{tag}”" if on else f"not tagged “{tag}” any more"
        await self._change(chats, lambda tags: _without(tags, tag) + ((tag,) if on else ()),
                           f"{count_chats(chat_ids)} {said}.")

    def rename(self, tag: str, name: str) -> None:
        """In all chats that have it, in the archive too; a name that another tag has joins the two."""
        self._tasks.spawn("rename a tag", self._rename(tag, " ".join(name.split())))

    async def _rename(self, tag: str, name: str) -> None:
        if not name or name == tag:
            return
        colours = await self._colours()
        if tag in colours:
            await self._store.keep(COLOURS, {**colours, name: colours[tag]})
        await self._change(
            await self._tagged(tag),
            lambda tags: tuple(dict.fromkeys(name if one == tag else one for one in tags)),
            f"“{tag}” is called “{name}” now.",
        )

    def remove(self, tag: str) -> None:
        """Takes a tag off all chats."""
        self._tasks.spawn("remove a tag", self._remove(tag))

    async def _remove(self, tag: str) -> None:
        await self._change(await self._tagged(tag), lambda tags: _without(tags, tag), f"Tag “{tag}” removed.")

    def colour(self, tag: str, colour: str) -> None:
        """``colour`` is a name of ``sidebar.tags.COLOURS``."""
        self._tasks.spawn("colour a tag", self._colour(tag, colour))

    async def _colour(self, tag: str, colour: str) -> None:
        await self._store.keep(COLOURS, {**await self._colours(), tag: colour})
        await self._load()

    async def _tagged(self, tag: str) -> list[Chat]:
        found: list[Chat] = []
        for archived in (False, True):
            query = ChatQuery(tag=tag, archived=archived, limit=_PAGE)
            while page := await self._store.chats(query):
                found += page
                query = dataclasses.replace(query, offset=query.offset + _PAGE)
        return found

    async def _change(
        self, chats: Sequence[Chat], change: Callable[[tuple[str, ...]], tuple[str, ...]], said: str
    ) -> None:
        old = {chat.id: {"tags": chat.tags} for chat in chats}
        await self._put({chat.id: {"tags": change(chat.tags)} for chat in chats})
        self.noticed.emit(Notice(
            said, "Undo", lambda: self._tasks.spawn("undo the tagging", self._put(old)), lasting=True))

    async def _put(self, tags: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        await self._store.update_chats(tags)
        await self._load()


def _without(tags: tuple[str, ...], tag: str) -> tuple[str, ...]:
    return tuple(one for one in tags if one != tag)
