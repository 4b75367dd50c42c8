"""SillyTavern: JSON lines, the first about the chat. Swipes are siblings; what follows hangs below the chosen
one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Part, Reasoning, Role, Text

from .fields import Fields, imported, items, mapping, model_name, number, seconds, string, unread, whole
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import JsonText
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("name", "is_user", "is_system", "send_date", "mes", "swipes", "swipe_id", "swipe_info", "extra")
_SPELLINGS = ("%B %d, %Y %I:%M%p", "%Y-%m-%d @%Hh %Mm %Ss %fms", "%Y-%m-%d@%Hh%Mm%Ss")


def claims(head: SourceHead) -> bool:
    named = "chat_metadata" in head.first or "user_name" in head.first
    return named and any("mes" in line for line in head.samples[1:])


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        with source.open(member) as stream:
            lines = [mapping(line) for line in JsonText(stream, source.name).lines()]
        if not lines:
            continue
        yield _chat(lines[0], lines[1:], member.removesuffix(".jsonl"), context)


def _chat(header: Fields, lines: list[Fields], name: str, context: ImportContext) -> ForeignChat:
    nodes: list[ForeignNode] = []
    above: str | None = None
    for place, line in enumerate(lines):
        if "mes" not in line:
            context.skip("A line without a message was not imported.")
            continue
        swipes = [string(swipe) for swipe in items(line.get("swipes"))] or [string(line["mes"])]
        chosen = min(whole(line.get("swipe_id")) or 0, len(swipes) - 1)
        swipes[chosen] = string(line["mes"])  # the shown one may have been edited
        about = items(line.get("swipe_info"))
        for number_, text in enumerate(swipes):
            own = mapping(about[number_]) if number_ < len(about) else {}
            nodes.append(_node(line, own, f"{place}.{number_}", above, text, number_ == chosen, context))
        above = f"{place}.{chosen}"
    character = string(header.get("character_name"))
    created = _moment(header.get("create_date"))
    return ForeignChat(
        f"{character}/{string(header.get('create_date')) or name}", nodes, name, above,
        folder=(character,) if character else (), created=created,
        extra=unread(header, "create_date"),
    )


def _node(
    line: Fields, swipe: Fields, id: str, above: str | None, text: str, chosen: bool, context: ImportContext
) -> ForeignNode:
    about = mapping(line.get("extra")) if chosen else mapping(swipe.get("extra"))
    parts: list[Part] = []
    if thought := string(about.get("reasoning")):
        spent = number(about.get("reasoning_duration"))
        parts.append(Reasoning(thought, spent / 1000 if spent is not None else None))
    if picture := string(about.get("image")):
        parts.append(context.image_at(picture) if picture.startswith(("data:", "http")) else _named(picture, context))
    parts.append(Text(text))
    role: Role = "user" if line.get("is_user") is True else "system" if line.get("is_system") is True else "assistant"
    model = model_name(string(about.get("api")) or "sillytavern", about.get("model")) if role == "assistant" else ""
    extra = unread(line, *_KNOWN) | unread(about, "reasoning", "reasoning_duration", "image", "api", "model")
    if name := string(line.get("name")):
        extra["name"] = name
    message = Message(role, tuple(parts), model, imported(extra))
    sent = swipe.get("send_date") if not chosen and swipe.get("send_date") else line.get("send_date")
    return ForeignNode(id, above, message, _moment(sent))


def _named(path: str, context: ImportContext) -> Part:
    context.note("SillyTavern keeps pictures outside the chat; they were imported by name only.")
    return File(path.replace("\\", "/").rsplit("/", 1)[-1])


def _moment(value: object) -> float:
    """Parses a date, which SillyTavern wrote in several ways; one without a zone is taken as UTC."""
    if found := seconds(value):
        return found
    text = re.sub(r"\s+", " ", string(value)).strip()
    for spelling in _SPELLINGS:
        try:
            return datetime.strptime(text, spelling).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return 0.0


FORMAT = FileFormat(claims, read)
