"""ChatGPT's ``conversations.json``, which more programs import than any other form: text, roles, models and times.

Readers disagree on branches: some take the order of the messages, some the first child, some the current node. So the
shown line is written from its root to its end, unless branches are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .peers import leaf_of, model_of, parents_of, reasoning_of, said, text_of

_ROOT, _SYSTEM = "client-created-root", "system-prompt"


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    yield "["
    for number, document in enumerate(documents):
        yield ",\n" if number else "\n"
        yield json.dumps(_chat(document, options), ensure_ascii=False)
    yield "\n]\n"


def _chat(document: ChatDocument, options: ExportOptions) -> JsonObject:
    chat = document.chat
    kept = {node.id: node for node in said(document)}
    mapping: dict[str, JsonObject] = {_ROOT: {"id": _ROOT, "parent": None, "children": [], "message": None}}

    def add(ident: str, parent: str, message: JsonObject) -> None:
        mapping[ident] = {"id": ident, "parent": parent, "children": [], "message": message}
        children = mapping[parent]["children"]
        assert isinstance(children, list)
        children.append(ident)

    top = _ROOT
    if chat.system:
        add(_SYSTEM, _ROOT, _message(_SYSTEM, "system", chat.system, chat.created, ""))
        top = _SYSTEM
    parents = parents_of(document, kept)
    for node in kept.values():
        parent = parents[node.id]
        add(node.id, parent if parent in mapping else top, _spoken(node, options))
    model: JsonObject = {"default_model_slug": chat.model.partition("/")[2] or chat.model} if chat.model else {}
    return {
        "title": chat.title or "Chat", "create_time": chat.created, "update_time": chat.updated or chat.created,
        "conversation_id": chat.id, "id": chat.id, "current_node": leaf_of(document, kept) or top, **model,
        "is_archived": chat.archived, "mapping": mapping,  # type: ignore[dict-item]  # dict is invariant
    }


def _spoken(node: MessageNode, options: ExportOptions) -> JsonObject:
    role = "user" if node.message.role == "user" else "assistant"
    message = _message(node.id, role, text_of(node.message, options), node.created, model_of(node))
    if thought := reasoning_of(node.message):
        metadata = message["metadata"]
        assert isinstance(metadata, dict)
        metadata["reasoning"] = thought
    return message


def _message(ident: str, role: str, text: str, created: float, model: str) -> JsonObject:
    metadata: JsonObject = {"model_slug": model} if model else {}
    parts: list[Json] = [text]
    return {
        "id": ident, "author": {"role": role, "metadata": {}}, "create_time": created,
        "content": {"content_type": "text", "parts": parts}, "status": "finished_successfully",
        "end_turn": role == "assistant", "weight": 1, "recipient": "all", "metadata": metadata,
    }
