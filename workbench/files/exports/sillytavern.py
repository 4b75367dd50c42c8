"""SillyTavern's chat file, one for each chat: the shown line, with other replies to the same message as swipes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .peers import iso, model_of, reasoning_of, text_of


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        chat = document.chat
        name = chat.title or "Chat"
        yield _line({"user_name": "You", "character_name": name, "create_date": iso(chat.created), "chat_metadata": {}})
        if chat.system:
            yield _line(_said("System", chat.system, chat.created, is_system=True))
        shown = set(document.path)
        replies: dict[str | None, list[MessageNode]] = {}
        for node in document.nodes:
            if node.message.role == "assistant":
                replies.setdefault(node.parent_id, []).append(node)
        for node in document.nodes:
            if node.id not in shown or node.message.role not in ("user", "assistant", "tool"):
                continue
            line = _message(node, name, options)
            swipes = replies.get(node.parent_id, [])
            if node.message.role == "assistant" and len(swipes) > 1:
                line |= _swipes(node, swipes, options)
            yield _line(line)


def _message(node: MessageNode, name: str, options: ExportOptions) -> JsonObject:
    user = node.message.role == "user"
    line = _said("You" if user else name, text_of(node.message, options), node.created, is_user=user)
    return line if user else {**line, "extra": _extra(node)}


def _said(name: str, text: str, created: float, *, is_user: bool = False, is_system: bool = False) -> JsonObject:
    return {"name": name, "is_user": is_user, "is_system": is_system, "send_date": iso(created), "mes": text,
            "extra": {}}


def _extra(node: MessageNode) -> JsonObject:
    extra: JsonObject = {"api": "openai", "model": model_of(node)}
    thought = reasoning_of(node.message)
    return {**extra, "reasoning": thought} if thought else extra


def _swipes(node: MessageNode, swipes: list[MessageNode], options: ExportOptions) -> JsonObject:
    texts: list[Json] = [text_of(other.message, options) for other in swipes]
    facts: list[Json] = [{"send_date": iso(other.created), "extra": _extra(other)} for other in swipes]
    return {"swipes": texts, "swipe_id": [other.id for other in swipes].index(node.id), "swipe_info": facts}


def _line(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
