"""Files of the data folder in a backup: settings with the providers, templates and experiments, beside the chats.

A backup is a copy of the database with one more table, which holds these files. Keys are in none of them; of the
settings, what providers send in headers and further fields, and passwords of proxies, stay out too, because keys are
put there. ``restore_files`` tells what has to be entered again, which a certificate authority is as well. Servers of
tools are commands that run here, so that none comes from a backup, and nothing of what tools may do.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from workbench.core.text.toml_keys import check_keys

from .files import write_whole
from .paths import EXPERIMENTS, SETTINGS, TEMPLATES

TABLE = "backup_files"
MADE = f"CREATE TABLE {TABLE}(path TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID"
FOLDERS = (TEMPLATES, EXPERIMENTS)
_DEEPEST = 8
_NAME = re.compile(r"[^\x00-\x1f\\/:]{1,200}")
_PRIVATE = ("headers", "add_fields")
_AUTHORITY = "ca_file"
_CUSTOM = "custom"
"""The preset of servers of one's own."""
_TOOLS = ("tool_servers", "built_in_tools", "tool_folders", "private_pages")
"""Settings of tools, which stay what they are here."""


def add_files(connection: sqlite3.Connection, folder: Path) -> None:
    """Writes the files of a data folder into the copy of its database. Raises ``OSError`` or ``sqlite3.Error``."""
    connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    connection.execute(MADE)
    for path in _files(folder):
        data = path.read_bytes()
        if (name := path.relative_to(folder).as_posix()) == SETTINGS:
            data = _without_keys(data)
        connection.execute(f"INSERT INTO {TABLE} VALUES(?, ?)", (name, data))


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in [folder / SETTINGS] if path.is_file())
    for name in FOLDERS:
        yield from sorted(path for path in (folder / name).rglob("*") if path.is_file() and not path.is_symlink()
                          and not path.name.endswith(".part"))


def _without_keys(settings: bytes) -> bytes:
    """Returns the settings without what may be a key; what is no TOML is left out whole."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document: Any = tomlkit.parse(check_keys(settings.decode("utf-8-sig")))
    except (ValueError, TOMLKitError):
        return b""
    for name in _TOOLS:
        document.pop(name, None)
    for table in (document, *(each for each in document.get("providers", {}).values() if isinstance(each, dict))):
        for name in _PRIVATE:
            if isinstance(values := table.get(name), dict):
                for key in list(values):
                    values[key] = ""
        if isinstance(proxy := table.get("proxy"), str) and "@" in proxy:
            table["proxy"] = _without_user(proxy)
    return tomlkit.dumps(document).encode()


def _without_user(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def unpack_files(connection: sqlite3.Connection, place: Path) -> bool:
    """Writes the files in a backup below ``place``, a new folder. Names that lead elsewhere are passed over. Returns
    whether the backup has files; older ones have none."""
    made = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (TABLE,)).fetchone()
    if made is None or made[0] != MADE:
        return False
    place.mkdir(mode=0o700)
    for name, data in connection.execute(f"SELECT path, data FROM {TABLE}"):
        if isinstance(name, str) and isinstance(data, bytes) and _belongs(name):
            (target := place / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(target, data)
    return True


def _belongs(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if len(parts) == 1:
        return name == SETTINGS
    return (1 < len(parts) <= _DEEPEST and parts[0] in FOLDERS
            and all(_NAME.fullmatch(part) and part not in (".", "..") for part in parts))


def restore_files(place: Path, folder: Path, mode: Literal["merge", "replace"]) -> list[str]:
    """Brings what ``unpack_files`` wrote into a data folder: ``merge`` adds templates, experiments and providers that
    are missing, ``replace`` puts all of it in the place of what is there. Returns what has to be entered again, as
    ``provider: name of the header or field``. Raises ``OSError``."""
    for name in FOLDERS:
        source, target = place / name, folder / name
        if mode == "replace" and target.exists():
            shutil.rmtree(target)
        if source.exists():
            target.mkdir(mode=0o700, exist_ok=True)
            for entry in source.iterdir():
                _move_missing(entry, target / entry.name)
    return _restore_settings(place / SETTINGS, folder / SETTINGS, mode)


def _move_missing(source: Path, target: Path) -> None:
    if not target.exists():
        source.replace(target)
    elif source.is_dir() and target.is_dir() and source.name.startswith("."):  # versions of templates
        for entry in source.iterdir():
            _move_missing(entry, target / entry.name)


def _restore_settings(source: Path, target: Path, mode: Literal["merge", "replace"]) -> list[str]:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    def read(path: Path) -> Any:
        try:
            return tomlkit.parse(check_keys(path.read_text("utf-8-sig")))
        except (OSError, ValueError, TOMLKitError):
            return None

    brought, here = read(source), read(target) or tomlkit.document()
    if brought is None:
        return []
    result = brought if mode == "replace" else here
    present = _tables(here)
    providers = _tables(brought)
    missing: list[str] = []
    for id, config in providers.items():
        if mode == "merge":
            if id in present:
                continue
            if "providers" not in result:
                result["providers"] = tomlkit.table()
            result["providers"][id] = config
        known = present.get(id, {})
        missing += _fill(id, config, known) + _leave_authority(id, config, known)
        _leave_environment(config, known)
    if mode == "replace":
        missing += _leave_authority("all providers", result, here)
        for name in _TOOLS:
            result.pop(name, None)
            if name in here:
                result[name] = here[name]
    write_whole(target.resolve(), tomlkit.dumps(result).encode())
    return missing


def _tables(settings: Any) -> dict[str, Any]:
    """Returns the providers in settings: whoever made the backup may have put anything there."""
    found = settings.get("providers", {})
    return {id: config for id, config in found.items() if isinstance(config, dict)} if isinstance(found, dict) else {}


def _fill(id: str, config: Any, present: Any) -> list[str]:
    """Takes over headers and fields that the same provider has here, and takes out those that nobody knows any more:
    an empty header would be sent. Returns what was taken out."""
    same = isinstance(present, dict) and present.get("base_url") == config.get("base_url")
    missing: list[str] = []
    for name in _PRIVATE:
        values = config.get(name, {})
        for key in list(values) if isinstance(values, dict) else ():
            known = present.get(name, {}).get(key) if same else None
            if known is None:
                del values[key]
                missing.append(f"{id}: {key}")
            else:
                values[key] = known
    return missing


def _leave_authority(whose: str, brought: Any, present: Any) -> list[str]:
    """Takes out a certificate authority that is not in use here already: with a proxy beside it, whoever made the
    backup could read what is sent. Returns what was taken out."""
    authority = brought.get(_AUTHORITY, "")
    if not authority or (isinstance(present, dict) and present.get(_AUTHORITY, "") == authority):
        return []
    del brought[_AUTHORITY]
    return [f"{whose}: {_AUTHORITY}"]


def _leave_environment(config: Any, present: Any) -> None:
    """Lets a server that is not used here already have no key from the environment: the variable is found by the name
    of the provider, which whoever made the backup chose, as the address."""
    same = isinstance(present, dict) and present.get("base_url") == config.get("base_url")
    if config.get("preset", _CUSTOM) == _CUSTOM and not same:
        config["environment_key"] = False


def with_files(database: Path, folder: Path, connect: Callable[[Path], sqlite3.Connection]) -> None:
    """Completes the copy of a database to a backup of the data folder."""
    connection = connect(database)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
        connection.execute("BEGIN")
        add_files(connection, folder)
        connection.execute("COMMIT")
    finally:
        connection.close()
