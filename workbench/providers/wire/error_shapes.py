"""Shapes of error bodies: the fields in which servers say what went wrong, as one ``ErrorMessage``.

Shapes: an ``error`` object (OpenAI and most), ``error`` as text (Ollama, xAI), a list around it (Gemini), flat ``code``
and ``message`` (DashScope, SiliconFlow), ``detail`` as text or list (FastAPI), problem details (RFC 9457, ASP.NET,
Prism), ``base_resp`` (MiniMax), ``fault`` (Apigee), ``__type`` (AWS), XML (AWS and other gateways), a bare JSON string,
plain text, HTML.

The work is bounded whatever came: large bodies are not parsed but searched at their beginning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.core.json_types import Json

BODY_LIMIT = 100_000  # characters kept of an error body
WORDS_LIMIT = 2000  # characters of the server's words that patterns are tried on
_PARSED_LIMIT = 200_000  # characters of a body that is read as JSON
_DEPTH = 8  # errors within errors
_ITEMS = 10  # texts of a list that are read


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """The message of an error body, as far as it can be found.

    ``status`` is the HTTP status that the body itself names, ``upstream`` the host behind a router that refused.
    """

    message: str = ""
    code: str = ""
    type: str = ""
    parameter: str = ""
    status: int = 0
    upstream: str = ""


def shortened(text: str) -> str:
    """Returns the first words of ``text``, without the rest of very long runs of letters: data, not words.

    The result has at most 2,000 characters, and no run of more than 65.
    """
    return re.sub(r"([\w+/=]{64})[\w+/=]+", r"\1…", text[:50 * WORDS_LIMIT])[:WORDS_LIMIT]


def read_error(body: str) -> tuple[Json, ErrorMessage]:
    """Returns the JSON of an error body, None for one that is no JSON, and what it says."""
    data = _json(body) if len(body) <= _PARSED_LIMIT else _salvaged(body[:BODY_LIMIT])
    data = _event_data(body[:BODY_LIMIT]) if data is None else data
    if data is not None:
        return data, error_message_from(data)
    return None, _xml_message(body) or ErrorMessage(plain_words(body))


def _event_data(body: str) -> Json:
    """Returns the first JSON in a body that is an event stream, as LiteLLM answers to streamed requests, or None."""
    if not re.match(r"\s*(data|event|id|retry|:)", body):
        return None
    found = (_json(line.removeprefix("data:")) for line in body.splitlines()[:20] if line.startswith("data:"))
    return next((data for data in found if isinstance(data, dict | list)), None)


def error_text(body: str) -> str:
    """Returns the message of an error body, or the beginning of the body, as text to search in; see ``shortened``."""
    data, error = read_error(body)
    return (shortened(error.message) if data is not None else "") or shortened(body)


def error_message_from(data: Json, depth: int = _DEPTH) -> ErrorMessage:
    """Returns message, code, type and parameter from any of the known shapes."""
    if isinstance(data, str):
        return ErrorMessage(data)
    if depth <= 0:
        return ErrorMessage()
    if isinstance(data, list):
        if all(isinstance(item, str) for item in data[:_ITEMS]):
            return ErrorMessage("; ".join(_text(item) for item in data[:_ITEMS]))
        return error_message_from(data[0], depth - 1) if data else ErrorMessage()
    if not isinstance(data, dict):
        return ErrorMessage()
    found = _inner_message(data, depth) or _own_message(data)
    status = next((number for name in ("status", "status_code", "statusCode", "http_status")
                   if (number := status_in(data.get(name)))), 0)
    return replace(found, status=found.status or status)


def _inner_message(data: Mapping[str, Json], depth: int) -> ErrorMessage | None:
    """Reads the object, list or text in ``error`` or ``errors``, or in what gateways call them."""
    inner = next((home for name in _HOMES if (home := data.get(name)) and isinstance(home, dict | list | str)), None)
    if isinstance(inner, dict) and "title" in data and (fields := _by_field(inner)):
        return ErrorMessage(" ".join(filter(None, (_text(data["title"]), _sentence_of(*fields)))), "", "validation",
                            fields[0])
    if isinstance(inner, dict | list):
        found = error_message_from(inner, depth - 1)
        return replace(found, message=found.message or _text(data.get("message")),
                       code=found.code or _text(data.get("code")))
    if isinstance(inner, str):
        words = _text(data.get("error_description"))  # OAuth: ``error`` is only a name
        return ErrorMessage(words or inner, _text(data.get("code")) or (inner if words else ""),
                            _text(data.get("type")), _text(data.get("param")))
    return None


_HOMES = ("error", "errors", "Error", "Errors", "fault", "Fault", "Response")
_MESSAGES = ("message", "msg", "error_description", "Message", "faultstring", "error_message", "error_msg",
             "errorMessage", "reason", "description")
_CODES = ("code", "Code", "__type", "error_code", "errorCode", "errorType", "statusCode")


def _own_message(data: Mapping[str, Json]) -> ErrorMessage:
    base = data.get("base_resp")
    if isinstance(base, dict):
        return ErrorMessage(_text(base.get("status_msg")), _text(base.get("status_code")))
    detail = data.get("detail")
    message: Json = next((found for name in _MESSAGES if (found := data.get(name))), None)
    if isinstance(message, dict):  # Mistral: {"message": {"detail": […]}}
        detail, message = message.get("detail", detail), None
    if message is None and (problem := _problem(data)) is not None:
        return problem
    parameter = _text(data.get("param")) or _text(data.get("parameter"))
    if message is None and detail is not None:
        return _validation(detail, data)
    kind = _text(data.get("type")) or _text(data.get("status"))
    words, upstream = _upstream(data, _text(message))
    if (inner := _packed(words)).message:
        words, parameter = inner.message, parameter or inner.parameter
    if reasons := [reason for reason in _reasons(data) if reason not in words]:
        words = f"{words} ({', '.join(reasons)})"
    if made := _text(data.get("failed_generation")):  # Groq: what the model wrote instead of a tool call
        words = f"{words} The model wrote: {made[:300]}"
    return ErrorMessage(words, _code(data), kind, parameter, upstream=upstream)


def _packed(words: str) -> ErrorMessage:
    """Reads an error body that a gateway passes on as the text of its own message."""
    inside = _json(words) if words[:1] in ("{", "[") and len(words) <= _PARSED_LIMIT else None
    return error_message_from(inside) if isinstance(inside, dict | list) else ErrorMessage()


def _code(data: Mapping[str, Json]) -> str:
    """Returns the code: the error's own, else the one of what lies within (Azure's ``innererror``, Apigee's
    ``detail``)."""
    code: Json = next((found for name in _CODES if (found := data.get(name)) is not None), None)
    for name, field in (("innererror", "code"), ("detail", "errorcode")):
        inner = data.get(name)
        if not code and isinstance(inner, dict):
            code = inner.get(field)
    return _text(code).rpartition("#")[2]


def _reasons(data: Mapping[str, Json]) -> list[str]:
    """Returns what moderation found: the ``reasons`` of OpenRouter, the names of Azure's filters that took effect."""
    metadata, innermost = data.get("metadata"), data.get("innererror")
    found = metadata.get("reasons") if isinstance(metadata, dict) else None
    reasons = [reason for reason in found if isinstance(reason, str)] if isinstance(found, list) else []
    for name in ("content_filter_result", "content_filter_results"):
        filters = innermost.get(name) if isinstance(innermost, dict) else None
        reasons += [title for title, result in filters.items() if isinstance(result, dict) and (
            result.get("filtered") or result.get("detected"))] if isinstance(filters, dict) else []
    return [" ".join(reason[:60].split()) for reason in reasons[:20]]


