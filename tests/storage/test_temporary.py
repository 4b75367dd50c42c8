"""Temporary chats: everything works, and nothing of them comes to the disk until they are kept."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Blob, Image, Text
from workbench.core.errors import BadInput
from workbench.core.reply.records import RequestRecord
from workbench.storage.store import SqliteStore, open_store

SECRET = "quetzalcoatlus"
PICTURE = b"\x89PNG not really a picture of a " + SECRET.encode()


def traces(folder: Path) -> list[str]:
    """The files in which the secret stands, in any of the usual encodings."""
    words = (SECRET.encode(), SECRET.encode("utf-16-le"), SECRET.encode().hex().encode())
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


async def converse(store: SqliteStore) -> Chat:
    """A temporary chat that does everything a chat can do."""
    chat = await store.create_chat(Chat("", f"On the {SECRET}", "builtin/guide", temporary=True))
    blob = await store.put_blob(PICTURE, "image/png", f"{SECRET}.png")
    await store.update_chat(chat.id, draft=f"A draft on the {SECRET}", system=SECRET, tags=(SECRET,))
    asked = await store.add_message(chat.id, None, user(f"What is a {SECRET}?", Image(blob)))
    reply = await store.add_message(chat.id, asked.id, Message("assistant"), status=Status.STREAMING)
    await store.journal(reply.id, Message("assistant", (Text(f"The {SECRET} is"),)))
    whole = Message("assistant", (Text(f"The {SECRET} is extinct."),))
    await store.finish(reply.id, whole, Status.COMPLETE, RequestRecord("builtin/guide", body={"prompt": SECRET}))
    other = await store.add_message(chat.id, asked.id, Message("assistant", (Text(f"{SECRET}!"),)), origin="edit")
    await store.set_label(other.id, SECRET)
    await store.set_extra(other.id, {"rating": SECRET})
    await store.set_tip(chat.id, reply.id)
    assert await store.context_choices(chat.id) is not None
    await store.undo(await store.delete_messages(chat.id, [other.id], below=False))
    between, token = await store.insert_message(chat.id, asked.id, other.id, user(f"And the {SECRET}?"))
    assert SECRET in (await store.excerpts([between.id]))[between.id]
    assert between.id in [header.id for header in await store.summaries(chat.id)]
    await store.undo(token)
    await store.set_value(f"ui/queue/{chat.id}", [SECRET])
    await store.set_value("votes/1", {"chat": chat.id, "why": SECRET})
    return await store.chat(chat.id)


def test_everything_works_and_nothing_is_on_the_disk(run: Run, folder: Path) -> None:
    async def scene() -> None:
        store = await open_store(folder)
        await store.create_chat(Chat("", "Another"))
        chat = await converse(store)
        assert chat.temporary and chat.tags == (SECRET,)
        line = await store.nodes([header.id for header in await store.path(chat.id)])
        assert [node.message.text for node in line] == [f"What is a {SECRET}?", f"The {SECRET} is extinct."]
        assert len(await store.tree(chat.id)) == 3
        assert await store.blob(line[0].message.parts[0].blob.sha256) == PICTURE  # type: ignore[union-attr]
        assert await store.value(f"ui/queue/{chat.id}") == [SECRET]
        assert [found.title for found in await store.chats(ChatQuery())] == ["Another"]
        assert await store.count_chats(ChatQuery()) == 1
        assert await store.tags() == []
        assert await store.search(SECRET) == []
        await store.backup(folder / "backups" / "copy.db")
        assert traces(folder) == []
        await store.close()
        assert traces(folder) == []

    run(scene())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that nobody can catch")
@pytest.mark.process
def test_nothing_is_left_by_a_process_that_is_killed(folder: Path) -> None:
    child = subprocess.Popen([sys.executable, "-m", __name__, str(folder)], stdout=subprocess.PIPE, text=True,
                             cwd=Path(__file__).parents[2])
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    assert traces(folder) == []
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert traces(folder) == []


def test_what_still_comes_in_for_one_that_is_gone_has_nowhere_to_go(
    run: Run, store: SqliteStore, folder: Path
) -> None:
    async def scene() -> None:
        chat = await converse(store)
        tip = chat.tip or ""
        await store.purge(await store.delete_chats([chat.id]))
        for late in (
            store.add_message(chat.id, None, user(SECRET)), store.update_chat(chat.id, draft=SECRET),
            store.finish(tip, Message("assistant", (Text(SECRET),)), Status.STOPPED, None),
        ):  # fmt: skip
            with pytest.raises(BadInput):
                await late
        await store.set_value(f"ui/queue/{chat.id}", [SECRET])
        assert traces(folder) == []

    run(scene())


def test_a_kept_chat_is_whole(run: Run, folder: Path) -> None:
    async def scene() -> tuple[Chat, list[object]]:
        store = await open_store(folder)
        chat = await converse(store)
        tree = list(await store.tree(chat.id))
        before = [tree, *await store.nodes([header.id for header in tree])]
        kept = await store.update_chat(chat.id, temporary=False)
        assert not kept.temporary
        await store.close()
        return kept, before

    async def look(kept: Chat, before: list[object]) -> None:
        store = await open_store(folder)
        chat = await store.chat(kept.id)
        assert chat == kept and not chat.temporary
        nodes = await store.nodes([header.id for header in await store.tree(chat.id)])
        assert [list(await store.tree(chat.id)), *nodes] == before
        assert await store.blob(nodes[0].message.parts[0].blob.sha256) == PICTURE  # type: ignore[union-attr]
        assert await store.value(f"ui/queue/{chat.id}") == [SECRET]
        assert [found.id for found in await store.chats(ChatQuery())] == [chat.id]
        assert await store.search(SECRET)
        assert await store.tip_below(nodes[0].id) == chat.tip
        await store.close()

    run(look(*run(scene())))


def test_a_reply_goes_on_while_its_chat_is_kept(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat("", temporary=True))
        asked = await store.add_message(chat.id, None, user("Go on"))
        reply = await store.add_message(chat.id, asked.id, Message("assistant"), status=Status.STREAMING)

        async def stream() -> None:
            for number in range(1, 60):
                await store.journal(reply.id, Message("assistant", (Text("word " * number),)))

        streaming = asyncio.create_task(stream())
        await asyncio.sleep(0)
        await asyncio.gather(streaming, store.update_chat(chat.id, temporary=False))
        assert (await store.nodes([reply.id]))[0].message.text == "word " * 59
        await store.finish(reply.id, Message("assistant", (Text("The end"),)), Status.COMPLETE, None)
        assert [hit.message_id for hit in await store.search("end")] == [reply.id]

    run(scene())


async def _in_a_message(store: SqliteStore, chat: Chat, blob: Blob) -> None:
    await store.add_message(chat.id, None, user("Look", Image(blob)))


async def _in_a_draft(store: SqliteStore, chat: Chat, blob: Blob) -> None:
    await store.update_chat(chat.id, extra={"draft_parts": [{"blob": {"sha256": blob.sha256}}]})


@pytest.mark.parametrize("name_them", [_in_a_message, _in_a_draft])
def test_bytes_that_another_chat_names_come_to_the_disk(
    run: Run, folder: Path, name_them: Callable[[SqliteStore, Chat, Blob], Awaitable[None]]
) -> None:
    async def scene() -> str:
        store = await open_store(folder)
        await store.create_chat(Chat("", temporary=True))
        chat = await store.create_chat(Chat("", "Kept"))
        blob = await store.put_blob(PICTURE, "image/png", "picture.png")
        assert traces(folder) == []
        await name_them(store, chat, blob)
        await store.close()
        return blob.sha256

    sha256 = run(scene())
    again = run(open_store(folder))
    assert run(again.blob(sha256)) == PICTURE
    run(again.close())


def test_deleting_one_can_be_undone(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat = await converse(store)
        token = await store.delete_chats([chat.id])
        with pytest.raises(BadInput):
            await store.chat(chat.id)
        await store.undo(token)
        assert (await store.chat(chat.id)).temporary

    run(scene())


@pytest.fixture(autouse=True)
def _no_secret_in_the_name(tmp_path: Path) -> Iterator[None]:
    assert SECRET not in str(tmp_path)
    yield


async def _child(folder: Path) -> None:
    await converse(await open_store(folder))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(_child(Path(sys.argv[1])))
