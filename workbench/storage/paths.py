"""Paths of the data folder, which holds everything of the user."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.core.errors import BadInput

from .files import make_private

DATABASE = "workbench.db"
SETTINGS = "settings.toml"
BACKUPS = "backups"
LOGS = "logs"
LOCKS = "locks"
EXPERIMENTS = "experiments"
TEMPLATES = "templates"
MOVED = "moved-to.txt"
_CLOUDS = ("onedrive", "dropbox", "icloud", "mobile documents", "com~apple~clouddocs", "google drive", "googledrive",
           "nextcloud", "syncthing")
_NETWORK = ("cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "fuse.sshfs", "fuse.rclone", "afpfs", "davfs")


def data_folder(explicit: str | Path | None = None) -> Path:
    """Returns the data folder, made readable for its owner only if it is not there yet; of one that is there, the
    files and folders of ours are.

    The first of: ``explicit`` (``--data-dir``), ``WORKBENCH_DATA_DIR``, the platform's place for user data, or
    where that was moved to. Raises ``BadInput`` when it cannot be made, or is not there any more.
    """
    chosen = explicit or os.environ.get("WORKBENCH_DATA_DIR")
    folder = Path(chosen).expanduser().absolute() if chosen else platform_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"The data folder {folder} cannot be made ({error.strerror or error}): choose another one with "
            "--data-dir or WORKBENCH_DATA_DIR."
        ) from error
    make_private(folder, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SETTINGS, BACKUPS, LOGS, LOCKS, EXPERIMENTS,
                 TEMPLATES)
    return folder


def unsafe_place(folder: Path) -> str:
    """Returns why a database is not safe in a folder, as a sentence; "" where nothing is known against it.

    Programs that keep folders in step copy its files one by one while it is in use, and SQLite's log needs memory that
    processes of one machine share (sqlite.org/wal.html).
    """
    cloud = next((part for part in folder.parts if part.lower().startswith(_CLOUDS)), "")
    if cloud:
        return f"{folder} lies in {cloud}, which copies files while they are written: choose a folder outside of it."
    if str(folder).startswith(("\\\\", "//")) or _file_system(folder) in _NETWORK:
        return f"{folder} lies in the network, where the database can be damaged: choose a disk of this computer."
    return ""


def _file_system(folder: Path) -> str:
    """Returns the type of the file system that a folder is on, where Linux tells."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return ""
    here = folder.resolve()
    mounts = [(Path(fields[1].replace("\\040", " ")), fields[2]) for fields in map(str.split, lines) if len(fields) > 2]
    return max(((len(place.parts), kind) for place, kind in mounts if here.is_relative_to(place)), default=(0, ""))[1]


def platform_base() -> Path:
    """Returns the platform's place for user data, where word is left when the data was moved."""
    import platformdirs  # 10 ms that a start with a folder of its own need not wait for

    return platformdirs.user_data_path("chat-workbench", appauthor=False)


def platform_folder() -> Path:
    """Returns the data folder when none is named.

    Raises ``BadInput`` when it was moved to a place that is not there.
    """
    folder = platform_base()
    try:
        moved = Path((folder / MOVED).read_text("utf-8").strip())
    except OSError:
        return folder
    if not moved.is_dir():  # an empty store in its place would look as if all were lost
        raise BadInput(
            f"The data folder was moved to {moved}, which is not there: connect its disk, or choose another "
            f"folder with --data-dir. To use the old one again, delete {folder / MOVED}."
        )
    return moved
