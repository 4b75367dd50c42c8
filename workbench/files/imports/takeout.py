"""Gemini: “My Activity” of Google Takeout, as JSON or HTML. It has no chats, only what was asked and when: entries that
follow each other within half an hour are one chat."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Part, Text
from workbench.core.chat.titles import title_from

from .fields import Fields, items, mapping, mappings, seconds, string
from .format_sniffer import SourceHead
from .formats import FileFormat
from .html_text import activity_cells, markdown_of
from .import_context import MOST_ATTACHMENT, ImportContext
from .json_text import JsonText
from .sources import Source
from .values import ForeignChat, ForeignNode

_GAP = 1800.0
_PRODUCT = re.compile(r"\b(?:gemini|bard)\b", re.IGNORECASE)
_PROMPTED = re.compile(r"^(?:Prompted|Asked|Said)\s+", re.IGNORECASE)
_OTHERS = re.compile(r"^(?:Used|Selected preferred draft|Gave feedback|Created Gemini Canvas)\b")


def claims(head: SourceHead) -> bool:
    if head.kind == "text":
        start = head.beginning[:2000].lower()
        return start.lstrip().startswith(("<html", "<!doctype html")) and "outer-cell" in head.beginning and (
            _PRODUCT.search(head.beginning) is not None)
    return any(_is_entry(sample) for sample in head.samples)


def _is_entry(data: Fields) -> bool:
    named = [string(data.get("header")), *map(string, items(data.get("products")))]
    return all(name in data for name in ("header", "title", "time", "products")) and any(map(_PRODUCT.search, named))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    context.note("Google's export does not say which messages belong together: those within half an hour are one chat.")
    for member in source.chosen:
        folder = PurePosixPath(member).parent
        with source.open(member) as stream:
            if PurePosixPath(member).suffix == ".html":
                found = list(_from_html(stream.read().decode("utf-8", "replace")))
            else:
                found = []
                for item in JsonText(stream, PurePosixPath(member).name).items():
                    data = mapping(item)
                    if not _is_entry(data):
                        context.skip("An entry of another product of Google was not imported.")
                    elif _OTHERS.match(string(data.get("title"))) or not _answers(data):
                        context.skip("An entry that is no question with an answer was not imported.")
                    else:
                        found.append(data)
        found.sort(key=lambda data: seconds(data.get("time")))
        for group in _groups(found):
            yield _chat(group, source, folder, context)


def _from_html(page: str) -> Iterator[Fields]:
    for prompt, moment, answer in activity_cells(page):
        yield {"title": prompt, "time": _moment(moment), "answer": answer, "header": "Gemini Apps"}


def _moment(text: str) -> float:
    """Returns a time as Google's page has it in English; 0 in other languages."""
    plain = re.sub(r"\s+", " ", text).rpartition(" ")[0]
    for spelling in ("%b %d, %Y, %I:%M:%S %p", "%d %b %Y, %H:%M:%S"):
        try:
            return datetime.strptime(plain, spelling).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return 0.0


def _answers(data: Fields) -> list[str]:
    found = [markdown_of(string(item.get("html"))) for item in mappings(data.get("safeHtmlItem"))]
    return [text for text in found or [string(data.get("answer")) or string(data.get("description"))] if text]


def _gem(data: Fields) -> str:
    return next((name for item in mappings(data.get("subtitles"))
                 if (name := string(item.get("name"))) and not name.startswith("-") and "ttached" not in name), "")


def _groups(found: list[Fields]) -> Iterator[list[Fields]]:
    group: list[Fields] = []
    for data in found:
        if group and (_gem(data) != _gem(group[0])
                      or seconds(data.get("time")) - seconds(group[-1].get("time")) > _GAP):
            yield group
            group = []
        group.append(data)
    if group:
        yield group


def _chat(group: list[Fields], source: Source, folder: PurePosixPath, context: ImportContext) -> ForeignChat:
    nodes: list[ForeignNode] = []
    above: str | None = None
    for data in group:
        id = hashlib.sha256(f"{data.get('time')}{string(data.get('title'))}".encode("utf-8", "replace")).hexdigest()
        moment = seconds(data.get("time"))
        asked = string(data.get("title"))
        if not _PROMPTED.match(asked) and "answer" not in data:
            context.note("What was asked is as Google wrote it, with the verb in the language of the account.")
        parts: list[Part] = [*_files(data, source, folder, context), Text(_PROMPTED.sub("", asked))]
        nodes.append(ForeignNode(f"{id}.q", above, Message("user", tuple(parts)), moment))
        for place, text in enumerate(_answers(data)):
            nodes.append(ForeignNode(f"{id}.{place}", f"{id}.q", Message("assistant", (Text(text),), ""), moment))
        above = f"{id}.0" if _answers(data) else f"{id}.q"
    first = group[0]
    gem = _gem(first)
    return ForeignChat(
        "", nodes, title_from(_PROMPTED.sub("", string(first.get("title")))), above,
        tags=("Gemini", *((gem,) if gem else ())), created=seconds(first.get("time")),
        updated=seconds(group[-1].get("time")), loose=True)


def _files(data: Fields, source: Source, folder: PurePosixPath, context: ImportContext) -> Iterator[Part]:
    names = [*map(string, items(data.get("attachedFiles"))), *map(string, items(data.get("imageFile"))),
             string(data.get("imageFile"))]
    for name in dict.fromkeys(filter(None, names)):
        member = next((path for path in source.members if path == str(folder / name) or path.endswith("/" + name)), "")
        if not member or source.size(member) > MOST_ATTACHMENT:
            context.note("Images and files that are not in the export were imported by name only.")
            yield File(PurePosixPath(name).name)
            continue
        with source.open(member) as stream:
            yield context.attachment(stream.read(), PurePosixPath(name).name)


FORMAT = FileFormat(claims, read)
