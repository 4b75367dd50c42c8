"""The settings file: TOML that people may write in. Comments and keys that we do not know stay."""

from __future__ import annotations

import contextlib
import dataclasses
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.core.errors import BadInput, StoreFull
from workbench.core.settings import ProviderConfig, Settings, ToolServerConfig
from workbench.core.text.toml_keys import check_keys

from .files import write_whole
from .lock import Turns
from .paths import SETTINGS
from .settings_values import check_value, to_plain

Listener = Callable[[Settings], None]
_PATIENCE = 2.0
"""Seconds to wait for another process that writes the settings, which takes milliseconds."""
_FIELDS = {name: {item.name for item in dataclasses.fields(kind)}
           for name, kind in (("providers", ProviderConfig), ("tool_servers", ToolServerConfig))}
"""Settings that are tables of tables, and the fields that are known of each."""


class TomlSettings:
    """Implements ``ports.SettingsFile``; made by ``open_settings``. For one thread.

    ``notices`` are sentences on what was wrong with the file when it was read last.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: tuple[str, ...] = ()
        self._listeners: list[Listener] = []
        self._unsaved: dict[str, Any] = {}
        self._stamp: tuple[int, int] | None = None
        self._value = self._read()

    @property
    def value(self) -> Settings:
        return self._value

    def change(self, **changes: Any) -> Settings:
        """Changes settings; of tables only the entries that are others than before, so that those which another
        process has just added stay.

        Raises ``BadInput`` for a value that cannot be, and ``StoreFull`` when the file cannot be written: then the
        change holds all the same, and the next one writes it too.
        """
        changes = {name: check_value(name, value) for name, value in changes.items()}
        before = self._value
        try:
            with self._turn():
                present = dataclasses.replace(self._read(), **self._unsaved)
                for name, value in changes.items():
                    self._unsaved[name] = _merged(getattr(before, name), value, getattr(present, name))
                self._value = dataclasses.replace(present, **self._unsaved)
                self._write()
        finally:
            if self._value != before:
                self._announce()
        return self._value

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Keeps other processes from writing meanwhile. Where there is no locking, or one of them hangs, it goes on
        without: a setting that is not kept is worse."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # TimeoutError is one
                turns = Turns(self.path.with_name("settings.lock"), _PATIENCE)
                stack.callback(turns.close)
                stack.enter_context(turns.turn())
            yield

    def reload(self) -> bool:
        """Reads the file again if another process (or the user) changed it; whether a setting changed."""
        if self._stamp == self._stamp_now():
            return False
        before = self._value
        self._value = dataclasses.replace(self._read(), **self._unsaved)
        if self._value == before:
            return False
        self._announce()
        return True

    def changed(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def _announce(self) -> None:
        for listener in tuple(self._listeners):
            listener(self._value)

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    def _read(self) -> Settings:
        """Returns what the file says; a value that cannot be counts as not set, and is noted."""
        self._stamp = self._stamp_now()
        self.notices = ()
        try:
            data = tomllib.loads(check_keys(self.path.read_text("utf-8-sig")))
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            self.notices = (f"The settings in {self.path} cannot be read ({error.strerror}): defaults are used.",)
            return Settings()
        except (ValueError, RecursionError) as error:
            self._set_aside(error)
            return Settings()
        known = {item.name for item in dataclasses.fields(Settings)}
        values: dict[str, Any] = {}
        for name in known & set(data):
            try:
                values[name] = check_value(name, data[name])
            except BadInput as error:
                self.notices += (f"{error} The default is used, see {self.path}.",)
        return Settings(**values)

    def _set_aside(self, error: Exception) -> None:
        aside = self.path.with_name(f"settings-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}.toml")
        sentence = f"The settings file is not valid TOML ({error}): defaults are used."
        try:
            self.path.replace(aside)
            sentence += f" The old file is kept as {aside}."
        except OSError:
            sentence += " It could not be renamed either: the next change overwrites it."
        self.notices = (sentence,)

    def _write(self) -> None:
        import tomlkit  # 17 ms that a start without changes need not wait for
        from tomlkit.exceptions import TOMLKitError

        try:
            document = tomlkit.parse(check_keys(self.path.read_text("utf-8-sig")))
        except (OSError, ValueError, TOMLKitError):
            document = tomlkit.document()
        defaults = Settings()
        for name, value in self._unsaved.items():
            if name in document or value != getattr(defaults, name):
                value = to_plain(value)
                if name in _FIELDS:
                    _take_unknown(value, document.get(name), _FIELDS[name])
                _put(document, name, value)
        try:
            # A link stays: some keep their settings elsewhere.
            write_whole(self.path.resolve(), tomlkit.dumps(document).encode())
        except OSError as error:
            raise StoreFull(
                f"The settings could not be saved in {self.path} ({error.strerror or error}). They hold "
                "until the program ends, and the next change tries again."
            ) from error
        self._unsaved.clear()
        self._stamp = self._stamp_now()


def open_settings(folder: Path) -> TomlSettings:
    """Returns the settings of a data folder; look at ``notices`` for what was wrong with the file."""
    return TomlSettings(folder / SETTINGS)


def _merged(before: Any, value: Any, present: Any) -> Any:
    """Returns what is ``present``, with the entries in which ``value`` differs from ``before``. Any: settings of any
    kind; what is no table is replaced whole."""
    if not (isinstance(before, Mapping) and isinstance(value, Mapping) and isinstance(present, Mapping)):
        return value
    kept = {key: entry for key, entry in present.items() if key in value or key not in before}
    return kept | {key: entry for key, entry in value.items() if key not in before or before[key] != entry}


def _put(table: Any, name: str, value: Any) -> None:
    """Sets a value; of a table only what differs, so that comments in it stay."""
    old = table.get(name)
    if isinstance(old, Mapping) and isinstance(value, Mapping):
        for key in [key for key in old if key not in value]:
            del table[name][key]
        for key, entry in value.items():
            _put(table[name], key, entry)
    elif old != value or isinstance(old, bool) != isinstance(value, bool):
        table[name] = value


def _take_unknown(tables: dict[str, Any], old: Any, known: Collection[str]) -> None:
    """Takes over what a newer version wrote into the tables of providers, or of servers, that stay."""
    for id, config in tables.items():
        there = old.get(id) if isinstance(old, Mapping) else None
        if isinstance(there, Mapping):
            config.update({key: entry for key, entry in there.items() if key not in known})
