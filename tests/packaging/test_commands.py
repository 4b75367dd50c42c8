"""The parts of the two commands that decide; the commands themselves run these tests."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).parent.parent.parent / "packaging"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("system")


@pytest.fixture
def environment(system: ModuleType) -> ModuleType:
    return importlib.import_module("environment")


@pytest.fixture
def command(environment: ModuleType) -> ModuleType:
    spec = importlib.util.spec_from_file_location("test_command", PACKAGING / "test.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_arguments_run_what_they_name_and_nothing_else(command: ModuleType) -> None:
    assert command.options(["tests/core", "-k", "wilson"]) == ["tests/core", "-k", "wilson"]
    assert command.options(["--fast", "tests/ui"])[-1] == "tests/ui" and len(command.options(["--fast", "x"])) == 3
    everything, fast = command.options([]), command.options(["--fast"])
    assert "tests.support.checks" in everything and "tests.support.checks" in fast
    assert "--cov" in everything and "--cov" not in fast
    assert "not window and not process" in fast and "not window and not process" not in everything


def test_a_need_is_met_by_a_library_a_program_or_a_file(system: ModuleType) -> None:
    python = Path(sys.executable).name

    def met(sign: str) -> bool:
        return bool(system.Need(sign, "a", "d", "p").met())

    assert not met("libnothing-of-that-name.so.9")
    assert not met("no-program-of-that-name")
    assert not met("share/no-folder-of-that-name/*")
    if sys.platform == "linux":
        assert met("libc.so.6") and met("share/*")
    if shutil.which(python):
        assert met(python)


def test_where_nothing_may_be_installed_it_is_named(
    system: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no package manager, no sudo
    needs = [
        system.Need("no-program-1", "apt-1", "dnf-1", "arch"),
        system.Need("no-program-2", "apt-2", "d", "arch"),
    ]
    missing = system.provide(needs)
    if sys.platform != "linux":
        assert missing == []
        return
    assert missing == needs
    text = system.instructions(missing)
    assert "sudo apt-get install -y apt-1 apt-2" in text
    assert "sudo dnf install -y d dnf-1" in text
    assert text.endswith("sudo pacman -S --needed arch")


def test_the_environment_is_made_anew_when_the_project_file_changes(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    project = tmp_path / "pyproject.toml"
    project.write_text("a", "utf-8")
    first = environment._fingerprint()
    assert environment._fingerprint() == first
    project.write_text("b", "utf-8")
    assert environment._fingerprint() != first


def test_packages_of_another_installation_are_not_taken(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    assert "PYTHONPATH" not in environment.clean_environment()


@pytest.mark.process
def test_the_build_server_script_is_valid_shell() -> None:
    script = PACKAGING.parent / ".ci/run"
    if shutil.which("bash"):
        assert subprocess.run(["bash", "-n", str(script)]).returncode == 0
    assert script.stat().st_mode & 0o111
