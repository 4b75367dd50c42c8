"""The settings file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.core.errors import BadInput, StoreFull
from workbench.core.settings import ProviderConfig, Settings
from workbench.storage.settings_file import open_settings


def test_defaults_without_a_file_and_no_file_without_a_change(folder: Path) -> None:
    settings = open_settings(folder)
    assert (settings.value, settings.notices) == (Settings(), ())
    assert not (folder / "settings.toml").exists()


def test_changes_are_saved_announced_and_read_again(folder: Path) -> None:
    settings = open_settings(folder)
    heard: list[Settings] = []
    stop = settings.changed(heard.append)
    local = ProviderConfig("local", "Local", base_url="http://127.0.0.1:1/v1", needs_key=False,
                           headers={"X-A": "b"}, models=("a/b", "c"), retries=0)  # fmt: skip
    presets = {"hot one": {"temperature": 1.5, "stop": ["a\n", "é"], "seed": 1}}
    settings.change(theme="dark", font_size=16, providers={"local": local}, presets=presets)
    settings.change(window={"size": [900, 600], "maximized": False}, aliases={"fast": "local/a/b"})
    assert heard[-1] is settings.value
    stop()
    assert open_settings(folder).value == settings.value
    assert settings.value.providers == {"local": local}
    assert settings.value.presets == presets
    assert (folder / "settings.toml").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["settings.lock", "settings.toml"]


def test_comments_and_unknown_keys_stay(folder: Path) -> None:
    (folder / "settings.toml").write_text(
        '# mine\ntheme = "light" # day\nfrom_the_future = [1, 2]\n\n[providers.local] # at home\n'
        'name = "Local"\nnew_field = true\nbase_url = "http://a/v1"\n[providers.other]\nname = "Other"\n',
        "utf-8",
    )
    settings = open_settings(folder)
    local = settings.value.providers["local"]
    settings.change(
        theme="dark",
        font_size=15,
        providers={"local": ProviderConfig("local", "Home", base_url=local.base_url)},
    )
    text = (folder / "settings.toml").read_text("utf-8")
    for kept in ("# mine", "# day", "from_the_future = [1, 2]", "# at home", "new_field = true"):
        assert kept in text
    assert "other" not in text
    again = open_settings(folder)
    assert again.value == settings.value and not again.notices


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"theme": "blue"}, "system or light or dark"),
        ({"font_size": 200}, "from 9 to 32"),
        ({"font_size": "14"}, "whole number"),
        ({"stream": 1}, "true or false"),
        ({"idle_timeout": float("nan")}, "a number"),
        ({"favourites": ["a", 1]}, "Each entry"),
        ({"nothing": 1}, "no setting"),
        ({"providers": {"a/b": {}}}, "cannot be called"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_a_sentence(folder: Path, change: dict[str, object], word: str) -> None:
    settings = open_settings(folder)
    with pytest.raises(BadInput, match=word):
        settings.change(**change)
    assert settings.value == Settings()


def test_one_bad_value_leaves_the_others(folder: Path) -> None:
    (folder / "settings.toml").write_text('theme = "blue"\nfont_size = 20\n[providers.a]\nretries = "x"\n', "utf-8")
    settings = open_settings(folder)
    assert (settings.value.theme, settings.value.font_size, settings.value.providers) == ("system", 20, {})
    assert len(settings.notices) == 2


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\x00", b"a = " + b"[" * 5000])
def test_a_broken_file_is_set_aside(folder: Path, content: bytes) -> None:
    (folder / "settings.toml").write_bytes(content)
    settings = open_settings(folder)
    assert settings.value == Settings() and "kept as" in settings.notices[0]
    (aside,) = folder.glob("settings-damaged-*.toml")
    assert aside.read_bytes() == content
    settings.change(theme="dark")
    assert open_settings(folder).value.theme == "dark"


def test_changes_of_another_process_are_noticed_and_kept(folder: Path) -> None:
    window, command = open_settings(folder), open_settings(folder)
    command.change(providers={"local": ProviderConfig("local", "Local")})
    window.change(theme="dark")
    assert set(window.value.providers) == {"local"}
    assert command.reload() and command.value == window.value
    assert not command.reload()


def test_a_change_that_cannot_be_saved_holds_and_is_saved_later(folder: Path) -> None:
    settings = open_settings(folder)
    (folder / "settings.toml").mkdir()  # nothing can be put in its place
    with pytest.raises(StoreFull, match="next change"):
        settings.change(theme="dark")
    assert settings.value.theme == "dark"
    (folder / "settings.toml").rmdir()
    settings.change(font_size=20)
    assert open_settings(folder).value.theme == "dark"
    assert sorted(path.name for path in folder.iterdir()) == ["settings.lock", "settings.toml"]


def test_two_that_change_one_table_lose_nothing(folder: Path) -> None:
    """Another process adds a provider, changes one and removes one, after this one has read the file."""
    one, two, three, four = (ProviderConfig(name, base_url=f"http://127.0.0.1:{name}/v1") for name in "1234")
    mine = open_settings(folder)
    mine.change(providers={"1": one, "2": two})
    other = open_settings(folder)
    changed = ProviderConfig("1", base_url="http://127.0.0.1:9/v1")
    other.change(providers={"1": changed, "3": three})
    mine.change(providers={**mine.value.providers, "4": four}, theme="dark")
    assert mine.value.providers == {"1": changed, "3": three, "4": four}
    assert open_settings(folder).value == mine.value
    mine.change(providers={})
    assert open_settings(folder).value.providers == {}


@pytest.mark.process
def test_commands_at_once_keep_what_each_of_them_adds(isolated: Path) -> None:
    command = [sys.executable, "-m", "workbench", "providers", "add"]
    numbers = range(1, 7)
    running = [subprocess.Popen([*command, f"p{number}", "--base-url", f"http://127.0.0.1:{number}/v1", "--no-key"])
               for number in numbers]
    assert [process.wait(100) for process in running] == [0] * len(running)
    assert set(open_settings(isolated).value.providers) == {f"p{number}" for number in numbers}
