"""Turns of a chat as cases, and answers of an experiment as branches of that chat."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import Choices, excerpt, messages_for
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Text, blobs_of
from workbench.core.chat.template_provenance import TEMPLATE, values_of
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.ports.store import Store
from workbench.core.request.parameters import partition_valid

from .cases import Case, sendable
from .checks import Check
from .experiment import Experiment
from .grid import Job
from .plan import Plan
from .results import Result

SIMILAR_ENOUGH = 0.8
"""The similarity proposed for an answer that should stay as it is: one word in ten may be another. A lower one would
pass an answer that says the contrary in the same words; and no measure of wording passes a good paraphrase."""

NOT_ASKED_AGAIN = ("n", "stream", "stream_options")
"""Parameters on how a reply comes, not on what it says."""


async def case_of(store: Store, chat: Chat, node: MessageNode, choices: Choices, system: str | None = None) -> Case:
    """Returns the turn of a chat in which ``node`` is the reply or the question: what was sent (without what
    ``choices`` leave out), the settings it was sent with, and for a reply a check that answers stay similar. ``system``
    is the prompt that was sent, None for the chat's. Raises ``BadInput`` for a reply that answers nothing."""
    reply = node if node.message.role == "assistant" else None
    end = node.parent_id if reply else node.id
    if end is None:
        raise BadInput("This reply answers no message, so there is nothing that could be asked again.")
    nodes = await store.nodes([header.id for header in await store.path(chat.id, end)])
    messages = sendable(messages_for(nodes, "", {**choices, end: ""}))
    record = reply.record if reply else None
    model, params = (record.model, record.asked) if record else (chat.model, chat.params)
    text = reply.message.text.strip() if reply else ""
    return Case(
        excerpt(messages[-1].text, 60) or "A question without a text", messages,
        chat.system if system is None else system, model,
        asked_again(params),
        values_of(nodes[-1].message.extra.get(TEMPLATE)),
        (Check("similarity", {"text": text, "at_least": SIMILAR_ENOUGH}),) if text else (),
        await _files(store, messages), {"chat": chat.id, "message": end},
    )


def asked_again(params: Mapping[str, Json]) -> dict[str, Json]:
    """Returns those of a chat's settings that determine what a reply says rather than how it arrives, as far as they
    can be sent."""
    valid, _ = partition_valid(params)
    return {name: value for name, value in valid.items() if name not in NOT_ASKED_AGAIN}


async def _files(store: Store, messages: tuple[Message, ...]) -> dict[str, bytes]:
    blobs = blobs_of(part for message in messages for part in message.parts)
    return {sha256: await store.blob(sha256) for sha256 in sorted(blob.sha256 for blob in blobs)}


async def open_answer(store: Store, plan: Plan, result: Result) -> MessageNode | None:
    """Opens an answer of an experiment as a branch of the chat that its question comes from, else as a new chat.
    Returns the message; None when the plan asks for no such answer (any more)."""
    job = await asyncio.to_thread(Experiment(plan).job, result.key)
    if job is None:
        return None
    branch = await open_as_branch(store, plan.name, job, result.model, result.text)
    return branch or await open_as_chat(store, plan.name, job, result.model, result.text)


async def open_as_branch(store: Store, title: str, job: Job, model: str, text: str) -> MessageNode | None:
    """Adds an answer to the chat that its case comes from, beside the reply there, or below the question as the
    experiment asked it; returns None when the chat or the question is gone."""
    found = await store.nodes([job.row.origin.get("message", "")])
    if not found:
        return None
    below = found[0]
    try:
        await store.chat(below.chat_id)
    except BadInput:
        return None
    if job.question.parts != sendable([below.message])[0].parts:
        below = await store.add_message(below.chat_id, below.parent_id, job.question, origin=_origin(title))
    return await store.add_message(below.chat_id, below.id, _answer(model, text), origin=_origin(title))


async def open_as_chat(store: Store, title: str, job: Job, model: str, text: str) -> MessageNode:
    """Creates a chat with the conversation that was asked and this answer."""
    chat = await store.create_chat(Chat("", title, model, job.system, dict(job.params)))
    for data in job.row.files.values():
        await store.put_blob(data, "")
    parent: str | None = None
    for message in (*job.row.messages[:-1], job.question):
        parent = (await store.add_message(chat.id, parent, message)).id
    return await store.add_message(chat.id, parent, _answer(model, text), origin=_origin(title))


def _origin(title: str) -> str:
    return f"sweep {title}".strip()


def _answer(model: str, text: str) -> Message:
    return Message("assistant", (Text(text),), model)
