"""Request headers: how they are made for every protocol, and what of them may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench import __version__
from workbench.core.api_keys import clean_key
from workbench.core.errors import BadInput
from workbench.providers.endpoints.endpoint import Endpoint

KEY_PLACE = "$API_KEY"
"""Stands for the key wherever headers are shown or kept."""

_SHORTEST, _SHORTEST_MIXED = 8, 6  # characters of a key, and of one that has letters and digits
_SECRET = re.compile(r"authorization|api[-_]?key|token|secret|cookie|password|credential", re.IGNORECASE)
_KEPT = re.compile(
    r"^(x-request-id|request-id|x-generation-id|cf-ray|retry-after(-ms)?|openai-\w[\w-]*|"
    r"(x|anthropic)-ratelimit-[\w-]+|x-litellm-[\w-]+|llm_provider-[\w-]+|content-type|server|date)$",
    re.IGNORECASE,
)


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
            headers[name] = checked_header(name, value)
    return headers


def redact(headers: Mapping[str, str], key: str | None) -> dict[str, str]:
    """Returns headers without the key and without any value that may be a secret, to be shown and stored."""
    shown = {}
    for name, value in headers.items():
        if key and clean_key(key) in value:
            value = value.replace(clean_key(key), KEY_PLACE)
        elif _SECRET.search(name):
            value = "•••"
        shown[name] = value
    return shown


def hide_key(text: str, key: str | None) -> str:
    """Returns a server's words without the key, to be shown and stored: some servers repeat the key that they refuse.

    A key that could as well be a word or a number is left in: it would be found in other places too.
    """
    cleaned = clean_key(key) if key else ""
    return text.replace(cleaned, KEY_PLACE) if is_telling(cleaned) else text


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
    if not value.isascii() or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise BadInput(f"The header {name} holds a line break or a character that no header can carry.")
    return value
