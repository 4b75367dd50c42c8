"""Google AI Studio: the prompts in its folder of Google Drive, which have no ending."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Role, Text, ToolCall, ToolResult

from .blocks import inside
from .entries import Entry
from .fields import Fields, imported, mapping, mappings, model_name, parameters, seconds, string, unread
from .formats import EntryFormat
from .gemini_parts import gemini_parts
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode

_ELSEWHERE = ("driveDocument", "driveImage", "driveAudio", "driveVideo", "youtubeVideo")
_KNOWN = ("role", "text", "parts", "isThought", "errorMessage", "createTime", "inlineImage", "inlineFile", "inlineData",
          "inlineAudio", "executableCode", "codeExecutionResult", "grounding", "thoughtSignatures", *_ELSEWHERE)


def fits(data: Fields) -> bool:
    return any("role" in chunk for chunk in mappings(mapping(data.get("chunkedPrompt")).get("chunks")))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    settings, prompt = mapping(data.get("runSettings")), mapping(data.get("chunkedPrompt"))
    model = model_name("google", string(settings.get("model")).removeprefix("models/"))
    nodes: list[ForeignNode] = []
    thoughts: list[Part] = []
    for place, chunk in enumerate(mappings(prompt.get("chunks"))):
        if chunk.get("isThought") is True:
            thoughts += [Reasoning(part.text) if isinstance(part, Text) else part for part in _parts(chunk, context)]
            continue
        nodes.append(_node(chunk, place, nodes[-1].id if nodes else None, thoughts, model, context))
        thoughts = []
    if thoughts:
        nodes.append(ForeignNode("thoughts", nodes[-1].id if nodes else None, Message(
            "assistant", tuple(thoughts), model), status=Status.INTERRUPTED))
    system = mapping(data.get("systemInstruction"))
    draft = "\n\n".join(string(item.get("text")) for item in mappings(prompt.get("pendingInputs"))
                        if string(item.get("text")))
    return ForeignChat(
        "", nodes, entry.document.removesuffix(".json"), model=model, draft=draft,
        system=string(system.get("text")) or "\n\n".join(
            part.text for part in gemini_parts(system.get("parts"), context) if isinstance(part, Text)),
        params=parameters(settings), extra=unread(data, "chunkedPrompt", "systemInstruction", "runSettings", "applets")
        | unread(settings, "model", "temperature", "topP", "topK", "maxOutputTokens"),
        document=entry.member)


def _node(
    chunk: Fields, place: int, above: str | None, thoughts: list[Part], model: str, context: ImportContext
) -> ForeignNode:
    role: Role = "user" if chunk.get("role") == "user" else "assistant"
    parts = [*thoughts, *_parts(chunk, context)]
    failed = string(chunk.get("errorMessage"))
    if failed:
        parts.append(Failure(failed))
    message = Message(role, tuple(parts), model if role == "assistant" else "", imported(unread(chunk, *_KNOWN)))
    return ForeignNode(f"{place}", above, message, seconds(chunk.get("createTime")),
                       Status.FAILED if failed else Status.COMPLETE)


def _parts(chunk: Fields, context: ImportContext) -> Iterator[Part]:
    for name in ("inlineImage", "inlineFile", "inlineData", "inlineAudio"):
        if blob := mapping(chunk.get(name)):
            yield inside(string(blob.get("data")), string(blob.get("mimeType")), string(blob.get("name")), context)
    for name in _ELSEWHERE:
        if named := mapping(chunk.get(name)):
            context.note("Images and files that the file only names, without their bytes, were imported by name only.")
            yield File(f"{name.removeprefix('drive').lower()} {string(named.get('id'))}".strip())
    if code := mapping(chunk.get("executableCode")):
        yield ToolCall("", "code_execution", string(code.get("code")))
    if ran := mapping(chunk.get("codeExecutionResult")):
        yield ToolResult("", string(ran.get("output")), "code_execution",
                         string(ran.get("outcome")) not in ("", "OUTCOME_OK"))
    if text := string(chunk.get("text")):  # which the parts repeat
        yield Text(text)
        yield from (part for part in gemini_parts(chunk.get("parts"), context)
                    if not isinstance(part, Text | Reasoning))
    else:
        yield from gemini_parts(chunk.get("parts"), context)
    grounding = mapping(chunk.get("grounding"))
    found = [*mappings(grounding.get("groundingSources")), *mappings(grounding.get("corroborationSegments"))]
    for url in dict.fromkeys(string(item.get("uri")) for item in found):
        if url:
            yield Citation(url, next((string(item.get("title")) for item in found if item.get("uri") == url), ""))


FORMAT = EntryFormat(fits, chat)
