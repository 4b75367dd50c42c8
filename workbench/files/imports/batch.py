"""Batch files of OpenAI's and Anthropic's interfaces: requests, and their answers. Given both, they are one chat."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Failure, Text

from .entries import Entry, entries
from .fields import Fields, as_text, items, mapping, mappings, model_name, parameters, seconds, string, unread
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .message_chain import chain_of
from .openai_messages import messages_of, split_system
from .sources import Source
from .values import ForeignChat, ForeignNode


def claims(head: SourceHead) -> bool:
    return any("custom_id" in line and any(isinstance(line.get(name), dict) for name in (
        "body", "response", "params", "result")) for line in head.samples)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    answers = {string(entry.data.get("custom_id")): entry.data for entry in entries(source) if _is_answer(entry.data)} \
        if len(source.chosen) > 1 else {}
    used: set[str] = set()
    for entry in entries(source):
        id = string(entry.data.get("custom_id"))
        if not id:
            context.skip("A line without messages was not imported.")
        elif not _is_answer(entry.data):
            used.add(id)
            if (found := _request(entry, answers.get(id, {}), context)) is not None:
                yield found
    for entry in entries(source):
        if _is_answer(entry.data) and string(entry.data.get("custom_id")) not in used:
            context.note("Answers without their requests were imported alone: import both files in one folder.")
            yield _alone(entry, context)


def _is_answer(data: Fields) -> bool:
    return "custom_id" in data and ("response" in data or "result" in data or "error" in data)


def _request(entry: Entry, answer: Fields, context: ImportContext) -> ForeignChat | None:
    data = entry.data
    body = mapping(data.get("body")) or mapping(data.get("params"))
    asked = body.get("messages", body.get("input"))
    if isinstance(asked, str):
        asked = [{"role": "user", "content": asked}]
    if not items(asked) or "embeddings" in string(data.get("url")) or "moderations" in string(data.get("url")):
        context.skip("A request that is no chat was not imported.")
        return None
    vendor = "anthropic" if "params" in data else "openai"
    system, messages = split_system(messages_of(asked, context))
    given = body.get("system", body.get("instructions"))
    if not system and given:
        system = "\n\n".join(string(mapping(piece).get("text")) or string(piece) for piece in (
            given if isinstance(given, list) else [given]))
    nodes = chain_of(messages)
    if answer:
        nodes += _answers(answer, nodes[-1].id if nodes else None, vendor, context)
    return ForeignChat(
        string(data.get("custom_id")), nodes, model=model_name(vendor, body.get("model")), system=system,
        params=parameters(body), extra=unread(body, "messages", "input", "model", "system", "instructions"),
        document=entry.member)


def _alone(entry: Entry, context: ImportContext) -> ForeignChat:
    vendor = "anthropic" if "result" in entry.data else "openai"
    return ForeignChat(string(entry.data.get("custom_id")), _answers(entry.data, None, vendor, context),
                       string(entry.data.get("custom_id")), document=entry.member)


def _answers(data: Fields, above: str | None, vendor: str, context: ImportContext) -> list[ForeignNode]:
    """Returns the answer, or several as siblings."""
    body = mapping(mapping(data.get("response")).get("body")) or mapping(mapping(data.get("result")).get("message"))
    model, moment = model_name(vendor, body.get("model")), seconds(body.get("created"))
    found = [message for choice in mappings(body.get("choices"))
             for message in messages_of([choice.get("message")], context, model)]
    found = found or list(messages_of(body.get("output"), context, model))
    if body.get("role") == "assistant":
        found = list(messages_of([{"role": "assistant", "content": body.get("content")}], context, model))
    failed = next(filter(None, (mapping(holder.get("error")) for holder in (
        data, body, mapping(data.get("result"))))), {})
    if not found:
        sentence = string(failed.get("message")) or as_text(failed) if failed else "There was no answer."
        found = [Message("assistant", (Failure(sentence),), model)]
    return [ForeignNode(f"answer.{place}", above, message, moment, Status.FAILED if isinstance(
        message.parts[0] if message.parts else Text(""), Failure) else Status.COMPLETE)
        for place, message in enumerate(found)]


FORMAT = FileFormat(claims, read)
