"""``workbench bench fuzz``: everything that reads what strangers made, on broken forms of it.

Each target takes the seeds of its format, changed at random places (cut, doubled, swapped, bytes replaced, tokens of
the format put in), and may refuse them with a sentence; any other error is a finding, reported with the input that
caused it. The same number gives the same inputs again.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workbench.core.errors import WorkbenchError

INPUTS = 20_000
"""For each target, unless ``--size`` says how many."""
_MOST = 200_000
"""Bytes of an input: longer ones are the business of the bombs in the tests."""

Target = Callable[[bytes], object]


def run(name: str, size: int | None) -> dict[str, Any]:
    """Runs all targets. ``size`` is the number of inputs for each; figures are inputs, findings and the slowest one."""
    figures: dict[str, Any] = {}
    for title, (seeds, target) in targets().items():
        findings, slowest = fuzz(target, seeds, size or INPUTS, random.Random(title))
        figures[f"{title}: findings of {size or INPUTS}"] = len(findings)
        figures[f"{title}: slowest (ms)"] = round(slowest * 1000, 1)
        for error, data in findings[:3]:
            figures[f"{title}: {error}"] = base64.b64encode(data).decode()
    return figures


def fuzz(
    target: Target, seeds: list[bytes], count: int, chance: random.Random
) -> tuple[list[tuple[str, bytes]], float]:
    """Returns the errors with their inputs, one of each kind, and the seconds of the slowest input."""
    found: dict[str, bytes] = {}
    slowest = 0.0
    for data in inputs(seeds, count, chance):
        began = time.perf_counter()
        try:
            target(data)
        except WorkbenchError:
            pass
        except Exception as error:  # noqa: BLE001 - what it looks for
            found.setdefault(f"{type(error).__name__}: {error}"[:200], data)
        slowest = max(slowest, time.perf_counter() - began)
    return [*found.items()], slowest


def inputs(seeds: list[bytes], count: int, chance: random.Random) -> Iterator[bytes]:
    """Yields the seeds, then broken forms of them."""
    yield from seeds
    for _ in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            _change(data, chance, seeds)
        yield bytes(data[:_MOST])


_TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b"data: ", b"[DONE]", b"null", b"NaN", b"1e999", b"-1", b"[]",
    b"{}",
    b"[" * 2000, b'"\\ud83d"', b"true", b'""', b"9" * 5000, b"\xf0\x9f", b"\x1b]0;", b"```", b"$$", b"|--|", b"![[]](",
    b"<!--",
    b"&#x0;", b"[^1]:", b"> " * 50, b"- " * 50, b"+++\n", b"{{x}}", b"../", b"\xe2\x80\xae", b"=" * 100,
)


def _change(data: bytearray, chance: random.Random, seeds: list[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice((1, 2, 8, 64, 512)))
    match chance.randrange(7):
        case 0:
            del data[at:end]
        case 1:
            data[at:at] = data[at:end]
        case 2:
            data[at:end] = chance.randbytes(end - at)
        case 3:
            data[at:at] = chance.choice(_TOKENS)
        case 4:
            data[at:end] = chance.choice(_TOKENS)
        case 5:
            del data[at:]
        case _:
            other = chance.choice(seeds)
            data[at:] = other[chance.randrange(len(other) + 1):]


def targets() -> dict[str, tuple[list[bytes], Target]]:
    """Returns every target with its seeds, by its name."""
    from workbench.providers.protocols.anthropic_reader import AnthropicReader
    from workbench.providers.protocols.chat_reader import ChatReader

    return {
        "chat completions": ([_sse(*_CHAT), json.dumps(_WHOLE).encode()],
                             _replies(lambda: ChatReader({}, "the server"))),
        "messages of Anthropic": ([_sse(*_MESSAGES)], _replies(lambda: AnthropicReader("the server"))),
        "Markdown": ([_MARKDOWN], _markdown),
        "templates": ([_TEMPLATE], _template),
        "plans": ([_PLAN], _files(".toml", _plan)),
        "settings": ([_SETTINGS], _files(".toml", _settings)),
        "imports": ([json.dumps(each).encode() for each in _EXPORTS] + [_LINES], _files(".json", _import)),
        "attachments": ([_png(), _TEXT, _MAIL, _NOTEBOOK, b"{\\rtf1 words}", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"],
                        _attachment),
    }


def _replies(reader: Callable[[], Any]) -> Target:  # Any: readers of several protocols
    def target(data: bytes) -> None:
        from workbench.core.chat.parts import Blob
        from workbench.core.reply.assembler import Assembler
        from workbench.providers.http.response_decoder import ResponseDecoder

        decoder = ResponseDecoder(reader(), "the server")
        assembler = Assembler("p/m", lambda data, mime, name: Blob("", len(data), mime, name))
        middle = len(data) // 2
        for event in (*decoder.feed(data[:middle]), *decoder.feed(data[middle:]), *decoder.end()):
            assembler.feed(event)
        assembler.message().to_json()

    return target


def _markdown(data: bytes) -> None:
    from workbench.rendering.page import render_html

    html = render_html(data.decode("utf-8", "replace"))
    if "<script" in html.lower():
        raise AssertionError("a script came through")


def _template(data: bytes) -> None:
    from workbench.core.chat.templates import parse, render

    render(parse(data.decode("utf-8", "replace"), "name"))


def _files(suffix: str, read: Callable[[Path], object]) -> Target:
    def target(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file{suffix}"
            path.write_bytes(data)
            read(path)

    return target


def _plan(path: Path) -> None:
    from workbench.files.experiments.plan_file import read_plan

    read_plan(path)


def _settings(path: Path) -> None:
    from workbench.storage.settings_file import open_settings

    path.rename(path.with_name("settings.toml"))
    settings = open_settings(path.parent)
    settings.change(font_size=15)
    if settings.value.font_size != 15:
        raise AssertionError("a change was lost")


def _import(path: Path) -> None:
    from workbench.files.import_export_service import ImportExportService
    from workbench.storage.store import open_store

    async def work() -> None:
        store = await open_store(path.parent)
        try:
            await ImportExportService(store).import_files([path], dry_run=True, progress=lambda done, of: None)
        finally:
            await store.close()

    asyncio.run(work())


def _attachment(data: bytes) -> None:
    from workbench.files.attachments.contents import read

    read(data, name="file", most=100_000, memory=200_000_000)


def _png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGBA", (9, 7), (9, 8, 7, 6)).save(out, "PNG")
    return out.getvalue()


def _sse(*events: Any) -> bytes:  # Any: JSON
    lines = (f"event: {event.get('type', 'message')}\ndata: {json.dumps(event)}\n\n" for event in events)
    return ("".join(lines) + "data: [DONE]\n\n").encode()


_CHAT = (
    {"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"role": "assistant", "reasoning_content": "hm"}}]},
    {"choices": [{"index": 0, "delta": {"content": "Hello \U0001f389"}, "logprobs": {"content": [
        {"token": "a", "logprob": -1.0, "top_logprobs": [{"token": "b", "logprob": -2.0}]}]}}]},
    {"choices": [{"index": 0, "delta": {"tool_calls": [
        {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]}}]},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
     "usage": {"prompt_tokens": 3, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 1}}},
)
_WHOLE = {"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": [
    {"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}],
    "annotations": [{"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "t"}}]},
    "finish_reason": "stop"}], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
_MESSAGES = (
    {"type": "message_start", "message": {"id": "1", "usage": {"input_tokens": 3}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {
        "type": "tool_use", "id": "t", "name": "f", "input": {}}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{}"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}},
    {"type": "message_stop"},
)
_MARKDOWN = b"""# Title

