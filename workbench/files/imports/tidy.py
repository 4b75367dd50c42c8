"""Tidying of foreign chats: texts that can be stored and shown, and no secrets beside them."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Part, Reasoning, Text, Unknown
from workbench.core.json_types import Json
from workbench.core.reply.data_pictures import PictureSplitter
from workbench.core.reply.think_tags import thoughts_apart
from workbench.core.text.surrogates import join_surrogates

from .fields import mapping
from .import_context import ImportContext
from .mends import mended, note_halves, note_lost_results
from .values import ForeignChat, ForeignNode

MOST_TITLE = 200
_MOST_NAME = 200
_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def tidied(
    chat: ForeignChat, nodes: Sequence[ForeignNode], context: ImportContext
) -> tuple[ForeignChat, Sequence[ForeignNode]]:
    """Returns the chat and its nodes with titles and names on one line and of a bounded length, halves of surrogate
    pairs mended, and without the secrets that the other program kept beside the chat."""
    if chat.native:
        if "imported" in chat.extra:
            chat = dataclasses.replace(
                chat, extra={**chat.extra, "imported": context.secrets.clean(chat.extra["imported"])})
        return chat, nodes
    chat = dataclasses.replace(
        chat, id=_id(chat.id), title=_title(chat.title, context), model=_name(chat.model),
        system=mended(chat.system, context), draft=join_surrogates(chat.draft),
        folder=tuple(filter(None, map(_name, chat.folder))), params=context.secrets.fields(chat.params),
        tags=tuple(dict.fromkeys(filter(None, map(_name, chat.tags)))), extra=context.secrets.fields(chat.extra))
    note_lost_results(nodes, context)
    return chat, [dataclasses.replace(node, message=_message(node.message, context), label=_name(node.label))
                  for node in nodes]


def thoughts_told_apart(message: Message) -> Message:
    """Returns a message whose reasoning is no longer between tags in its text, as many programs keep it."""
    if message.role != "assistant" or any(isinstance(part, Reasoning) for part in message.parts):
        return message
    parts: list[Part] = []
    for part in message.parts:
        thought, said = thoughts_apart(part.text) if isinstance(part, Text) else ("", "")
        if not thought:
            parts.append(part)
        else:
            parts += [Reasoning(thought), *([Text(said)] if said else [])]
    return dataclasses.replace(message, parts=tuple(parts))


def pictures_told_apart(message: Message, context: ImportContext) -> Message:
    """Returns a message whose pictures are no longer in its text as addresses that contain them."""
    parts: list[Part] = []
    for part in message.parts:
        if not isinstance(part, Text) or "base64," not in part.text:
            parts.append(part)
            continue
        splitter = PictureSplitter()
        text = ""
        for piece in (*splitter.feed(part.text), *splitter.end()):
            if isinstance(piece, str):
                text += piece
            else:
                parts += [*([Text(text)] if text.strip() else []), context.attachment(piece[0], "picture", piece[1])]
                text = ""
        if text.strip():
            parts.append(Text(text))
    return dataclasses.replace(message, parts=tuple(parts))


def _id(id: str) -> str:
    id = join_surrogates(id)
    return id if len(id) <= _MOST_NAME else hashlib.sha256(id.encode()).hexdigest()


def _title(title: str, context: ImportContext) -> str:
    plain = _CONTROLS.sub(" ", mended(title, context)).strip()
    if len(plain) <= MOST_TITLE:
        return plain
    context.note(f"A title of more than {MOST_TITLE} characters was cut.")
    return plain[:MOST_TITLE].rstrip() + "…"


def _name(name: str) -> str:
    return _CONTROLS.sub(" ", join_surrogates(name)).strip()[:_MOST_NAME]


def _message(message: Message, context: ImportContext) -> Message:
    extra: Mapping[str, Json] = message.extra
    if "imported" in extra:
        kept = context.secrets.clean(extra["imported"])
        extra = {**extra, "imported": kept} if kept else {name: extra[name] for name in extra if name != "imported"}
    note_halves(message.parts, context)
    parts = tuple(_part(part, context) for part in message.parts)
    return Message(message.role, parts, _name(message.model), extra)


def _part(part: Part, context: ImportContext) -> Part:
    if isinstance(part, Unknown):
        return Unknown(mapping(context.secrets.clean(part.data)), part.extra)
    if "imported" in part.extra:
        return dataclasses.replace(
            part, extra={**part.extra, "imported": context.secrets.clean(part.extra["imported"])})
    return part
