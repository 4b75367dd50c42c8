"""The checks beside the tests, as a plugin of pytest: ruff and mypy run meanwhile, and coverage is summed up.

What they find stands above pytest's closing line, so that this stays the last one; a problem fails the run.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import pytest

COMMANDS = {"ruff": ["check", "--quiet"], "mypy": ["--no-error-summary"]}
NOT_MEASURED = ("window", "process", "hypothesis", "costly")
"""Marks of tests that run without a look at coverage. Lines cost CPython 3.11 as much time again as what they do;
with all tests measured the run took 567 s of processor time instead of 326 s."""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Linters(), "linters")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.get_closest_marker(mark) for mark in NOT_MEASURED):
            item.add_marker("no_cover")


class Linters:
    """Run in the process that reports, beside the workers that run the tests."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[subprocess.Popen[bytes], IO[str]]] = {}
        for tool, arguments in COMMANDS.items():
            output = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it is read when the tool has ended
            command = [sys.executable, "-m", tool, *arguments]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            self._running[tool] = process, output
        self._failed: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for tool, (process, output) in self._running.items():
            if process.wait():
                output.seek(0)
                self._failed[tool] = output.read()
        if self._failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for tool, text in self._failed.items():
            terminalreporter.section(tool)
            terminalreporter.write(text)
        found = f"{' and '.join(self._failed)} found problems" if self._failed else "nothing found"
        terminalreporter.write_line(f"ruff and mypy: {found}")
        if (share := covered()) is not None:
            terminalreporter.write_line(f"coverage: {share:.0f} % of the lines outside ui, by tests without a window")


def covered() -> float | None:
    """Returns the percentage of lines that were run, of the packages that pyproject.toml names; None without data."""
    from coverage import Coverage

    data = Coverage()
    if not Path(data.config.data_file).exists():
        return None
    data.load()
    return data.report(file=io.StringIO())
