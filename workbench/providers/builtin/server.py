"""The server of the built-in models: OpenAI-compatible, on 127.0.0.1.

``POST /v1/chat/completions``, ``/v1/responses`` and ``/v1/completions`` (whole or as server-sent events),
``GET /v1/models``, ``GET /v1/models/{id}``; besides ``POST /tokenize``, which tells the token ids for ``logit_bias``,
and ``GET /health``.
No key is asked for; web pages are answered only where the user named them (``visitors``).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing, suppress
from types import MappingProxyType
from typing import Any, Self

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.providers.endpoints.presets import BUILTIN

from . import http, tokens
from .body import ApiError
from .completions import TextCompletion
from .engine import Engine, listing, model_entry
from .responses import ResponseAnswer
from .visitors import Visitors

MOST_CONNECTIONS = 1024
NONE: Mapping[str, str] = MappingProxyType({})


class Server:
    """Listens between ``start`` and ``close``; also an asynchronous context manager.

    ``port`` 0 takes a free one, which ``base_url`` tells. ``tokens_per_second`` is the pace of answers whose
    request names none; None leaves each model its own. ``origins`` are web pages that may ask (``Visitors``); raises
    ``BadInput`` for what is none.
    """

    def __init__(self, port: int = 0, host: str = "127.0.0.1", *, tokens_per_second: float | None = None,
                 engine: Engine | None = None, origins: Iterable[str] = ()) -> None:
        self._host, self._port = host, port
        self._visitors = Visitors(host, origins)
        self._engine = engine or Engine(tokens_per_second=tokens_per_second)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[Any]] = set()

    @property
    def base_url(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/v1"

    async def start(self) -> None:
        """Begins to listen. Raises ``BadInput`` when the port cannot be used."""
        try:
            self._server = await asyncio.start_server(
                self._serve, self._host, self._port, limit=http.HEAD_LIMIT, backlog=MOST_CONNECTIONS)
        except (OSError, OverflowError) as error:
            raise BadInput(f"Port {self._port} of {self._host} cannot be used ({error}). Choose another one, "
                           "or 0 for any that is free.") from error
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stops listening, stops the answers under way, and waits until they have ended."""
        if self._server is not None:
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            with suppress(ConnectionError):
                await _Connection(self._engine, self._visitors, reader, writer, self._crowded).serve()
        except asyncio.CancelledError:
            pass  # by close(); asyncio's streams would log it
        finally:
            writer.close()

    @property
    def _crowded(self) -> bool:
        return len(self._connections) > MOST_CONNECTIONS


class _Connection:
    def __init__(self, engine: Engine, visitors: Visitors, reader: asyncio.StreamReader,
                 writer: asyncio.StreamWriter, crowded: bool) -> None:
        self._engine, self._visitors = engine, visitors
        self._reader, self._writer, self._crowded = reader, writer, crowded
        self._head: dict[str, str] = {}  # of every answer

    async def serve(self) -> None:
        """Answers requests until the client sends no more."""
        while True:
            self._head = {"x-request-id": f"req_{secrets.token_hex(12)}"}
            try:
                request = await http.read_request(self._reader, self._writer)
            except http.BadRequest as error:
                await self._say(error.status, ApiError(str(error), status=error.status).to_json(), False)
                return
            if request is None:
                return
            keep = request.keep_alive and not self._crowded
            try:
                self._visitors.check(request)
                self._head.update(self._visitors.headers(request))
                await self._answer(request, keep)
            except ApiError as error:
                await self._say(error.status, error.to_json(), keep)
            if not keep:
                return

    async def _say(self, status: int, data: Json, keep: bool, headers: Mapping[str, str] = NONE) -> None:
        self._writer.write(http.json_answer(status, data, {**self._head, **headers}, keep_alive=keep))
        await self._writer.drain()

    async def _answer(self, request: http.HttpRequest, keep: bool) -> None:
        if self._crowded:
            raise ApiError(f"More than {MOST_CONNECTIONS} connections are open. Close some.", status=503)
        path = request.path.rstrip("/")
        posts = {"/v1/chat/completions": self._chat, "/v1/responses": self._respond,
                 "/v1/completions": self._complete, "/tokenize": self._tokenize}
        allowed = "POST" if path in posts else "GET"
        if path not in (*posts, "/v1/models", "/health") and not path.startswith("/v1/models/"):
            raise ApiError(f"Unknown request URL: {request.method} {request.path}. There are "
                           "/v1/chat/completions, /v1/responses, /v1/completions, /v1/models, /tokenize and /health.",
                           status=404,
                           code="unknown_url")
        if request.method == "OPTIONS" and "origin" in request.headers:
            self._writer.write(http.head(204, {**self._head, **self._visitors.preflight(request)}))
            await self._writer.drain()
        elif request.method != allowed:
            error = ApiError(f"{request.method} is not allowed here, only {allowed} is.", status=405,
                             code="method_not_allowed")
            await self._say(405, error.to_json(), keep, {"Allow": allowed})
        elif path in posts:
            await posts[path](_json(request.body), keep)
        elif path == "/v1/models":
            await self._say(200, {"object": "list", "data": listing()}, keep)  # type: ignore[dict-item]
        elif path == "/health":
            await self._say(200, {"status": "ok"}, keep)
        else:
            await self._say(200, model_entry(path.removeprefix("/v1/models/").removeprefix(f"{BUILTIN}/")), keep)

    async def _tokenize(self, data: Any, keep: bool) -> None:
        """Answers ``{"content": text}`` with its tokens and their ids; null for a token that the model lacks."""
        if not isinstance(data, dict) or not isinstance(data.get("content"), str):
            raise ApiError("Missing required parameter: 'content'.", "content", "missing_required_parameter")
        _, model = await self._engine.models()
        pieces: list[Json] = [{"id": model.ids.get(piece), "piece": piece}
                              for piece in tokens.split(data["content"])]
        await self._say(200, {"tokens": pieces}, keep)

    async def _chat(self, data: Any, keep: bool) -> None:
        reply = await self._engine.begin(data)
        if reply.body.stream:
            await self._stream(reply.chunks(), keep)
        else:
            await self._say(200, await reply.completion(self._check), keep)

    async def _respond(self, data: Any, keep: bool) -> None:
        answer = await ResponseAnswer.begin(self._engine, data)
        if answer.stream:
            await self._stream(answer.events(), keep)
        else:
            await self._say(200, await answer.whole(self._check), keep)

    async def _complete(self, data: Any, keep: bool) -> None:
        answer = await TextCompletion.begin(self._engine, data)
        if answer.stream:
            await self._stream(answer.chunks(), keep)
        else:
            await self._say(200, await answer.whole(self._check), keep)

    async def _stream(self, answer: AsyncGenerator[JsonObject, None], keep: bool) -> None:
        self._writer.write(http.head(200, {
            "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store",
            "Transfer-Encoding": "chunked", "Connection": "keep-alive" if keep else "close", **self._head,
        }))
        async with aclosing(answer) as chunks:
            async for chunk in chunks:
                self._check()
                self._writer.write(http.event(chunk))
                await self._writer.drain()
        self._writer.write(http.chunk(b"data: [DONE]\n\n") + http.chunk(b""))
        await self._writer.drain()

    def _check(self) -> None:
        """Raises ``ConnectionResetError`` when the client has gone, so that nothing is computed in vain."""
        if self._reader.at_eof() or self._writer.is_closing():
            raise ConnectionResetError


def _json(body: bytes) -> Any:
    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise ApiError("We could not parse the JSON body of your request. Check that it is valid JSON in "
                       "UTF-8, without NaN or Infinity.") from None
