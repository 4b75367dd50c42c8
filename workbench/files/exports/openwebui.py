"""Open WebUI's JSON, as its documentation describes it: branches, models, times, reasoning, pictures and tags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Reasoning
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .peers import leaf_of, model_of, parents_of, pictures_of, reasoning_of, said, text_of


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    yield "["
    for number, document in enumerate(documents):
        yield ",\n" if number else "\n"
        yield json.dumps(_chat(document, options), ensure_ascii=False)
    yield "\n]\n"


def _chat(document: ChatDocument, options: ExportOptions) -> JsonObject:
    chat = document.chat
    kept = {node.id: node for node in said(document)}
    messages: dict[str, JsonObject] = {}
    parents = parents_of(document, kept)
    for node in kept.values():
        parent = parents[node.id]
        messages[node.id] = _message(node, parent, document, options)
        if parent in messages:
            children = messages[parent]["childrenIds"]
            assert isinstance(children, list)
            children.append(node.id)
    params: JsonObject = dict(chat.params)
    if chat.system:
        params["system"] = chat.system
    inner: JsonObject = {
        "title": chat.title or "Chat", "models": [chat.model.partition("/")[2] or chat.model], "params": params,
        "timestamp": int(chat.created * 1000), "tags": list(chat.tags),
        "history": {
            "currentId": leaf_of(document, kept) or None,
            "messages": messages,  # type: ignore[dict-item]  # dict is invariant
        },
    }
    return {
        "id": chat.id, "title": chat.title or "Chat", "chat": inner, "meta": {"tags": list(chat.tags)},
        "pinned": chat.pinned, "archived": chat.archived, "created_at": int(chat.created),
        "updated_at": int(chat.updated or chat.created),
    }


def _message(
    node: MessageNode, parent: str | None, document: ChatDocument, options: ExportOptions
) -> JsonObject:
    user = node.message.role == "user"
    content = text_of(node.message, options)
    if thought := reasoning_of(node.message):
        seconds = sum(part.seconds or 0 for part in node.message.parts if isinstance(part, Reasoning))
        quoted = "\n".join(f"> {escape(line)}" for line in thought.splitlines())
        content = (f'<details type="reasoning" done="true" duration="{seconds:.0f}">\n'
                   f"<summary>Thought for {seconds:.0f} seconds</summary>\n{quoted}\n</details>\n{content}")
    files: list[Json] = [{"type": "image", "url": url} for url in pictures_of(node.message, document.blobs)]
    message: JsonObject = {
        "id": node.id, "parentId": parent, "childrenIds": [], "role": "user" if user else "assistant",
        "content": content, "timestamp": int(node.created),
    }
    if not user:
        message |= {"model": model_of(node), "modelName": model_of(node), "done": True}
    return {**message, "files": files} if files else message
