"""The run of one request: folds the events of its stream into replies and persists them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVarTuple

from workbench.core.chat.context import CHOICES
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Blob, Failure
from workbench.core.errors import ProviderError, StoreError
from workbench.core.json_types import Json
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.schema_check import ValidateSchema, check_answer, demanded_schema

from .events import Event, Failed
from .live_reply import LiveReply
from .missing_answer import missing_answer
from .recorder import Recorder
from .records import RequestRecord

if TYPE_CHECKING:
    from workbench.core.ports.store import Store

log = logging.getLogger(__name__)
Ts = TypeVarTuple("Ts")

JOURNAL_SECONDS = 0.5
"""Seconds between two writes of what has come: a kill loses at most these, and the time of one write."""


class ReplyWatcher(Protocol):
    """A watcher of the replies of one request. It is called on the event loop and must return quickly."""

    def begun(self, reply: LiveReply) -> None: ...
    def event(self, reply: LiveReply, event: Event) -> None:
        """Tells that ``event`` came; it is in ``reply.message()`` already."""
        ...

    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None:
        """Tells that the reply could not be written (it is kept in memory and tried again) or, with None, that now it
        was."""
        ...

    def ended(self, reply: LiveReply) -> None: ...


class ReplyRun:
    """One request, and the one or more replies that its answer fills."""

    def __init__(
        self, store: Store, wanted: ReplyRequest, watcher: ReplyWatcher, recorder: Recorder,
        validate: ValidateSchema | None, choices: Mapping[str, Json],
    ) -> None:
        self._store, self._wanted, self._watcher, self._recorder = store, wanted, watcher, recorder
        self._validate, self._extra = validate, {CHOICES: dict(choices)} if choices else {}
        self._replies: dict[int, LiveReply] = {}
        self._unwritten: set[LiveReply] = set()  # those that have grown since they were last written down
        self._new_blobs: dict[str, tuple[bytes, Blob]] = {}
        self._failure: ProviderError | None = None
        self._unsaved = False

    def _tell(self, told: Callable[[*Ts], None], *facts: *Ts) -> None:
        """Tells the watcher. Its mistakes are its own: a reply that is paid for does not end with them."""
        try:
            told(*facts)
        except Exception:
            log.exception("A watcher of a reply failed; the reply goes on.")

    async def reply_of(self, choice: int) -> LiveReply:
        """Returns the reply that a choice of the answer fills, which is begun if it is new."""
        if (known := self._replies.get(choice)) is not None:
            return known
        wanted = self._wanted
        node = await self._store.add_message(
            wanted.chat.id, wanted.parent_id, Message("assistant", (), str(wanted.model), self._extra),
            status=Status.STREAMING, origin=wanted.origin, move_tip=wanted.move_tip and choice == 0,
        )
        reply = self._replies[choice] = LiveReply(node, self._keep_blob, wanted.prefix, wanted.prefix_extra)
        self._tell(self._watcher.begun, reply)
        return reply

    def _keep_blob(self, data: bytes, mime: str, name: str) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
        self._new_blobs[blob.sha256] = (data, blob)
        return blob

    async def run(self, stream: AsyncGenerator[Event, None]) -> list[MessageNode]:
        journal = asyncio.get_running_loop().create_task(self._journal())
        status = Status.COMPLETE
        try:
            async with aclosing(stream) as events:
                async for event in events:
                    await self._fold(event)
        except asyncio.CancelledError:
            status = Status.STOPPED
            raise
        finally:
            journal.cancel()
            ending = asyncio.ensure_future(self._finish(status))
            await asyncio.shield(ending)
        return [reply.node for reply in self._replies.values()]

    async def _fold(self, event: Event) -> None:
        self._recorder.feed(event)
        if isinstance(event, Failed):
            self._failure = event.error
        reply = await self.reply_of(getattr(event, "choice", 0))
        reply.feed(event)
        self._unwritten.add(reply)
        self._tell(self._watcher.event, reply, event)

    async def _journal(self) -> None:
        while True:
            await asyncio.sleep(JOURNAL_SECONDS)
            for reply in list(self._unwritten):
                self._unwritten.discard(reply)
                await self._write(reply, partial(self._store.journal, reply.node.id, reply.message()))

    async def _write(self, reply: LiveReply, write: Callable[[], Awaitable[MessageNode | None]]) -> MessageNode | None:
        """Writes, and tells the watcher when that fails or works again."""
        try:
            await self._save_blobs()
            node = await write()
        except StoreError as error:
            self._unwritten.add(reply)
            self._unsaved = True
            self._tell(self._watcher.unsaved, reply, error)
            return None
        if self._unsaved:
            self._unsaved = False
            self._tell(self._watcher.unsaved, reply, None)
        return node

    async def _save_blobs(self) -> None:
        while self._new_blobs:
            sha256, (data, blob) = next(iter(self._new_blobs.items()))
            await self._store.put_blob(data, blob.mime, blob.name)
            del self._new_blobs[sha256]

    async def _finish(self, status: Status) -> None:
        for choice, reply in self._replies.items():
            reply.end_reasoning()
            own, message = self._outcome(choice, reply, status)
            record = await self._with_schema_check(self._recorder.record(choice), message, own)
            while True:
                node = await self._write(reply, partial(self._store.finish, reply.node.id, message, own, record))
                if node is not None:
                    break
                await asyncio.sleep(JOURNAL_SECONDS * 4)  # the disk is full: the text waits in memory
            reply.node = node
            self._tell(self._watcher.ended, reply)

    async def _with_schema_check(self, record: RequestRecord, message: Message, status: Status) -> RequestRecord:
        """Returns the record with the result of checking the answer against its schema, when it has one."""
        schema = demanded_schema(record.body)
        if schema is None or self._validate is None or status is not Status.COMPLETE or not message.text:
            return record
        found = await asyncio.to_thread(check_answer, self._validate, message.text, schema)
        return replace(record, info={**record.info, "schema_check": found})

    def _outcome(self, choice: int, reply: LiveReply, status: Status) -> tuple[Status, Message]:
        message = reply.message()
        failure = self._failure
        if status is Status.COMPLETE and failure is None:
            record = self._recorder.record(choice)
            failure = missing_answer(message, record.finish_reason, record.info)
        if failure is None:
            return status, message
        card = Failure(failure.sentence, failure.kind, failure.status, failure.body,
                       {name: word for name in ("parameter", "code") if (word := getattr(failure, name))})
        own = Status.FAILED if reply.empty else Status.INTERRUPTED
        return own, Message(message.role, (*message.parts, card), message.model, message.extra)
