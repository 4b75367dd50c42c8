"""``workbench ask``: one reply, streamed to stdout."""

from __future__ import annotations

import argparse
import hashlib
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import messages_for
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import (
    PASSAGES,
    REFUSAL,
    Audio,
    Blob,
    Citation,
    Failure,
    File,
    Image,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    asks_approval,
    blobs_of,
    owes_result,
    plain_text,
)
from workbench.core.chat.titles import title_from
from workbench.core.errors import BadInput, Interrupted, KeyringUnavailable, NotAnAnswer, ProviderError, StoreError
from workbench.core.json_types import Json
from workbench.core.ports.attachments import MOST_PAGES, PreparedAttachment
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import Event, Failed, Retrying, Sent, StartedAgain, TextDelta
from workbench.core.reply.live_reply import LiveReply
from workbench.core.reply.missing_answer import missing_answer
from workbench.core.reply.recorder import Recorder
from workbench.core.reply.records import RequestRecord
from workbench.core.request.models import ModelRef
from workbench.core.request.parameters import parse_assignments
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.requests import Request
from workbench.core.request.tool_secrets import into_keyring
from workbench.core.services import Services
from workbench.core.text.formatting import counted
from workbench.core.text.sinks import for_terminal

from .approvals import Approvals
from .output import DONE, INTERRUPTED, exit_code, result, result_json, say
from .streams import on_terminal, read_input

if TYPE_CHECKING:
    from .ask_with_tools import ToolAsker


async def run(args: argparse.Namespace, services: Services) -> int:
    prompt = read_input() if args.prompt == "-" else args.prompt
    if not prompt.strip() and not args.attach:
        raise BadInput("The prompt is empty. Write one, or “-” to read it from stdin.")
    if args.continue_id and args.no_save:
        raise BadInput("--continue adds to a chat and --no-save keeps nothing. Leave one of them out.")
    params = parse_assignments(args.param)
    attached = [prepared for path in args.attach for prepared in await _attach(services, path)]
    text = (Text(prompt),) if prompt.strip() else ()
    message = Message("user", (*(prepared.part for prepared in attached), *text))
    printer = Printer(quiet=args.json, kept=not args.no_save)
    asking = _unsaved if args.no_save and not args.tools else _saved
    approvals = Approvals(args.allow)
    answer = await asking(args, services, message, attached, params, printer, approvals)
    printer.end()
    if args.json:
        result_json({**answer, "approvals": approvals.given})
    else:
        _print_others(answer["choices"])
    if printer.failure is not None:
        say(printer.failure.sentence)
        return exit_code(printer.failure)
    return INTERRUPTED if answer.get("limit") else DONE


def _print_others(choices: Sequence[Mapping[str, Any]]) -> None:
    """Prints the replies after the first, which was printed as it came."""
    for number, choice in enumerate(choices[1:], 2):
        if choice["text"]:
            say(f"\nReply {number} of {len(choices)}:")
            result(choice["text"].removesuffix("\n"))
        else:
            say(f"\nReply {number} of {len(choices)} is empty.")


async def _attach(services: Services, path: Path) -> Sequence[PreparedAttachment]:
    """Returns what a file is sent as: of a scan, which has no text, the pages as pictures."""
    prepared = await services.attachments().prepare(path)
    if prepared.note:
        say(prepared.note)
    part = prepared.part
    if not (prepared.scanned and isinstance(part, File) and not part.text and part.blob):
        return [prepared]
    pages = prepared.scanned[:MOST_PAGES]
    say(counted(len(pages), "Its page is sent as a picture.", "Its first {n} pages are sent as pictures."))
    return await services.attachments().draw_pages(prepared.blobs[part.blob.sha256], part.name, pages)


