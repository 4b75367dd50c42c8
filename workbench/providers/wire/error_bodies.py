"""Error bodies: the dozen shapes that servers use, as one ``Refused`` with a sentence that says what to do.

The body itself is always kept. Shapes: an ``error`` object (OpenAI and most), ``error`` as text (Ollama,
xAI), a list around it (Gemini), flat ``code`` and ``message`` (DashScope, SiliconFlow), ``detail`` as text or
list (FastAPI), problem details (RFC 9457, ASP.NET, Prism), ``base_resp`` (MiniMax), a bare JSON
string, plain text, HTML.

The work is bounded whatever came: large bodies are not parsed but searched at their beginning, and words are cut before
any pattern is tried on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workbench.core.errors import ErrorKind, ProviderError, Refused
from workbench.core.json_types import Json

from .denials import OF_A_GATEWAY, TURNED_AWAY, denial
from .retry_after import retry_after_in

_BODY_LIMIT = 100_000  # characters kept of an error body
_MESSAGE_LIMIT = 600  # characters of the server's words in a sentence
_WORDS_LIMIT = 2000  # characters of the server's words that patterns are tried on
_PARSED_LIMIT = 200_000  # characters of a body that is read as JSON
_DEPTH = 8  # errors within errors
_LONG_WAIT = 60.0  # seconds after which a sentence says when to try again


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


def refusal(status: int, headers: Mapping[str, str], body: str, who: str) -> Refused:
    """Returns the error for an answer with an error status, or, with 0, for an event that is named an error.

    ``who`` is the provider's display name.
    """
    data = _json(body) if len(body) <= _PARSED_LIMIT else _salvaged(body[:_BODY_LIMIT])
    error = error_message_from(data) if data is not None else ErrorMessage(plain_words(body))
    return _refused(status or error.status, headers, data, error, body[:_BODY_LIMIT], who)


def error_in_answer(data: Mapping[str, Json], who: str) -> Refused | None:
    """Returns the error in a body or chunk with status 200, if there is one."""
    error = data.get("error")
    groq = data.get("x_groq")
    if not error and isinstance(groq, dict) and groq.get("error"):
        error = groq["error"]
    base = data.get("base_resp")
    failed = isinstance(base, dict) and base.get("status_code") not in (0, None)
    flat = not data.get("choices") and (
        data.get("object") == "error" or data.get("type") == "error" or data.get("success") is False
        or ("code" in data and "message" in data))
    if not error and not failed and not flat:
        return None
    found = error_message_from({**data, "error": error} if error else dict(data))
    status = _status(found.code) or found.status or _status(data.get("status_code"))
    return _refused(status, {}, dict(data), found, _beginning_of(data), who)


def _refused(
    status: int, headers: Mapping[str, str], data: Json, error: ErrorMessage, body: str, who: str
) -> Refused:
    error = replace(error, message=shortened(error.message), code=shortened(error.code), type=shortened(error.type),
                    parameter=shortened(error.parameter), upstream=shortened(error.upstream))
    kind: ErrorKind = "network" if _turned_away(status, headers, data, error) else _kind(status, error)
    wait = retry_after_in(headers, data)
    return Refused(_sentence(kind, status, error, who, wait), kind, status, body, error.code or error.type,
                   error.parameter, wait)


def _turned_away(status: int, headers: Mapping[str, str], data: Json, error: ErrorMessage) -> bool:
    """Returns whether something before the provider refused, so that the key and the request are not to blame."""
    if "cf-mitigated" in headers or (isinstance(data, dict) and data.get("cloudflare_error") is True and status < 500):
        return status in (401, 403, 503)
    return status in (401, 403) and data is None and OF_A_GATEWAY.match(error.message) is not None


def shortened(text: str) -> str:
    """Returns the first words of ``text``, without the rest of very long runs of letters: data, not words.

    The result has at most 2,000 characters, and no run of more than 65.
    """
    return re.sub(r"([\w+/=]{64})[\w+/=]+", r"\1…", text[:50 * _WORDS_LIMIT])[:_WORDS_LIMIT]


def error_message_from(data: Json, depth: int = _DEPTH) -> ErrorMessage:
    """Returns message, code, type and parameter from any of the known shapes."""
    if isinstance(data, str):
        return ErrorMessage(data)
    if depth <= 0:
        return ErrorMessage()
    if isinstance(data, list):
        return error_message_from(data[0], depth - 1) if data else ErrorMessage()
    if not isinstance(data, dict):
        return ErrorMessage()
    found = _inner_message(data, depth) or _own_message(data)
    status = next((number for name in ("status", "status_code", "statusCode", "http_status")
                   if (number := _status(data.get(name)))), 0)
    return replace(found, status=found.status or status)


def _inner_message(data: Mapping[str, Json], depth: int) -> ErrorMessage | None:
    """Reads the object, list or text in ``error`` or ``errors``."""
    inner = data.get("error") or data.get("errors")
    if isinstance(inner, dict) and "title" in data and (fields := _by_field(inner)):
        return ErrorMessage(" ".join(filter(None, (_text(data["title"]), _sentence_of(*fields)))), "", "validation",
                            fields[0])
    if isinstance(inner, dict | list):
        found = error_message_from(inner, depth - 1)
        return replace(found, message=found.message or _text(data.get("message")),
                       code=found.code or _text(data.get("code")))
    if isinstance(inner, str):
        return ErrorMessage(inner, _text(data.get("code")), _text(data.get("type")), _text(data.get("param")))
    return None


def _own_message(data: Mapping[str, Json]) -> ErrorMessage:
    base = data.get("base_resp")
    if isinstance(base, dict):
        return ErrorMessage(_text(base.get("status_msg")), _text(base.get("status_code")))
    detail = data.get("detail")
    message: Json = data.get("message") or data.get("msg") or data.get("error_description")
    if isinstance(message, dict):  # Mistral: {"message": {"detail": […]}}
        detail, message = message.get("detail", detail), None
    if message is None and (problem := _problem(data)) is not None:
        return problem
    parameter = _text(data.get("param")) or _text(data.get("parameter"))
    if message is None and detail is not None:
        return _validation(detail, data)
    code: Json = data.get("code") if data.get("code") is not None else data.get("statusCode")
    innermost = data.get("innererror")
    if isinstance(innermost, dict) and not code:
        code = innermost.get("code")
    kind = _text(data.get("type")) or _text(data.get("status"))
    words, upstream = _upstream(data, _text(message))
    if made := _text(data.get("failed_generation")):  # Groq: what the model wrote instead of a tool call
        words = f"{words} The model wrote: {made[:300]}"
    return ErrorMessage(words, _text(code), kind, parameter, upstream=upstream)


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
    return _beginning_of(value)


def _beginning_of(value: Json | Mapping[str, Json]) -> str:
    """Returns the beginning of ``value`` as JSON, without writing all of it."""
    text = ""
    try:
        for piece in _ENCODER.iterencode(value):
            text += piece[:_BODY_LIMIT]
            if len(text) > _BODY_LIMIT:
                break
    except RecursionError:
        pass  # nested beyond all reason: what was written so far says enough
    return text[:_BODY_LIMIT]


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


def _status(value: Json) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if len(text) == 3 and text.isdecimal() and text[0] in "45" else 0


def plain_words(body: str) -> str:
    """Returns the words of plain text, or the title of an HTML page."""
    head = body[:20_000].lstrip()
    if not re.match(r"<(!doctype|html|head|body|\?xml|h\d|center)", head, re.IGNORECASE):
        return " ".join(head[:_WORDS_LIMIT].split())
    title = _element(head, "title") or _element(head, "h1")
    return f"a web page: “{title}”" if title else "a web page"


def _element(page: str, name: str) -> str:
    """Returns the text of a page's first element of that name, found in one pass."""
    lower = page.lower()
    opened = lower.find(f"<{name}")
    start = lower.find(">", opened) + 1 if opened >= 0 else 0
    end = lower.find(f"</{name}>", start) if start else -1
    return " ".join(re.sub(r"<[^<>]+>", " ", page[start:min(end, start + 300)]).split()) if end >= 0 else ""


