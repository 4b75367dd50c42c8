"""The virtual environment `.venv` in the project folder, with the project in it as an editable install.

Standard library only, as this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import system

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "lock"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
_VENV_PARTS = (system.Need("", "python3-venv", "python3", "python"),)


_TOO_OLD = """Chat Workbench needs Python 3.11.5 or newer, and this is {}.
Run the same command with a newer one, for example with python3.12 in place of python3."""


def _take_a_new_enough_python() -> None:
    """Goes on with a newer Python of this machine when `python3` is too old, or ends with a sentence."""
    if sys.version_info >= (3, 11, 5):
        return
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        check = "import sys; sys.exit(sys.version_info < (3, 11, 5))"
        if found and subprocess.run([found, "-c", check], stderr=subprocess.DEVNULL).returncode == 0:
            os.execv(found, [found, *sys.argv])
    sys.exit(_TOO_OLD.format(".".join(map(str, sys.version_info[:3]))))


_take_a_new_enough_python()


class Failed(Exception):
    """A step did not work; the text says what to do."""


def prepare(*extras: str) -> Path:
    """Makes the environment ready, with these extras of pyproject.toml; returns its Python.

    Quick when nothing has changed since. Raises Failed.
    """
    stamp = VENV / ".ready"
    print_of = _fingerprint()
    ready = stamp.read_text("utf-8").split() if stamp.is_file() else []
    if ready[:1] == [print_of] and set(extras) <= set(ready[1:]) and _works():
        return PYTHON
    kept = ready[1:] if ready[:1] == [print_of] else []
    if not _works():
        _create()
    wanted = sorted({*kept, *extras})
    print("Installing Python packages into .venv; the first time this takes a minute or two.", flush=True)
    # Only what was tried, with the hashes of its files: packaging/lock.py writes the locks.
    _install(["--require-hashes", "--requirement", str(LOCKS / ("all.txt" if wanted else "run.txt"))])
    _install(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp.write_text(" ".join([print_of, *wanted]), "utf-8")
    return PYTHON


def clean_environment() -> dict[str, str]:
    """Returns this process's environment without what would lead Python to packages of another installation."""
    foreign = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in foreign}


def _fingerprint() -> str:
    """Returns what an installation depends on: the project file, where the project lies, and which Python."""
    content = b"".join(path.read_bytes() for path in (ROOT / "pyproject.toml", LOCKS / "run.txt", LOCKS / "all.txt"))
    return hashlib.sha256(content + f"\n{ROOT}\n{sys.version}".encode()).hexdigest()


def _works() -> bool:
    """Returns whether the environment runs, with pip in it and the Python version that runs this."""
    if not PYTHON.is_file():
        return False
    question = "import sys, pip; print(sys.version_info[:2])"
    done = subprocess.run(
        [str(PYTHON), "-c", question], capture_output=True, text=True, env=clean_environment()
    )
    return done.stdout.strip() == str(sys.version_info[:2])


def _create() -> None:
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))) and not _install_venv_module():
        raise Failed(
            "This Python cannot make virtual environments. Install the missing part and run this again:\n"
            + system.instructions(_VENV_PARTS)
        )
    print("Creating .venv", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    done = _run([sys.executable, "-m", "venv", str(VENV)])
    if done.returncode:
        raise Failed(f"The virtual environment could not be made:\n{done.stdout}")


def _install_venv_module() -> bool:
    """Installs the two modules that Debian and Ubuntu keep in a package of its own; returns whether they are there."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    system.provide([system.Need(f"lib/{name[:-5]}/ensurepip/*", name, "python3", "python")])
    importlib.invalidate_caches()
    return all(map(importlib.util.find_spec, ("venv", "ensurepip")))


def _install(what: list[str]) -> None:
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        *what,
    ]
    done = _run(command)
    if done.returncode:  # a download that broke off: what came is cached
        time.sleep(3)
        done = _run(command)
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise Failed(
            f"The Python packages could not be installed:\n{last}\n"
            "If this is about the network, check the connection (or HTTPS_PROXY) and run the same command "
            "again; what has been downloaded is kept."
        )


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(),
    )
