"""Exports of a real chat from a real store: nothing is lost, nothing runs, files land whole or not at all."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from workbench.app import open_services
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Failure, File, Image, Part, Reasoning, Text, ToolCall
from workbench.core.errors import BadInput
from workbench.core.reply.records import RequestRecord
from workbench.core.reply.usage import Usage
from workbench.core.services import Services
from workbench.files.exports import pdf_printer
from workbench.storage import damaged_values

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201ff3ad5b2f00000000049454e44ae426082"
)


async def fill(services: Services) -> str:
    """A chat with two answers to one question, an image, a file, reasoning, a tool call and an error."""
    store = services.store
    chat = await store.create_chat(Chat("", 'A "title" / 测试', "a/model", "Be <b>kind</b>.", {"temperature": 0.5}))
    picture = Image(await store.put_blob(PIXEL, "image/png", "dot.png"), width=1, height=1)
    asked = await store.add_message(chat.id, None, user("Look ```here", picture, File("n.txt", "inner ``` fence")))
    record = RequestRecord("a/model", usage=Usage(3, 4), first_token=0.5, ended=1.5, cost=0.25, finish_reason="stop",
                           asked={"temperature": 0.5})
    parts: tuple[Part, ...] = (Reasoning("Hmm, a dot."), Text("**Old** answer"), ToolCall("1", "look", '{"a": 1}'))
    old = await store.add_message(chat.id, asked.id, Message("assistant", parts, "a/model"), record=record)
    await store.finish(old.id, old.message, Status.COMPLETE, record)
    new = Message("assistant", (Text("<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://h/p.png)"),
                                Failure("It broke.")), "a/model")
    await store.add_message(chat.id, asked.id, new, status=Status.INTERRUPTED)
    return chat.id


def export(run: Run, data: Path, path: Path, format: str, **options: Any) -> Path:
    async def work() -> None:
        async with open_services(data) as services:
            chat_id = await fill(services)
            done: list[tuple[int, int]] = []
            paths = await services.import_export.export(
                [chat_id], format, path, options=options, progress=lambda *at: done.append(at))
            assert path in paths and done[-1] == (1, 1)

    run(work())
    return path


ACTING = "\x1b]0;PWN\x07 \x1b[2J \x9b31m\x08\x7f red\r\nsecond\rthird\tend"


def export_acting(run: Run, data: Path, path: Path, format: str) -> str:
    """Exports a chat whose texts, code, calls, files and title would act in a terminal."""
    async def work() -> None:
        async with open_services(data) as services:
            chat = await services.store.create_chat(Chat("", ACTING, "a/model", ACTING))
            asked = await services.store.add_message(chat.id, None, user(ACTING, File("n.txt", ACTING)))
            parts: tuple[Part, ...] = (Reasoning(ACTING), Text(f"{ACTING}\n\n```\n{ACTING}\n```\n\n`{ACTING}`"),
                                       ToolCall("1", "look", ACTING), Failure(ACTING))
            await services.store.add_message(chat.id, asked.id, Message("assistant", parts, "a/model"))
            await services.import_export.export([chat.id], format, path, options={}, progress=lambda *_: None)

    run(work())
    return path.read_bytes().decode()


@pytest.mark.parametrize("format", ["md", "txt", "html"])
def test_no_file_for_reading_acts_in_a_terminal(run: Run, isolated: Path, tmp_path: Path, format: str) -> None:
    text = export_acting(run, isolated, tmp_path / "out", format)
    assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "]0;PWN" in text and "third" in text


def test_what_is_imported_again_keeps_every_character(run: Run, isolated: Path, tmp_path: Path) -> None:
    told = json.loads(export_acting(run, isolated, tmp_path / "out.json", "json"))
    waiting, texts = [told], []
    while waiting:
        match waiting.pop():
            case str(text):
                texts.append(text)
            case list(items):
                waiting += items
            case dict(fields):
                waiting += fields.values()
    assert texts.count(ACTING) >= 5, "the system prompt, the message, its file, the reasoning, the call, the failure"


def test_markdown_has_every_word_and_the_image(run: Run, isolated: Path, tmp_path: Path) -> None:
    text = export(run, isolated, tmp_path / "out.md", "md", branches=True).read_text("utf-8")
    for words in ("Look ```here", "**Old** answer", "Hmm, a dot.", "inner ``` fence", "Calls look", "It broke.",
                  "Be <b>kind</b>.", 'title: "A \\"title\\" / 测试"', "3 → 4 tokens", "(interrupted)"):
        assert words in text, words
    assert "````\ninner ``` fence\n````" in text
    assert [path.read_bytes() for path in (tmp_path / "images").iterdir()] == [PIXEL]


def test_the_shown_line_alone_and_without_reasoning(run: Run, isolated: Path, tmp_path: Path) -> None:
    text = export(run, isolated, tmp_path / "out.md", "md", reasoning=False).read_text("utf-8")
    assert "**Old** answer" not in text and "It broke." in text
    text = export(run, isolated, tmp_path / "two.md", "md", branches=True, reasoning=False).read_text("utf-8")
    assert "**Old** answer" in text and "Hmm" not in text


def test_images_inside_and_nothing_about_the_request(run: Run, isolated: Path, tmp_path: Path) -> None:
    text = export(run, isolated, tmp_path / "out.md", "md", branches=True, images_inside=True,
                  parameters=False, metrics=False).read_text("utf-8")
    assert "data:image/png;base64," in text and not (tmp_path / "images").exists()
    assert "3 → 4 tokens" not in text and "temperature" not in text


def test_parameters_and_metrics_each_alone(run: Run, isolated: Path, tmp_path: Path) -> None:
    for format in ("md", "html", "txt", "json"):
        asked, spent = (export(run, isolated, tmp_path / f"{left_out}.{format}", format, branches=True,
                               **{left_out: False}).read_text("utf-8") for left_out in ("metrics", "parameters"))
        assert "temperature" in asked and "temperature" not in spent, format
        word = '"first_token": 0.5' if format == "json" else "3 → 4 tokens"
        assert word in spent and word not in asked, format


def test_without_attachments_their_names_stay(run: Run, isolated: Path, tmp_path: Path) -> None:
    text = export(run, isolated, tmp_path / "out.md", "md", attachments=False).read_text("utf-8")
    assert "Image dot.png" in text and "File n.txt" in text and "inner" not in text


def test_json_has_all_branches_unless_told_otherwise(run: Run, isolated: Path, tmp_path: Path) -> None:
    whole = json.loads(export(run, isolated, tmp_path / "a.json", "json").read_text("utf-8"))
    line = json.loads(export(run, isolated, tmp_path / "b.json", "json", branches=False).read_text("utf-8"))
    assert [len(data["chats"][0]["messages"]) for data in (whole, line)] == [3, 2]


def test_a_new_export_takes_the_place_of_the_old_and_of_leftovers(
    run: Run, isolated: Path, tmp_path: Path
) -> None:
    (tmp_path / "out.md").write_text("old")
    dead, young = tmp_path / ".out.md.dead.part", tmp_path / ".out.md.young.part"
    for folder in (dead, young):
        folder.mkdir()
        (folder / "half").touch()
    os.utime(dead, (1, 1))
    assert "Look" in export(run, isolated, tmp_path / "out.md", "md").read_text("utf-8")
    assert not dead.exists() and young.exists()


def test_html_runs_and_fetches_nothing(run: Run, isolated: Path, tmp_path: Path) -> None:
    page = export(run, isolated, tmp_path / "out.html", "html", branches=True).read_text("utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert 'href="javascript' not in page and "src=\"http" not in page
    assert "default-src 'none'" in page and page.count("data:image/png;base64,") == 1
    assert "<strong>Old</strong> answer" in page


def test_links_to_files_are_no_links(run: Run, isolated: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with open_services(isolated) as services:
            chat = await services.store.create_chat(Chat("", "Links"))
            text = "[x](/etc/passwd) [y](other.html) ![z](/etc/hostname) [w](https://example.org/) <file:///etc/hosts>"
            await services.store.add_message(chat.id, None, Message("assistant", (Text(text),)))
            await services.import_export.export([chat.id], "html", tmp_path / "x.html", options={},
                                                progress=lambda *_: None)

    run(work())
    page = (tmp_path / "x.html").read_text("utf-8")
    assert re.findall(r'<a [^>]*href="([^"]*)"', page) == ["https://example.org/"]


@pytest.mark.parametrize("format", ["md", "html", "txt", "jsonl", "json"])
@pytest.mark.parametrize("damage", [
    "UPDATE contents SET frame = 'nothing'", "UPDATE contents SET frame = '[[3]]'", "UPDATE contents SET extra = '{'",
    "UPDATE records SET record = '{}'", "UPDATE records SET record = 'x'",
])
def test_a_damaged_message_does_not_stop_an_export(
    format: str, damage: str, run: Run, isolated: Path, tmp_path: Path
) -> None:
    async def fill_store() -> str:
        async with open_services(isolated) as services:
            return await fill(services)

    chat_id = run(fill_store())
    with closing(sqlite3.connect(isolated / "workbench.db")) as database:
        changed = database.execute(damage).rowcount
        database.commit()
    assert changed
    path = tmp_path / f"x.{format}"

    async def work() -> None:
        async with open_services(isolated) as services:
            await services.import_export.export([chat_id], format, path, options={}, progress=lambda *_: None)

    run(work())
    assert "is damaged in the database" in path.read_text("utf-8") or "records" in damage


@pytest.mark.parametrize("format", ["md", "html", "json"])
@pytest.mark.parametrize("damage", [
    "UPDATE contents SET body = x'fffe00' WHERE node = (SELECT min(no) FROM nodes)",
    "UPDATE contents SET extra = replace(hex(zeroblob(2500)), '0', '[') WHERE node = (SELECT max(no) FROM nodes)",
    "UPDATE contents SET frame = replace(hex(zeroblob(2500)), '0', '[') WHERE node = (SELECT max(no) FROM nodes)",
    "UPDATE nodes SET created = 'abc'", "UPDATE nodes SET created = 1e300", "UPDATE nodes SET created = -1e300",
    "UPDATE nodes SET model = x'ff', label = x'ff', origin = x'ff'",
    "UPDATE chats SET extra = '{x'", "UPDATE chats SET extra = '[1]'", "UPDATE chats SET params = '[1'",
    "UPDATE chats SET created = 1e300, updated = 'abc'",
    "UPDATE chats SET title = x'ff', model = x'ff', system = x'ff', draft = x'ff'",
])
def test_a_damaged_value_costs_no_more_than_itself(
    format: str, damage: str, run: Run, isolated: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def fill_store() -> None:
        async with open_services(isolated) as services:
            await fill(services)
            await fill(services)

    run(fill_store())
    with closing(sqlite3.connect(isolated / "workbench.db")) as database:
        assert database.execute(damage).rowcount
        database.commit()

    async def work() -> None:
        async with open_services(isolated) as services:
            ids = [chat.id for chat in await services.store.chats(ChatQuery())]
            assert len(ids) == 2
            await services.import_export.export(
                ids, format, tmp_path / "out", options={}, progress=lambda *_: None)

    damaged_values._warn.cache_clear()
    run(work())
    out = tmp_path / "out"
    files = [out] if out.is_file() else sorted(file for file in out.rglob("*.*") if file.suffix != ".png")
    assert "It broke." in "".join(file.read_text("utf-8") for file in files)
    assert "damaged" in caplog.text or "cannot be read" in caplog.text


def test_changing_a_chat_leaves_its_damaged_values_in_the_database(run: Run, isolated: Path) -> None:
    async def work(title: str, *, renamed: bool) -> None:
        async with open_services(isolated) as services:
            ident = (await services.store.chats(ChatQuery()))[0].id if renamed else await fill(services)
            await services.store.update_chat(ident, title=title)

    run(work("Before", renamed=False))
    with closing(sqlite3.connect(isolated / "workbench.db")) as database:
        database.execute("UPDATE chats SET params = '[1', extra = '{x'")
        database.commit()
    run(work("After", renamed=True))
    with closing(sqlite3.connect(isolated / "workbench.db")) as database:
        assert database.execute("SELECT title, params, extra FROM chats").fetchall() == [("After", "[1", "{x")]


def test_own_json_holds_all(run: Run, isolated: Path, tmp_path: Path) -> None:
    data = json.loads(export(run, isolated, tmp_path / "out.json", "json", branches=True).read_text("utf-8"))
    chat = data["chats"][0]
    assert data["format"] == "chat-workbench" and chat["system"] == "Be <b>kind</b>."
    assert [message["status"] for message in chat["messages"]] == ["complete", "complete", "interrupted"]
    assert chat["messages"][1]["parent"] == chat["messages"][2]["parent"] == chat["messages"][0]["id"]
    assert chat["messages"][1]["record"]["usage"] == {"input": 3, "output": 4} and len(chat["blobs"]) == 1


def test_json_lines_are_openai_messages(run: Run, isolated: Path, tmp_path: Path) -> None:
    lines = export(run, isolated, tmp_path / "out.jsonl", "jsonl", branches=True).read_text("utf-8").splitlines()
    first, second = (json.loads(line)["messages"] for line in lines)
    assert [message["role"] for message in first] == ["system", "user", "assistant"]
    assert first[1]["content"][0]["type"] == "text" or first[1]["content"][0]["type"] == "image_url"
    assert first[2]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"a": 1}'}
    assert second[2]["content"].startswith("<script>")


def test_plain_text(run: Run, isolated: Path, tmp_path: Path) -> None:
    text = export(run, isolated, tmp_path / "out.txt", "txt").read_text("utf-8")
    assert "Look ```here" in text and "[Image dot.png]" in text and "inner ``` fence" in text


def test_a_place_that_cannot_be_written(run: Run, isolated: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="could not be written"):
        export(run, isolated, tmp_path / "file" / "out.md", "md")
    with pytest.raises(BadInput, match="no format doc"):
        export(run, isolated, tmp_path / "x", "doc")


@pytest.mark.parametrize("format", ["md", "json", pytest.param("pdf", marks=pytest.mark.process)])
def test_a_stopped_export_leaves_nothing(format: str, run: Run, isolated: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with open_services(isolated) as services:
            ids = [await fill(services) for _ in range(5)]
            seen = asyncio.Event()
            progress: Callable[[int, int], None] = lambda done, total: seen.set() if done == 2 else None  # noqa: E731
            task = asyncio.ensure_future(services.import_export.export(
                ids, format, tmp_path / "out" / "all", options={}, progress=progress))
            await seen.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert list((tmp_path / "out").iterdir()) == [], "also not by a worker that goes on"

    run(work(), timeout=30)


def test_a_long_chat_tells_how_many_messages_are_written(run: Run, isolated: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    async def work() -> None:
        async with open_services(isolated) as services:
            chat = await services.store.create_chat(Chat("", "Long"))
            above = None
            for number in range(50):
                above = (await services.store.add_message(chat.id, above, user(f"Message {number}"))).id
            await services.import_export.export([chat.id], "html", tmp_path / "long.html", options={},
                                           progress=lambda *at: told.append(at))

    run(work())
    assert [at for at in told if at[1] == 50] == [(0, 50), (20, 50), (40, 50)] and told[-1] == (1, 1)
    assert (tmp_path / "long.html").read_text("utf-8").count("<article") == 50


@pytest.mark.process
def test_stopping_ends_the_making_of_a_pdf(tmp_path: Path) -> None:
    page = tmp_path / "x.pdf"
    page.write_text("<p>x</p>")

    def stopped() -> None:
        raise BadInput("stopped")

    with pytest.raises(BadInput, match="stopped"):
        pdf_printer.print_pdf(page, stopped)
    assert page.read_text() == "<p>x</p>"


@pytest.mark.parametrize("inside", [True, False])
def test_ids_of_a_foreign_database_lead_out_of_no_folder(
    run: Run, isolated: Path, tmp_path: Path, inside: bool
) -> None:
    """Whoever makes a backup chooses the ids of its chats and attachments, and they may be names of files."""
    outside = tmp_path / "outside"

    async def work() -> None:
        async with open_services(isolated) as services:
            await fill(services)
            await services.store.create_chat(Chat("", "Another"))
        with closing(sqlite3.connect(isolated / "workbench.db")) as database, database:
            database.execute("UPDATE chats SET id = ?, title = '' WHERE title <> 'Another'", (str(outside),))
            for column in ("sha256 FROM blobs", "sha256 FROM blob_uses"):
                name, _, table = column.split()
                database.execute(f"UPDATE {table} SET {name} = '../../../outside'")
            (old,), = database.execute("SELECT frame FROM contents WHERE frame LIKE '%sha256%'")
            database.execute("UPDATE contents SET frame = ? WHERE frame = ?",
                             (re.sub("[0-9a-f]{64}", "../../../outside", old), old))
        async with open_services(isolated) as services:
            ids = [chat.id for chat in await services.store.chats(ChatQuery())]
            await services.import_export.export(ids, "md", tmp_path / "a" / "b" / "out",
                                                options={"images_inside": inside}, progress=lambda *at: None)

    run(work())
    written = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(isolated)]
    assert len(written) == 2 + (not inside) and all(path.is_relative_to(tmp_path / "a/b/out") for path in written)
