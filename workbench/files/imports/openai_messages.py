"""OpenAI messages: those of chat completions, and the items of responses, as many programs and data sets keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, Failure, Part, Reasoning, Text, ToolCall, ToolResult

from .blocks import call_in, parts_of, result_parts, thought_of
from .fields import Fields, as_text, imported, mapping, mappings, model_name, parsed, string, unread
from .gemini_parts import gemini_parts
from .import_context import ImportContext

ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function", "model"))
CARRIERS = ("content", "tool_calls", "parts", "function_call", "reasoning_content")
_ITEMS = frozenset((
    "message", "reasoning", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output",
    "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "local_shell_call",
    "local_shell_call_output", "computer_call", "computer_call_output", "mcp_call", "tool_search_call",
    "tool_search_output"))
_KNOWN = ("role", "content", "tool_calls", "tool_call_id", "name", "reasoning_content", "reasoning", "refusal",
          "annotations", "function_call", "parts", "model", "type", "id", "status", "phase")


def is_message(data: Fields) -> bool:
    """Returns whether an object is a message with something that carries content, or an item of a response."""
    role = data.get("role")
    if isinstance(role, str) and role.lower() in ROLES | {"human", "ai", "gpt"}:
        return any(name in data for name in CARRIERS)
    return role is None and data.get("type") in _ITEMS


def split_system(messages: Iterable[Message]) -> tuple[str, list[Message]]:
    """Returns the text of a system message that comes first, and the other messages."""
    found = list(messages)
    if len(found) > 1 and found[0].role in ("system", "developer") and all(
            isinstance(part, Text) for part in found[0].parts):
        return found[0].text, found[1:]
    return "", found


def messages_of(values: object, context: ImportContext, model: str = "", app: str = "openai") -> Iterator[Message]:
    """Yields messages. Items of responses that make up one reply are one message."""
    waiting: list[Part] = []
    for data in mappings(values):
        if data.get("role") is None and data.get("type") in _ITEMS:
            role, parts = _item(data, context, app)
            if role == "assistant":
                waiting += parts
                continue
            yield from _reply(waiting, model)
            waiting = []
            yield Message("tool", tuple(parts))
            continue
        message = message_of(data, context, model, app)
        if waiting and message.role == "assistant":
            message = Message(message.role, (*waiting, *message.parts), message.model, message.extra)
        else:
            yield from _reply(waiting, model)
        waiting = []
        yield message
    yield from _reply(waiting, model)


def _reply(parts: list[Part], model: str) -> Iterator[Message]:
    if parts:
        yield Message("assistant", tuple(parts), model)


def message_of(data: Fields, context: ImportContext, model: str = "", app: str = "openai") -> Message:
    """Returns one message, of chat completions or of Gemini's interface."""
    named = string(data.get("role")).lower()
    role = context.role(named, "user", function="tool", human="user", model="assistant", gpt="assistant",
                        ai="assistant")
    parts: list[Part] = []
    if thought := string(data.get("reasoning_content")) or string(data.get("reasoning")) or thought_of(
            mapping(data.get("reasoning"))):
        parts.append(Reasoning(thought))
    pieces = list(parts_of(data.get("content"), context, app)) or list(gemini_parts(data.get("parts"), context))
    if role == "tool" and not any(isinstance(piece, ToolResult) for piece in pieces):
        text = "\n\n".join(piece.text for piece in pieces if isinstance(piece, Text))
        parts.append(ToolResult(string(data.get("tool_call_id")), text, string(data.get("name"))))
        pieces = [piece for piece in pieces if not isinstance(piece, Text)]
    parts += pieces
    for cited in mappings(data.get("annotations")):
        about = mapping(cited.get("url_citation"))
        if url := string(about.get("url")):
            parts.append(Citation(url, string(about.get("title"))))
    if refusal := string(data.get("refusal")):
        parts.append(Failure(refusal))
    parts += [call_in(call) for call in mappings(data.get("tool_calls"))]
    if mapping(data.get("function_call")):
        parts.append(call_in(data["function_call"]))
    if role == "user" and parts and all(isinstance(part, ToolResult) for part in parts):
        role = "tool"
    own = model_name("openai", data.get("model")) if isinstance(data.get("model"), str) else ""
    return Message(role, tuple(parts), (own or model) if role == "assistant" else "",
                   imported(unread(data, *_KNOWN)))


def _item(data: Fields, context: ImportContext, app: str) -> tuple[str, list[Part]]:
    """Returns the role and the parts of an item of a response that has no role."""
    call = string(data.get("call_id")) or string(data.get("id"))
    match string(data.get("type")):
        case "reasoning":
            thought = thought_of({"content": data.get("content")}) or thought_of({"summary": data.get("summary")})
            return "assistant", [Reasoning(thought)] if thought else []
        case "message":
            return "assistant", list(parts_of(data.get("content"), context, app))
        case "function_call":
            return "assistant", [ToolCall(call, string(data.get("name")), as_text(data.get("arguments")))]
        case "custom_tool_call":
            return "assistant", [ToolCall(call, string(data.get("name")), as_text(data.get("input")))]
        case kind if kind.endswith("_output"):
            output = data.get("output", data.get("tools"))
            content = mapping(parsed(output)).get("output", output) if isinstance(output, str) else output
            return "tool", list(result_parts({**data, "content": content, "call_id": call}, context))
        case kind:
            asked = {name: value for name, value in data.items()
                     if name in ("action", "queries", "query", "code", "arguments", "name", "server_label")}
            parts: list[Part] = [ToolCall(call, kind.removesuffix("_call"), as_text(asked) if asked else "")]
            if output := string(data.get("output")):
                parts.append(ToolResult(call, output, kind.removesuffix("_call")))
            if picture := string(data.get("result")):
                parts.append(context.image_at(f"data:image/png;base64,{picture}", "image"))
            return "assistant", parts
