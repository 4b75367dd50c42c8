"""Set up Chat Workbench for development and test it: ``python3 packaging/test.py [--fast] [pytest arguments]``.

Without arguments: ruff, mypy and all tests, on all cores. With ``--fast``: the same without the tests that show a
window or start programs. Arguments go to pytest, which then runs what they name, without ruff and mypy.

Needs Python 3.11.5 or newer and nothing else. Pytest's closing line comes last, and the exit code is 0 only if
nothing was found. Tests that need a keyring or an X server bring their own; they are skipped only where these
programs cannot be installed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import environment
import system

FAST = ["-m", "not window and not process"]
# A worker that has nothing left to do takes over tests of another one; more than eight workers wait for each other.
WHOLE = ["-q", "-n", "auto", "--maxprocesses", "8", "--dist", "worksteal", "-p", "tests.support.checks"]
COVERAGE = ["--cov", "--cov-report="]


def main() -> int:
    # An end from outside reaches the programs that run, too: subprocess.run kills its child on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        python = str(environment.prepare("test"))
    except environment.Failed as problem:
        print(problem, file=sys.stderr)
        return 1
    missing = system.provide([*system.QT, *system.X11, *system.XVFB, *system.EXTRAS])
    if any(need in system.QT for need in missing):
        print(
            f"Qt needs libraries of the system. Install them:\n{system.instructions(missing)}",
            file=sys.stderr,
        )
        return 1
    if missing:
        print(f"Some tests need more of the system. To run them:\n{system.instructions(missing)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="workbench-test-") as home:
        command = [python, "-m", "pytest", *options(sys.argv[1:])]
        return subprocess.run(
            command, cwd=environment.ROOT, env=variables(home), stdin=subprocess.DEVNULL
        ).returncode


def options(arguments: list[str]) -> list[str]:
    """Returns what pytest is told."""
    fast = FAST if "--fast" in arguments else []
    named = [argument for argument in arguments if argument != "--fast"]
    return [*fast, *named] if named else [*WHOLE, *(fast or COVERAGE)]


def variables(home: str) -> dict[str, str]:
    """Returns the environment of the tests, whose home is an empty folder."""
    env = environment.clean_environment()
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of the programs that tests start compiles the package again
    return {
        **env,
        "HOME": home,
        "USERPROFILE": home,
        "COVERAGE_FILE": str(Path(home, "coverage")),
        "WORKBENCH_TEST_REQUIRE": ",".join(services()),
    }


def services() -> list[str]:
    """Returns what is installed for tests, so that such tests must run and not be skipped."""
    offered = {"keyring": system.KEYRING, "xvfb": system.XVFB}
    return [name for name, needs in offered.items() if all(need.met() for need in needs)]


if __name__ == "__main__":
    os.chdir(environment.ROOT)
    sys.exit(main())
