"""A scripted HTTP server on real loopback sockets.

A test says what each path answers, byte by byte if it wants to, and then looks at what arrived::

    server.on("POST", "/v1/chat/completions", sse({"choices": []}, done=True))
    ...
    assert server.requests[0].json["model"] == "m"

The server runs in a thread with an event loop of its own, so that it serves a blocking test, a coroutine
and a window alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from tests.support.waiting import PATIENCE


class ClientGone(Exception):
    """The client closed the connection while a reply was being sent."""


@dataclass
class Pause:
    """Wait this many seconds between two pieces of a body."""

    seconds: float


class Gate:
    """Hold the body here until the test calls `open`: an order of events without a clock."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def open(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        # The gate belongs to no loop and is opened from another thread: asking is simplest.
        while not self._event.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


@dataclass
class Hang:
    """Send nothing more and keep the connection open until the client or the server goes."""


@dataclass
class Cut:
    """End the connection here: politely (FIN), or with a reset (RST)."""

    reset: bool = False


Step = bytes | str | Pause | Gate | Hang | Cut
Framing = Literal["chunked", "length", "close", "none"]


@dataclass
class Reply:
    """One answer. Each `bytes` or `str` of `body` is one write (one chunk when chunked).

    `framing`: chunked; length (Content-Length); close (neither: the end of the connection ends the body);
    none (only what `headers` says). `cut_at` ends the connection after that many bytes of the body as sent,
    chunk frames included, whatever follows. `before` is waited for before the status line.
    """

    status: int = 200
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    body: Iterable[Step] = ()
    framing: Framing = "length"
    cut_at: int | None = None
    cut_by_reset: bool = False
    before: Iterable[Step] = ()
    raw: bytes | None = None  # sent as it is instead of everything above, then closed


Answer = Reply | Callable[["Received"], Reply]


@dataclass
class Received:
    """One request as it came, and what became of its connection."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    peer: tuple[str, int]
    arrived: float = field(default_factory=time.monotonic)
    answered: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set when the whole reply was written."""
    closed: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set when the client closed the connection, during this reply or after it."""
    closed_at: float | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case; None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def cancelled(self, timeout: float = PATIENCE) -> bool:
        """Wait until the client closes; whether it did so before the reply was complete."""
        return self.closed.wait(timeout) and not self.answered.is_set()


def json_reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(value).encode()
    return Reply(status, {"Content-Type": "application/json", **(headers or {})}, [body])


def text_reply(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Reply:
    return Reply(status, {"Content-Type": content_type}, [text.encode()])


def sse(*chunks: Any, done: bool = True, framing: Framing = "chunked", **reply: Any) -> Reply:
    """An event stream: dicts become ``data: {json}`` events, bytes and str go out as they are, and steps
    (Pause, Gate, Hang, Cut) act in their place. `done` appends ``data: [DONE]``."""
    steps: list[Step] = [event(chunk) if isinstance(chunk, dict) else chunk for chunk in chunks]
    if done:
        steps.append(b"data: [DONE]\n\n")
    headers = {"Content-Type": "text/event-stream", **reply.pop("headers", {})}
    return Reply(headers=headers, body=steps, framing=framing, **reply)


def event(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def chat_chunks(
    *texts: str,
    finish: str | None = "stop",
    usage: Mapping[str, int] | None = None,
    model: str = "test-model",
) -> list[dict[str, Any]]:
    """The chunks of an OpenAI-style streamed chat completion that says `texts`, one delta each."""

    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return {"id": "c1", "object": "chat.completion.chunk", "model": model, "choices": [choice]}

    chunks = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": text}) for text in texts)]
    if finish is not None:
        chunks.append(chunk({}, finish))
    if usage is not None:
        chunks.append({**chunk({}), "choices": [], "usage": dict(usage)})
    return chunks


def chat(*texts: str, finish: str | None = "stop", usage: Mapping[str, int] | None = None) -> Reply:
    """A whole streamed chat completion."""
    return sse(*chat_chunks(*texts, finish=finish, usage=usage))


class Server:
    """The server; use it as a context manager, or take the `server` fixture."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Received] = []
        self._scripts: dict[tuple[str, str], list[Answer]] = {}
        self._tls = tls
        self._connections: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="scripted server", daemon=True)

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Answer that method and path (without the query) with these, one after the other; the last one
        stays. A function gets the request and returns the reply. Saying it again replaces the script."""
        self._scripts[method.upper(), path] = list(answers)

    @property
    def url(self) -> str:
        """``http://127.0.0.1:port``, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://{'localhost' if self._tls else '127.0.0.1'}:{self.port}"

    def wait_for(self, count: int = 1, timeout: float = PATIENCE) -> Received:
        """Block until `count` requests have arrived; return the last of these."""
        end = time.monotonic() + timeout
        while len(self.requests) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.requests)} of {count} requests after {timeout} s")
            threading.Event().wait(0.002)
        return self.requests[count - 1]

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        # 127.0.0.1 has no name resolution in its way; a certificate wants the name "localhost" besides.
        listener = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        for _ in range(10):  # a connection that was just accepted gets as far as its task, which will close it
            await asyncio.sleep(0)
        listener.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        connection = _Connection(reader, writer)
        try:
            while await self._exchange(connection):
                pass
        except (ClientGone, OSError):
            connection.note_closed()
        except asyncio.CancelledError:  # the test is over
            writer.transport.abort()
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._connections.discard(task)

    async def _exchange(self, connection: _Connection) -> bool:
        """Take one request and answer it; whether another one may follow on this connection."""
        received = await connection.request()
        self.requests.append(received)
        reply = self._answer(received)
        goes_on = await connection.send(received, reply)
        if goes_on:
            received.answered.set()
        return goes_on

    def _answer(self, received: Received) -> Reply:
        script = self._scripts.get((received.method, received.path))
        if not script:
            message = f"nothing is scripted for {received.method} {received.path}"
            return json_reply({"error": {"message": message, "type": "not_found"}}, 404)
        answer = script.pop(0) if len(script) > 1 else script[0]
        return answer if isinstance(answer, Reply) else answer(received)


