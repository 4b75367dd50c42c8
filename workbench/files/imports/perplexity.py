"""Perplexity: threads as two tools for browsers save them; there is no export of its own."""

from __future__ import annotations

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, Part, Text

from .entries import Entry
from .fields import Fields, items, mapping, mappings, model_name, seconds, string
from .formats import EntryFormat
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode


def fits(data: Fields) -> bool:
    turns = any("query" in turn or "answer" in turn for turn in mappings(data.get("conversations")))
    return ("thread_id" in mapping(data.get("metadata")) and turns) or any(
        "query_str" in turn for turn in mappings(data.get("entries")))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    about = mapping(data.get("metadata")) or mapping(data.get("thread_metadata"))
    turns = list(mappings(data.get("conversations"))) or list(mappings(data.get("entries")))
    nodes: list[ForeignNode] = []
    for place, turn in enumerate(turns):
        id = string(turn.get("uuid")) or string(turn.get("backend_uuid")) or f"{place}"
        moment = seconds(turn.get("timestamp", turn.get("entry_created_datetime")))
        above = nodes[-1].id if nodes else None
        if asked := string(turn.get("query")) or string(turn.get("query_str")):
            nodes.append(ForeignNode(f"{id}.q", above, Message("user", (Text(asked),)), moment))
            above = f"{id}.q"
        model = model_name("perplexity", turn.get("model") or turn.get("display_model"))
        if parts := _answer(turn):
            nodes.append(ForeignNode(f"{id}.a", above, Message("assistant", tuple(parts), model), moment))
    first = turns[0] if turns else {}
    return ForeignChat(
        string(about.get("thread_id")) or string(about.get("uuid")) or string(first.get("uuid")) or string(
            first.get("backend_uuid")), nodes, string(about.get("thread_title")) or string(first.get("thread_title")),
        created=seconds(about.get("thread_created_at")))


def _answer(turn: Fields) -> list[Part]:
    texts = [string(turn.get("answer"))]
    for block in mappings(turn.get("blocks")):
        written = mapping(block.get("markdown_block"))
        texts.append(string(written.get("answer")) or "".join(map(string, items(written.get("chunks")))))
    parts: list[Part] = [Text(text) for text in dict.fromkeys(filter(None, texts))]
    return parts + [Citation(url, string(source.get("title"))) for source in mappings(turn.get("sources"))
                    if (url := string(source.get("url")))]


FORMAT = EntryFormat(fits, chat)
