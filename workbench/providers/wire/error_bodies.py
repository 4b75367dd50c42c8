"""Error bodies: the dozen shapes that servers use, as one ``Refused`` with a sentence that says what to do.

The body itself is always kept. Shapes: an ``error`` object (OpenAI and most), ``error`` as text (Ollama,
xAI), a list around it (Gemini), flat ``code`` and ``message`` (DashScope, SiliconFlow), ``detail`` as text or
list (FastAPI), ``base_resp`` (MiniMax), a bare JSON string, plain text, HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.errors import ErrorKind, Refused
from workbench.core.json_types import Json

from .retry_after import retry_after_in

_BODY_LIMIT = 100_000  # characters kept of an error body
_MESSAGE_LIMIT = 600  # characters of the server's words in a sentence


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """The message of an error body, as far as it can be found."""

    message: str = ""
    code: str = ""
    type: str = ""
    parameter: str = ""


def refusal(status: int, headers: Mapping[str, str], body: str, who: str) -> Refused:
    """Returns the error for an answer with an error status. ``who`` is the provider's display name."""
    data = _json(body)
    error = error_message_from(data) if data is not None else ErrorMessage(plain_words(body))
    kind = _kind(status, error)
    return Refused(
        _sentence(kind, status, error, who), kind, status, body[:_BODY_LIMIT], error.code or error.type,
        error.parameter, retry_after_in(headers, data),
    )


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
    status = _status(found.code) or _status(data.get("status_code"))
    kind = _kind(status, found)
    body = json.dumps(data, ensure_ascii=False)[:_BODY_LIMIT]
    return Refused(_sentence(kind, status, found, who), kind, status, body, found.code or found.type,
                   found.parameter, retry_after_in({}, dict(data)))


def error_message_from(data: Json) -> ErrorMessage:
    """Returns message, code, type and parameter from any of the known shapes."""
    if isinstance(data, list):
        return error_message_from(data[0]) if data else ErrorMessage()
    if isinstance(data, str):
        return ErrorMessage(data)
    if not isinstance(data, dict):
        return ErrorMessage()
    inner = data.get("error") or data.get("errors")
    if isinstance(inner, dict | list):
        found = error_message_from(inner)
        return ErrorMessage(found.message or _text(data.get("message")), found.code or _text(data.get("code")),
                            found.type, found.parameter)
    if isinstance(inner, str):
        return ErrorMessage(inner, _text(data.get("code")), _text(data.get("type")), _text(data.get("param")))
    base = data.get("base_resp")
    if isinstance(base, dict):
        return ErrorMessage(_text(base.get("status_msg")), _text(base.get("status_code")))
    detail = data.get("detail")
    message: Json = data.get("message") or data.get("msg") or data.get("error_description")
    if isinstance(message, dict):  # Mistral: {"message": {"detail": […]}}
        detail, message = message.get("detail", detail), None
    parameter = _text(data.get("param")) or _text(data.get("parameter"))
    if message is None and detail is not None:
        return _validation(detail, data)
    code: Json = data.get("code") if data.get("code") is not None else data.get("statusCode")
    innermost = data.get("innererror")
    if isinstance(innermost, dict) and not code:
        code = innermost.get("code")
    kind = _text(data.get("type")) or _text(data.get("status"))
    return ErrorMessage(_text(message) or _upstream(data), _text(code), kind, parameter)


def _validation(detail: Json, data: Mapping[str, Json]) -> ErrorMessage:
    """Reads FastAPI's ``detail``: a text, or a list of ``{loc, msg, type}``."""
    first = detail[0] if isinstance(detail, list) and detail else detail
    if isinstance(first, dict):
        place = first.get("loc")
        names = [item for item in place if isinstance(item, str)] if isinstance(place, list) else []
        names = [name for name in names if name not in ("body", "query")]
        parameter = names[0] if names else ""
        message = _text(first.get("msg")) or _text(first.get("message"))
        return ErrorMessage(f"{parameter}: {message}" if parameter else message, _text(first.get("type")),
                            "validation", parameter)
    return ErrorMessage(_text(first), _text(data.get("code")), _text(data.get("type")))