_KINDS: tuple[tuple[ErrorKind, str], ...] = (
    ("quota", r"insufficient[ _]?(quota|balance|user_quota|funds|credit)|exceeded[ _]current[ _]quota|"
              r"billing|payment.required|used_up|out of credits|(more|not enough|add) credits?|only afford|余额|欠费|"
              r"\b1113\b"),
    ("context", r"context[ _]?(length|window)|maximum context|too many (input )?tokens|prompt is too long|"
                r"exceeds? the (available )?context|input is too long|上下文|"
                r"(prompt|messages?|conversation|history) .{0,40}(is|are) too (long|large)|"
                r"reduce (the|your) (length|prompt|input|messages)"),
    ("content", r"content[ _]?(filter|policy|management)|moderat|ResponsibleAI|DataInspection|guardrail|"
                r"safety system|flagged|敏感"),
    ("overloaded", r"overloaded|capacity|engine_overloaded|loading model|queue|try again later"),
    ("rate", r"rate.?limit|too[ _]many[ _]requests|throttl|resource_exhausted|请求过多|并发"),
    ("key", r"(invalid|incorrect|missing|no|expired|bad)[ _]?(api[ _-]?key|token|credentials?)|"
            r"authentication|unauthorized|InvalidApiKey|api key not valid|token_(mismatched|expired)|令牌"),
    ("model", r"model[ _]?not[ _]?found|(unknown|no such|invalid) model|model .{0,80}(does not exist|"
              r"not found|not exist|is not available|not supported|not a valid)|DeploymentNotFound|模型不存在|"
              r"(supported|available|valid) .{0,20}model( name| id)?s? (are|is)\b"),
)
_BY_STATUS: dict[int, ErrorKind] = {
    401: "key", 402: "quota", 403: "key", 404: "model", 408: "timeout", 413: "size", 429: "rate",
    503: "overloaded", 504: "timeout", 524: "timeout", 529: "overloaded", 498: "overloaded",
}
_WORDS_FIRST = ("quota", "context", "content")  # more telling than the status that carries them
_NETWORK = {
    407: "The proxy between this machine and {who} asks for a name and a password{status}. Write them into its "
         "address in Settings › Network.",
    511: "The network wants you to sign in before it lets you reach {who}{status}. Open any page in a web browser, "
         "sign in there, then retry.",
}
"""Statuses that come from the way to the provider, not from the provider."""

