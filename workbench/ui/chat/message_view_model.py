"""The view model of messages: stored messages as entries of the transcript."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QDateTime, QLocale

from workbench.core.chat.context import LEFT_OUT, Choices, choice_for
from workbench.core.chat.messages import Message, MessageHeader, MessageNode, Status
from workbench.core.reply.records import RequestRecord
from workbench.core.request.schema_check import FITS
from workbench.core.text.formatting import adjustment, count, dollars, seconds
from workbench.ui.chat.message_actions import MessageActions, MessageState
from workbench.ui.transcript.entries import Entry, EntryHeader, joined

_ROLES = {"user": "You", "system": "System", "developer": "Developer", "tool": "Tool", "assistant": "Reply"}


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Where a message stands among its siblings."""

    sibling: int = 1
    siblings: int = 1


def header_for(header: MessageHeader) -> EntryHeader:
    return EntryHeader(header.id, header.role, header.size)


def entry_for(
    node: MessageNode, place: MessageHeader | MessagePlace, names: Mapping[str, str], choices: Choices | None = None, *,
    streaming: Message | None = None, actions: MessageActions | None = None,
) -> Entry:
    """Returns a message as the transcript shows it.

    ``names`` are the providers' display names by id, ``choices`` those of its path, ``actions`` what can be done
    with it. ``streaming`` is what has come of a running reply; a node that the store calls streaming without one
    was interrupted by the end of the program.
    """
    message = streaming or node.message
    status = node.status
    if status is Status.STREAMING and streaming is None:
        status = Status.INTERRUPTED
    left_out = choice_for(node, choices or {}) == LEFT_OUT
    state = MessageState(replace(node, message=message), status, left_out)
    return Entry(
        key=node.id, role=message.role, parts=message.parts,
        author=author(message.role, message.model), detail=_detail(node, names, left_out),
        metrics=metrics(node.record, status), sibling=place.sibling, siblings=place.siblings,
        state=status.value, actions=actions.offered(state) if actions else (),
        remedies=actions.remedies(state) if actions else (),
        markdown=message.role != "user",
    )


def author(role: str, model: str) -> str:
    """Returns who speaks: the model by its name, else the role in a word."""
    if role == "assistant" and model:
        return model.partition("/")[2] or model
    return _ROLES.get(role, role)


def _detail(node: MessageNode, names: Mapping[str, str], left_out: bool) -> str:
    provider = node.message.model.partition("/")[0] if node.message.role == "assistant" else ""
    return joined((
        names.get(provider, provider), when(node.created), node.label, "not sent" if left_out else "",
    ))


def when(seconds: float) -> str:
    """Returns the hour of today, else day and hour, as the system's language writes them."""
    if not seconds:
        return ""
    moment, locale = QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale()
    hour = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    if moment.date() == QDateTime.fromSecsSinceEpoch(int(time.time())).date():
        return hour
    return f"{locale.toString(moment.date(), QLocale.FormatType.ShortFormat)} {hour}"


def metrics(record: RequestRecord | None, status: Status = Status.COMPLETE) -> tuple[str, ...]:
    """Returns the facts of the line under a reply: only what is known."""
    facts = []
    if status is Status.STOPPED:
        facts.append("stopped")
    elif status is Status.INTERRUPTED:
        facts.append("interrupted")
    if record is None:
        return tuple(facts)
    if record.first_token is not None:
        facts.append(f"{seconds(record.first_token)} to first token")
    if (speed := record.tokens_per_second) is not None:
        facts.append(f"{speed:.0f} tok/s")
    if record.usage.output is not None:
        facts.append(f"{count(record.usage.input)} → {count(record.usage.output)} tokens")
    if record.cost:
        facts.append(dollars(record.cost))
    if record.finish_reason:
        facts.append(record.finish_reason)
    if isinstance(found := record.info.get("schema_check"), str):
        facts.append("fits its schema" if found == FITS else f"does not fit its schema: {found}")
    if record.retries:
        facts.append("1 retry" if len(record.retries) == 1 else f"{len(record.retries)} retries")
    if record.fallback:
        answered = record.info.get("fallback_model")
        who = f"{answered} answered " if answered else ""
        facts.append(f"{who}instead of {record.fallback}")
    facts.extend(adjustment(item, "was") for item in record.adjustments)
    return tuple(facts)
