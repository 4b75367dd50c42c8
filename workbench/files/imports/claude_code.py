"""Claude Code: the sessions in ``~/.claude/projects``, a file of JSON lines each, one content block a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Failure, Part, Role, Text, ToolResult
from workbench.core.chat.titles import title_from
from workbench.core.json_types import Json

from .blocks import parts_of
from .context_breaks import context_break
from .entries import log_lines
from .fields import Fields, as_json, imported, mapping, model_name, seconds, string
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode

_WRAPPERS = re.compile(
    r"<(system-reminder|command-name|command-message|command-args|local-command-stdout|local-command-caveat"
    r"|task-notification)>.*?</\1>", re.DOTALL)
_TITLES = ("customTitle", "aiTitle", "agentName")
_DETAILS = ("isMeta", "requestId", "gitBranch", "version")


def claims(head: SourceHead) -> bool:
    return "projectHash" not in head.first and any(map(_is_said, head.samples))


def _is_said(line: Fields) -> bool:
    message = mapping(line.get("message"))
    return line.get("type") in ("user", "assistant") and "role" in message and "content" in message and (
        "sessionId" in line or "session_id" in line or "parentUuid" in line or ("uuid" in line and "cwd" in line))


@dataclass(slots=True)
class _Said:
    """A message: its first line, and the id of the message above when that is not for the line to say."""

    line: Fields
    role: Role
    parts: list[Part]
    model: str = ""
    usage: Json = None
    above: str | None = None


class _Session:
    """A chat as its lines tell it."""

    def __init__(self, id: str, parent: str = "") -> None:
        self.id, self.parent = id, parent
        self.titles: dict[str, str] = {}
        self.summaries: dict[str, str] = {}  # by the line that they were made at
        self.cwd = ""
        self.said: dict[str, _Said] = {}
        self.last: str | None = None
        self._lines: dict[str, str | None] = {}  # line → the line above
        self._messages: dict[str, str] = {}  # line → its message
        self._results: dict[str, str] = {}  # message with calls → the message with their results

    def take(self, line: Fields, context: ImportContext) -> None:
        uuid = string(line.get("uuid")) or f"{len(self._lines)}"
        self._lines.setdefault(
            uuid, string(line.get("parentUuid")) or string(line.get("logicalParentUuid")) or None)
        self.cwd = self.cwd or string(line.get("cwd"))
        for name in _TITLES:
            if string(line.get(name)):
                self.titles[name] = string(line[name])
        if line.get("type") == "summary":
            self.summaries[string(line.get("leafUuid"))] = string(line.get("summary"))
        if line.get("type") in ("user", "assistant") and mapping(line.get("message")):
            self._say(line, uuid, context)

    def _say(self, line: Fields, uuid: str, context: ImportContext) -> None:
        said = mapping(line["message"])
        parts = list(parts_of(said.get("content"), context, "claude-code"))
        answer = string(said.get("id")) if line["type"] == "assistant" else ""
        if answer in self.said:  # the next block of the same answer; each repeats the usage so far
            self.said[answer].parts += parts
            self.said[answer].usage = as_json(said.get("usage"))
            self._messages[uuid] = self.last = answer
            return
        results: list[Part] = [part for part in parts if isinstance(part, ToolResult)]
        if line["type"] == "user" and results:
            self._take_results(line, uuid, results)
            parts = [part for part in parts if not isinstance(part, ToolResult)]
            if not parts:
                return
        id = f"{uuid}/said" if uuid in self._messages else answer or uuid
        above = self._messages[uuid] if uuid in self._messages else self._above(uuid)
        role: Role = "assistant" if line["type"] == "assistant" else "user"
        model = string(said.get("model"))
        if model == "<synthetic>" or line.get("isApiErrorMessage") is True:
            parts = [Failure(part.text) if isinstance(part, Text) else part for part in parts]
            model = ""
        self.said[id] = _Said(line, role, parts, model, as_json(said.get("usage")), above)
        self._messages[uuid] = self.last = id

    def _take_results(self, line: Fields, uuid: str, results: list[Part]) -> None:
        """Takes results; those of calls that one answer made together are one message, and no branches."""
        above = self._above(uuid)
        id = self._results.setdefault(above or "", uuid)
        if id in self.said:
            self.said[id].parts += results
        else:
            self.said[id] = _Said(line, "tool", results, above=above)
        self._messages[uuid] = self.last = id

    def _above(self, uuid: str) -> str | None:
        """Returns the message above: lines that are none, such as a tool's progress, are stepped over."""
        walked: set[str] = set()
        at = self._lines.get(uuid)
        while at is not None and at not in walked:
            if at in self._messages:
                return self._messages[at]
            walked.add(at)
            at = self._lines.get(at)
        return None

    def chat(self) -> ForeignChat:
        nodes = [ForeignNode(id, said.above, _message(said), seconds(said.line.get("timestamp")),
                             _status(said)) for id, said in self.said.items()]
        times = [node.created for node in nodes if node.created]
        folder = self.cwd.replace("\\", "/").rstrip("/").rpartition("/")[2]
        return ForeignChat(
            self.id, nodes, self._title(), self.last, folder=(folder,) if folder else (),
            tags=("sub-agent",) if self.parent else (), archived=bool(self.parent), created=min(times, default=0.0),
            updated=max(times, default=0.0), extra={"parent": self.parent} if self.parent else {})

    def _title(self) -> str:
        """Returns the title that somebody gave, else a summary of this session (others stand in the file too), else
        the first words."""
        named = [self.titles[name] for name in _TITLES if name in self.titles]
        named += [text for leaf, text in self.summaries.items() if leaf in self._lines]
        for said in self.said.values():
            if said.role == "user" and not (said.line.get("isMeta") or said.line.get("isCompactSummary")):
                text = "\n".join(part.text for part in said.parts if isinstance(part, Text))
                named.append(title_from(_WRAPPERS.sub("", text).strip()))
        return next(filter(None, named), "")


def _message(said: _Said) -> Message:
    if said.line.get("isCompactSummary") is True:
        return context_break("\n\n".join(part.text for part in said.parts if isinstance(part, Text)))
    details: dict[str, Json] = {name: as_json(said.line[name]) for name in _DETAILS if said.line.get(name)}
    if said.usage:
        details["usage"] = said.usage
    model = model_name("anthropic", said.model) if said.role == "assistant" else ""
    return Message(said.role, tuple(said.parts), model, imported(details))


def _status(said: _Said) -> Status:
    return Status.FAILED if any(isinstance(part, Failure) for part in said.parts) else Status.COMPLETE


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    seen: set[str] = set()
    for member in source.chosen:
        main = _Session(PurePosixPath(member).stem)
        agents: dict[str, _Session] = {}
        for line in log_lines(source, member, context):
            uuid = string(line.get("uuid"))
            if uuid and uuid in seen and mapping(line.get("message")):
                context.note("Messages that another session of the same file or folder has too were imported once.")
                continue
            seen.add(uuid)
            session = main
            if line.get("isSidechain") is not True:
                main.id = string(line.get("sessionId")) or main.id
            if line.get("isSidechain") is True:
                agent = string(line.get("agentId")) or f"{main.id}/side"
                session = agents.setdefault(agent, _Session(agent, main.id))
            session.take(line, context)
        for session in (main, *agents.values()):
            if session.said:
                yield session.chat()
        if agents:
            context.note("What sub-agents did is in chats of their own, in the archive.")


FORMAT = FileFormat(claims, read)