_USER_MISTAKE = re.compile(
    r"not (yet )?supported|unsupported|requires? (the )?-{1,2}\w|(cannot|can't|can not) (use|set|specify|have|be used|"
    r"be set|be specified|be combined)|mutually exclusive|invalid (value|argument|type|parameter|grammar|schema)|"
    r"failed to parse (the )?(grammar|schema|request|messages|tools?)|must (be|contain|have|not)\b", re.IGNORECASE)
"""Words that blame the request, whatever status carries them: llama.cpp answers 500 to them."""

_PLAIN_HTTP = re.compile(r"http request (was sent )?to (an )?https (port|server)", re.IGNORECASE)
"""What nginx and Go say to plain HTTP on a port for TLS."""

_TOO_LITTLE = re.compile(r"\bafford\b|fewer (max_)?tokens", re.IGNORECASE)
_TOO_LITTLE_CREDIT = ("The credit left at {who} is too little for this request{status}. Top up the account, or ask for "
                      "a shorter reply (max_tokens).")
"""For a balance that would do for a shorter reply: no limit of the model, and another one tomorrow."""

_OTHER_API = re.compile(r"\b(?:only|use|using|try|via|in|on|switch to)\b[^.]{0,40}\bv1/responses\b|"
                        r"\bresponses (?:api|endpoint)\b", re.IGNORECASE)
_ONLY_RESPONSES = ("{who} answers for this model only on the Responses API{status}. Choose that protocol for it in "
                   "Settings › Providers.")

_SETTING = re.compile(r"does(?: not|n't) (?:support|accept|allow)(?: the)? (?:(effort) level|"
                      r"(?:parameter|option|setting) [`'\"“]?(\w+))", re.IGNORECASE)


def _kind(status: int, error: ErrorMessage) -> ErrorKind:
    if status in _NETWORK:
        return "network"
    if _PLAIN_HTTP.search(error.message):
        return "tls"
    words = f"{error.code} {error.type} {error.message}"
    if status in (400, 404, 405, 422) and error.parameter in ("", "model") and _OTHER_API.search(error.message):
        return "model"
    if (denied := denial(status, words)) is not None:
        return denied.kind
    found = [kind for kind, pattern in _KINDS if re.search(pattern, words, re.IGNORECASE)]
    if found and (found[0] in _WORDS_FIRST or status not in _BY_STATUS):
        if found[0] in ("rate", "overloaded", "key", "model") and status in (400, 422) and error.parameter:
            return _of_parameter(error.parameter)
        return found[0]
    status = _status(error.code) if status == 400 and _status(error.code) in _BY_STATUS else status
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if error.parameter and status < 500:
        return _of_parameter(error.parameter)
    if _SETTING.search(words):
        return "parameter"
    if re.search(r"invalid[_ ]request|bad[_ ]request", f"{error.code} {error.type}", re.IGNORECASE) and status < 500:
        return "request"
    if status >= 500 or not status:
        return "request" if _USER_MISTAKE.search(words) else "server"
    return "request"


