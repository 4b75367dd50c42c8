"""Child processes: nothing of the folder and of the environment that the program was started in reaches them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support import worker_tasks
from workbench.core.errors import BadInput
from workbench.core.processes import child_process
from workbench.core.processes.child_process import Child, python, run
from workbench.core.processes.worker import call
from workbench.files.attachments import contents

pytestmark = pytest.mark.process
HOSTILE = ("resource", "pypdf", "json", "sitecustomize", "usercustomize", "_ctypes", "io", "workbench", "PySide6",
           "PIL", "pypdfium2")


def test_nothing_in_the_current_folder_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    for name in HOSTILE:
        (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})")
        (tmp_path / "as" / name).mkdir(parents=True)
        (tmp_path / "as" / name / "__init__.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})")
    for folder in (tmp_path, tmp_path / "as"):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PYTHONPATH", "")  # means the current folder
        with pytest.raises(BadInput, match="is damaged"):
            call(contents.read, b"%PDF-1.4 no more", name="x.pdf", most=100, memory=100)
        with pytest.raises(BadInput, match="is damaged"):
            call(contents.read, b"\x89PNG\r\n\x1a\n no more", name="x.png", most=100, memory=100)
        assert run(python("-c", "import json, pypdf, PySide6, workbench; print('came')"), seconds=60).output == "came\n"
    assert not ran.exists()


def test_no_secret_and_no_setting_of_python_reaches_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "PYTHONSTARTUP", "PYTHONINSPECT", "HTTPS_PROXY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, "canary")
    root = str(Path(__file__).parents[3])
    monkeypatch.setenv("PYTHONPATH", f":relative:{root}")
    found, _ = call(worker_tasks.look_around)
    assert "canary" not in found["environment"].values()
    assert found["environment"]["PYTHONPATH"] == root
    assert found["files"] == [] and found["folder"] != str(Path.cwd())
    assert not Path(found["folder"]).exists(), "its folder is removed"


def test_a_child_that_takes_too_long_is_ended_with_what_it_started() -> None:
    inner = "import threading; threading.Event().wait()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with pytest.raises(TimeoutError):
        run(python("-c", code), seconds=1)  # returns only when all that hold its output have ended


def test_what_a_child_said_last_is_kept_within_bounds() -> None:
    code = "import sys; sys.stderr.write('x' * 1_000_000 + 'the reason'); sys.exit(7)"
    with Child(python("-c", code)) as child:
        assert child.wait(60) == 7
        assert child.said().endswith("the reason") and len(child.said()) < 100_000


def test_a_program_that_is_not_there_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder := tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with pytest.raises(OSError):
        Child(["/there/is/no/such/program"])
    assert not list(folder.iterdir())


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_process.program("--worker") == [sys.executable, "--worker"]


def test_a_child_is_asked_to_end_before_it_is_made_to(tmp_path: Path) -> None:
    code = ("import signal, sys, pathlib\n"
            "signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path('asked').touch(), sys.exit(3)))\n"
            "print('ready', flush=True); signal.pause()")
    child = Child(python("-c", code), folder=str(tmp_path))
    assert child.stdout.readline() == b"ready\n"
    child.end(0.01)
    assert not child.running and (tmp_path / "asked").exists() and tmp_path.exists(), "the folder given is not its own"
