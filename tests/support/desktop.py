"""Real desktop services, each private to the test run: a session bus with a Secret Service, an X server.

Each is a shell that holds its daemons and waits for the end of its standard input. When the test run
ends, however it ends, the pipe closes, the shell goes, and its daemons go with it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

KEYRING_PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
DISPLAY_PROGRAMS = ("Xvfb",)
ACCESSIBILITY = ("/usr/share/dbus-1/services/org.a11y.Bus.service",)
# 24 bits of colour and the largest window that a test opens; -nolisten tcp: nobody else's business.
_SERVE_DISPLAY = 'Xvfb -displayfd 1 -screen 0 1920x1200x24 -nolisten tcp 2>"$1" & cat >/dev/null; kill $!; wait $!'
_SERVE_BUS = 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat >/dev/null'
# An empty password creates the login keyring at first and opens it from then on.
_UNLOCK = 'printf "\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; '
_LOCK = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "


def missing(programs: tuple[str, ...]) -> list[str]:
    """Those of these programs, or files of the system, that are not installed."""
    return [name for name in programs if not (shutil.which(name) or Path(name).is_file())]


def home_environment(home: Path) -> dict[str, str]:
    """A home below which everything that a desktop program writes ends up."""
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_STATE_HOME": home / ".local/state",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": home / "run",
        "TMPDIR": home / "tmp",
    }
    for folder in folders.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {name: str(folder) for name, folder in folders.items()}


@contextlib.contextmanager
def session_bus(
    home: Path, *, keyring: bool = True, locked: bool = False, environment: Mapping[str, str] | None = None
) -> Iterator[dict[str, str]]:
    """A session bus; yields the environment of a program that lives in it.

    keyring: with gnome-keyring's Secret Service, whose files lie in `home`. locked: the keyring of an
    earlier, unlocked session in the same home is there, but locked.
    """
    env = {"PATH": os.environ["PATH"], **(environment or {}), **home_environment(home)}
    # Daemons of one home find each other here; one of an earlier session may still be on its way out.
    env["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="run-", dir=home)
    start = (_LOCK if locked else _UNLOCK) if keyring else ""
    with _held(["dbus-run-session", "--", "sh", "-c", start + _SERVE_BUS], env) as address:
        yield {**env, "DBUS_SESSION_BUS_ADDRESS": address}


@contextlib.contextmanager
def stored_keys(environment: Mapping[str, str]) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What the Secret Service of a session keeps now, as (label, secret); emptied in the end."""
    from jeepney.io.blocking import open_dbus_connection
    from secretstorage import ItemNotFoundException, get_default_collection

    with open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        keys = get_default_collection(connection)

        def stored() -> list[tuple[str, str]]:
            found = []
            for item in keys.get_all_items():
                with contextlib.suppress(ItemNotFoundException):  # the program removed it meanwhile
                    found.append((item.get_label(), item.get_secret().decode()))
            return found

        yield stored
        for item in keys.get_all_items():
            item.delete()


@contextlib.contextmanager
def x_display(log: Path) -> Iterator[str]:
    """An X server on the first free display; yields its DISPLAY."""
    env = {"PATH": os.environ["PATH"]}
    with _held(["sh", "-c", _SERVE_DISPLAY, "sh", str(log)], env) as number:
        yield f":{number}"


@contextlib.contextmanager
def _held(command: list[str], env: Mapping[str, str]) -> Iterator[str]:
    """Run a command until its standard input closes; yields the first line that it says."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=env, text=True) as held:
        assert held.stdin is not None and held.stdout is not None
        try:
            line = held.stdout.readline().strip()
            if not line:
                raise RuntimeError(f"{command[0]} ended at once, with exit code {held.wait(10)}")
            yield line
        finally:
            held.stdin.close()
