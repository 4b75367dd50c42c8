"""Codex: the sessions in ``~/.codex/sessions``, a file of JSON lines each, of today's form and of the first one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from workbench.core.chat.messages import Message
from workbench.core.chat.titles import title_from
from workbench.core.json_types import Json

from .context_breaks import context_break
from .entries import log_lines
from .fields import Fields, as_json, imported, mapping, model_name, seconds, string, unread, whole
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .openai_messages import is_message, messages_of
from .sources import Source
from .values import ForeignChat, ForeignNode

_TYPES = frozenset((
    "session_meta", "response_item", "event_msg", "turn_context", "compacted", "world_state",
    "inter_agent_communication", "inter_agent_communication_metadata"))
_INJECTED = ("<environment_context>", "<user_instructions>", "# AGENTS.md instructions", "<permissions instructions>",
             "<turn_aborted>")
_UNDONE, _BREAK = "workbench:undone", "workbench:break"
_DROPPED = ("ghost_snapshot", "compaction", "context_compaction")


def claims(head: SourceHead) -> bool:
    if "item" in head.first or "thread_id" in head.first:
        return False
    new = [line for line in head.samples if line.get("type") in _TYPES and isinstance(line.get("payload"), dict)]
    if any(line["type"] in ("session_meta", "response_item") for line in new):
        return True
    old = "id" in head.first and "timestamp" in head.first and "instructions" in head.first
    return old and any(line.get("type") == "message" and "role" in line for line in head.samples[1:])


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        session = _Session(PurePosixPath(member).stem)
        for line in log_lines(source, member, context):
            session.take(line)
        yield session.chat(context)


class _Session:
    """A session as its lines tell it: turns of items, each with its model and time."""

    def __init__(self, id: str) -> None:
        self._id, self._title, self._folder, self._system = id, "", "", ""
        self._named = False
        self._model, self._provider = "", "openai"
        self._items: list[tuple[Fields, float, str]] = []
        self._events: list[tuple[Fields, float, str]] = []
        self._usage: dict[int, Json] = {}  # number of items before → tokens of the reply that ends there
        self._extra: dict[str, Json] = {}

    def take(self, line: Fields) -> None:
        payload = mapping(line.get("payload"))
        moment = seconds(line.get("timestamp"))
        match line.get("type"):
            case "session_meta":
                self._begin(payload)
            case "turn_context":
                self._model = string(payload.get("model")) or self._model
                if effort := string(payload.get("effort")):
                    self._extra["effort"] = effort
            case "response_item":
                self._add(payload, moment)
            case "event_msg":
                self._event(payload, moment)
            case "compacted":
                text = string(payload.get("message"))
                self._add({"type": _BREAK, "role": "developer", "content": text}, moment)
            case _ if "instructions" in line and "id" in line:
                self._begin(line)
            case _ if "payload" not in line and is_message(line):  # the first form
                self._add(line, moment)

    def _begin(self, data: Fields) -> None:
        """Takes the head of the session; one that was forked repeats that of the first one."""
        if self._named:
            return
        self._named = True
        self._id = string(data.get("id")) or string(data.get("session_id")) or self._id
        self._folder = string(data.get("cwd")).replace("\\", "/").rstrip("/").rpartition("/")[2]
        self._system = string(mapping(data.get("base_instructions")).get("text")) or string(data.get("instructions"))
        self._provider = string(data.get("model_provider")) or "openai"
        self._extra.update(unread(data, "id", "session_id", "cwd", "base_instructions", "instructions", "timestamp"))

    def _add(self, item: Fields, moment: float) -> None:
        if item.get("type") not in _DROPPED:
            self._items.append((item, moment, self._model))

    def _event(self, event: Fields, moment: float) -> None:
        match event.get("type"):
            case "thread_name_updated":
                self._title = string(event.get("thread_name")) or string(event.get("name")) or self._title
            case "token_count":
                if used := mapping(mapping(event.get("info")).get("last_token_usage")):
                    self._usage[len(self._items)] = as_json(used)
            case "thread_rolled_back":
                self._add({"type": _UNDONE, "turns": whole(event.get("num_turns")) or 1}, moment)
            case "user_message" | "agent_message":
                role = "user" if event["type"] == "user_message" else "assistant"
                self._events.append(({"type": "message", "role": role, "content": string(event.get("message"))}, moment,
                                     self._model))

    def chat(self, context: ImportContext) -> ForeignChat:
        said = any(item.get("type") == "message" for item, _, _ in self._items)
        nodes = list(self._nodes(self._items if said or not self._events else self._events, context))
        times = [node.created for node in nodes if node.created]
        first = next((title for node in nodes if node.message.role == "user"
                      and (title := title_from(node.message.text))), "")
        return ForeignChat(
            self._id, nodes, self._title or first,
            model=model_name(self._provider, self._model), system=self._system,
            folder=(self._folder,) if self._folder else (), created=min(times, default=0.0),
            updated=max(times, default=0.0), extra=self._extra)

    def _nodes(self, taken: list[tuple[Fields, float, str]], context: ImportContext) -> Iterator[ForeignNode]:
        """Yields a chain of messages. Turns that were undone stay as a branch: what follows hangs above them."""
        above: str | None = None
        asked: list[str | None] = []  # the message above each of the user's
        at = 0
        while at < len(taken):
            first, moment, model = taken[at]
            if first.get("type") == _UNDONE:
                for _ in range(min(first["turns"], len(asked))):
                    above = asked.pop()
            end = _end_of_message(taken, at)
            if first.get("type") == _BREAK:
                yield ForeignNode(f"{at}", above, context_break(string(first.get("content"))), moment)
                above, at = f"{at}", at + 1
                continue
            values: list[Any] = [item for item, _, _ in taken[at:end] if item.get("type") != _UNDONE]
            for number, message in enumerate(messages_of(values, context, model_name(self._provider, model), "codex")):
                id = f"{at}.{number}" if number else f"{at}"
                injected = message.role == "user" and message.text.lstrip().startswith(_INJECTED)
                if message.role == "user" and not injected:
                    asked.append(above)
                yield ForeignNode(id, above, self._finished(message, at, end, injected), moment)
                above = id
            at = end

    def _finished(self, message: Message, at: int, end: int, injected: bool) -> Message:
        """Returns the message with its role when the program wrote it, and with its tokens."""
        used = self._used(at, end) if message.role == "assistant" else None
        return Message("developer" if injected else message.role, message.parts, message.model,
                       imported({"usage": used}) if used else message.extra)

    def _used(self, at: int, end: int) -> Json:
        return next((self._usage[place] for place in range(end, at, -1) if place in self._usage), None)


def _end_of_message(taken: list[tuple[Fields, float, str]], at: int) -> int:
    """Returns the end of the items that make up one message with the one at ``at``: a reply's reasoning and calls,
    with its text or without."""
    end = at + 1
    while _of_model(taken[end - 1][0]) and taken[end - 1][0].get("type") != "message" and (
            end < len(taken) and _of_model(taken[end][0])):
        end += 1
    return end


def _of_model(item: Fields) -> bool:
    kind = string(item.get("type"))
    return kind != _UNDONE and not kind.endswith("_output") and item.get("role") in (None, "assistant")


FORMAT = FileFormat(claims, read)
