"""Files of the data folder in a backup."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.templates import Template
from workbench.core.settings import ProviderConfig, ToolServerConfig
from workbench.storage.backup_files import TABLE
from workbench.storage.settings_file import open_settings
from workbench.storage.store import SqliteStore, open_store
from workbench.storage.templates import TemplateFiles

SECRETS = ("canary-header-1", "canary-field-2", "canary-proxy-3")


async def fill(store: SqliteStore, folder: Path) -> None:
    await store.create_chat(Chat("", "A chat", tags=("tag",)))
    lab = ProviderConfig("lab", base_url="http://127.0.0.1:9/v1", headers={"X-Signature": SECRETS[0]},
                         add_fields={"account": SECRETS[1]}, proxy=f"http://user:{SECRETS[2]}@127.0.0.1:9")
    open_settings(folder).change(providers={"lab": lab}, font_size=17)
    await TemplateFiles(folder / "templates").save(Template("Greeting", "Hello {{name}}"))
    (folder / "experiments" / "one").mkdir(parents=True)
    (folder / "experiments" / "one" / "results.jsonl").write_text('{"text": "paid for"}\n')


def test_everything_comes_back_into_an_empty_folder(run: Run, store: SqliteStore, folder: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        await fill(store, folder)
        await store.backup(tmp_path / "all.backup")
        data = (tmp_path / "all.backup").read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in data]
        (other := tmp_path / "other").mkdir()
        restored = await open_store(other)
        missing = await restored.restore(tmp_path / "all.backup", "replace")
        assert missing == ["lab: X-Signature", "lab: account"]
        settings = open_settings(other).value
        assert settings.font_size == 17 and settings.providers["lab"].headers == {}
        assert settings.providers["lab"].base_url == "http://127.0.0.1:9/v1"
        assert settings.providers["lab"].proxy == "http://127.0.0.1:9"
        assert not settings.providers["lab"].environment_key, "its name and its address came from elsewhere"
        listed = (await TemplateFiles(other / "templates").listed()).templates
        assert [template.name for template in listed.values()] == ["Greeting"]
        assert "paid for" in (other / "experiments" / "one" / "results.jsonl").read_text()
        assert await restored.tags() == ["tag"]
        assert not [path for path in other.rglob("*") if path.stat().st_mode & 0o077 or ".part" in path.name]
        await restored.close()

    run(scene())


def test_merging_adds_and_overwrites_nothing(run: Run, store: SqliteStore, folder: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        await fill(store, folder)
        await store.backup(tmp_path / "all.backup")
        (folder / "experiments" / "one" / "results.jsonl").write_text("newer")
        (folder / "templates" / "greeting.md").unlink()
        mine = ProviderConfig("mine", base_url="http://127.0.0.1:8/v1")
        settings = open_settings(folder)
        settings.change(providers={**settings.value.providers, "mine": mine}, font_size=20)
        assert await store.restore(tmp_path / "all.backup", "merge") == []
        assert (folder / "experiments" / "one" / "results.jsonl").read_text() == "newer"
        assert (folder / "templates" / "greeting.md").exists()
        settings.reload()
        assert set(settings.value.providers) == {"lab", "mine"} and settings.value.font_size == 20
        assert settings.value.providers["lab"].headers == {"X-Signature": SECRETS[0]}
        await store.restore(tmp_path / "all.backup", "replace")
        settings.reload()
        assert set(settings.value.providers) == {"lab"} and settings.value.font_size == 17
        assert settings.value.providers["lab"].headers == {"X-Signature": SECRETS[0]}, "known here, and the same place"
        assert settings.value.providers["lab"].environment_key

    run(scene())


@pytest.mark.parametrize("name", [
    "../outside.md", "/outside.md", "templates/../../outside.md", "experiments/..\\outside", "templates/a:b",
    "workbench.db", "logs/x", "locks/x.lock", "templates", "templates/" + "x/" * 20 + "y", "templates/a\nb",
])
def test_names_that_lead_elsewhere_are_passed_over(
    run: Run, store: SqliteStore, folder: Path, tmp_path: Path, name: str
) -> None:
    async def scene() -> None:
        await store.backup(tmp_path / "all.backup")
        with contextlib.closing(sqlite3.connect(tmp_path / "all.backup")) as backup:
            backup.execute(f"INSERT INTO {TABLE} VALUES(?, ?)", (name, b"planted"))
            backup.commit()
        await store.restore(tmp_path / "all.backup", "replace")

    run(scene())
    assert not [path for path in tmp_path.rglob("*")
                if path.is_file() and path.name != "all.backup" and b"planted" in path.read_bytes()]


def test_a_backup_names_nobody_who_may_read_along(
    run: Run, store: SqliteStore, folder: Path, tmp_path: Path
) -> None:
    """Its templates may hold a certificate, and its settings a proxy; but who is trusted is decided here."""
    own, theirs = str(tmp_path / "own.pem"), str(folder / "templates" / "theirs.pem")

    async def scene() -> None:
        lab = ProviderConfig("lab", base_url="https://api.example.com/v1", proxy="http://127.0.0.1:9", ca_file=theirs)
        open_settings(folder).change(providers={"lab": lab}, ca_file=theirs)
        await store.backup(tmp_path / "all.backup")
        for mode in ("merge", "replace"):
            (other := tmp_path / mode).mkdir()
            restored = await open_store(other)
            missing = await restored.restore(tmp_path / "all.backup", mode)
            settings = open_settings(other).value
            assert settings.ca_file == settings.providers["lab"].ca_file == ""
            assert missing == ["lab: ca_file", *(["all providers: ca_file"] if mode == "replace" else [])]
            open_settings(other).change(
                providers={"lab": ProviderConfig("lab", base_url=lab.base_url, ca_file=theirs)}, ca_file=own)
            await restored.restore(tmp_path / "all.backup", "replace")
            settings = open_settings(other).value
            assert (settings.ca_file, settings.providers["lab"].ca_file) == ("", theirs), "what is in use here stays"
            await restored.close()

    run(scene())


def test_no_server_of_tools_comes_from_a_backup(run: Run, store: SqliteStore, folder: Path, tmp_path: Path) -> None:
    """It is a command, and whoever made the backup would have it run here."""
    theirs = {"evil": ToolServerConfig("evil", "rm", ("-rf", "/"), {"TOKEN": "their-token"})}
    own = {"mine": ToolServerConfig("mine", "npx", ("x",))}

    async def scene() -> None:
        open_settings(folder).change(tool_servers=theirs, built_in_tools=["read_file"], tool_folders=["/"],
                                     private_pages=True, theme="dark")
        await store.backup(tmp_path / "all.backup")
        assert b"their-token" not in (tmp_path / "all.backup").read_bytes()
        for mode in ("merge", "replace"):
            (other := tmp_path / mode).mkdir()
            open_settings(other).change(tool_servers=own, built_in_tools=["time"])
            restored = await open_store(other)
            await restored.restore(tmp_path / "all.backup", mode)
            settings = open_settings(other).value
            assert settings.tool_servers == own and settings.built_in_tools == ["time"]
            assert (settings.tool_folders, settings.private_pages) == ([], False)
            assert settings.theme == ("dark" if mode == "replace" else "system")
            await restored.close()

    run(scene())


@pytest.mark.parametrize("settings", [
    "providers = {x = 5}", "providers = [1]", ".".join("a" * 20_000) + " = 1", "x = ["])
def test_settings_of_a_foreign_backup_stop_nothing(
    run: Run, store: SqliteStore, folder: Path, tmp_path: Path, settings: str
) -> None:
    async def scene() -> None:
        await fill(store, folder)
        await store.backup(tmp_path / "all.backup")
        with contextlib.closing(sqlite3.connect(tmp_path / "all.backup")) as backup, backup:
            backup.execute(f"UPDATE {TABLE} SET data = CAST(? AS BLOB) WHERE path = 'settings.toml'", (settings,))
        await store.restore(tmp_path / "all.backup", "merge")
        assert set(open_settings(folder).value.providers) == {"lab"}

    run(scene())
