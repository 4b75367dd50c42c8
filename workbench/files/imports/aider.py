"""Aider: ``.aider.chat.history.md``. The beginnings of its lines tell who speaks, as well as they can: an answer that
quotes or has headings of its own looks the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Text

from .entries import text_lines
from .fields import imported
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode

_START = re.compile(r"# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*$")
_MODEL = re.compile(r"(?:Main model|Model): (\S+)")
_ASKED, _OUTPUT, _ANSWERED = "user", "tool", "assistant"


def claims(head: SourceHead) -> bool:
    return head.kind == "text" and any(_START.match(line) for line in head.beginning.splitlines())


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    context.note("The format is ambiguous: an answer's own quotes and headings may stand with another speaker.")
    for member in source.chosen:
        session: _Session | None = None
        for line in text_lines(source, member):
            if (start := _START.match(line)) is not None:
                if session is not None:
                    yield session.chat(member)
                session = _Session(start.group(1))
            elif session is None:
                session = _Session("") if line.strip() else None
            if session is not None and start is None:
                session.take(line.rstrip("\r\n"))
        if session is not None:
            yield session.chat(member)


class _Session:
    def __init__(self, begun: str) -> None:
        self._begun, self._model = begun, ""
        self._said: list[tuple[str, list[str]]] = []
        self._blank = True

    def take(self, line: str) -> None:
        """Takes a line. A question begins after a blank line only; each of its lines has the mark."""
        last = self._said[-1][0] if self._said else ""
        if line.startswith("#### ") and (self._blank or last == _ASKED):
            self._put(_ASKED, line.removeprefix("#### ").rstrip())
        elif line.startswith("> ") or line == ">":
            text = line[2:].rstrip()
            if found := _MODEL.search(text):
                self._model = found.group(1)
            self._put(_OUTPUT, text)
        elif line.strip() or last == _ANSWERED:
            self._put(_ANSWERED, line)
        self._blank = not line.strip()

    def _put(self, who: str, line: str) -> None:
        if not self._said or self._said[-1][0] != who:
            self._said.append((who, []))
        self._said[-1][1].append(line)

    def chat(self, document: str) -> ForeignChat:
        begun = datetime.fromisoformat(self._begun).timestamp() if self._begun else 0.0
        model = f"aider/{self._model}" if self._model else ""
        nodes: list[ForeignNode] = []
        for who, lines in self._said:
            text = "\n".join(lines).strip()
            if not text:
                continue
            if who == _OUTPUT:
                message = Message("system", (Text(text),), "", imported({"kind": "output"}))
            else:
                message = Message("user" if who == _ASKED else "assistant", (Text(text),),
                                  model if who == _ANSWERED else "")
            nodes.append(ForeignNode(f"{len(nodes)}", nodes[-1].id if nodes else None, message, begun))
        return ForeignChat(self._begun, nodes, created=begun, document=document)


FORMAT = FileFormat(claims, read)
