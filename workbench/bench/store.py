"""``workbench bench store`` and ``search``: the store with a million messages, made on the first run and kept in
the system's cache folder."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from workbench.storage.bench import CHATS, MESSAGES, bench_search, bench_store


def run(name: str, size: int | None) -> dict[str, Any]:
    """``size`` is the number of messages, a tenth of it the number of chats."""
    messages = size or MESSAGES
    folder = Path(user_cache_path("chat-workbench")) / f"bench-{messages}"
    folder.mkdir(parents=True, exist_ok=True)
    bench = {"store": bench_store, "search": bench_search}[name]
    chats = max(messages * CHATS // MESSAGES, 1)
    return asyncio.run(bench(folder, messages=messages, chats=chats, progress=_say))


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
