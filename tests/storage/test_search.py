"""Searching messages and titles."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import File, Image, Reasoning, Text
from workbench.core.errors import BadInput
from workbench.storage.snippets import snippet
from workbench.storage.store import SqliteStore


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
            "word model:GPT": [thought], "provider:openai": [thought], "model:gpt provider:openai": [thought],
            "word role:assistant": [thought], 'word tag:"to read" role:user': [image, file],
            "folder:books has:image": [image], "folder:novels attached": [file],
            "word -has:image -has:reasoning": [file], "word -role:user has:reasoning": [thought],
            "word -model:gpt": [image, file], 'word -tag:"to read"': [thought], "word -folder:books": [thought],
            "-after:2020 word": [], "has:image -role:user": [],
            "picture -provider:openai -has:file": [image], "-tag:\"to read\"": [thought],
            "word after:2020 has:reasoning": [thought], "word before:2020": [], "word -picture has:file": [file],
        }.items():  # fmt: skip
            assert {hit.message_id for hit in await store.search(query)} == {node.id for node in wanted}, query
        for query, named in {
            "tag:none word": 'tag:"To Read"', "folder:other word": "folder:Books, folder:Novels",
            "provider:open": "provider:openai", "model:llama": "model:openai/gpt-5", "is:pinned": "has:",
            "in:title word": "model:", "model:": "write",
        }.items():
            with pytest.raises(BadInput, match=re.escape(named)):
                await store.search(query)
        assert not await store.search('https://nowhere.example "is:pinned" C:\\\\x')
        assert not await store.search("word before:2020 tag:\"to read\"")
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
