"""Microsoft Copilot: ``copilot-activity-history.csv`` of the privacy page, newest first."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Role, Text
from workbench.core.errors import BadInput

from .entries import text_lines
from .fields import seconds
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode

_HEADERS = ["Conversation", "Time", "Author", "Message"]
_MOST = 50_000_000  # characters of a message


def claims(head: SourceHead) -> bool:
    first = head.beginning.partition("\n")[0][:200]  # of any text: csv refuses a longer field than 131,072 characters
    return head.kind == "text" and next(csv.reader([first.rstrip("\r")]), []) == _HEADERS


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    csv.field_size_limit(_MOST)
    for member in source.chosen:
        rows = csv.reader(text_lines(source, member))
        next(rows, None)
        run: list[list[str]] = []
        for row in _whole(rows, source.name):
            if len(row) < 4:
                context.skip("A line without a message was not imported.")
                continue
            if run and row[0] != run[0][0]:
                yield _chat(run)
                run = []
            run.append(row)
        if run:
            yield _chat(run)


def _whole(rows: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise BadInput(f"{name} is a damaged table ({error}): nothing was taken.") from None


def _chat(rows: list[list[str]]) -> ForeignChat:
    """Returns the rows of a title that follow each other as a chat; of one moment the question comes first."""
    ordered = rows[::-1]
    ordered.sort(key=lambda row: (seconds(row[1]), row[2] == "AI"))
    nodes: list[ForeignNode] = []
    for place, (_, moment, author, text, *_) in enumerate(ordered):
        role: Role = "assistant" if author == "AI" else "user"
        nodes.append(ForeignNode(f"{place}", nodes[-1].id if nodes else None, Message(
            role, (Text(text),) if text else (), "microsoft/copilot" if role == "assistant" else ""), seconds(moment)))
    title, begun = ordered[0][0], ordered[0][1]
    name = hashlib.sha256(f"{title}\n{begun}".encode("utf-8", "replace")).hexdigest()[:24]
    return ForeignChat(name, nodes, title, created=seconds(begun), updated=seconds(ordered[-1][1]))


FORMAT = FileFormat(claims, read)
