"""The command doctor."""

from __future__ import annotations

import sys
import urllib.request
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Cli
from workbench.providers.http import system_proxy


@pytest.mark.process
def test_doctor_says_what_it_finds(cli: Cli, isolated: Path) -> None:
    found = cli("doctor", "--json").json
    assert found["Data folder"] == str(isolated) and "Qt platform" in found and "SQLite" in found


@pytest.mark.process
def test_doctor_notes_a_folder_that_others_copy(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "Dropbox" / "data"))
    assert "lies in Dropbox" in cli("doctor", "--json").json["Note"]


class Registry:
    """The part of ``winreg`` that is asked for a script."""

    HKEY_CURRENT_USER = 0

    def __init__(self, **values: str) -> None:
        self._values = values

    def OpenKey(self, _: int, path: str) -> AbstractContextManager[None]:
        assert path.endswith("Internet Settings")
        return nullcontext()

    def QueryValueEx(self, _: None, name: str) -> tuple[str, int]:
        if name not in self._values:
            raise FileNotFoundError(name)
        return self._values[name], 1


@pytest.mark.process
@pytest.mark.parametrize(("script", "proxies", "said"), [
    ({}, {}, "none"), ({}, {"https": "p.example:8080"}, "yes"), ({"AutoConfigURL": "http://a/b.pac"}, {}, "none"),
])
def test_doctor_says_what_the_systems_settings_name(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, script: dict[str, str], proxies: dict[str, str], said: str
) -> None:
    """As on Windows; the address of neither is told, for the report goes to strangers."""
    monkeypatch.setattr(system_proxy, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setitem(sys.modules, "winreg", Registry(**script))
    monkeypatch.setattr(urllib.request, "getproxies", lambda: proxies)
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda _: False)
    found = cli("doctor", "--json")
    assert found.json["System's proxy"] == said and ("Proxy script" in found.json) == bool(script)
    assert "p.example" not in found.out and "b.pac" not in found.out
    assert not script or "enter it in Settings › Network" in found.json["Proxy script"]
