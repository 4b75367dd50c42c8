"""A store on a full or read-only disk: everything can be read and exported, and the reason is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, cli
from tests.conftest import Run
from tests.faults.disks import no_file_longer_than
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import user
from workbench.core.errors import StoreFull
from workbench.storage.store import open_store

__all__ = ["cli"]


def test_a_full_disk_is_read(run: Run, isolated: Path) -> None:
    async def fill() -> None:
        store = await open_store(isolated)
        chat = await store.create_chat(Chat("", "Kept"))
        await store.add_message(chat.id, None, user("quetzalcoatlus"))
        await store.close()

    async def read() -> None:
        store = await open_store(isolated)
        assert "cannot be written" in store.read_only and "kept in memory" not in store.read_only
        (chat,) = await store.chats(ChatQuery())
        assert chat.title == "Kept" and len(await store.search("quetzalcoatlus")) == 1
        assert (await store.nodes([chat.tip or ""]))[0].message.text == "quetzalcoatlus"
        with pytest.raises(StoreFull, match="can be read"):
            await store.create_chat(Chat("", "New"))
        await store.close()

    isolated.mkdir()
    run(fill())
    before = (isolated / "workbench.db").read_bytes()
    with no_file_longer_than(0):
        run(read())
    assert (isolated / "workbench.db").read_bytes() == before


CHATS = '[{"uuid": "u", "name": "N", "chat_messages": [{"uuid": "m", "sender": "human", "text": "Hello"}]}]'


def test_an_import_on_a_full_disk_is_refused(cli: Cli, tmp_path: Path) -> None:
    cli("ask", "What is temperature?")
    (tmp_path / "chats.json").write_text(CHATS, "utf-8")
    with no_file_longer_than(0):
        done = cli("import", str(tmp_path / "chats.json"))
    assert done.code == 1 and "cannot be written" in done.err
    assert cli("import", str(tmp_path / "chats.json")).code == 0


SCRIPT = """
set -e
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
shift
for command in "list" "search quetzalcoatlus" "export --all --format md -o $OUT/out" "backup $OUT/copy.db"; do
    "$@" $command
done
"$@" ask Hello && exit 1 || true
"$@" import "$OUT/chats.json" && exit 1 || true
"""


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("unshare"), reason="a read-only mount of its own")
@pytest.mark.parametrize("log", [False, True], ids=["closed", "killed"])
def test_a_read_only_disk_is_read(cli: Cli, run: Run, isolated: Path, tmp_path: Path, log: bool) -> None:
    cli("ask", "What is a quetzalcoatlus?")
    if log:
        async def kill() -> None:
            store = await open_store(isolated)
            await store.create_chat(Chat("", "In the log"))
            for name in ("workbench.db", "workbench.db-wal"):
                shutil.copy(isolated / name, tmp_path / name)
            await store.close()

        run(kill())
        for name in ("workbench.db", "workbench.db-wal"):
            shutil.copy(tmp_path / name, isolated / name)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "chats.json").write_text(CHATS, "utf-8")
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", SCRIPT, "bash", str(isolated), sys.executable, "-m", "workbench"],
        capture_output=True, text=True, timeout=100, env={**os.environ, "OUT": str(tmp_path / "out")}, check=False)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this system lets nobody mount here")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert "quetzalcoatlus" in done.stdout and "cannot be written" in done.stderr
    assert ("In the log" in done.stdout) == log
    exported = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.name != "copy.db"]
    assert any("quetzalcoatlus" in path.read_text("utf-8") for path in exported)
    assert (tmp_path / "out" / "copy.db").stat().st_size > 10_000
