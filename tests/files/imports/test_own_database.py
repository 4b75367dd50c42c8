"""The program's own database: two computers become one history, whatever was done on either."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.files.imports.conftest import PIXEL, Land
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Image, Text
from workbench.core.errors import BadInput
from workbench.files.import_export_service import ImportExportService
from workbench.storage.store import SqliteStore, open_store


async def elsewhere(folder: Path) -> tuple[str, str, str]:
    """Fills another computer's store; returns a chat, its question and its answer."""
    store = await open_store(folder)
    outer = await store.save_folder(Folder("", "Work"))
    inner = await store.save_folder(Folder("", "Letters", outer.id))
    chat = await store.create_chat(Chat("", "Both", folder_id=inner.id, tags=("t",)))
    blob = await store.put_blob(PIXEL, "image/png", "p.png")
    asked = await store.add_message(chat.id, None, Message("user", (Image(blob), Text("Question"))))
    answer = await store.add_message(chat.id, asked.id, Message("assistant", (Text("Answer"),), "a/b"))
    await store.close()
    return chat.id, asked.id, answer.id


async def bring(store: SqliteStore, path: Path) -> tuple[int, int, int, int]:
    report = await ImportExportService(store).import_files([path], dry_run=False, progress=lambda done, of: None)
    return report.chats, report.updated, report.unchanged, report.messages


def test_two_computers_become_one(run: Run, isolated: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        chat, asked, answer = await elsewhere(tmp_path / "other")
        shutil.copyfile(tmp_path / "other/workbench.db", tmp_path / "copy.db")
        there, here = tmp_path / "copy.db", await open_store(isolated)
        assert await bring(here, there) == (1, 0, 0, 2)
        assert await bring(here, there) == (0, 0, 1, 0)
        found = await here.chat(chat)
        assert found.title == "Both" and found.tags == ("t",)
        assert [folder.name for folder in await here.folders()] == ["Work", "Letters"]
        other = await open_store(tmp_path / "other")
        await other.finish(answer, Message("assistant", (Text("Edited there"),), "a/b"), Status.COMPLETE, None)
        more = await other.add_message(chat, answer, user("More there"))
        mine = await here.add_message(chat, answer, user("More here"))
        await other.close()
        assert await bring(here, tmp_path / "other/workbench.db") == (0, 1, 0, 2)
        assert await bring(here, tmp_path / "other/workbench.db") == (0, 0, 1, 0)
        nodes = {node.message.text: node for node in await here.nodes([h.id for h in await here.tree(chat)])}
        assert set(nodes) == {"Question", "Answer", "Edited there", "More there", "More here"}
        assert nodes["Edited there"].parent_id == asked and nodes["Edited there"].label == "from another computer"
        assert nodes["More there"].id == more.id and nodes["More there"].parent_id == answer
        assert (await here.chat(chat)).tip == mine.id
        await here.delete_chats([chat])
        with pytest.raises(BadInput, match="in the trash here was left there"):
            await bring(here, there)
        assert await here.count_chats(ChatQuery()) == 0
        await here.close()

    isolated.mkdir()
    (tmp_path / "other").mkdir()
    run(scene())


def test_the_open_history_and_other_databases_are_refused(land: Land, run: Run, isolated: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    run(elsewhere(tmp_path / "other"))
    land(tmp_path / "other/workbench.db")
    with pytest.raises(BadInput, match="history that is open"):
        land(isolated / "workbench.db")
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes((tmp_path / "other/workbench.db").read_bytes()[:40_000])
    with pytest.raises(BadInput):
        land(damaged)
