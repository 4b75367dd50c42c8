"""LibreChat's JSON, one file for each chat: branches, models, times and reasoning.

The messages are a list: in its other form, a tree, a long chat is nested deeper than writers and readers can go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .peers import iso, model_of, parents_of, reasoning_of, said, text_of

_ROOT = "00000000-0000-0000-0000-000000000000"


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        yield json.dumps(_chat(document, options), ensure_ascii=False, indent=1) + "\n"


def _chat(document: ChatDocument, options: ExportOptions) -> JsonObject:
    chat = document.chat
    kept = {node.id: node for node in said(document)}
    parents = parents_of(document, kept)
    messages: list[Json] = [_message(node, parents[node.id], document, options) for node in kept.values()]
    provider, _, model = chat.model.partition("/")
    chosen: JsonObject = {**dict(chat.params), "model": model or provider}
    if chat.system:
        chosen["promptPrefix"] = chat.system
    return {
        "conversationId": chat.id, "endpoint": "openAI", "title": chat.title or "Chat",
        "exportAt": iso(chat.updated or chat.created), "branches": options.branches, "recursive": False,
        "options": chosen, "messages": messages,
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