def _of_parameter(name: str) -> ErrorKind:
    """Returns the kind of error for a parameter; the conversation itself is none that could be left out."""
    bare = re.split(r"[.\[]", name, maxsplit=1)[0]
    return "model" if bare == "model" else "request" if bare in ("messages", "input", "prompt") else "parameter"


_SENTENCES: dict[ErrorKind, str] = {
    "key": "The key for {who} was refused{status}. Check it in Settings › Providers.",
    "quota": "{who} has no credit left for this key{status}. Top up the account, or choose another provider.",
    "rate": "{who} gets too many requests from this key{status}. Wait a moment, then retry.",
    "model": "{who} does not serve this model or address{status}. Choose another model, or check the "
             "base URL.",
    "context": "The conversation is longer than this model can take{status}. Leave messages out, or choose a "
               "model with a larger context.",
    "content": "{who} refused this for its content rules{status}. Rephrase the message, or ask another "
               "model.",
    "size": "The request is too large for {who}{status}. Send smaller images or fewer files.",
    "overloaded": "{who} is overloaded or still loading the model{status}. Retry in a moment.",
    "timeout": "{who} took too long to answer{status}. Retry, or choose a smaller model.",
    "server": "{who} failed on its side{status}. Retry in a moment.",
    "parameter": "{who} does not accept the parameter {parameter} as it was sent{status}. Change it "
                 "or leave it out.",
    "request": "{who} refused the request{status}. The details say why.",
    "tls": "{who} speaks https at this address, and was asked over http{status}. Begin the base URL with https.",
}


_UPSTREAM = {
    "rate": "{upstream}, which runs this model for {who}, takes no more requests just now{status}. Wait a moment, then "
            "retry, or choose another model.",
    "server": "{upstream}, which runs this model for {who}, failed on its side{status}. Retry in a moment, or choose "
              "another model.",
}
"""Sentences for a router whose upstream host refused: neither the router nor the user's key is at fault."""


def _sentence(kind: ErrorKind, status: int, error: ErrorMessage, who: str, wait: float | None) -> str:
    form = _NETWORK.get(status) or (_UPSTREAM.get(kind) if error.upstream else None)
    if kind == "model" and _OTHER_API.search(error.message):
        form = _ONLY_RESPONSES
    elif kind == "quota" and _TOO_LITTLE.search(error.message):
        form = _TOO_LITTLE_CREDIT
    elif (denied := denial(status, f"{error.code} {error.type} {error.message}")) is not None and denied.kind == kind:
        form = denied.sentence
    elif kind == "network" and status not in _NETWORK:
        form = TURNED_AWAY
    named = _SETTING.search(error.message)
    text = (form or _SENTENCES.get(kind, _SENTENCES["request"])).format(
        who=who, status=f" ({status})" if status else "", upstream=error.upstream,
        parameter=error.parameter or (named and (named[1] or named[2])) or "")
    if wait is not None and wait > _LONG_WAIT:
        text = f"{text} It will answer again at {_clock(wait)}."
    words = error.message.strip().rstrip(": ")
    if not words:
        return text
    if len(words) > _MESSAGE_LIMIT:
        words = words[:_MESSAGE_LIMIT].rstrip() + "…"
    if words.startswith("a web page"):
        return f"{text} It sent {words} instead of an answer."
    return f"{text} {who} says: {words}{'' if words[-1] in '.!?。…' else '.'}"


def _clock(seconds: float) -> str:
    """Returns the local time ``seconds`` from now."""
    return f"{datetime.now() + timedelta(seconds=min(seconds, 10**9)):%Y-%m-%d %H:%M}"


def error_text(body: str) -> str:
    """Returns the message of an error body, or the beginning of the body, as text to search in; see ``shortened``."""
    data = _json(body) if len(body) <= _PARSED_LIMIT else _salvaged(body[:_BODY_LIMIT])
    return shortened(error_message_from(data).message if data is not None else "") or shortened(body)


def wants_responses(error: ProviderError) -> bool:
    """Returns whether an error says that the model is to be asked over OpenAI's Responses API.

    One about a single parameter means that parameter: without it the model answers where it was asked.
    """
    of_model = error.kind == "model" and error.parameter in ("", "model")
    return of_model and _OTHER_API.search(error_text(error.body)) is not None
