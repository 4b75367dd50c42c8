"""The commands list, show and search."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.cli.conftest import Cli
from tests.support.parts import one_of_each, words_of
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Citation, Unknown
from workbench.storage.store import open_store


def test_search_finds_parts_of_words_and_chinese(cli: Cli) -> None:
    cli("ask", "Explain the thermometer 天气")
    assert len(cli("search", "ermomet", "--json").json) >= 1
    assert len(cli("search", "天气", "--json").json) >= 1
    assert "Explain the thermometer" in cli("search", "ermomet").out
    assert cli("search", "nothing like it").out == ""
    assert cli("search", "has:legs").code == 2


def test_a_chat_is_listed_and_shown(cli: Cli) -> None:
    assert cli("list").out == "" and cli("list", "--json").json == []
    for prompt in ("What can you do?", "What is temperature?"):
        cli("ask", "-s", "Be brief.", prompt)
    listed = cli("list", "--json").json
    assert [chat["title"] for chat in listed] == ["What is temperature?", "What can you do?"]
    assert [chat["title"] for chat in cli("list", "--limit", "1", "--json").json] == ["What is temperature?"]
    assert [line.split()[0] for line in cli("list").out.splitlines()] == [chat["id"] for chat in listed]
    shown = cli("show", listed[1]["id"]).out
    assert shown.startswith("# What can you do?\n\n## user ·") and "\n## builtin/guide ·" in shown
    as_json = cli("show", listed[1]["id"], "--json").json
    assert as_json["system"] == "Be brief." and [node["role"] for node in as_json["messages"]] == ["user", "assistant"]
    missing = cli("show", "no-such-chat")
    assert missing.code == 2 and "“workbench list” shows all" in missing.err


def test_no_part_of_a_message_is_left_out(cli: Cli, isolated: Path) -> None:
    async def make() -> str:
        store = await open_store(isolated)
        chat = await store.create_chat(Chat("", "Every part"))
        question = await store.add_message(chat.id, None, user("Show all"))
        await store.add_message(chat.id, question.id, Message("assistant", one_of_each()))
        await store.close()
        return chat.id

    isolated.mkdir()
    shown = cli("show", asyncio.run(make())).out
    for part in one_of_each():
        if isinstance(part, Citation):
            assert f"[source {part.url}]" in shown
        elif isinstance(part, Unknown):
            assert "[a part that this version does not know]" in shown
        else:
            assert words_of(part) in shown
