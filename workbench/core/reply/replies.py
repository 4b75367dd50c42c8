"""How a reply happens: from a question in a conversation to a finished message on disk."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import CHOICES, Choices, carried, messages_for, noted_in
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Blob, Failure, Text, blobs_of
from workbench.core.chat.template_provenance import templates_used
from workbench.core.errors import NotAnAnswer, ProviderError, StoreError
from workbench.core.json_types import Json
from workbench.core.ports.providers import Providers
from workbench.core.ports.store import Store
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.core.request.schema_check import ValidateSchema, check_answer, demanded_schema

from .assembler import Assembler
from .events import Event, Failed, Finished, ReasoningDelta, TextDelta
from .recorder import Recorder
from .records import RequestRecord

JOURNAL_SECONDS = 0.5
"""How often what has come is written down: a kill loses at most this, and the time of one write."""


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """What to answer, with what. ``parent_id`` is the message answered. ``prefix`` is the beginning of the
    reply, which the model continues (a reply cut short, an edited one, one that ends in a chosen token).
    ``system`` overrides the chat's; ``origin`` says where the branch comes from. ``choices`` are what is left out
    or pinned on the line that it branches from; the reply's own line keeps them."""

    chat: Chat
    parent_id: str
    model: ModelRef
    params: Mapping[str, Json] = field(default_factory=dict)
    system: str | None = None
    origin: str = ""
    prefix: str = ""
    move_tip: bool = True
    choices: Choices = field(default_factory=dict)


class ReplyWatcher(Protocol):
    """Who is told what happens. Calls come on the event loop and must return quickly."""

    def began(self, node: MessageNode) -> None: ...
    def event(self, node_id: str, event: Event) -> None: ...
    def unsaved(self, node_id: str, error: StoreError | None) -> None:
        """The reply could not be written down (it is kept in memory and tried again), or now it could."""
        ...

    def ended(self, node: MessageNode) -> None: ...


class ReplyService:
    """Makes replies happen. Keeps nothing between them."""

    def __init__(self, store: Store, providers: Providers, validate: ValidateSchema | None = None) -> None:
        """``validate`` says what is wrong with an answer that was bound to a JSON schema; it is called in a
        worker thread."""
        self._store = store
        self._providers = providers
        self._validate = validate

    async def request_for(self, ask: ReplyRequest) -> Request:
        """The request that ``reply`` would send; the preview shows it."""
        return await self._request(ask, await self._line(ask))

    async def _line(self, ask: ReplyRequest) -> Sequence[MessageNode]:
        stubs = await self._store.line(ask.chat.id, ask.parent_id)
        return await self._store.nodes([stub.id for stub in stubs])

    async def _request(self, ask: ReplyRequest, nodes: Sequence[MessageNode]) -> Request:
        system_prompt = ask.chat.system if ask.system is None else ask.system
        messages = messages_for(nodes, system_prompt, ask.choices)
        if ask.prefix:
            messages = (*messages, Message("assistant", (Text(ask.prefix),), str(ask.model)))
        state = next((node.message.extra.get("state") for node in reversed(nodes)
                      if node.message.extra.get("state")), None)
        return Request(
            ask.model, messages, dict(ask.params), await self._blobs(messages),
            state=state if isinstance(state, dict) else {},
        )

    async def _blobs(self, messages: tuple[Message, ...]) -> dict[str, bytes]:
        blobs = blobs_of(part for message in messages for part in message.parts)
        return {blob.sha256: await self._store.blob(blob.sha256) for blob in blobs}

    async def reply(self, ask: ReplyRequest, watcher: ReplyWatcher) -> list[MessageNode]:
        """Asks, and keeps what comes; returns the reply, and its siblings when several were asked for.

        Never raises for what the provider did: that is a ``Failure`` part in the reply. When cancelled, what
        came is kept as STOPPED and ``CancelledError`` goes on. Raises ``StoreError`` when the reply cannot
        even be begun.
        """
        line = await self._line(ask)
        request = await self._request(ask, line)
        noted = {node.id: noted_in(node.message.extra) for node in line}
        running = _Running(self._store, self._providers, ask, watcher, templates_used(ask, line),
                           self._validate, carried(ask.choices, list(noted), noted))
        await running.choice(0)
        return await running.run(request)


class _Choice:
    """One reply that is coming in."""

    def __init__(self, node: MessageNode, assembler: Assembler) -> None:
        self.node = node
        self.assembler = assembler
        self.dirty = False
        self.reasoning_began: float | None = None


