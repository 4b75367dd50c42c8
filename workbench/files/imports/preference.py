"""Preference files (DPO): a question with a preferred and a rejected answer, which are two branches."""

from __future__ import annotations

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Text

from .entries import Entry
from .fields import Fields, items, mapping, mappings, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .message_chain import chain_of
from .openai_messages import is_message, messages_of, split_system
from .sharegpt import is_turn, turns_of
from .values import ForeignChat, ForeignNode

_ASKED = ("input", "prompt", "messages", "conversations", "instruction")
_GOOD = ("preferred_output", "preferred_completion", "chosen")
_BAD = ("non_preferred_output", "non_preferred_completion", "rejected", "rejected_response")


def fits(data: Fields) -> bool:
    asked = any(name in data for name in _ASKED)
    good = any(_says(data.get(name)) for name in _GOOD) or "rejected_response" in data
    both = _says(data.get("chosen")) and _says(data.get("rejected"))
    return (asked and good and any(_says(data.get(name)) for name in _BAD)) or both


def _says(value: object) -> bool:
    said = list(mappings(value)) or [mapping(value)]
    return (isinstance(value, str) and bool(value)) or any(is_message(item) or is_turn(item) for item in said)


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    system, before = _asked(data, context)
    good = next((_said(data[name], context) for name in _GOOD if _says(data.get(name))), [])
    bad = next((_said(data[name], context) for name in _BAD if _says(data.get(name))), [])
    if not good and before and before[-1].role == "assistant":  # the last message is the preferred answer
        good = [before.pop()]
    while good and bad and good[0] == bad[0]:  # both repeat the question
        before.append(good.pop(0))
        bad.pop(0)
    nodes = chain_of(before)
    above = nodes[-1].id if nodes else None
    preferred = _branch("preferred", good, above)
    return ForeignChat(
        string(data.get("id")), [*nodes, *_branch("rejected", bad, above), *preferred],
        system=system or string(data.get("system")), tip=preferred[-1].id if preferred else None,
        extra=unread(data, "id", *_ASKED, "system", *_GOOD, *_BAD),
        document=entry.member)


def _asked(data: Fields, context: ImportContext) -> tuple[str, list[Message]]:
    given = data.get("input", data.get("prompt"))
    messages = mapping(given).get("messages", given)
    if "conversations" in data:
        return turns_of(data["conversations"], context)
    if "instruction" in data:
        return "", [_text("user", "\n".join(filter(None, (string(data["instruction"]), string(data.get("input"))))))]
    if isinstance(messages, str):
        return "", [_text("user", messages)]
    return split_system(messages_of(messages if items(messages) else data.get("messages"), context))


def _said(value: object, context: ImportContext) -> list[Message]:
    if isinstance(value, str):
        return [_text("assistant", value)]
    listed = list(mappings(value)) or [mapping(value)]
    if is_message(listed[0]):
        return list(messages_of(listed, context))
    return turns_of(listed, context)[1]


def _text(role: str, text: str) -> Message:
    return Message("user" if role == "user" else "assistant", (Text(text),) if text else ())


def _branch(label: str, messages: list[Message], above: str | None) -> list[ForeignNode]:
    return [ForeignNode(f"{label}.{place}", above if not place else f"{label}.{place - 1}", message,
                        label="" if place else label) for place, message in enumerate(messages)]


FORMAT = EntryFormat(fits, chat)
