"""Error bodies: what went wrong and who is to blame, as one ``Refused`` with a sentence that says what to do.

The body itself is always kept; ``error_shapes`` reads it. Words are cut before any pattern is tried on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from workbench.core.errors import ErrorKind, ProviderError, Refused
from workbench.core.json_types import Json

from .denials import OF_A_GATEWAY, TURNED_AWAY, denial
from .error_shapes import (
    BODY_LIMIT,
    ErrorMessage,
    beginning_of,
    error_message_from,
    error_text,
    read_error,
    shortened,
    status_in,
)
from .retry_after import LONGEST, retry_after_in

_MESSAGE_LIMIT = 600  # characters of the server's words in a sentence
_LONG_WAIT = 60.0  # seconds after which a sentence says when to try again


def refusal(status: int, headers: Mapping[str, str], body: str, who: str) -> Refused:
    """Returns the error for an answer with an error status, or, with 0, for an event that is named an error.

    ``who`` is the provider's display name.
    """
    data, error = read_error(body)
    return _refused(status or error.status, headers, data, error, body[:BODY_LIMIT], who)


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
        or ("code" in data and "message" in data) or bool({"fault", "Fault", "__type"} & data.keys()))
    if not error and not failed and not flat:
        return None
    found = error_message_from({**data, "error": error} if error else dict(data))
    status = status_in(found.code) or found.status or status_in(data.get("status_code"))
    return _refused(status, {}, dict(data), found, beginning_of(data), who)


def _refused(
    status: int, headers: Mapping[str, str], data: Json, error: ErrorMessage, body: str, who: str
) -> Refused:
    error = replace(error, message=shortened(error.message), code=shortened(error.code), type=shortened(error.type),
                    parameter=shortened(error.parameter), upstream=shortened(error.upstream))
    if not error.parameter and status in (0, 400, 422) and (limit := _REPLY_LIMIT.search(error.message)) is not None:
        error = replace(error, parameter=next(filter(None, limit.groups())))
    kind: ErrorKind = "network" if _turned_away(status, headers, data, error) else _kind(status, error)
    wait = retry_after_in(headers, data)
    return Refused(_sentence(kind, status, error, who, wait), kind, status, body, error.code or error.type,
                   error.parameter, wait)


def _turned_away(status: int, headers: Mapping[str, str], data: Json, error: ErrorMessage) -> bool:
    """Returns whether something before the provider refused, so that the key and the request are not to blame."""
    if "cf-mitigated" in headers or (isinstance(data, dict) and data.get("cloudflare_error") is True and status < 500):
        return status in (401, 403, 503)
    return status in (401, 403) and data is None and OF_A_GATEWAY.match(error.message) is not None


_KINDS: tuple[tuple[ErrorKind, str], ...] = (
    ("quota", r"insufficient[ _]?(quota|balance|user_quota|funds|credit)|exceeded[ _]current[ _]quota|"
              r"billing|payment.required|"
              r"(balance|credits?) (is |are )?(not enough|insufficient|exhausted)|Arrearage|used_up|"
              r"out of credits|(more|not enough|add) credits?|only afford|余额|欠费|"
              r"\b1113\b"),
    ("context", r"context[ _]?(length|window|limit|size)|maximum context|(too many|maximum) (input |prompt )?tokens|"
                r"(prompt|input) (is )?too long|exceeds? the (available )?context|上下文|超长|"
                r"(prompt|messages?|conversation|history|input) .{0,40}(is|are) too (long|large)|"
                r"(input|prompt|requested) tokens? (count|limit)?.{0,40}exceed|input tokens exceed|"
                r"exceeded .{0,20}token limit|token (limit|count) (is )?exceed|maximum (prompt|input) length|"
                r"range of input length|must have less than \d+ tokens|"
                r"(prompt|input) (contains|has) \d+ .{0,40}too (large|long)|longer than the maximum .{0,9}length|"
                r"number of (input |prompt )?tokens .{0,60}exceed|"
                r"(reduce|shorten) (the|your) (length|prompt|input|messages)"),
    ("content", r"content[ _]?(filter|policy|management)|moderat|ResponsibleAI|DataInspection|guardrail|"
                r"safety system|flagged|敏感"),
    ("overloaded", r"overloaded|capacity|engine_overloaded|loading model|queue|try again later"),
    ("rate", r"rate.?limit|too[ _]many[ _]requests|throttl|resource_exhausted|请求过多|并发"),
    ("key", r"(invalid|incorrect|missing|no|expired|bad)[ _]?(api[ _-]?key|token|credentials?)|"
            r"authentication|unauthorized|login fail|InvalidApiKey|api key not valid|token_(mismatched|expired)|令牌"),
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
_NO_CHAT = re.compile(r"\bnot a chat model\b.{0,80}\bv1/chat/completions\b", re.IGNORECASE)
"""What OpenAI says of models that answer over the Responses API, and of those that only complete texts."""

_ONLY_RESPONSES = ("{who} answers for this model only on the Responses API{status}. Choose that protocol for it in "
                   "Settings › Providers.")

_LIMIT = r"[`'\"“]?(max_(?:completion_|output_|new_)?tokens)\b[`'\"”]?"
_REPLY_LIMIT = re.compile(
    rf"{_LIMIT}(?: or {_LIMIT})?[^.]{{0,20}} (?:too large|too high|(?:must|should|has to|cannot) be\b)|"
    rf"(?:\+|and) {_LIMIT} (?:must be|exceed)|(?:value|range|limit) (?:for|of) {_LIMIT}|"
    rf"{_LIMIT}:? \d+ >", re.IGNORECASE)
"""Words that blame the limit of the reply, though they name the context that it does not fit into."""

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
    if found[:1] == ["context"] and _REPLY_LIMIT.search(error.message):
        return "parameter"
    if found and (found[0] in _WORDS_FIRST or status not in _BY_STATUS):
        if found[0] in ("rate", "overloaded", "key", "model") and status in (400, 422) and error.parameter:
            return _of_parameter(error.parameter)
        return found[0]
    status = status_in(error.code) if status == 400 and status_in(error.code) in _BY_STATUS else status
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


_LATER = {
    "rate": "{who} gets too many requests from this key{status}.",
    "overloaded": "{who} is overloaded or still loading the model{status}.",
}
"""Sentences for a server that says itself when to try again, and that it will be long."""

_UPSTREAM = {
    "rate": "{upstream}, which runs this model for {who}, takes no more requests just now{status}. Wait a moment, then "
            "retry, or choose another model.",
    "server": "{upstream}, which runs this model for {who}, failed on its side{status}. Retry in a moment, or choose "
              "another model.",
}
"""Sentences for a router whose upstream host refused: neither the router nor the user's key is at fault."""


def _sentence(kind: ErrorKind, status: int, error: ErrorMessage, who: str, wait: float | None) -> str:
    long = wait is not None and wait > _LONG_WAIT
    form = _NETWORK.get(status) or (_UPSTREAM.get(kind) if error.upstream else _LATER.get(kind) if long else None)
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
    if wait is not None and wait >= LONGEST:
        text = f"{text} It will not answer again for a month or more."
    elif wait is not None and wait > _LONG_WAIT:
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
    return f"{datetime.now() + timedelta(seconds=seconds):%Y-%m-%d %H:%M}"


def wants_responses(error: ProviderError) -> bool:
    """Returns whether an error says that the model is to be asked over OpenAI's Responses API.

    One about a single parameter means that parameter: without it the model answers where it was asked.
    """
    of_model = error.kind == "model" and error.parameter in ("", "model")
    words = error_text(error.body)
    return of_model and (_OTHER_API.search(words) or _NO_CHAT.search(words)) is not None
