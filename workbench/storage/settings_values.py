"""Conversion of settings to plain values and back, with a sentence for each value that does not fit."""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.settings import ProviderConfig, Settings, ToolServerConfig

_SETTINGS = {item.name: item for item in dataclasses.fields(Settings)}
_SETTING_TYPES = typing.get_type_hints(Settings)
_PROVIDER_TYPES = typing.get_type_hints(ProviderConfig)


def check_value(name: str, value: Any) -> Any:
    """Returns the value of the setting ``name`` with its own type. Raises ``BadInput``."""
    item = _SETTINGS.get(name)
    if item is None:
        raise BadInput(f"There is no setting “{name}”.")
    if name == "providers":
        return providers_from(value)
    if name == "tool_servers":
        return tool_servers_from(value)
    value = _typed(f"The setting “{name}”", _SETTING_TYPES[name], value)
    data = item.metadata
    if (choices := data.get("choices")) and value not in choices:
        raise BadInput(f"The setting “{name}” cannot be “{value}”: use {' or '.join(choices)}.")
    low, high = data.get("low"), data.get("high")
    if (low is not None and value < low) or (high is not None and value > high):
        raise BadInput(f"The setting “{name}” cannot be {value}: use a number from {low} to {high}.")
    return value


def providers_from(value: Any) -> dict[str, ProviderConfig]:
    """Returns the providers in a table of tables, or of ``ProviderConfig``. Raises ``BadInput``."""
    if not isinstance(value, Mapping):
        raise BadInput("The setting “providers” must be a table.")
    return {id: _provider(id, config) for id, config in value.items()}


def _provider(id: str, value: Any) -> ProviderConfig:
    if not id or "/" in id or any(letter.isspace() for letter in id):
        raise BadInput(f"A provider cannot be called “{id}”: use a name without blanks and slashes.")
    known = _known(ProviderConfig, _PROVIDER_TYPES, f"provider “{id}”", value)
    return ProviderConfig(**{**known, "id": id})


_SERVER = {item.name: item for item in dataclasses.fields(ToolServerConfig)}
_SERVER_TYPES = typing.get_type_hints(ToolServerConfig)
_SERVER_NAME = re.compile(r"[\w-]{1,40}")


def tool_servers_from(value: Any) -> dict[str, ToolServerConfig]:
    """Returns the servers in a table of tables, or of ``ToolServerConfig``. Raises ``BadInput``."""
    if not isinstance(value, Mapping):
        raise BadInput("The setting “tool_servers” must be a table.")
    return {id: _server(id, config) for id, config in value.items()}


def _server(id: str, value: Any) -> ToolServerConfig:
    if not _SERVER_NAME.fullmatch(id):
        raise BadInput(f"A server of tools cannot be called “{id}”: use up to 40 letters, figures, “-” and “_”.")
    known = _known(ToolServerConfig, _SERVER_TYPES, f"server of tools “{id}”", value)
    config = ToolServerConfig(**{**known, "id": id})
    if bool(config.command) == bool(config.url):
        raise BadInput(f"The server of tools “{id}” needs a command or an address, and not both.")
    low, high = _SERVER["seconds"].metadata["low"], _SERVER["seconds"].metadata["high"]
    if not low <= config.seconds <= high:
        raise BadInput(f"“seconds” of the server “{id}” must be a number from {low} to {high}.")
    return config


def _known(made: type[Any], kinds: Mapping[str, Any], what: str, value: Any) -> dict[str, Any]:
    """Returns the entries of a table that there are fields for, with the types of these. ``value`` may be made of it
    already. Raises ``BadInput``."""
    if isinstance(value, made):
        value = {name: getattr(value, name) for name in kinds}
    if not isinstance(value, Mapping):
        raise BadInput(f"The {what} must be a table.")
    return {name: _typed(f"“{name}” of the {what}", kinds[name], entry) for name, entry in value.items()
            if name in kinds}


def to_plain(value: Any) -> Any:
    """Returns what the file holds: a provider or a server of tools as a table of what differs from its defaults, None
    left out."""
    if isinstance(value, ProviderConfig | ToolServerConfig):
        return {
            item.name: to_plain(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if item.name != "id" and getattr(value, item.name) not in (item.default, {}, None, ())
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list | tuple):
        return [to_plain(entry) for entry in value if entry is not None]
    return value


def _typed(what: str, kind: Any, value: Any) -> Any:
    """Returns ``value`` as ``kind``, an annotation of ``core.settings``. Raises ``BadInput``."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if len(arguments) != 2 or types.NoneType not in arguments:
            return value  # JSON: anything
        return None if value is None else _typed(what, arguments[0], value)
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if kind is str and isinstance(value, str):
        return value
    if origin in (list, tuple) and isinstance(value, list | tuple):
        return origin(_typed(f"Each entry of {what[0].lower()}{what[1:]}", arguments[0], entry) for entry in value)
    if origin in (dict, Mapping) and isinstance(value, Mapping):
        return {
            str(key): _typed(f"“{key}” in {what[0].lower()}{what[1:]}", arguments[1], entry)
            for key, entry in value.items()
        }
    if kind is Any:
        return value
    raise BadInput(f"{what} must be {_KINDS[origin or kind]}, not {value!r}.")


_KINDS: dict[Any, str] = {
    bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list",
    tuple: "a list", dict: "a table", Mapping: "a table",
}  # fmt: skip
