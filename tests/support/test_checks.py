"""Ruff and mypy beside the tests: what they find fails the run, and stands above pytest's closing line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = '[tool.mypy]\nfiles = ["module.py"]\nstrict = true\n[tool.coverage.run]\nsource = ["."]\n'
TEST = "from module import double\n\n\ndef test_it() -> None:\n    assert double(2) == 4\n"


def tried(folder: Path, module: str, *options: str) -> tuple[int, list[str]]:
    """The exit code and the last lines of a run in a small project of its own."""
    for name, text in {"pyproject.toml": PROJECT, "module.py": module, "test_module.py": TEST}.items():
        (folder / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.checks", *options]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "COVERAGE_FILE": str(folder / "data")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.process
def test_a_problem_fails_the_run_and_the_closing_line_stays_the_last(tmp_path: Path) -> None:
    code, lines = tried(tmp_path, "import os\n\n\ndef double(x):\n    return 2 * x\n")
    assert code == 1 and lines[-1].startswith("1 passed")
    assert "ruff and mypy: ruff and mypy found problems" in lines
    assert any("F401" in line for line in lines) and any("no-untyped-def" in line for line in lines)


@pytest.mark.process
def test_what_is_right_is_said_in_one_line_and_the_coverage_in_another(tmp_path: Path) -> None:
    module = "def double(x: int) -> int:\n    return 2 * x\n\n\ndef half(x: int) -> int:\n    return x // 2\n"
    code, lines = tried(tmp_path, module, "--cov", "--cov-report=")
    assert code == 0 and lines[-1].startswith("1 passed")
    assert "ruff and mypy: nothing found" in lines
    (said,) = (line for line in lines if line.startswith("coverage: "))
    assert 50 < int(said.split()[1]) < 100