class _Connection:
    """One TCP connection: reads requests, writes replies, and notices at once when the client goes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = b""
        self._received: Received | None = None

    async def request(self) -> Received:
        while b"\r\n\r\n" not in self._buffer:
            await self._fill()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = [(name.strip(), value.strip()) for name, _, value in pairs]
        by_name = {name.lower(): value for name, value in headers}
        if by_name.get("transfer-encoding", "").lower() == "chunked":
            body = await self._chunked()
        else:
            body = await self._exactly(int(by_name.get("content-length", 0)))
        peer = self._writer.get_extra_info("peername")[:2]
        self._received = Received(method, target, headers, body, peer)
        return self._received

    async def send(self, received: Received, reply: Reply) -> bool:
        """Write the reply; whether the connection can go on."""
        if reply.raw is not None:
            await self._write(reply.raw)
            received.answered.set()
            return False
        watcher = asyncio.create_task(self._watch())
        speaker = asyncio.create_task(self._speak(reply))
        try:
            await asyncio.wait([watcher, speaker], return_when=asyncio.FIRST_COMPLETED)
            if not speaker.done() and watcher.result() == b"":
                raise ClientGone
            goes_on = await speaker
        finally:
            for task in (watcher, speaker):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await watcher
        if not goes_on and reply.framing == "close" and reply.cut_at is None:
            received.answered.set()
        return goes_on

    async def _speak(self, reply: Reply) -> bool:
        for step in reply.before:
            if not await self._step(step, lambda data: data):
                return False
        steps = list(reply.body)
        await self._write(_head(reply, steps))
        left = reply.cut_at

        def frame(data: bytes) -> bytes:
            return f"{len(data):x}\r\n".encode() + data + b"\r\n" if reply.framing == "chunked" else data

        end: list[Step] = [b""] if reply.framing == "chunked" else []
        for step in steps + end:
            if isinstance(step, bytes | str) and left is not None:
                data = frame(step.encode() if isinstance(step, str) else step)
                await self._write(data[:left])
                left -= len(data)
                if left <= 0:
                    return await self._step(Cut(reply.cut_by_reset), frame)
            elif not await self._step(step, frame):
                return False
        return reply.framing in ("chunked", "length")

    async def _step(self, step: Step, frame: Callable[[bytes], bytes]) -> bool:
        """Do one step of a script; False when the connection ended with it."""
        match step:
            case str():
                await self._write(frame(step.encode()))
            case bytes():
                await self._write(frame(step))
            case Pause():
                await asyncio.sleep(step.seconds)
            case Gate():
                await step.wait()
            case Hang():
                await asyncio.Event().wait()
            case Cut(reset=True):
                raw: socket.socket = self._writer.get_extra_info("socket")
                # Lingering for 0 seconds makes close() send RST instead of FIN.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._writer.transport.abort()
                return False
            case Cut():
                return False
        return True

    def note_closed(self) -> None:
        if self._received is not None and not self._received.closed.is_set():
            self._received.closed_at = time.monotonic()
            self._received.closed.set()

    async def _watch(self) -> bytes:
        """Wait for bytes of a next request, or b"" when the client closes."""
        try:
            data = await self._reader.read(65536)
        except OSError:
            data = b""
        self._buffer += data
        return data

    async def _write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _fill(self) -> None:
        data = await self._reader.read(65536)
        if not data:
            raise ClientGone
        self._buffer += data

    async def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            await self._fill()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    async def _chunked(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._buffer:
                await self._fill()
            size, _, self._buffer = self._buffer.partition(b"\r\n")
            data = await self._exactly(int(size.split(b";")[0], 16) + 2)
            if data == b"\r\n":
                return body
            body += data[:-2]


def _head(reply: Reply, steps: list[Step]) -> bytes:
    pairs = list(reply.headers.items() if isinstance(reply.headers, Mapping) else reply.headers)
    if reply.framing == "chunked":
        pairs.append(("Transfer-Encoding", "chunked"))
    elif reply.framing == "length":
        size = sum(len(s.encode() if isinstance(s, str) else s) for s in steps if isinstance(s, bytes | str))
        pairs.append(("Content-Length", str(size)))
    elif reply.framing == "close":
        pairs.append(("Connection", "close"))
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in pairs)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
