"""Open calls: tool calls without a result. The servers refuse a conversation that holds one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import BY_SERVER, Part, ToolCall, ToolResult
from workbench.core.reply.records import Adjustment

NOT_RUN = "This tool call was not run."
"""What the model is told in the place of a result."""

UNTOLD = Adjustment("server_tools", "dropped", "What a server did with tools of its own is told to that server alone.")


def with_open_calls_closed(messages: Sequence[Message]) -> tuple[tuple[Message, ...], list[Adjustment]]:
    """Returns the messages with a result for every call, and a note when one was missing.

    A call in the last message, or without a name, is left out instead; other parts stay. So are calls that a server
    made by itself: only that server can read them, and its protocol keeps what it wants back.
    """
    closed: list[Message] = []
    changed = False
    messages = _with_own_ids(messages)
    given, messages = messages, [_without_calls_of_servers(message) for message in messages]
    for at, message in enumerate(messages):
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        answered = _answered(messages, at) if calls else set()
        last = at == len(messages) - 1
        gone = [call for call in calls if not call.name or (last and call.id not in answered)]
        missing = [call for call in calls if call not in gone and call.id not in answered]
        if gone:
            message = replace(message, parts=tuple(part for part in message.parts if part not in gone))
        closed.append(message)
        if missing:
            closed.append(Message("tool", tuple(ToolResult(call.id, NOT_RUN) for call in missing)))
        changed = changed or bool(gone or missing)
    note = Adjustment("tool_calls", "clamped", "No result was given, and a call without one is refused.", "not run")
    untold = [UNTOLD] if messages != [*given] else []
    return tuple(closed), [*([note] if changed else []), *untold]


def _with_own_ids(messages: Sequence[Message]) -> Sequence[Message]:
    """Returns the messages with an id of its own for each call: some servers number the calls of each reply anew, and
    take a result for that of another call then. An id is another only from its second use on."""
    uses: dict[str, int] = {}
    current: dict[str, str] = {}
    own: list[Message] = []
    for message in messages:
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        for id in {call.id for call in calls}:
            uses[id] = uses.get(id, 0) + 1
            current[id] = f"{id}x{uses[id]}" if uses[id] > 1 else id
        changed = any(current.get(id, id) != id for id in map(_id_of, message.parts))
        own.append(replace(message, parts=tuple(_with_id(part, current) for part in message.parts)) if changed
                   else message)
    return own


def _id_of(part: Part) -> str:
    return part.id if isinstance(part, ToolCall) else part.call_id if isinstance(part, ToolResult) else ""


def _with_id(part: Part, ids: Mapping[str, str]) -> Part:
    if isinstance(part, ToolCall):
        return replace(part, id=ids.get(part.id, part.id))
    return replace(part, call_id=ids.get(part.call_id, part.call_id)) if isinstance(part, ToolResult) else part


def _answered(messages: Sequence[Message], at: int) -> set[str]:
    """Returns the calls of a message that have results in it or before the next message that is not one."""
    found = {part.call_id for part in messages[at].parts if isinstance(part, ToolResult)}
    for message in messages[at + 1:]:
        results = {part.call_id for part in message.parts if isinstance(part, ToolResult)}
        if not results:
            break
        found |= results
    return found


def _without_calls_of_servers(message: Message) -> Message:
    kept = tuple(part for part in message.parts
                 if not (isinstance(part, ToolCall | ToolResult) and part.extra.get(BY_SERVER)))
    return message if len(kept) == len(message.parts) else replace(message, parts=kept)
