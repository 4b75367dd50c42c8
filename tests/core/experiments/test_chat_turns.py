"""From a chat to a case and back, in a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode, user
from workbench.core.chat.parts import File, Image, Text
from workbench.core.chat.template_provenance import TEMPLATE
from workbench.core.errors import BadInput
from workbench.core.experiments.cases import Case
from workbench.core.experiments.chat_turns import case_of, open_as_branch, open_as_chat
from workbench.core.experiments.checks import Check
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.grid import Job
from workbench.core.experiments.plan import Plan
from workbench.core.reply.records import RequestRecord
from workbench.storage.store import SqliteStore, open_store


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Iterator[SqliteStore]:
    made = run(open_store(tmp_path))
    yield made
    run(made.close())


async def talk(store: SqliteStore) -> tuple[Chat, list[MessageNode]]:
    """A question and an answer, then a picture with a question from a template, and its answer with a record."""
    chat = await store.create_chat(Chat("", "Talk", "a/x", "Be kind.", {"temperature": 0.5}))
    blob = await store.put_blob(b"png", "image/png", "a.png")
    question = replace(user("What is {{it}}?", Image(blob, original=blob), File("a.txt", "text")),
                       extra={TEMPLATE: {"name": "Ask", "version": "1", "values": {"it": "this"}}})
    record = RequestRecord("b/y", asked={"temperature": 0.1, "n": 2, "stream": True})
    nodes: list[MessageNode] = []
    for message, about in ((user("Hi"), None), (Message("assistant", (Text("Hello"),)), None), (question, None),
                           (Message("assistant", (Text(" A picture. "),), "b/y"), record)):
        nodes.append(await store.add_message(chat.id, nodes[-1].id if nodes else None, message, record=about))
    return chat, nodes


def first_job(case: Case, **more: str) -> Job:
    return Experiment(Plan("p", (), cases=(case,), **more)).jobs[0]  # type: ignore[arg-type]


def test_a_turn_as_it_was_sent(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat, nodes = await talk(store)
        case = await case_of(store, chat, nodes[3], {nodes[0].id: "left_out", nodes[2].id: "left_out"}, "Be brief.")
        assert [message.text for message in case.messages] == ["Hello", "What is {{it}}?"]
        assert (case.system, case.model, case.params) == ("Be brief.", "b/y", {"temperature": 0.1})
        assert case.values == {"it": "this"} and list(case.files.values()) == [b"png"]
        assert case.checks == (Check("similarity", {"text": "A picture.", "at_least": 0.8}),)
        assert case.origin == {"chat": chat.id, "message": nodes[2].id} and not case.messages[1].extra
        assert Plan.from_json(Plan("p", (), cases=(case,)).to_json()).cases == (case,)
        question = await case_of(store, chat, nodes[0], {})
        assert (question.model, question.system, question.checks) == ("a/x", "Be kind.", ())
        with pytest.raises(BadInput, match="answers no message"):
            await case_of(store, chat, replace(nodes[1], parent_id=None), {})

    run(scene())


def test_an_answer_goes_back_to_its_question(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat, nodes = await talk(store)
        case = await case_of(store, chat, nodes[3], {})
        answer = await open_as_branch(store, "Tone", first_job(case), "c/z", "Another.")
        assert answer is not None and answer.parent_id == nodes[2].id and answer.origin == "sweep Tone"
        assert (await store.chat(chat.id)).tip == answer.id
        asked = await open_as_branch(store, "Tone", first_job(case, prompt="Say {{it}}"), "c/z", "Said.")
        assert asked is not None
        line = await store.nodes([stub.id for stub in await store.path(chat.id)])
        assert [node.message.text for node in line] == ["Hi", "Hello", "Say this", "Said."]

    run(scene())


def test_without_its_chat_an_answer_makes_a_new_one(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat, nodes = await talk(store)
        case = await case_of(store, chat, nodes[3], {})
        await store.delete_chats([chat.id])
        assert await open_as_branch(store, "Tone", first_job(case), "c/z", "Another.") is None
        made = await open_as_chat(store, "Sweep", first_job(case), "c/z", "Another.")
        line = await store.nodes([stub.id for stub in await store.path(made.chat_id)])
        assert [node.message.text for node in line] == ["Hi", "Hello", "What is {{it}}?", "Another."]
        assert (await store.chat(made.chat_id)).system == "Be kind."
        assert await open_as_branch(store, "Tone", first_job(replace(case, origin={})), "c/z", "x") is None

    run(scene())