class Printer:
    """Prints the text as it comes and notes what the user should know. A ``ReplyWatcher``."""

    def __init__(self, quiet: bool, kept: bool) -> None:
        """``kept``: the reply is stored, so that it goes on when nobody reads what is printed."""
        self._quiet, self._kept = quiet, kept
        self._ends_line = True
        self.failure: ProviderError | None = None
        self.runs_calls = False
        """Whether the calls of replies are run, so that they need no word."""
        self._first = ""

    def begun(self, reply: LiveReply) -> None:
        self._first = self._first or reply.node.id

    def event(self, reply: LiveReply, event: Event) -> None:
        self.show(event)

    def show(self, event: Event) -> None:
        match event:
            case TextDelta() if event.choice == 0:
                self._print(event.text)
            case Sent():
                for change in event.adjustments:
                    say(f"{change.parameter}: {change.reason}")
            case Retrying():
                say(f"{event.reason} Trying again in {event.delay:.1f} s.")
            case StartedAgain() if event.choice == 0:
                self.end()
                self._ends_line = True
                say("The server began its reply again: what follows takes the place of the text above.")
            case Failed():
                self.failure = event.error
            case _:
                pass

    def _print(self, text: str) -> None:
        if on_terminal():
            text = for_terminal(text)
        if self._quiet or not text:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:  # the reader has gone, as “| head” does: what is being paid for is stored whole
            if not self._kept:
                raise
            self._quiet = True
        self._ends_line = text.endswith("\n")

    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None:
        say(str(error) if error else "The reply is saved again.")

    def ended(self, reply: LiveReply) -> None:
        node = reply.node
        if node.id == self._first and self.failure is None:
            failures = [part for part in node.message.parts if isinstance(part, Failure)]
            kind = Interrupted if failures and failures[0].about == "interrupted" else NotAnAnswer
            reason = node.record.finish_reason if node.record else ""
            self.judge(node.message, kind(failures[0].sentence) if failures else None, reason)

    def judge(self, message: Message, failure: ProviderError | None, reason: str) -> None:
        """Notes what is wrong with the reply, and says what of it the printed text does not show."""
        self.failure = self.failure or failure
        if self._quiet:
            return
        text = plain_text(message.parts)
        sounds = [part for part in message.parts if isinstance(part, Audio)]
        for sound in sounds if not text else ():
            self._print(sound.transcript)
        self.end()
        waiting = [] if self.runs_calls else [part.name for part in message.parts
                                              if owes_result(part) and not asks_approval(part)]
        for sentence in _not_shown(message, waiting, bool(text), len(sounds)):
            say(sentence)
        if reason == "length" and self.failure is None:
            say("The reply ended at its limit of tokens. Raise the limit with “-p max_tokens=N”, or ask the model to "
                "go on." if not self._kept else
                "The reply ended at its limit of tokens. Raise the limit with “-p max_tokens=N”, or ask the model to "
                "go on with “--continue”.")

    def go_on(self) -> None:
        """Ends a reply that another one follows, which is what counts."""
        self.end()
        self._ends_line, self._first = True, ""

    def end(self) -> None:
        if not self._ends_line:
            sys.stdout.write("\n")
            self._ends_line = True
        sys.stdout.flush()


def _not_shown(message: Message, waiting: Sequence[str], text: bool, sounds: int) -> Iterator[str]:
    """Yields sentences on what a reply has besides its printed text; ``waiting`` are tools that nobody runs."""
    if calls := ", ".join(waiting):
        yield (f"The model also called tools: {calls}. “--json” shows the calls." if text else
               f"The model called tools and wrote no text: {calls}. “--json” shows the calls.")
    if sounds:
        yield counted(sounds, "The reply is spoken; “--json” has the sound.",
                      "The reply has {n} sounds; “--json” has them.")
    if pictures := sum(isinstance(part, Image) for part in message.parts):
        yield counted(pictures, "The reply has a picture; “--json” has it.",
                      "The reply has {n} pictures; “--json” has them.")


