"""``workbench list``, ``show`` and ``search``: the stored chats."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any, assert_never

from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import (
    Audio,
    Citation,
    Failure,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)
from workbench.core.services import Services

from .output import DONE, day, result, result_json, say, table

_HITS = 50


async def run(args: argparse.Namespace, services: Services) -> int:
    return await {"list": _list, "show": _show, "search": _search}[args.command](args, services)


async def _list(args: argparse.Namespace, services: Services) -> int:
    chats = await services.store.chats(ChatQuery(limit=args.limit))
    if args.json:
        result_json([_chat_json(chat) for chat in chats])
    else:
        table([(chat.id, day(chat.updated), chat.model, chat.title) for chat in chats])
    return DONE


async def _show(args: argparse.Namespace, services: Services) -> int:
    chat = await services.store.chat(args.id)
    headers = await services.store.path(chat.id)
    nodes = await services.store.nodes([header.id for header in headers])
    if args.json:
        result_json({**_chat_json(chat), "system": chat.system, "params": dict(chat.params),
                     "messages": [_node_json(node) for node in nodes]})
        return DONE
    result(f"# {chat.title}\n")
    for node in nodes:
        author = node.message.model or node.message.role
        state = "" if node.status == "complete" else f" ({node.status})"
        result(f"## {author}{state} · {day(node.created)}\n")
        for part in node.message.parts:
            if text := _part_text(part):
                result(text + "\n")
    return DONE


def _part_text(part: Part) -> str:
    match part:
        case Text():
            return part.text
        case Reasoning():
            return "\n".join(f"> {line}" for line in part.text.splitlines())
        case Image():
            return f"[image {part.blob.name if part.blob else part.url}]"
        case File():
            return f"[file {part.name}]"
        case ToolCall():
            return f"[calls {part.name} with {part.arguments}]"
        case ToolResult():
            return f"[result {part.text}]"
        case Failure():
            return f"[error: {part.sentence}]"
        case Audio():
            return f"[audio {part.transcript}]" if part.transcript else "[audio]"
        case Citation():
            return f"[source {part.url or part.title}]"
        case Unknown():
            return "[a part that this version does not know]"
        case _:
            assert_never(part)


async def _search(args: argparse.Namespace, services: Services) -> int:
    found = await services.store.search(args.query, _HITS + 1)
    hits = found[:_HITS]
    if len(found) > _HITS:
        say(f"There are more than {_HITS}: these are the newest. Add a word or a filter to find others.")
    if args.json:
        result_json([dataclasses.asdict(hit) for hit in hits])
    else:
        table([(hit.chat_id, day(hit.created), hit.chat_title[:40], " ".join(hit.snippet.split()))
               for hit in hits])
    return DONE


def _chat_json(chat: Chat) -> dict[str, Any]:
    return {"id": chat.id, "title": chat.title, "model": chat.model, "created": chat.created,
            "updated": chat.updated, "pinned": chat.pinned, "archived": chat.archived,
            "folder": chat.folder_id, "tags": list(chat.tags)}


def _node_json(node: MessageNode) -> dict[str, Any]:
    return {"id": node.id, "parent": node.parent_id, "status": str(node.status), "created": node.created,
            **node.message.to_json(), "record": node.record.to_json() if node.record else None}
