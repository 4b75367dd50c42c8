"""llm: its ``logs.db``, of both forms: conversations with responses, and threads of messages that they share."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Part, Reasoning, Role, Text, ToolCall, ToolResult

from .databases import Tables, opened
from .fields import Fields, as_text, imported, mapping, model_name, parameters, parsed, seconds, string
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode


def claims(head: SourceHead) -> bool:
    return "_llm_migrations" in head.tables and ("responses" in head.tables or "turns" in head.tables)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    with opened(source.path) as tables:
        threads = {string(row.get("id")) for row in tables.rows("threads")}
        for conversation in tables.rows("conversations"):
            if string(conversation.get("id")) not in threads:
                rows = list(tables.rows("responses", "conversation_id = ?", conversation.get("id")))
                yield _conversation(conversation, rows, tables, context)
        for row in tables.rows("responses", "conversation_id IS NULL"):
            yield _conversation({"id": row.get("id"), "model": row.get("model")}, [row], tables, context)
        for thread in tables.rows("threads"):
            yield _thread(thread, tables, context)


def _conversation(about: Fields, rows: list[Fields], tables: Tables, context: ImportContext) -> ForeignChat:
    nodes: list[ForeignNode] = []
    system = ""
    for row in sorted(rows, key=lambda row: (seconds(row.get("datetime_utc")), string(row.get("id")))):
        id, moment = string(row.get("id")), seconds(row.get("datetime_utc"))
        fragments = _fragments(tables, "system_fragments", id)
        said = "\n\n".join(filter(None, (*fragments, string(row.get("system")))))
        if said and not nodes:
            system = said
        messages: list[tuple[str, Message]] = []
        if said and nodes and said != system:
            messages.append(("system", Message("system", (Text(said),))))
        if results := [ToolResult(string(one.get("tool_call_id")), string(one.get("output")), string(one.get("name")),
                                  bool(one.get("exception"))) for one in tables.rows(
                                      "tool_results", "response_id = ?", id)]:
            messages.append(("results", Message("tool", tuple(results))))
        if asked := list(_prompt(row, id, tables, context)):
            messages.append(("prompt", Message("user", tuple(asked))))
        messages.append(("response", _response(row, id, tables)))
        for kind, message in messages:
            if message.parts:
                nodes.append(ForeignNode(f"{id}.{kind}", nodes[-1].id if nodes else None, message, moment))
    first = rows[0] if rows else {}
    return ForeignChat(
        string(about.get("id")), nodes, string(about.get("name")), model=model_name("llm", about.get("model")),
        system=system, params=parameters(mapping(parsed(first.get("options_json")))))


def _fragments(tables: Tables, table: str, id: str) -> list[str]:
    found = []
    for link in tables.rows(table, "response_id = ?", id):
        found += [string(row.get("content")) for row in tables.rows("fragments", "id = ?", link.get("fragment_id"))]
    return found


def _prompt(row: Fields, id: str, tables: Tables, context: ImportContext) -> Iterator[Part]:
    for link in tables.rows("prompt_attachments", "response_id = ?", id):
        for attached in tables.rows("attachments", "id = ?", link.get("attachment_id")):
            yield _attachment(attached, context)
    for text in _fragments(tables, "prompt_fragments", id):
        yield File("fragment", text)
    if text := string(row.get("prompt")):
        yield Text(text)


def _attachment(row: Fields, context: ImportContext) -> Part:
    name = string(row.get("path")).replace("\\", "/").rpartition("/")[2] or "attachment"
    content = row.get("content")
    if isinstance(content, bytes) and content:
        return context.attachment(content, name, string(row.get("type")))
    if url := string(row.get("url")):
        return context.image_at(url, name)
    context.note("Images and files that the file only names, without their bytes, were imported by name only.")
    return File(name)


def _response(row: Fields, id: str, tables: Tables) -> Message:
    parts: list[Part] = []
    if thought := string(row.get("reasoning")):
        parts.append(Reasoning(thought))
    if text := string(row.get("response")):
        parts.append(Text(text))
    parts += [ToolCall(string(one.get("tool_call_id")), string(one.get("name")), string(one.get("arguments")))
              for one in tables.rows("tool_calls", "response_id = ?", id)]
    usage = {name: row[name] for name in ("input_tokens", "output_tokens", "duration_ms") if row.get(name)}
    return Message("assistant", tuple(parts), model_name("llm", row.get("resolved_model") or row.get("model")),
                   imported({"usage": usage} if usage else {}))


def _thread(thread: Fields, tables: Tables, context: ImportContext) -> ForeignChat:
    id = string(thread.get("id"))
    turns = {string(turn.get("tip_message_hash")): turn for turn in tables.rows("turns", "thread_id = ?", thread["id"])}
    line: list[Fields] = []
    at, walked = string(thread.get("tip_message_hash")), set[str]()
    while at and at not in walked:
        walked.add(at)
        message = next(tables.rows("messages", "hash = ?", at), None)
        if message is None:
            context.note("A message whose parent was missing is at the beginning of its chat.")
            break
        line.append(message)
        at = string(message.get("parent_hash"))
    nodes: list[ForeignNode] = []
    system = ""
    for row in reversed(line):
        hash = string(row.get("hash"))
        parts = list(_parts(tables, hash, context))
        role: Role = context.role(row.get("role"))
        if role == "system" and not nodes and not system:
            system = "\n\n".join(part.text for part in parts if isinstance(part, Text))
            continue
        turn = turns.get(hash, {})
        model = model_name("llm", turn.get("resolved_model") or turn.get("model")) if role == "assistant" else ""
        usage = {name: turn[name] for name in ("input_tokens", "output_tokens", "duration_ms") if turn.get(name)}
        nodes.append(ForeignNode(hash, nodes[-1].id if nodes else None, Message(role, tuple(parts), model, imported(
            {"usage": usage} if usage else {})), seconds(turn.get("datetime_utc"))))
    last: Fields = next(iter(reversed(turns.values())), {})
    return ForeignChat(
        id, nodes, string(thread.get("name")), model=model_name("llm", last.get("model")), system=system,
        params=parameters(mapping(parsed(last.get("options_json")))), created=seconds(thread.get("datetime_utc")))


def _parts(tables: Tables, hash: str, context: ImportContext) -> Iterator[Part]:
    rows = sorted(tables.rows("parts", "message_hash = ?", hash), key=lambda row: row.get("position") or 0)
    for row in rows:
        payload = mapping(parsed(row.get("payload")))
        text = string(row.get("text")) or string(payload.get("text"))
        if reference := payload.get("text_ref"):
            text = next((string(found.get("content")) for found in tables.rows(
                "part_fragments", "id = ?", reference)), text)
        name = string(row.get("tool_name")) or string(payload.get("name"))
        match string(row.get("type")):
            case "text":
                if text:
                    yield Text(text)
            case "reasoning":
                if text:
                    yield Reasoning(text)
            case "tool_call":
                arguments = payload.get("arguments", text)
                yield ToolCall(string(payload.get("tool_call_id")), name, as_text(arguments))
            case "tool_result":
                yield ToolResult(string(payload.get("tool_call_id")), text or string(payload.get("output")), name,
                                 bool(payload.get("exception")))
            case "attachment":
                found = next(tables.rows("attachments", "id = ?", payload.get("attachment_id")), payload)
                yield _attachment(found, context)
            case kind:
                yield context.unknown("llm", kind, {"text": text, **payload})


FORMAT = FileFormat(claims, read)
