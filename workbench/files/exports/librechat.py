"""LibreChat's JSON, one file for each chat, as its own export writes it: branches, models, times and reasoning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .peers import iso, model_of, parent_of, reasoning_of, said, text_of

_ROOT = "00000000-0000-0000-0000-000000000000"


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        yield json.dumps(_chat(document, options), ensure_ascii=False, indent=1) + "\n"


def _chat(document: ChatDocument, options: ExportOptions) -> JsonObject:
    chat = document.chat
    kept = {node.id: node for node in said(document)}
    tree: list[Json] = []
    children: dict[str, list[Json]] = {}
    for node in kept.values():
        parent = parent_of(node, document, kept)
        message = _message(node, parent, document, options)
        below: list[Json] = []
        children[node.id] = below
        message["children"] = below
        (tree if parent is None else children[parent]).append(message)
    provider, _, model = chat.model.partition("/")
    chosen: JsonObject = {**dict(chat.params), "model": model or provider}
    if chat.system:
        chosen["promptPrefix"] = chat.system
    return {
        "conversationId": chat.id, "endpoint": "openAI", "title": chat.title or "Chat",
        "exportAt": iso(chat.updated or chat.created), "branches": options.branches, "recursive": True,
        "options": chosen, "messagesTree": tree,
    }


def _message(
    node: MessageNode, parent: str | None, document: ChatDocument, options: ExportOptions
) -> JsonObject:
    user = node.message.role == "user"
    text = text_of(node.message, options)
    content: list[Json] = []
    if thought := reasoning_of(node.message):
        content = [{"type": "think", "think": thought}, {"type": "text", "text": text}]
    message: JsonObject = {
        "messageId": node.id, "parentMessageId": parent or _ROOT, "conversationId": document.chat.id,
        "sender": "User" if user else model_of(node) or "Assistant", "isCreatedByUser": user,
        # A message without text is dropped there, with all that answers it.
        "text": text or "…", "createdAt": iso(node.created), "updatedAt": iso(node.created), "error": False,
        "unfinished": False,
    }
    if not user:
        message |= {"model": model_of(node), "endpoint": "openAI"}
    return {**message, "content": content} if content else message
