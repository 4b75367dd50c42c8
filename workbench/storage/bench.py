"""``workbench bench store`` and ``workbench bench search``: real calls on a generated store, in milliseconds."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Text
from workbench.core.json_types import Json, JsonObject

from .bench_data import LONG, LONG_CHAT, Words, generate
from .paths import DATABASE
from .store import SqliteStore, open_store

MESSAGES, CHATS = 1_000_000, 100_000
Progress = Callable[[str], None]


async def bench_store(
    folder: Path, *, messages: int = MESSAGES, chats: int = CHATS, progress: Progress = lambda sentence: None
) -> JsonObject:
    """Measures opening, listing, reading and writing. ``folder`` is filled first unless an earlier run did."""
    fill(folder, messages, chats, progress)
    opened = await _times(lambda: _open_and_close(folder), 5)
    store = await open_store(folder)
    try:
        tail = [header.id for header in (await store.path(LONG_CHAT))[-40:]]
        chat = await store.create_chat(Chat("", "Benchmark"))
        streaming = await store.add_message(chat.id, None, Message("assistant"), status=Status.STREAMING)
        grown = Message("assistant", (Text("word " * 4000),))
        result: JsonObject = {
            "messages": messages,
            "chats": chats,
            "file_mb": round((folder / DATABASE).stat().st_size / 1e6, 1),
            "open_and_close": opened,
            "chats_first_page": await _times(lambda: store.chats(ChatQuery()), 50),
            "chats_last_page": await _times(lambda: store.chats(ChatQuery(offset=max(0, chats - 200))), 20),
            "count_chats": await _times(lambda: store.count_chats(ChatQuery()), 20),
            "chats_by_title": await _times(lambda: store.chats(ChatQuery(title="tion")), 20),
            f"line_of_{min(LONG, messages)}": await _times(lambda: store.path(LONG_CHAT), 10),
            "nodes_40": await _times(lambda: store.nodes(tail), 50),
            "add_message": await _times(lambda: store.add_message(chat.id, None, user("How are you?")), 100),
            "journal_20_kB": await _times(lambda: store.journal(streaming.id, grown), 50),
        }
        await store.purge(await store.delete_chats([chat.id]))
    finally:
        await store.close()
    return result


async def bench_search(
    folder: Path, *, messages: int = MESSAGES, chats: int = CHATS, progress: Progress = lambda sentence: None
) -> JsonObject:
    """Searches as somebody types them, letter by letter from the third on (the second for Chinese), and
    some with filters. The figures of ``as_you_type`` count every one of these searches."""
    fill(folder, messages, chats, progress)
    store = await open_store(folder)
    try:
        figures: dict[str, Json] = {}
        everything: list[float] = []
        for kind, queries in _typed().items():
            times = [await _timed(partial(store.search, query)) for query in queries]
            everything += times
            figures[kind] = _figures(times)
        return {
            "messages": messages,
            "as_you_type": _figures(everything),
            **figures,
            "two_letters_found_nowhere": await _times(lambda: store.search("q0"), 3),
            "save_during_a_search": await _save_during_search(store),
        }
    finally:
        await store.close()


def _typed() -> dict[str, list[str]]:
    write = random.Random(2)
    words = Words(write)
    common, rare = words.vocabulary[:300], words.vocabulary[300:]
    typed: dict[str, list[str]] = {
        "common_word": _letters(write.sample(common, 10), 3),
        "rare_word": _letters(write.sample(rare, 15), 3),
        "two_words": _letters([f"{write.choice(common)} {write.choice(rare)}" for _ in range(10)], 3),
        "exact": _letters([f'"{words.text(2)}"' for _ in range(5)], 5),
        "chinese": _letters([words.chinese(3) for _ in range(10)], 1),
    }
    filters = ("model:maker0", "role:user", "before:2022", "-tion")
    return {**typed, "filtered": [f"{one} {word}" for one in filters for word in write.sample(common, 5)]}


def _letters(texts: Sequence[str], first: int) -> list[str]:
    return [text[:end] for text in texts for end in range(min(first, len(text)), len(text) + 1)]


async def _save_during_search(store: SqliteStore) -> Json:
    """Measures how long saving a message takes while a search goes through everything and finds nothing."""
    chat = await store.create_chat(Chat("", "Benchmark"))
    searching = asyncio.ensure_future(store.search("q0 z0"))
    await asyncio.sleep(0.01)
    times = await _times(lambda: store.add_message(chat.id, None, user("Hello")), 20)
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)
    await store.purge(await store.delete_chats([chat.id]))
    return times


def fill(folder: Path, messages: int, chats: int, progress: Progress) -> None:
    """Makes the store unless an earlier run did."""
    if not (folder / DATABASE).exists():
        progress(f"Writing {messages} messages in {chats} chats to {folder}; this takes a while.")
        generate(folder, messages, chats)


async def _open_and_close(folder: Path) -> None:
    await (await open_store(folder)).close()


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


async def _times(work: Callable[[], Awaitable[object]], count: int) -> Json:
    return _figures([await _timed(work) for _ in range(count)])


def _figures(times: Sequence[float]) -> Json:
    ordered = sorted(times)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "max": round(ordered[-1], 2),
    }