class _Running:
    """One request and the one or more replies that it fills."""

    def __init__(
        self, store: Store, providers: Providers, ask: ReplyRequest, watcher: ReplyWatcher,
        template: Mapping[str, Json],
        validate: ValidateSchema | None, choices: Mapping[str, Json],
    ) -> None:
        self._validate, self._extra = validate, {CHOICES: dict(choices)} if choices else {}
        self._store, self._providers, self._ask, self._watcher = store, providers, ask, watcher
        self._recorder = Recorder(str(ask.model), ask.params, providers.info(ask.model).price, template)
        self._choices: dict[int, _Choice] = {}
        self._new_blobs: dict[str, tuple[bytes, Blob]] = {}
        self._failure: ProviderError | None = None
        self._unsaved = False

    async def choice(self, index: int) -> _Choice:
        if (known := self._choices.get(index)) is not None:
            return known
        ask = self._ask
        node = await self._store.add_message(
            ask.chat.id, ask.parent_id, Message("assistant", (), str(ask.model), self._extra),
            status=Status.STREAMING, origin=ask.origin, move_tip=ask.move_tip and index == 0,
        )
        choice = self._choices[index] = _Choice(node, Assembler(str(ask.model), self._keep_blob))
        if ask.prefix:
            choice.assembler.feed(TextDelta(ask.prefix))
        self._watcher.began(node)
        return choice

    def _keep_blob(self, data: bytes, mime: str, name: str) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
        self._new_blobs[blob.sha256] = (data, blob)
        return blob

    async def run(self, request: Request) -> list[MessageNode]:
        journal = asyncio.get_running_loop().create_task(self._journal())
        status = Status.COMPLETE
        try:
            # A provider's stream is a generator: closing it closes the connection.
            stream = cast("AsyncGenerator[Event, None]", self._providers.stream(request))
            async with aclosing(stream) as events:
                async for event in events:
                    await self._take(event)
        except asyncio.CancelledError:
            status = Status.STOPPED
            raise
        finally:
            journal.cancel()
            ending = asyncio.ensure_future(self._finish(status))
            await asyncio.shield(ending)
        return [choice.node for choice in self._choices.values()]

    async def _take(self, event: Event) -> None:
        self._recorder.feed(event)
        if isinstance(event, Failed):
            self._failure = event.error
        choice = await self.choice(getattr(event, "choice", 0))
        if isinstance(event, ReasoningDelta):
            choice.reasoning_began = choice.reasoning_began or time.monotonic()
        elif isinstance(event, TextDelta | Finished):
            self._end_reasoning(choice)
        choice.assembler.feed(event)
        choice.dirty = True
        self._watcher.event(choice.node.id, event)

    @staticmethod
    def _end_reasoning(choice: _Choice) -> None:
        if choice.reasoning_began is not None and choice.assembler.reasoning_seconds is None:
            choice.assembler.reasoning_seconds = round(time.monotonic() - choice.reasoning_began, 1)

    async def _journal(self) -> None:
        while True:
            await asyncio.sleep(JOURNAL_SECONDS)
            for choice in list(self._choices.values()):
                if choice.dirty:
                    choice.dirty = False
                    await self._write(choice, lambda c=choice: self._store.journal(
                        c.node.id, c.assembler.message()))

    async def _write(self, choice: _Choice, write: _Write) -> MessageNode | None:
        """Writes down, and tells the watcher when that fails or works again."""
        try:
            await self._save_blobs()
            node = await write()
        except StoreError as error:
            choice.dirty = self._unsaved = True
            self._watcher.unsaved(choice.node.id, error)
            return None
        if self._unsaved:
            self._unsaved = False
            self._watcher.unsaved(choice.node.id, None)
        return node

    async def _save_blobs(self) -> None:
        while self._new_blobs:
            sha256, (data, blob) = next(iter(self._new_blobs.items()))
            await self._store.put_blob(data, blob.mime, blob.name)
            del self._new_blobs[sha256]

    async def _finish(self, status: Status) -> None:
        for index, choice in self._choices.items():
            self._end_reasoning(choice)
            own, message = self._outcome(index, choice, status)
            record = await self._checked(self._recorder.record(index), message, own)
            while True:
                node = await self._write(choice, lambda c=choice, m=message, s=own, r=record: (
                    self._store.finish(c.node.id, m, s, r)))
                if node is not None:
                    break
                await asyncio.sleep(JOURNAL_SECONDS * 4)  # the disk is full: the text waits in memory
            choice.node = node
            self._watcher.ended(node)

    async def _checked(self, record: RequestRecord, message: Message, status: Status) -> RequestRecord:
        """The record with what the answer's schema says of it, when it was bound to one."""
        schema = demanded_schema(record.body)
        if schema is None or self._validate is None or status is not Status.COMPLETE or not message.text:
            return record
        found = await asyncio.to_thread(check_answer, self._validate, message.text, schema)
        return replace(record, info={**record.info, "schema_check": found})

    def _outcome(self, index: int, choice: _Choice, status: Status) -> tuple[Status, Message]:
        message = choice.assembler.message()
        failure = self._failure
        unexplained = choice.assembler.empty and not self._recorder.finish_reason(index)
        if status is Status.COMPLETE and failure is None and unexplained:
            failure = NotAnAnswer("The model sent an empty reply. Try again, or ask another model.",
                                  kind="not_an_answer")
        if failure is None:
            return status, message
        card = Failure(failure.sentence, failure.kind, failure.status, failure.body,
                       {name: word for name in ("parameter", "code") if (word := getattr(failure, name))})
        own = Status.FAILED if choice.assembler.empty else Status.INTERRUPTED
        return own, Message(message.role, (*message.parts, card), message.model, message.extra)


class _Write(Protocol):
    async def __call__(self) -> MessageNode | None: ...
