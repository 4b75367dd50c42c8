"""Request headers: how they are made for every protocol, and what of them may be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from workbench import __version__
from workbench.core.api_keys import clean_key
from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.provider_secrets import KEPT
from workbench.core.request.snippets import SDK_ARGUMENTS
from workbench.core.settings import ProviderConfig
from workbench.providers.endpoints.endpoint import Endpoint

_PUBLIC_QUERY = {"api-version"}
_PERSONAL = {"metadata", "user", "safety_identifier", "prompt_cache_key"}
"""Parameters that take words of the user's own."""

KEY_PLACE = "$API_KEY"
"""Stands for the key wherever headers are shown or kept."""

_SHORTEST, _SHORTEST_MIXED = 8, 6  # characters of a key, and of one that has letters and digits
_SECRET = re.compile(r"authorization|api[-_]?key|token|secret|cookie|password|credential", re.IGNORECASE)
_KEPT = re.compile(
    r"^(x-request-id|request-id|x-generation-id|cf-ray|retry-after(-ms)?|openai-\w[\w-]*|"
    r"(x|anthropic)-ratelimit-[\w-]+|x-litellm-[\w-]+|llm_provider-[\w-]+|content-type|server|date)$",
    re.IGNORECASE,
)


_OF_THE_TRANSPORT = frozenset((
    "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade"))
"""Headers that say how a request is carried: with another value, no server could read it."""


def request_headers(endpoint: Endpoint, key: str | None) -> dict[str, str]:
    """Returns all headers of a request, the key included. The user's own come last and win; an empty one removes.

    Answers are asked for uncompressed: a decompressor would hand out hundreds of megabytes at once for a small
    hostile body. Raises ``BadInput`` for a header that cannot be sent.
    """
    headers = {
        "Accept": "application/json, text/event-stream",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "User-Agent": f"chat-workbench/{__version__}",
        **endpoint.preset.extra_headers,
    }
    if endpoint.config.organization:
        headers["OpenAI-Organization"] = endpoint.config.organization
    if endpoint.config.project:
        headers["OpenAI-Project"] = endpoint.config.project
    if key:
        auth = endpoint.preset.auth
        headers[auth["header"]] = f"{auth['prefix']}{clean_key(key)}"
    for name, value in endpoint.config.headers.items():
        for known in [known for known in headers if known.lower() == name.lower()]:
            del headers[known]
        if value:
            headers[name] = value if value == KEPT else checked_header(name, value)  # a preview asks no keyring
    return headers


def redact(headers: Mapping[str, str], key: str | None, configured: Collection[str] = ()) -> dict[str, str]:
    """Returns headers without the key and without any value that may be a secret, to be shown and stored. Keys are
    put into headers of any name, so that the values of those that the user ``configured`` are all left out."""
    own = {name.lower() for name in configured}
    shown = {}
    for name, value in headers.items():
        if key and clean_key(key) in value:
            value = value.replace(clean_key(key), KEY_PLACE)
        elif name.lower() in own or _SECRET.search(name):
            value = KEPT
        shown[name] = value
    return shown


def shown_url(url: str, configured: str) -> str:
    """Returns the address of a request without the values that the query of the ``configured`` one brings along (the
    version of an interface is no secret), to be shown and stored."""
    try:
        own = {name for name, _ in parse_qsl(urlsplit(configured).query, keep_blank_values=True)} - _PUBLIC_QUERY
    except ValueError:
        return url
    if not own:
        return url
    parts = urlsplit(url)
    pairs = [(name, KEPT if name in own else quote(value))
             for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    return parts._replace(query="&".join(f"{quote(name)}={value}" for name, value in pairs)).geturl()


def shown_body(body: JsonObject, configured: Mapping[str, Json]) -> JsonObject:
    """Returns a request's body without the words in further fields that the user ``configured``, but for parameters
    of the request, to be shown and stored."""
    own = [name for name in configured if _is_hidden(name) and name in body]
    return {**body, **{name: _hidden(body[name]) for name in own}} if own else body


def _is_hidden(field: str) -> bool:
    return field not in SDK_ARGUMENTS - _PERSONAL


def _hidden(value: Json) -> Json:
    match value:
        case str():
            return KEPT
        case list():
            return [_hidden(each) for each in value]
        case dict():
            return {name: _hidden(each) for name, each in value.items()}
        case _:
            return value


def hide_key(text: str, key: str | None) -> str:
    """Returns a server's words without the key, to be shown and stored: some servers repeat the key that they refuse.

    A key that could as well be a word or a number is left in: it would be found in other places too.
    """
    cleaned = clean_key(key) if key else ""
    return text.replace(cleaned, KEY_PLACE) if is_telling(cleaned) else text


def hide_secrets(text: str, key: str | None, config: ProviderConfig, others: Collection[str] = ()) -> str:
    """Returns what a server says of a refusal without the key, without ``others``, and without the values that the user
    put into headers and further fields, to be shown and stored: all of them may be repeated there. Short words and
    numbers stay."""
    own = {name: value for name, value in config.add_fields.items() if _is_hidden(name)}
    for value in sorted({*config.headers.values(), *_words(own), *others}, key=len, reverse=True):
        if is_telling(value):
            text = text.replace(value, KEPT)
    return hide_key(text, key)


def _words(value: Json) -> Iterator[str]:
    """Yields the texts in a JSON value."""
    match value:
        case str():
            yield value
        case list():
            yield from (word for each in value for word in _words(each))
        case dict():
            yield from (word for each in value.values() for word in _words(each))


def is_telling(key: str) -> bool:
    """Returns whether a key is unlike any word or number, so that it is the key wherever it stands."""
    mixed = any(sign.isdigit() for sign in key) and any(sign.isalpha() for sign in key)
    return len(key) >= _SHORTEST or (len(key) >= _SHORTEST_MIXED and mixed)


def notable_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Returns what is worth storing of a response's headers: request ids, rate limits and the like."""
    return {name: value for name, value in headers.items() if _KEPT.match(name)}


def checked_header(name: str, value: str) -> str:
    """Returns the value of a header. Raises ``BadInput`` for one that cannot be sent."""
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise BadInput(f"“{name}” cannot be the name of a header. Change it in Settings › Providers.")
    if name.lower() in _OF_THE_TRANSPORT:
        raise BadInput(f"The header {name} belongs to the connection, which sets it by itself. Remove it in "
                       "Settings › Providers.")
    if not value.isascii() or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise BadInput(f"The header {name} holds a line break or a character that no header can carry.")
    return value