A *b* **c** `d` [e](https://a.example "t") ![i](https://a.example/x.png) <https://b.example> $x^2$ \\(y\\) [^n] &amp;

- [x] one
  1. two

> [!NOTE]
> quoted

| a | b |
|--:|---|
| 1 | 2 |

```python
def f(): pass
```

$$\\frac{a}{b}$$

[^n]: note
"""
_TEMPLATE = b"""+++
name = "T"
kind = "prompt"
[variables.x]
type = "choice"
choices = ["a", "b"]
default = "a"
+++
Hello {{x}}, {{y}}
"""
_PLAN = b"""name = "P"
models = ["builtin/ngram"]
prompt = "Say {{x}}"
samples = 2
max_cost = 1.5
[params]
temperature = 0.5
[axes]
top_p = { from = 0.1, to = 1.0, steps = 3 }
seed = [1, 2]
[[inputs]]
x = "a"
[[checks]]
kind = "regex"
pattern = "a+"
[[checks]]
kind = "json_schema"
schema = { type = "object" }
"""
_SETTINGS = b"""font_size = 14
theme = "dark"
proxy = "http://127.0.0.1:9"
[providers.lab]
base_url = "http://127.0.0.1:9/v1"
headers = { X-A = "b" }
models = ["m"]
retries = 3
[shortcuts]
send = "Ctrl+S"
"""
_EXPORTS: tuple[Any, ...] = (  # Any: JSON of other programs
    [{"title": "T", "conversation_id": "c", "create_time": 1.7e9, "current_node": "b", "mapping": {
        "a": {"id": "a", "parent": None, "children": ["b"], "message": None},
        "b": {"id": "b", "parent": "a", "children": [], "message": {
            "id": "b", "author": {"role": "user"}, "content": {"content_type": "text", "parts": ["hi"]}}}}}],
    [{"uuid": "u", "name": "N", "created_at": "2026-01-01T00:00:00Z", "chat_messages": [
        {"uuid": "m", "sender": "human", "text": "hi", "content": [{"type": "text", "text": "hi"}]}]}],
    [{"id": "c", "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}]}],
    [{"chat": {"title": "T", "history": {"currentId": "m", "messages": {"m": {
        "id": "m", "parentId": None, "childrenIds": [], "role": "user", "content": "hi"}}}}, "id": "c"}],
)
_LINES = b'{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}\n'
_TEXT = "Words, W\u00f6rter, \u5929\u6c14.\n".encode()
_MAIL = b"From: a@b.example\r\nSubject: =?utf-8?q?S?=\r\nContent-Type: text/plain\r\n\r\nwords\r\n"
_NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1"], "outputs": []}], "metadata": {},
                        "nbformat": 4, "nbformat_minor": 5}).encode()
