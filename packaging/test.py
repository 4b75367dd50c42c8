"""Set up Chat Workbench for development and run all tests: ``python3 packaging/test.py [pytest arguments]``.

Needs Python 3.11.5 or newer and nothing else. Runs ruff, mypy and pytest; pytest's closing line comes last.
Exits with 0 only if all three found nothing. Tests that need a keyring or an X server bring their own; they
are skipped only where these programs cannot be installed.
"""

import os
import signal
import subprocess
import sys
import tempfile

import environment
import system

CHECKS = {"ruff": ["check", "--quiet"], "mypy": ["--no-error-summary"]}


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
    env = {**environment.clean_environment(), "WORKBENCH_TEST_REQUIRE": ",".join(services())}
    with tempfile.TemporaryDirectory(prefix="workbench-test-") as home:
        env |= {"HOME": home, "USERPROFILE": home}
        failed = [tool for tool, arguments in CHECKS.items() if run([python, "-m", tool, *arguments], env)]
        verdict = f"{' and '.join(failed)} found problems" if failed else "nothing found"
        print(f"ruff and mypy: {verdict}", flush=True)
        code = run([python, "-m", "pytest", *sys.argv[1:]], env)
    if failed:
        print(f"not passed: {verdict}, see above")
    return code or int(bool(failed))


def services() -> list[str]:
    """What is installed for tests, so that such tests must run and not be skipped."""
    offered = {"keyring": system.KEYRING, "xvfb": system.XVFB}
    return [name for name, needs in offered.items() if all(need.met() for need in needs)]


def run(command: list[str], env: dict[str, str]) -> int:
    return subprocess.run(command, cwd=environment.ROOT, env=env, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    os.chdir(environment.ROOT)
    sys.exit(main())
