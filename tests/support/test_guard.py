"""The guard of the test run is tried on test functions of its own, in a second pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

FAILING = """
import asyncio, logging, subprocess, sys

kept = []

def test_error(): logging.getLogger("a").error("lost it")
def test_expected(expect_log): expect_log("never")
def test_task(run):
    async def forgetful(): kept.append(asyncio.create_task(asyncio.sleep(9)))
    run(forgetful())
async def numbers():
    yield 1
    yield 2
def test_generator(run):
    async def forgetful():
        async for _ in numbers(): break
    run(forgetful())
def test_generator_kept(run):
    async def forgetful():
        kept.append(numbers())
        await anext(kept[-1])
    run(forgetful())
def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning
    qWarning("odd")
def test_window(qapp):
    from PySide6.QtWidgets import QLabel
    kept.append(QLabel("x"))
def test_timeout(run): run(asyncio.sleep(9), timeout=0.01)
def test_process(): subprocess.run([sys.executable, "-c", "pass"])
"""

PASSING = """
import asyncio, logging, os, pytest, subprocess, sys

def test_expected(expect_log):
    expect_log("lost .*")
    logging.getLogger("a").error("lost it")
def test_result_without_qt(run):
    async def answer(): return 42
    assert run(answer()) == 42
    assert not [name for name in sys.modules if name.startswith("PySide6")]
def test_environment():
    assert "TEST_API_KEY" not in os.environ and "DISPLAY" not in os.environ
    assert os.environ["WORKBENCH_DATA_DIR"].endswith("data")
def test_window(show, run):
    from PySide6.QtWidgets import QLabel
    import qasync
    label = show(QLabel("x"), 100, 50)
    assert label.isVisible() and label.width() == 100
    async def loop(): return asyncio.get_running_loop()
    assert isinstance(run(loop()), qasync.QEventLoop)
@pytest.mark.process
def test_process(): subprocess.run([sys.executable, "-c", "pass"])
"""


def outcome(tmp_path: Path, source: str) -> str:
    module = tmp_path / "test_tried.py"
    module.write_text(source, "utf-8")
    options = ["-q", "-c", "pyproject.toml", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, f"--basetemp={tmp_path / 'inner'}", str(module)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.process
def test_what_a_test_leaves_behind_fails_it(tmp_path: Path) -> None:
    text = outcome(tmp_path, FAILING)
    for complaint in (
        "unexpected log record: ERROR a: lost it",
        "expected in the log, but not there: never",
        "a task was left running",
        "ERROR tests.support.guard: left in the middle, without aclose(): <async_generator object",
        "\nleft in the middle, without aclose(): <async_generator object",
        "unexpected log record: WARNING qt",
        "a window was left open: QLabel",
        "TimeoutError",
        "not marked with @pytest.mark.process, but starts: ",
    ):
        assert complaint in text
    assert "1 failed, 8 passed, 8 errors" in text


@pytest.mark.process
def test_what_is_allowed_passes_and_qt_is_not_loaded_without_need(tmp_path: Path) -> None:
    assert "5 passed" in outcome(tmp_path, PASSING)