def _by_field(errors: Mapping[str, Json]) -> tuple[str, str] | None:
    """Returns the first field and its message of ASP.NET's ``errors``: ``{field: [message, …]}``."""
    for name, messages in errors.items():
        if isinstance(messages, list) and messages and isinstance(messages[0], str):
            return name, messages[0]
    return None


def _problem(data: Mapping[str, Json]) -> ErrorMessage | None:
    """Reads problem details (RFC 9457): ``title`` and ``detail``, and Prism's ``validation`` list."""
    title, detail = data.get("title"), data.get("detail")
    if not isinstance(title, str) or not (detail is None or isinstance(detail, str)):
        return None
    found = data.get("validation")
    first = found[0] if isinstance(found, list) and found else None
    if isinstance(first, dict):
        place, parameter = _place(first.get("location"))
        return ErrorMessage(_sentence_of(title, place, _text(first.get("message"))), _text(first.get("code")),
                            "validation", parameter)
    return ErrorMessage(_sentence_of(title, detail if detail and detail != title else ""), _text(data.get("code")))


def _sentence_of(*pieces: str) -> str:
    """Returns what is said, the general before the particular, with one colon between two pieces that say something."""
    said = [piece.strip() for piece in pieces if piece.strip(" \n\t:")]
    return ": ".join([*(piece.rstrip(" :.") for piece in said[:-1]), *said[-1:]])