async def _saved(
    args: argparse.Namespace, services: Services, message: Message, attached: list[PreparedAttachment],
    params: dict[str, Json], printer: Printer, approvals: Approvals,
) -> dict[str, Any]:
    store = services.store
    asker = await _asker(args, services, printer, params)  # what is wrong with it is said before anything is stored
    params = await _without_secrets(services, params)
    if args.continue_id:
        chat = await store.chat(args.continue_id)
        model = services.providers.resolve(args.model or chat.model)
        if args.system is not None:
            chat = await store.update_chat(chat.id, system=args.system)
    else:
        model = services.providers.resolve(args.model or services.providers.default_model())
        chat = await store.create_chat(
            Chat("", title_from(message.text) or "Attachment", str(model), args.system or "", params,
                 temporary=args.no_save)
        )
    for prepared in attached:
        await _keep(services, prepared)
    tip = await _tip_below_answers(services, chat, approvals) if args.continue_id and args.allow else chat.tip
    asked = await store.add_message(chat.id, tip, message)
    wanted = ReplyRequest(chat, asked.id, model, {**chat.params, **params})
    nodes = await asker.reply(wanted)
    while printer.failure is None and (told := await approvals.answer(nodes[0].message, chat.id)) is not None:
        printer.go_on()
        answered = await store.add_message(chat.id, nodes[0].id, told)
        nodes = await asker.reply(replace(wanted, parent_id=answered.id))
    choices = [_choice(node.message, node.record or RequestRecord(str(model)),
                       {blob.sha256: await store.blob(blob.sha256) for blob in blobs_of(node.message.parts)})
               for node in nodes]
    node = nodes[0]
    record = node.record or RequestRecord(str(model))
    kept = {"conversation": None, "message": None} if chat.temporary else {"conversation": chat.id, "message": node.id}
    return {**_answer(choices, record), **asker.facts(), **kept}


async def _asker(
    args: argparse.Namespace, services: Services, printer: Printer, params: Mapping[str, Json]
) -> PlainAsker | ToolAsker:
    """Returns what asks for replies: plainly, or with tools. Raises ``BadInput`` for tools that there are not."""
    if not args.tools:
        return PlainAsker(services, printer)
    from .ask_with_tools import ToolAsker

    return await ToolAsker.made(args, services, printer, params)


class PlainAsker:
    """Asks for replies without tools."""

    def __init__(self, services: Services, printer: Printer) -> None:
        self._services, self._printer = services, printer

    async def reply(self, wanted: ReplyRequest) -> Sequence[MessageNode]:
        """Returns the replies to a message."""
        return await self._services.replies.reply(wanted, self._printer)

    def facts(self) -> Mapping[str, Any]:
        """Returns what programs are told besides: nothing."""
        return {}


async def _tip_below_answers(services: Services, chat: Chat, approvals: Approvals) -> str | None:
    """Returns the tip of a chat, below the answers to what its last reply asks."""
    last = await services.store.nodes([chat.tip]) if chat.tip else []
    told = await approvals.answer(last[0].message, chat.id) if last else None
    return chat.tip if told is None else (await services.store.add_message(chat.id, chat.tip, told)).id


async def _without_secrets(services: Services, params: Mapping[str, Json]) -> dict[str, Json]:
    """Returns parameters that may be stored: the secrets of their tools lie in the keyring."""
    try:
        return await into_keyring(params, services.secrets)
    except KeyringUnavailable as error:
        raise KeyringUnavailable(f"{error} With --no-save the secrets of tools are sent and kept nowhere.",
                                 locked=error.locked) from error


async def _keep(services: Services, prepared: PreparedAttachment) -> None:
    for blob in blobs_of([prepared.part], originals=True):
        await services.store.put_blob(prepared.blobs[blob.sha256], blob.mime, blob.name)


async def _unsaved(
    args: argparse.Namespace, services: Services, message: Message, attached: list[PreparedAttachment],
    params: dict[str, Json], printer: Printer, approvals: Approvals,
) -> dict[str, Any]:
    model: ModelRef = services.providers.resolve(args.model or services.providers.default_model())
    blobs = {sha256: data for prepared in attached for sha256, data in prepared.blobs.items()}
    request = Request(model, (*messages_for((), args.system or ""), message), params, blobs)
    while True:
        answer, reply, made = await _unsaved_reply(services, request, printer)
        told = await approvals.answer(reply) if printer.failure is None else None
        if told is None:
            return {**answer, "conversation": None, "message": None}
        printer.go_on()
        request = replace(request, messages=(*request.messages, reply, told), blobs={**request.blobs, **made})


