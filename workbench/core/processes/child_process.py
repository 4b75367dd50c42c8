"""Child processes: the one place that starts them.

A child starts in an empty folder of its own, which is removed after it, with the few variables of the environment that
a program needs to run (no keys, no ``PYTHON…`` that would make it import something else), and Python children with
``-P``: nothing in the folder that the user happens to stand in is imported. ``tests/test_layers.py`` holds that no
other module starts a program.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

_KEPT = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH",
    "PYTHONHOME", "VIRTUAL_ENV", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
})
_DISPLAY = ("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_", "QT_", "DBUS_SESSION_BUS_ADDRESS")
_MOST_SAID = 20_000
"""Bytes of a child's error output that are kept: its end."""


def python(*arguments: str) -> list[str]:
    """Returns the command line of this Python, which imports nothing from the folder that it runs in."""
    return [sys.executable, "-P", "-X", "utf8", *arguments]


def program(*arguments: str) -> list[str]:
    """Returns the command line of this program, also where it is frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return python("-m", "workbench", *arguments)


def display_environment() -> dict[str, str]:
    """Returns the variables by which a child of ours finds the display, or Qt's platform without one."""
    found = {name: value for name, value in os.environ.items() if name.startswith(_DISPLAY)}
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        found["QT_QPA_PLATFORM"] = "offscreen"
    return found


@dataclass(frozen=True)
class Done:
    """A child that has ended: what it wrote, and its exit code."""

    output: str
    errors: str
    code: int


class Child:
    """A child process that runs. Leaving the context ends it, with what it started, and removes its folder."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None, folder: str = ""
    ) -> None:
        """Starts ``command`` with the variables ``environment`` besides those that every child has, in ``folder`` if
        one is given. Raises ``OSError``."""
        self._folder = tempfile.mkdtemp(prefix="workbench-")
        windows = sys.platform == "win32"
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=folder or self._folder, env=_environment() | dict(environment or {}), start_new_session=not windows,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if windows else 0,
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self.stdin: IO[bytes] = self._process.stdin
        self.stdout: IO[bytes] = self._process.stdout
        self._said = bytearray()
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, seconds: float | None = None) -> int:
        """Waits for the end and returns the exit code. Raises ``TimeoutError``."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        self._listener.join(5)  # what it said last
        return code

    def said(self) -> str:
        """Returns the end of what it wrote to its error output."""
        return self._said.decode("utf-8", "replace").strip()

    def end(self, seconds: float) -> None:
        """Ends a child whose input was closed, which most take for a wish to end: after ``seconds`` it is asked to,
        then killed with what it started. Waits: call from a thread."""
        for patience in (seconds, seconds / 2):
            with contextlib.suppress(TimeoutError):
                self.wait(patience)
                break
            self._signal(signal.SIGTERM)
        self.close()

    def kill(self) -> None:
        """Ends it and what it started, at once."""
        self._signal(None)

    def _signal(self, number: signal.Signals | None) -> None:
        """Sends a signal to it and to what it started; None is the one that nobody can refuse, and Windows has no
        other."""
        if self._process.returncode is not None:  # its number may be another's by now
            return
        with contextlib.suppress(OSError):  # it has ended already
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, number or signal.SIGKILL)

    def close(self) -> None:
        """Ends it if it still runs, and removes its folder."""
        self.kill()
        self._process.wait()
        self._listener.join(5)
        for pipe in (self.stdin, self.stdout, self._process.stderr):
            with contextlib.suppress(OSError):  # what was not taken any more
                if pipe:
                    pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listen(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):  # closed while it was read
            while piece := os.read(pipe.fileno(), 65536):
                self._said += piece
                del self._said[:-_MOST_SAID]


def run(command: Sequence[str], *, seconds: float, environment: Mapping[str, str] | None = None) -> Done:
    """Runs ``command`` without input and returns what it wrote. Raises ``OSError``, or ``TimeoutError`` (one too) when
    it was ended after ``seconds``. For children of ours: the output is not limited."""
    with Child(command, environment) as child:
        late = threading.Timer(seconds, child.kill)
        late.start()
        try:
            child.stdin.close()
            output = child.stdout.read().decode("utf-8", "replace")
            code = child.wait()
        finally:
            in_time = late.is_alive()
            late.cancel()
        if not in_time:
            raise TimeoutError(f"It took over {seconds:.0f} seconds.")
        return Done(output, child.said(), code)


def start_apart(command: Sequence[str]) -> None:
    """Starts this program once more for its user, who may close either first: with the whole environment, and without
    an end of its own here. Raises ``OSError``."""
    nowhere, windows = subprocess.DEVNULL, sys.platform == "win32"
    process = subprocess.Popen(
        command, stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd=Path.home(), start_new_session=not windows,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if windows else 0)
    threading.Thread(target=process.wait, daemon=True).start()  # else what has ended would stay in the system's list


def _environment() -> dict[str, str]:
    """Returns the variables that every child has. Where Python was told by ``PYTHONPATH`` where its libraries lie, the
    child is told too, but never of a folder that depends on where it runs."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in _KEPT or name.startswith("LC_")}
    if path := [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(entry).is_absolute()]:
        kept["PYTHONPATH"] = os.pathsep.join(path)
    return kept
