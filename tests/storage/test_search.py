"""Searching messages and titles."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import File, Image, Reasoning, Text
from workbench.core.errors import BadInput
from workbench.storage.query import Query, parse
from workbench.storage.search import snippet
from workbench.storage.store import SqliteStore


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ('one "two  three" -four', Query(("one", "two  three"), ("four",))),
        ("model:gpt-4 provider:openai ROLE:User", Query(model="gpt-4", provider="openai", role="user")),
        ('tag:"to read" folder:books has:image', Query(tag="to read", folder="books", has=("image",))),
        ("http://a.b c:\\d a-b -", Query(("http://a.b", "c:\\d", "a-b", "-"))),
        ('-"no way" "open', Query(("open",), ("no way",))),
        ('note:"x y"', Query(("note:", "x y"))),
        ("  ", Query()),
        (
            "before:2026-05 after:2025-12-31",
            Query(before=datetime(2026, 5, 1).timestamp(), after=datetime(2025, 12, 31).timestamp()),
        ),
    ],
)
def test_the_language(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize("text", ["before:soon", "after:2026-13", "has:legs", 'before:""'])
def test_a_filter_that_cannot_be_is_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match=r"write|use"):
        parse(text)


def test_words_parts_of_words_and_scripts(run: Run, store: SqliteStore) -> None:
    texts = [
        "The lighthouse keeper sang", "今天天气很好", "ÄRGER im Büro", "C# and Go", "naïve Straße", "東京タワー",
        "안녕하세요 세계", "one\ntwo three", 'quotes " and \\ and 100%_', "Привет, мир", "👍🏽 emoji",
    ]  # fmt: skip
    found = {
        "HOUSE": 0, "light keep": 0, "house -sang": None, '"keeper sang"': 0, '"sang keeper"': None,
        "天气": 1, "天": 1, "气好": None, "今天天气": 1, "ärger": 2, "büro": 2, "c#": 3, "go": 3,
        "straße": 4, "タワ": 5, "京": 5, "세계": 6, "하세요": 6, "two": 7, '" and': 8, "\\": 8, "0%_": 8,
        "привет": 9, "мир": 9, "👍🏽": 10, "nothing": None,
    }  # fmt: skip

    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Title"))
        ids = [(await store.add_message(chat.id, None, user(text))).id for text in texts]
        for query, place in found.items():
            hits = [hit.message_id for hit in await store.search(query)]
            wanted = [] if place is None else [ids[place]]
            assert (hits if place is None else [id for id in hits if id in wanted]) == wanted, query

    run(scene())


def test_filters_and_places(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        outer = await store.save_folder(Folder("", "Books"))
        inner = await store.save_folder(Folder("", "Novels", outer.id))
        one = await store.create_chat(Chat("", "Boats and words", tags=("To Read",), folder_id=inner.id))
        two = await store.create_chat(Chat("", "Other"))
        blob = await store.put_blob(b"x", "image/png")
        image = await store.add_message(one.id, None, Message("user", (Image(blob), Text("word picture"))))
        file = await store.add_message(one.id, image.id, Message("user", (File("a.py", "word attached"),)))
        thought = await store.add_message(
            two.id, None, Message("assistant", (Reasoning("word pondered"), Text("ok")), "openai/gpt-5")
        )
        for query, wanted in {
            "word has:image": [image], "has:file": [file], "attached": [file], "pondered": [thought],
            "word model:GPT": [thought], "provider:openai": [thought], "provider:open": [],
            "word role:assistant": [thought], 'word tag:"to read" role:user': [image, file], "tag:none word": [],
            "folder:books has:image": [image], "folder:novels attached": [file], "folder:other word": [],
            "word after:2020 has:reasoning": [thought], "word before:2020": [], "word -picture has:file": [file],
        }.items():  # fmt: skip
            assert {hit.message_id for hit in await store.search(query)} == {node.id for node in wanted}, query
        title = (await store.search("boats"))[0]
        assert (title.role, title.chat_id, title.message_id) == ("title", one.id, file.id)
        assert [title.snippet[start : start + length] for start, length in title.marks] == ["Boats"]
        token = await store.delete_chats([one.id])
        assert {hit.message_id for hit in await store.search("word")} == {thought.id}
        await store.undo(token)
        token = await store.delete_messages(one.id, [image.id], below=True)
        assert not await store.search("has:image")
        await store.purge(token)
        assert not await store.search("has:file attached")
        with pytest.raises(BadInput):
            await store.blob(blob.sha256)

    run(scene())


def test_snippets_show_the_word_in_its_surroundings() -> None:
    text, marks = snippet("a " * 200 + "find\n\tme " + "b " * 200, ["find", "me"])
    assert text.startswith("…") and text.endswith("…") and len(text) < 170
    assert [text[start : start + length] for start, length in marks] == ["find", "me"]
    assert snippet("Short", []) == ("Short", ())


def test_a_newer_search_ends_an_older_one(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Many"))
        for number in range(20):
            await store.add_message(chat.id, None, user(f"number {number}"))
        free = threading.Event()
        store._searcher._thread.submit(free.wait)
        searches = [asyncio.ensure_future(store.search(text)) for text in ("number 1", "number", "number 19")]
        await asyncio.sleep(0)
        searches[1].cancel()
        free.set()
        older, _, newer = await asyncio.gather(*searches, return_exceptions=True)
        assert older == () and isinstance(newer, list) and len(newer) == 1
        assert len(await store.search("number", 5)) == 5

    run(scene())
