"""Exports for other programs: held to the fields that those read, and read back by this program's own readers."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from workbench.app import open_services
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Image, Reasoning, Text, ToolCall, ToolResult

PEERS = ("chatgpt", "openwebui", "librechat", "sillytavern")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201ff3ad5b2f00000000049454e44ae426082"
)


def exported(run: Run, data: Path, path: Path, format: str, **options: bool) -> str:
    """A chat with two replies to its question, a tool's turn and an empty reply, exported."""
    async def work() -> None:
        async with open_services(data) as services:
            store = services.store
            chat = await store.create_chat(Chat("", "Vögel 🦉", "a/model", "Be kind.", {"temperature": 0.5}))
            picture = Image(await store.put_blob(PIXEL, "image/png", "dot.png"))
            asked = await store.add_message(chat.id, None, user("Which bird?", picture))
            await store.add_message(chat.id, asked.id, Message("assistant", (Text("A tit."),), "a/small"))
            parts = (Reasoning("Green <b>back</b>.", 2.5), Text("A woodpecker."), ToolCall("1", "look", "{}"))
            reply = await store.add_message(chat.id, asked.id, Message("assistant", parts, "a/model"))
            result = await store.add_message(chat.id, reply.id, Message("tool", (ToolResult("1", "It is green."),)))
            empty = await store.add_message(chat.id, result.id, Message("assistant", (), "a/model"))
            await store.add_message(chat.id, empty.id, user("Thanks."))
            await services.import_export.export([chat.id], format, path, options=dict(options),
                                                progress=lambda *_: None)

    run(work())
    return path.read_text("utf-8")


def read_back(run: Run, data: Path, path: Path) -> tuple[Chat, list[tuple[str, str]], int]:
    """Imports a file; returns the chat, the roles and texts of the shown line, and how many messages there are."""
    async def work() -> tuple[Chat, list[tuple[str, str]], int]:
        async with open_services(data) as services:
            await services.import_export.import_files([path], dry_run=False, progress=lambda *_: None)
            (chat,) = await services.store.chats(ChatQuery())
            line = await services.store.nodes([header.id for header in await services.store.path(chat.id)])
            shown = [(node.message.role, node.message.text) for node in line]
            return chat, shown, len(await services.store.tree(chat.id))

    return run(work())


@pytest.mark.parametrize("format", PEERS)
def test_what_is_exported_comes_back(format: str, run: Run, isolated: Path, tmp_path: Path) -> None:
    path = tmp_path / f"x.{'jsonl' if format == 'sillytavern' else 'json'}"
    exported(run, isolated, path, format)
    chat, shown, count = read_back(run, tmp_path / "other", path)
    assert "Vögel 🦉" in chat.title or format == "sillytavern"
    words = " ".join(text for _, text in shown)
    assert "Which bird?" in words and "A woodpecker." in words and "It is green." in words and words.endswith("Thanks.")
    assert ("A tit." in words) is False
    assert count > len(shown) or format == "chatgpt", "other replies come along, where the format has a place for them"


def test_chatgpt_has_what_its_readers_take_unguarded(run: Run, isolated: Path, tmp_path: Path) -> None:
    (chat,) = json.loads(exported(run, isolated, tmp_path / "x.json", "chatgpt"))
    assert chat["title"] and isinstance(chat["create_time"], float) and isinstance(chat["update_time"], float)
    nodes = list(chat["mapping"].values())
    assert nodes[0]["message"] is None and nodes[0]["parent"] is None
    assert chat["current_node"] == nodes[-1]["id"], "in order, for readers that go by it"
    for above, node in pairwise(nodes):
        assert node["parent"] == above["id"] and above["children"] == [node["id"]]
        message = node["message"]
        assert isinstance(message["metadata"], dict) and isinstance(message["author"]["metadata"], dict)
        assert message["content"]["content_type"] == "text" and isinstance(message["content"]["parts"][0], str)
        assert message["recipient"] == "all" and message["weight"] == 1
    assert [node["message"]["author"]["role"] for node in nodes[1:3]] == ["system", "user"]


