"""``workbench bench store`` and ``search``: the store with a million messages, made on the first run and kept in
the system's cache folder."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from workbench.storage.bench import CHATS, MESSAGES, bench_search, bench_store, fill


def run(name: str, size: int | None) -> dict[str, Any]:
    """Measures a store. ``size`` is the number of messages, a tenth of it the number of chats."""
    messages = size or MESSAGES
    bench = {"store": bench_store, "search": bench_search}[name]
    return asyncio.run(bench(large_store(size), messages=messages, chats=_chats(messages), progress=_say))


def large_store(size: int | None) -> Path:
    """Returns the data folder with so many messages, filled unless an earlier run did that."""
    messages = size or MESSAGES
    folder = Path(user_cache_path("chat-workbench")) / f"bench-{messages}"
    folder.mkdir(parents=True, exist_ok=True)
    fill(folder, messages, _chats(messages), _say)
    return folder


def _chats(messages: int) -> int:
    return max(messages * CHATS // MESSAGES, 1)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