def _upstream(data: Mapping[str, Json]) -> str:
    """Returns the upstream host's message, which OpenRouter hides in ``metadata.raw``."""
    metadata = data.get("metadata")
    return _text(metadata.get("raw")) if isinstance(metadata, dict) else ""


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


def _json(body: str) -> Json:
    try:
        data: Json = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data


def _status(value: Json) -> int:
    text = _text(value)
    return int(text) if len(text) == 3 and text.isdigit() and "4" <= text[0] <= "5" else 0


def plain_words(body: str) -> str:
    """Returns the words of plain text, or the title of an HTML page."""
    if re.match(r"\s*<(!doctype|html|head|body|\?xml|h\d|center)", body, re.IGNORECASE):
        title = re.search(r"<(title|h1)[^>]*>(.*?)</\1>", body[:20_000], re.IGNORECASE | re.DOTALL)
        text = re.sub(r"<[^>]+>|\s+", " ", title[2]).strip() if title else ""
        return f"a web page: “{text}”" if text else "a web page"
    return " ".join(body[:2000].split())


_KINDS: tuple[tuple[ErrorKind, str], ...] = (
    ("quota", r"insufficient[ _]?(quota|balance|user_quota|funds|credit)|exceeded[ _]current[ _]quota|"
              r"billing|payment.required|used_up|out of credits|余额|欠费|\b1113\b"),
    ("context", r"context[ _]?(length|window)|maximum context|too many (input )?tokens|prompt is too long|"
                r"exceeds? the (available )?context|input is too long|上下文"),
    ("content", r"content[ _]?(filter|policy|management)|moderat|ResponsibleAI|DataInspection|guardrail|"
                r"safety system|flagged|敏感"),
    ("overloaded", r"overloaded|capacity|engine_overloaded|loading model|queue|try again later"),
    ("rate", r"rate.?limit|too[ _]many[ _]requests|throttl|resource_exhausted|请求过多|并发"),
    ("key", r"(invalid|incorrect|missing|no|expired|bad)[ _]?(api[ _-]?key|token|credentials?)|"
            r"authentication|unauthorized|InvalidApiKey|api key not valid|token_(mismatched|expired)|令牌"),
    ("model", r"model[ _]?not[ _]?found|(unknown|no such|invalid) model|model .{0,80}(does not exist|"
              r"not found|not exist|is not available|not supported|not a valid)|DeploymentNotFound|模型不存在"),
)
_BY_STATUS: dict[int, ErrorKind] = {
    401: "key", 402: "quota", 403: "key", 404: "model", 408: "timeout", 413: "size", 429: "rate",
    503: "overloaded", 504: "timeout", 524: "timeout", 529: "overloaded", 498: "overloaded",
}
_WORDS_FIRST = ("quota", "context", "content")  # more telling than the status that carries them


def _kind(status: int, error: ErrorMessage) -> ErrorKind:
    words = f"{error.code} {error.type} {error.message}"
    found = [kind for kind, pattern in _KINDS if re.search(pattern, words, re.IGNORECASE)]
    if found and (found[0] in _WORDS_FIRST or status not in _BY_STATUS):
        if found[0] in ("rate", "overloaded", "key", "model") and status in (400, 422) and error.parameter:
            return "model" if error.parameter == "model" else "parameter"
        return found[0]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500 and not re.search(r"not (yet )?supported|unsupported", words, re.IGNORECASE):
        return "server"
    if error.parameter:
        return "model" if error.parameter == "model" else "parameter"
    return "request" if status >= 400 else "server"


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
}


def _sentence(kind: ErrorKind, status: int, error: ErrorMessage, who: str) -> str:
    text = _SENTENCES.get(kind, _SENTENCES["request"]).format(
        who=who, status=f" ({status})" if status else "", parameter=error.parameter)
    words = error.message.strip()
    if not words:
        return text
    if len(words) > _MESSAGE_LIMIT:
        words = words[:_MESSAGE_LIMIT].rstrip() + "…"
    if words.startswith("a web page"):
        return f"{text} It sent {words} instead of an answer."
    return f"{text} {who} says: {words}{'' if words[-1] in '.!?。…' else '.'}"


def error_text(body: str) -> str:
    """Returns the message of an error body, or the beginning of the body, as text to search in."""
    data = _json(body)
    if data is None:
        return body[:10_000]
    message = error_message_from(data).message
    return message or body[:10_000]