async def _unsaved_reply(
    services: Services, request: Request, printer: Printer
) -> tuple[dict[str, Any], Message, dict[str, bytes]]:
    """Returns what a reply says, its message, and the pictures in it by name."""
    kept: dict[str, bytes] = {}
    model = str(request.model)
    recorder = Recorder(model, request.params, services.providers.info(request.model).price)
    assemblers: dict[int, Assembler] = {0: Assembler(model, partial(_kept, kept))}
    async with aclosing(services.providers.stream(request)) as events:
        async for event in events:
            recorder.feed(event)
            choice = getattr(event, "choice", 0)
            if choice not in assemblers:
                assemblers[choice] = Assembler(model, partial(_kept, kept))
            assemblers[choice].feed(event)
            printer.show(event)
    records = {choice: recorder.record(choice) for choice in sorted(assemblers)}
    message = assemblers[0].message()
    printer.judge(message, missing_answer(message, records[0].finish_reason, records[0].info),
                  records[0].finish_reason)
    choices = [_choice(assemblers[choice].message(), record, kept) for choice, record in records.items()]
    return _answer(choices, records[0]), message, kept


def _kept(kept: dict[str, bytes], data: bytes, mime: str, name: str) -> Blob:
    blob = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
    kept[blob.sha256] = data
    return blob


def _choice(message: Message, record: RequestRecord, blobs: Mapping[str, bytes]) -> dict[str, Any]:
    """Returns what one reply says. ``citations`` are in the order of the numbers that the text may name."""
    return {
        "text": plain_text(message.parts),
        "reasoning": "\n\n".join(part.text for part in message.parts if isinstance(part, Reasoning)),
        "tool_calls": [
            {"id": part.id, "name": part.name, "arguments": part.arguments}
            for part in message.parts if owes_result(part)
        ],
        "server_calls": [
            {"name": part.name, "arguments": part.arguments, **_result_of(part, message)}
            for part in message.parts if isinstance(part, ToolCall) and not owes_result(part)
        ],
        "refusal": message.extra.get(REFUSAL),
        "citations": [_citation(part) for part in message.parts if isinstance(part, Citation)],
        "images": [
            {"url": part.url} if part.blob is None else
            {"mime": part.blob.mime, "data": b64encode(blobs[part.blob.sha256]).decode()}
            for part in message.parts if isinstance(part, Image)
        ],
        "audio": [
            {"transcript": part.transcript, **({} if part.blob is None else {
                "mime": part.blob.mime, "data": b64encode(blobs[part.blob.sha256]).decode()})}
            for part in message.parts if isinstance(part, Audio)
        ],
        "finish_reason": record.finish_reason or None,
    }


def _result_of(call: ToolCall, message: Message) -> dict[str, Any]:
    """Returns what came of a call that the server made by itself, if it said so."""
    found = next((part for part in message.parts if isinstance(part, ToolResult) and part.call_id == call.id), None)
    return {} if found is None else {"result": found.text, "is_error": found.is_error}


def _citation(part: Citation) -> dict[str, Any]:
    passages = part.extra.get(PASSAGES)
    return {"url": part.url, "title": part.title, **({"passages": passages} if passages else {})}


def _answer(choices: Sequence[dict[str, Any]], record: RequestRecord) -> dict[str, Any]:
    """Returns the first reply with its request; all replies lie in ``choices``."""
    usage = record.usage.to_json()
    return {
        **choices[0],
        "choices": list(choices),
        "model": record.model,
        "usage": {**usage, "cost": record.cost},
        "timings": {
            "first_byte": record.first_byte, "first_token": record.first_token, "total": record.ended,
            "tokens_per_second": record.tokens_per_second,
        },
        "request": {
            "method": record.method, "url": record.url, "headers": dict(record.headers),
            "body": dict(record.body), "status": record.status,
        },
        "info": dict(record.info),
        "dropped": [
            {"parameter": change.parameter, "action": change.action, "reason": change.reason,
             "sent_as": change.sent_as}
            for change in record.adjustments
        ],
    }
