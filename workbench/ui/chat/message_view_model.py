"""Messages of the store as entries of the transcript: who speaks, what stands under it, what can be done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QDateTime, QLocale

from workbench.core.chat.context import LEFT_OUT, Choices, choice_for
from workbench.core.chat.messages import Message, MessageHeader, MessageNode, Status
from workbench.core.chat.parts import Failure
from workbench.core.reply.records import RequestRecord
from workbench.core.request.schema_check import FITS
from workbench.core.text.formatting import adjustment, count, dollars, seconds
from workbench.ui.transcript.entries import Action, Entry, EntryStub, joined

COPY = Action("copy", "Copy", "Ctrl+Shift+C")
COPIES = (
    Action("copy", "Markdown", menu="Copy message as"),
    Action("copy-html", "HTML", menu="Copy message as"),
    Action("copy-text", "Plain text", menu="Copy message as"),
    Action("copy-picture", "Picture", menu="Copy message as"),
)
SAVE_PICTURE = Action("save-picture", "Save as picture…", in_row=False)
EDIT = Action("edit", "Edit")
REGENERATE = Action("regenerate", "Regenerate", "Ctrl+R")
CONTINUE = Action("continue", "Continue", "Alt+Return")
GO_ON = Action("continue", "Continue", "Alt+Return", in_row=False)  # what is complete seldom wants it
BRANCH = Action("branch", "Branch")
NEW_CHAT = Action("branch-chat", "Continue in a new chat", in_row=False)
ANSWER = Action("answer", "Ask again from here", in_row=False)
PREFILL = Action("prefill", "Prefill the reply…", in_row=False)
INSERT = Action("insert", "Insert a message…", in_row=False)
NAME = Action("name", "Name…", in_row=False)
DELETE = Action("delete", "Delete message", in_row=False)
DELETE_BELOW = Action("delete-below", "Delete from here on", in_row=False)
LEAVE_OUT = Action("leave-out", "Leave out of the context", in_row=False)
TAKE_IN = Action("take-in", "Take into the context again", in_row=False)
REGENERATE_WITH = Action("regenerate-with", "Regenerate with…", in_row=False)
REPRODUCE = Action("reproduce", "Reproduce", in_row=False)
TOKENS = Action("tokens", "Token probabilities", in_row=False)
DIFF = Action("diff", "Compare with another reply…", in_row=False)
STAY_TRUE = Action("stay-true", "This must stay true…", in_row=False)
SWEEP = Action("sweep", "Sweep this turn…", in_row=False)
SHOW_REQUEST = Action("request", "Show the request", in_row=False)
GAP = Action("", "", in_row=False)
"""A line between groups of the menu."""

PLAIN_HTTP = "plain_http"
"""The code of the error that asks whether a key may be sent unencrypted."""

_ROLES = {"user": "You", "system": "System", "developer": "Developer", "tool": "Tool", "assistant": "Reply"}
_UNFINISHED = (Status.STOPPED, Status.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Where a message stands among its siblings."""

    sibling: int = 1
    siblings: int = 1


def stub_for(stub: MessageHeader) -> EntryStub:
    return EntryStub(stub.id, stub.role, stub.size)


def entry_for(
    node: MessageNode, place: MessageHeader | MessagePlace, names: Mapping[str, str], choices: Choices | None = None, *,
    streaming: Message | None = None,
) -> Entry:
    """``names`` are the providers' display names by id, ``choices`` those of its line. ``streaming`` is what has
    come of a running reply; a node that the store calls streaming without one was interrupted by the end of the
    program."""
    message = streaming or node.message
    status = node.status
    if status is Status.STREAMING and streaming is None:
        status = Status.INTERRUPTED
    left_out = choice_for(node, choices or {}) == LEFT_OUT
    return Entry(
        key=node.id, role=message.role, parts=message.parts,
        author=author(message.role, message.model), detail=_detail(node, names, left_out),
        metrics=metrics(node.record, status), sibling=place.sibling, siblings=place.siblings,
        state=status.value, actions=_actions(message, status, left_out, node.record), remedies=remedies(message),
        markdown=message.role != "user",
    )


def author(role: str, model: str) -> str:
    """Who speaks: the model by its name, else the role in a word."""
    if role == "assistant" and model:
        return model.partition("/")[2] or model
    return _ROLES.get(role, role)


def _detail(node: MessageNode, names: Mapping[str, str], left_out: bool) -> str:
    provider = node.message.model.partition("/")[0] if node.message.role == "assistant" else ""
    return joined((
        names.get(provider, provider), when(node.created), node.label, "not sent" if left_out else "",
    ))


def when(seconds: float) -> str:
    """The hour of today, else day and hour, as the system's language writes them."""
    if not seconds:
        return ""
    moment, locale = QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale()
    hour = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    if moment.date() == QDateTime.fromSecsSinceEpoch(int(time.time())).date():
        return hour
    return f"{locale.toString(moment.date(), QLocale.FormatType.ShortFormat)} {hour}"


def _actions(
    message: Message, status: Status, left_out: bool, record: RequestRecord | None
) -> tuple[Action, ...]:
    if status is Status.STREAMING:
        return (COPY,)
    context = TAKE_IN if left_out else LEAVE_OUT
    if message.role != "assistant":
        return (COPY, *COPIES, EDIT, BRANCH, ANSWER, PREFILL, NEW_CHAT, GAP, SAVE_PICTURE, NAME, INSERT, context, GAP,
                DELETE, DELETE_BELOW)
    more = () if not message.text else (CONTINUE,) if status in _UNFINISHED else (GO_ON,)
    tokens = (TOKENS,) if record is not None and record.logprobs else ()
    return (COPY, *COPIES, REGENERATE, *more, EDIT, BRANCH, NEW_CHAT, GAP, REGENERATE_WITH, PREFILL, REPRODUCE,
            DIFF, *tokens, SWEEP, STAY_TRUE, SHOW_REQUEST, GAP, SAVE_PICTURE, NAME, INSERT, context, GAP, DELETE,
            DELETE_BELOW)


def remedies(message: Message) -> tuple[Action, ...]:
    """The ways out that an error card offers."""
    failure = next((part for part in message.parts if isinstance(part, Failure)), None)
    if failure is None:
        return ()
    retry = Action("retry", "Retry")
    edit_key = Action("edit-key", "Edit key")
    parameter = failure.extra.get("parameter")
    if failure.extra.get("code") == PLAIN_HTTP:
        return (Action("send-plain", "Send it unencrypted"), Action("provider", "Edit the address"))
    match failure.about:
        case "key" | "quota":
            return (edit_key, retry)
        case "parameter" if parameter:
            return (Action("drop-parameter", f"Send without {parameter}"), retry)
        case "model":
            return (Action("choose-model", "Choose a model"), retry)
        case "interrupted" if message.text:
            return (Action("continue", "Continue"), retry)
        case "network" | "tls" | "redirect" | "not_an_answer":
            return (retry, Action("provider", "Provider settings"))
        case _:
            return (retry,)


def metrics(record: RequestRecord | None, status: Status = Status.COMPLETE) -> tuple[str, ...]:
    """The line under a reply: only what is known."""
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
