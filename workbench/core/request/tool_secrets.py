"""Tool secrets: what a provider needs to call a tool on another server for the user (a remote MCP server and the like).

They stand in the parameters, where a user writes them, and are stored, shown and exported nowhere: they lie in the
keyring, by the address of the tool, with ``KEPT`` in their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from workbench.core.api_keys import origin_of
from workbench.core.errors import Refused
from workbench.core.json_types import Json
from workbench.core.provider_secrets import KEPT, password_in, with_password

if TYPE_CHECKING:
    from workbench.core.ports.secrets import Secrets

OWNER = ""
"""The provider that tool secrets are kept under: they belong to no single one."""

_SECRET = re.compile(r"auth|key|token|secret|cookie|passw|credential|session|signature", re.IGNORECASE)
_ADDRESSES = ("server_url", "url", "connector_id")
_PASSED = frozenset(("function", "parameters", "input_schema", "json_schema", "schema", "response_format", "messages",
                     "input"))
"""Fields that describe data, where what is called a token is a name and not one, and those of the conversation."""

_FORM = re.compile(r"((?:Bearer|Basic|Token)\s+)(.+)", re.IGNORECASE | re.DOTALL)

Change = Callable[[str, str, str], str]
"""Takes the origin of a tool, the name of a secret and its value; returns what stands in its place."""


def _mark(origin: str, name: str, value: str) -> str:
    return KEPT


def hidden(params: Mapping[str, Json], put: Change = _mark) -> dict[str, Json]:
    """Returns parameters, or the body of a request, with what ``put`` returns in the place of each tool secret."""
    changed = dict(params)
    for name, value in params.items():
        if isinstance(value, list | dict) and name not in _PASSED:
            changed[name] = _changed(value, put)
    return changed


def values_in(params: Mapping[str, Json]) -> set[str]:
    """Returns the tool secrets that stand in parameters or a body, also without the scheme before a token."""
    found: set[str] = set()

    def note(origin: str, name: str, value: str) -> str:
        form = _FORM.fullmatch(value)
        found.update((value, form[2]) if form else (value,))
        return value

    hidden(params, note)
    return found - {"", KEPT}


async def into_keyring(params: Mapping[str, Json], secrets: Secrets) -> dict[str, Json]:
    """Moves the tool secrets of parameters into the keyring, and returns what may be stored.

    Raises ``KeyringUnavailable``.
    """
    for origin, values in _by_origin(params).items():
        if new := {name: value for name, value in values.items() if value not in ("", KEPT)}:
            await secrets.keep_values(OWNER, origin, {**await secrets.values(OWNER, origin), **new})
    return hidden(params)


async def from_keyring(params: Mapping[str, Json], secrets: Secrets) -> dict[str, Json]:
    """Returns parameters with the tool secrets that lie in the keyring.

    Raises ``KeyringUnavailable``, and ``Refused`` when one of them is not there.
    """
    kept = {origin: await secrets.values(OWNER, origin) for origin, values in _by_origin(params).items()
            if KEPT in values.values()}

    def fill(origin: str, name: str, value: str) -> str:
        if value != KEPT:
            return value
        if name not in kept[origin]:
            raise Refused(f"The secret “{name.partition(':')[2]}” of a tool at {origin or 'no address'} is not in the "
                          "keyring, or belongs to another address. Enter it again in the parameter “tools”.", "key")
        return kept[origin][name]

    return hidden(params, fill) if kept else dict(params)


def _by_origin(params: Mapping[str, Json]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}

    def note(origin: str, name: str, value: str) -> str:
        found.setdefault(origin, {})[name] = value
        return value

    hidden(params, note)
    return found


def _changed(value: Json, change: Change) -> Json:
    match value:
        case list():
            return [_changed(item, change) for item in value]
        case dict():
            return hidden(_changed_tool(value, change), change)
        case _:
            return value


def _changed_tool(tool: dict[str, Json], change: Change) -> dict[str, Json]:
    """Returns an object with its own secrets changed, if it names the address of a tool."""
    address = next((value for name in _ADDRESSES if isinstance(value := tool.get(name), str) and value), None)
    if address is None and not isinstance(tool.get("server_label"), str):
        return tool
    origin = origin_of(address or "") or (address or "").partition("?")[0]
    label = str(tool.get("server_label") or tool.get("name") or "")

    def changed(name: str, value: Json) -> Json:
        if name == "headers" and isinstance(value, dict):
            return {header: change(origin, f"{label}:{header.lower()}", text) if isinstance(text, str) and text
                    else text for header, text in value.items()}
        if name in _ADDRESSES and isinstance(value, str):
            return _changed_address(value, lambda field, text: change(origin, f"{label}:{field}", text))
        if isinstance(value, str) and value and _SECRET.search(name):
            return change(origin, f"{label}:{name}", value)
        return value

    return {name: changed(name, value) for name, value in tool.items()}


def _changed_address(url: str, change: Callable[[str, str], str]) -> str:
    """Returns an address with the secrets changed that stand in it: a password, and values of its query."""
    if password := password_in(url):
        url = with_password(url, change("password", password))
    before, mark, query = url.partition("?")
    if not mark or not any(True for _ in _secret_pairs(query)):
        return url
    pairs = "&".join(f"{quote(name)}={_quoted(change(name, value)) if _SECRET.search(name) else quote(value)}"
                     for name, value in parse_qsl(query, keep_blank_values=True))
    return f"{before}?{pairs}"


def _secret_pairs(query: str) -> Iterator[str]:
    return (name for name, value in parse_qsl(query, keep_blank_values=True) if value and _SECRET.search(name))


def _quoted(value: str) -> str:
    return value if value == KEPT else quote(value, safe="")