def test_open_webui_has_what_it_requires(run: Run, isolated: Path, tmp_path: Path) -> None:
    (item,) = json.loads(exported(run, isolated, tmp_path / "x.json", "openwebui"))
    history: dict[str, Any] = item["chat"]["history"]
    messages = history["messages"]
    assert history["currentId"] in messages and item["chat"]["params"] == {"temperature": 0.5, "system": "Be kind."}
    for ident, message in messages.items():
        assert message["id"] == ident and message["role"] in ("user", "assistant")
        assert isinstance(message["content"], str) and isinstance(message["timestamp"], int)
        assert message["parentId"] is None or ident in messages[message["parentId"]]["childrenIds"]
        assert all(messages[child]["parentId"] == ident for child in message["childrenIds"])
    first = next(message for message in messages.values() if message["parentId"] is None)
    assert first["files"][0]["url"].startswith("data:image/png;base64,") and len(first["childrenIds"]) == 2
    thought = next(message for message in messages.values() if "woodpecker" in message["content"])
    assert thought["content"].startswith('<details type="reasoning" done="true" duration="2">')
    assert "> Green &lt;b&gt;back&lt;/b&gt;." in thought["content"] and thought["model"] == "model"


def test_librechat_drops_no_branch(run: Run, isolated: Path, tmp_path: Path) -> None:
    chat = json.loads(exported(run, isolated, tmp_path / "x.json", "librechat"))
    assert chat["recursive"] is False and chat["branches"] is True and chat["options"]["promptPrefix"] == "Be kind."
    known = {"00000000-0000-0000-0000-000000000000"}
    for message in chat["messages"]:
        assert message["parentMessageId"] in known, "a reader links each message to one before it"
        assert message["text"] and message["createdAt"].endswith("Z")
        known.add(message["messageId"])
    assert len(chat["messages"]) == 6
    first, *replies = chat["messages"][:3]
    assert {reply["parentMessageId"] for reply in replies} == {first["messageId"]}
    assert [part["type"] for part in replies[1]["content"]] == ["think", "text"]


@pytest.mark.costly
@pytest.mark.parametrize("format", PEERS)
def test_a_long_chat_is_exported(format: str, run: Run, isolated: Path, tmp_path: Path) -> None:
    """A reply below a reply, 1,200 times, deeper than calls may go: no form may be nested as deep."""
    said = [{"role": ("user", "assistant")[place % 2], "content": f"Message {place}."} for place in range(1200)]
    source = tmp_path / "long.jsonl"
    source.write_text(json.dumps({"messages": said}), "utf-8")
    path = tmp_path / f"x.{'jsonl' if format == 'sillytavern' else 'json'}"

    async def work() -> None:
        async with open_services(isolated) as services:
            await services.import_export.import_files([source], dry_run=False, progress=lambda *_: None)
            (chat,) = await services.store.chats(ChatQuery())
            await services.import_export.export([chat.id], format, path, options={}, progress=lambda *_: None)

    run(work())
    _, shown, _ = read_back(run, tmp_path / "other", path)
    assert [text for _, text in shown] == [message["content"] for message in said]


def test_sillytavern_has_other_replies_as_swipes(run: Run, isolated: Path, tmp_path: Path) -> None:
    head, *lines = map(json.loads, exported(run, isolated, tmp_path / "x.jsonl", "sillytavern").splitlines())
    assert head["user_name"] == "You" and head["character_name"] == "Vögel 🦉" and head["chat_metadata"] == {}
    assert all({"name", "is_user", "is_system", "send_date", "mes"} <= set(line) for line in lines)
    reply = next(line for line in lines if "swipes" in line)
    assert reply["swipes"][0] == "A tit." and reply["swipe_id"] == 1 and reply["mes"] == reply["swipes"][1]
    assert reply["extra"] == {"api": "openai", "model": "model", "reasoning": "Green <b>back</b>."}
