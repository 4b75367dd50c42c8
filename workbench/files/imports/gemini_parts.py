"""Parts of Gemini's interface: the pieces of a ``Content``, as Gemini's programs keep them."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.parts import File, Part, Reasoning, Text, ToolCall, ToolResult

from .blocks import inside
from .fields import Fields, as_text, mapping, string
from .import_context import ImportContext


def gemini_parts(values: object, context: ImportContext) -> Iterator[Part]:
    """Yields the parts of a text, of a piece, or of a list of both."""
    for piece in values if isinstance(values, list) else [values]:
        if isinstance(piece, str):
            if piece:
                yield Text(piece)
        elif isinstance(piece, dict) and piece:
            yield from _piece(piece, context)


def _piece(data: Fields, context: ImportContext) -> Iterator[Part]:
    if text := string(data.get("text")):
        yield Reasoning(text) if data.get("thought") is True else Text(text)
    elif data.get("inlineData"):
        blob = mapping(data["inlineData"])
        yield inside(string(blob.get("data")), string(blob.get("mimeType")), string(blob.get("displayName")), context)
    elif data.get("fileData"):
        file = mapping(data["fileData"])
        context.note("Images and files that the file only names, without their bytes, were imported by name only.")
        yield File(string(file.get("displayName")) or string(file.get("fileUri")).rpartition("/")[2] or "file")
    elif data.get("functionCall"):
        call = mapping(data["functionCall"])
        yield ToolCall(string(call.get("id")), string(call.get("name")), as_text(call.get("args")))
    elif data.get("functionResponse"):
        answer = mapping(data["functionResponse"])
        response = answer.get("response")
        text = string(mapping(response).get("output")) or string(mapping(response).get("result")) or as_text(response)
        yield ToolResult(string(answer.get("id")), text, string(answer.get("name")))
    elif data.get("executableCode"):
        code = mapping(data["executableCode"])
        yield ToolCall("", "code_execution", string(code.get("code")))
    elif data.get("codeExecutionResult"):
        result = mapping(data["codeExecutionResult"])
        yield ToolResult("", string(result.get("output")), "code_execution",
                         string(result.get("outcome")) not in ("", "OUTCOME_OK"))
    elif set(data) - {"thought", "thoughtSignature", "text"}:
        yield context.unknown("gemini", next(iter(data)), data)
