"""Snippets: a request as a command or a program that anyone can run (cURL, httpx, openai-python).

The key is never in it: it is read from the environment variable ``API_KEY``.
"""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from workbench.core.errors import BadInput
from workbench.core.json_types import Json

KEY = "$API_KEY"
"""The placeholder of the key in redacted headers."""

_CHAT_PATH = "/chat/completions"

# Arguments of openai-python's chat.completions.create (its 1.x and 2.x releases); all others go into extra_body.
SDK_ARGUMENTS = frozenset((
    "messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "metadata", "modalities", "n", "parallel_tool_calls", "prediction",
    "presence_penalty", "prompt_cache_key", "reasoning_effort", "response_format", "safety_identifier", "seed",
    "service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice", "tools",
    "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
))


_RESPONSES_PATH = "/responses"

# Arguments of its responses.create.
RESPONSES_ARGUMENTS = frozenset((
    "background", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata",
    "model", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "reasoning",
    "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice",
    "tools", "top_logprobs", "top_p", "truncation", "user",
))


class Sendable(Protocol):
    """The fields that a ``RequestRecord`` and a ``Preview`` have in common."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> Mapping[str, Json]: ...


def as_curl(request: Sendable) -> str:
    """Returns a shell command. The body comes from standard input, since it may be longer than an argument can be."""
    lines = [f"curl --no-buffer -X {request.method} {shlex.quote(request.url)}"]
    for name, value in request.headers.items():
        lines.append(f"  -H {_shell(f'{name}: {value}')}")
    if not request.body:
        return " \\\n".join(lines) + "\n"
    lines.append("  --data-binary @- <<'JSON'")
    body = json.dumps(request.body, indent=2, ensure_ascii=False)  # none of its lines can be a bare JSON
    return " \\\n".join(lines) + f"\n{body}\nJSON\n"


def as_httpx(request: Sendable) -> str:
    """Returns a Python program that prints what the server streams."""
    return f"""import os

import httpx

headers = {_headers(request.headers)}
body = {_literal(request.body)}
with httpx.stream({request.method!r}, {request.url!r}, headers=headers, json=body, timeout=600) as response:
    for line in response.iter_lines():
        print(line)
    response.raise_for_status()
"""


def as_openai(request: Sendable) -> str:
    """Returns a Python program with the ``openai`` package. Raises ``BadInput`` when the request is neither a chat
    completion nor one of the Responses API."""
    parts = urlsplit(request.url)
    call = next((call for call in _CALLS if parts.path.endswith(call.path)), None)
    if call is None:
        raise BadInput("This request is not a chat completion, so openai-python cannot send it. Copy it as httpx.")
    base_url = urlunsplit((parts.scheme, parts.netloc, parts.path.removesuffix(call.path), "", ""))
    arguments = {name: value for name, value in request.body.items() if name in call.arguments}
    others = {name: value for name, value in request.body.items() if name not in call.arguments}
    if others:
        arguments["extra_body"] = others
    query = f"\n    default_query={_literal(dict(parse_qsl(parts.query)))}," if parts.query else ""
    headers = {
        name: value for name, value in request.headers.items()
        if name.lower() not in ("authorization", "accept", "accept-encoding", "content-type", "user-agent")
    }
    own = f"\n    default_headers={_headers(headers)}," if headers else ""
    return f"""import os

from openai import OpenAI

client = OpenAI(
    base_url={base_url!r},
    api_key=os.environ.get("API_KEY", "none"),{own}{query}
)
answer = client.{call.function}(**{_literal(arguments)})
{call.streamed if request.body.get("stream") is True else call.whole}"""


class _Call(NamedTuple):
    """A call of the ``openai`` package: the end of its address, its arguments, and the code that prints an answer."""

    path: str
    function: str
    arguments: frozenset[str]
    streamed: str
    whole: str


_CALLS = (
    _Call(_CHAT_PATH, "chat.completions.create", SDK_ARGUMENTS,
          "for chunk in answer:\n    for choice in chunk.choices:\n"
          "        print(choice.delta.content or \"\", end=\"\", flush=True)\nprint()\n",
          "print(answer.choices[0].message.content)\n"),
    _Call(_RESPONSES_PATH, "responses.create", RESPONSES_ARGUMENTS,
          "for event in answer:\n    if event.type == \"response.output_text.delta\":\n"
          "        print(event.delta, end=\"\", flush=True)\nprint()\n",
          "print(answer.output_text)\n"),
)


def _shell(text: str) -> str:
    """Quotes text for a POSIX shell, leaving the variable of the key to be filled in."""
    if KEY not in text:
        return shlex.quote(text)
    for letter in '\\"`':
        text = text.replace(letter, f"\\{letter}")
    return '"' + KEY.join(piece.replace("$", "\\$") for piece in text.split(KEY)) + '"'


def _literal(value: Mapping[str, Json]) -> str:
    return pprint.pformat(json.loads(json.dumps(value)), width=100, sort_dicts=False)


def _headers(headers: Mapping[str, str]) -> str:
    lines = "".join(f"    {name!r}: {_filled(value)},\n" for name, value in headers.items())
    return f"{{\n{lines}}}"


def _filled(value: str) -> str:
    """Returns a Python expression for a header's value."""
    before, found, after = value.partition(KEY)
    if not found:
        return repr(value)
    pieces = [repr(before)] if before else []
    pieces.append('os.environ["API_KEY"]')
    if after:
        pieces.append(repr(after))
    return " + ".join(pieces)