def _place(path: Json) -> tuple[str, str]:
    """Returns the place in the request that a path names, as ``tools[0].function``, and the parameter it lies in."""
    items = list(path[:20]) if isinstance(path, list) else []
    while items and items[0] in ("request", "body", "query"):
        items.pop(0)
    while items and not isinstance(items[-1], str):
        items.pop()
    place = "".join(f"[{item}]" if isinstance(item, int) else f".{item}" for item in items).removeprefix(".")
    return place, next((item for item in items if isinstance(item, str)), "")


def _validation(detail: Json, data: Mapping[str, Json]) -> ErrorMessage:
    """Reads FastAPI's ``detail``: a text, or a list of ``{loc, msg, type}``."""
    first = detail[0] if isinstance(detail, list) and detail else detail
    if isinstance(first, dict):
        place, parameter = _place(first.get("loc"))
        message = _text(first.get("msg")) or _text(first.get("message"))
        return ErrorMessage(_sentence_of(place, message), _text(first.get("type")),
                            "validation", parameter)
    return ErrorMessage(_text(first or ""), _text(data.get("code")), _text(data.get("type")))


def _upstream(data: Mapping[str, Json], message: str) -> tuple[str, str]:
    """Returns the words of the host behind a router, which OpenRouter hides in ``metadata.raw``, and its name."""
    metadata = data.get("metadata")
    if not isinstance(metadata, dict):
        return message, ""
    raw, host = _text(metadata.get("raw")), _text(metadata.get("provider_name"))
    if not raw or (message and not host and message != "Provider returned error"):
        return message, host
    inside = _json(raw) if len(raw) <= _PARSED_LIMIT else None
    return (error_message_from(inside).message if isinstance(inside, dict | list) else "") or plain_words(raw), host


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    return beginning_of(value)


def beginning_of(value: Json | Mapping[str, Json]) -> str:
    """Returns the beginning of ``value`` as JSON, without writing all of it."""
    text = ""
    try:
        for piece in _ENCODER.iterencode(value):
            text += piece[:BODY_LIMIT]
            if len(text) > BODY_LIMIT:
                break
    except RecursionError:
        pass  # nested beyond all reason: what was written so far says enough
    return text[:BODY_LIMIT]


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _json(body: str) -> Json:
    try:
        data: Json = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data


def _salvaged(body: str) -> Json:
    """Returns the fields of an error in the beginning of a body that is too large to be parsed, or None."""
    if not body.lstrip().startswith(("{", "[")):
        return None
    found: dict[str, Json] = {}
    for name, text in re.findall(r'"(message|code|type|param|detail)"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){0,4000})', body):
        found.setdefault(name, _json(f'"{text}"') or text)
    return found or None


def _xml_message(body: str) -> ErrorMessage | None:
    """Reads ``<Error><Code>…</Code><Message>…</Message></Error>`` of object stores and other gateways."""
    head = body[:20_000].lstrip()
    if not head.startswith("<") or re.match(_PAGE, head, re.IGNORECASE):
        return None
    code, message = _element(head, "code"), _element(head, "message") or _element(head, "faultstring")
    return ErrorMessage(message or code, code) if message or code else None


def status_in(value: Json) -> int:
    """Returns an HTTP status of an error, as a number or a text; 0 for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if len(text) == 3 and text.isdecimal() and text[0] in "45" else 0


_PAGE = r"<(?:!doctype|html|head|body|h\d|center)"


def plain_words(body: str) -> str:
    """Returns the words of plain text, or the title of an HTML page."""
    head = body[:20_000].lstrip()
    if not re.match(rf"{_PAGE}|<\?xml", head, re.IGNORECASE):
        return " ".join(head[:WORDS_LIMIT].split())
    title = _element(head, "title") or _element(head, "h1")
    return f"a web page: “{title}”" if title else "a web page"


def _element(page: str, name: str) -> str:
    """Returns the text of a page's first element of that name, found in one pass."""
    from html import unescape  # its table of names is large, and errors are rare

    lower = page.lower()
    opened = lower.find(f"<{name}")
    start = lower.find(">", opened) + 1 if opened >= 0 else 0
    end = lower.find(f"</{name}>", start) if start else -1
    text = re.sub(r"<[^<>]+>", " ", page[start:min(end, start + 300)]) if end >= 0 else ""
    return " ".join(unescape(text).split())
