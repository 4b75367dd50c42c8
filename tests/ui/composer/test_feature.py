"""The composer feature without the window: from the first letter of a message to its leaving."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.support.finding import nameless
from tests.support.server import Gate, Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.messages import MessageNode
from workbench.core.errors import UnknownModel
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.feature import ComposerFeature
from workbench.ui.widgets import Banner

pytestmark = pytest.mark.process  # reading pictures


class Room:
    """The feature with what it stands on; notes what it asks of others."""

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell
    ) -> None:
        self.services, self.conversation, self.replies, self.shell = services, conversation, replies, shell
        self.asked: list[object] = []
        self.feature = ComposerFeature(
            services, conversation, replies, shell, shell.dialog_parent,
            choose_model=lambda: self.asked.append("model"), fill_again=self.asked.append,
            send_to_lanes=self.asked.append)
        self.view = self.feature.view
        self.view.setParent(shell.dialog_parent)
        self.view.show()

    def write(self, text: str) -> None:
        self.view.editor.setPlainText(text)
        QTest.keyClick(self.view.editor, Qt.Key.Key_Return)

    async def open_new(self) -> None:
        await self.conversation.open_new()

    async def open(self, chat_id: str) -> None:
        await self.conversation.open(chat_id)

    async def path(self) -> list[MessageNode]:
        return list(await self.services.store.nodes(self.conversation.keys))


@pytest.fixture
def room(
    services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell, server: Server,
    run: Run,
) -> Iterator[Room]:
    server.on("POST", "/v1/chat/completions", chat("Hello."))
    config = ProviderConfig("test", name="Test server", base_url=f"{server.url}/v1", needs_key=False)
    services.settings.change(providers={"test": config})
    made = Room(services, conversation, replies, shell)
    conversation.change(model="test/m")
    yield made
    made.view.flush()  # as the window does before its chats are written


def texts(room: Room, run: Run) -> list[str]:
    return [node.message.text for node in run(room.path())]


def wait_for(room: Room, run: Run, messages: int) -> None:
    run(until(lambda: len(room.conversation.keys) == messages and not room.replies.chats()))


def note_button(room: Room, text: str) -> QPushButton:
    return next(button for button in room.view.findChildren(QPushButton) if button.text() == text)


def note_buttons(room: Room) -> list[str]:
    """Returns what the sentence below the editor offers."""
    return [button.text() for note in room.view.findChildren(Banner) for button in note.findChildren(QPushButton)]


def test_a_message_leaves_and_its_answer_comes(room: Room, run: Run) -> None:
    room.write("Hi")
    assert room.view.send.accessibleName() == "Send" and room.view.editor.toPlainText() == ""
    wait_for(room, run, 2)
    assert texts(room, run) == ["Hi", "Hello."]


def test_what_waits_can_be_taken_back_edited_and_sent_later(room: Room, server: Server, run: Run) -> None:
    gate = Gate()
    server.on("POST", "/v1/chat/completions", sse(gate, *chat_chunks("One.")), chat("Two."), chat("Three."))
    room.write("first")
    run(until(lambda: room.replies.chats()))
    assert room.view.send.accessibleName() == "Stop"
    for text in ("second", "third", "fourth"):
        room.write(text)
    room.view.queue.remove_requested.emit(0)
    assert [draft.text for draft in room.feature.outbox.queue()] == ["third", "fourth"]
    undo = room.shell.notices[-1].run
    assert undo is not None
    undo()
    room.view.queue.edit_requested.emit(2)
    assert room.view.editor.toPlainText() == "fourth"
    assert [draft.text for draft in room.feature.outbox.queue()] == ["second", "third"]
    gate.open()
    wait_for(room, run, 6)
    assert texts(room, run) == ["first", "One.", "second", "Two.", "third", "Three."]
    assert not room.view.queue.isVisible() and room.view.editor.toPlainText() == "fourth"


def test_objections_are_told_once_for_the_chat_and_for_lanes(room: Room, server: Server, run: Run) -> None:
    secret = "use sk-Zk3vQ9xT1bLm7RwY2pHc8Nd4 for it"
    room.feature.set_lanes(3)
    assert room.view.send.text() == "Send to all" and "3 lanes" in room.view.editor.placeholderText()
    room.write(secret)
    assert "API key" in room.view.note() and room.asked == [] and nameless(room.view) == []
    note_button(room, "Send anyway").click()
    assert room.asked == [Draft(secret)] and server.requests == []
    room.view.add_requested.emit(Draft("x"))
    assert "all lanes" in room.view.note()
    room.feature.set_lanes(0)
    room.view.send.click()
    assert "API key" in room.view.note()
    note_button(room, "Send anyway").click()
    wait_for(room, run, 2)
    assert room.asked == [Draft(secret)]


def test_a_model_that_takes_no_images_can_be_changed_at_once(room: Room, run: Run, tmp_path: Path) -> None:
    room.conversation.change(model="builtin/guide")
    room.feature.attach_files([picture(tmp_path / "p.png")])
    run(until(lambda: room.view.attachments.parts))
    room.view.send.click()
    assert "takes no images" in room.view.note() and not room.conversation.keys
    note_button(room, "Choose a model").click()
    assert room.asked == ["model"]
    room.conversation.change(model="builtin/ngram")
    assert room.view.note() == ""


def test_what_could_not_be_sent_comes_back_whole(room: Room, run: Run, tmp_path: Path) -> None:
    room.conversation.change(model="nowhere/none")
    room.feature.attach_files([picture(tmp_path / "p.png")])
    run(until(lambda: room.view.attachments.parts))
    parts = room.view.attachments.parts
    room.write("keep me")
    run(until(lambda: room.view.note()))
    assert room.feature.draft() == Draft("keep me", parts) and not room.conversation.keys
    assert note_buttons(room) == ["Choose a model"]
    room.feature.set_lanes(2)
    room.feature.outbox.refused.emit(Draft(), UnknownModel("There is no model."))
    run(until(lambda: note_buttons(room) == [], what="none: it would choose the model of the chat, not of the lane"))


def test_what_another_model_would_not_mend_offers_none(room: Room, services: Services, run: Run) -> None:
    room.write("Hi")
    wait_for(room, run, 2)
    with closing(sqlite3.connect(services.data_folder / "workbench.db")) as outside, outside:
        outside.execute("CREATE TRIGGER no BEFORE INSERT ON nodes BEGIN SELECT RAISE(ABORT, 'worn out'); END")
    kept = Draft("keep me")
    senders = ((room.view.send_requested, kept, False), (room.view.add_requested, kept))
    for send, *arguments in senders:
        send.emit(*arguments)
        run(until(lambda: "worn out" in room.view.note()))
        run(until(lambda: note_buttons(room) == []))
        assert room.feature.draft() == kept
        room.view.clear()
    run(services.store.delete_chats([room.conversation.chat.id]))
    for send, *arguments in senders:
        send.emit(*arguments)
        run(until(lambda: "There is no chat" in room.view.note()))
        run(until(lambda: note_buttons(room) == []))
        assert room.feature.draft() == kept
        room.view.clear()


def test_attachments_of_a_draft_survive_a_hasty_look_at_its_chat(room: Room, run: Run, tmp_path: Path) -> None:
    room.feature.attach_files([picture(tmp_path / "p.png")])
    run(until(lambda: room.view.attachments.parts))
    draft = Draft("look at this", room.view.attachments.parts)
    room.view.editor.setPlainText(draft.text)
    room.view.flush()
    chat_id = run(room.conversation.ensure_kept()).id
    for _ in range(2):
        run(room.open_new())
        assert not room.feature.draft()
        run(room.open(chat_id))  # and away again before its picture is read
        assert room.feature.draft() == draft


def test_an_edit_that_begins_at_once_leaves_the_draft_as_it_was_written_last(
    room: Room, server: Server, run: Run
) -> None:
    room.write("Wrong")
    wait_for(room, run, 2)
    QTest.keyClick(room.view.editor, Qt.Key.Key_Up)  # into an empty field
    run(until(lambda: room.feature.outbox.editing))
    QTest.keyClick(room.view.editor, Qt.Key.Key_Escape)
    assert not room.feature.outbox.editing
    room.view.editor.setPlainText("half a thought")
    room.feature.outbox.edit(run(room.path())[0])
    assert room.view.editor.toPlainText() == "Wrong"
    room.write("Right")
    run(until(lambda: len(server.requests) == 2 and not room.replies.chats()))
    assert texts(room, run) == ["Right", "Hello."] and room.feature.draft() == Draft("half a thought")


def test_an_unfinished_edit_becomes_the_draft_where_there_is_none(room: Room, run: Run) -> None:
    room.write("Wrong")
    wait_for(room, run, 2)
    chat_id = room.conversation.chat.id
    room.feature.outbox.edit(run(room.path())[0])
    room.view.editor.setPlainText("Right, nearly")
    run(room.open_new())
    assert not room.feature.draft() and not room.feature.outbox.editing
    run(room.open(chat_id))
    assert room.feature.draft() == Draft("Right, nearly")


def test_the_template_of_an_edited_message_can_be_filled_in_again(room: Room, run: Run) -> None:
    use = {"name": "Greet", "version": "1", "values": {"who": "Ada"}}
    room.view.insert_template("Greet Ada", use)
    room.view.send.click()
    wait_for(room, run, 2)
    room.feature.outbox.edit(run(room.path())[0])
    assert "“Greet”" in room.view.note()
    note_button(room, "Fill it in again").click()
    assert room.asked == [use]


def test_earlier_messages_are_recalled_from_the_latest_back(room: Room, run: Run) -> None:
    for messages, text in ((2, "one"), (4, "two")):
        room.write(text)
        wait_for(room, run, messages)
    said = []
    for step in (-1, -1, -1, 1, 1):
        room.view.editor.history_requested.emit(step)
        run(until(lambda: not room.services.tasks.running("recall a message")))
        said.append(room.view.editor.toPlainText())
    assert said == ["two", "one", "one", "two", ""]


def test_a_reply_can_be_stopped_while_a_message_is_edited(room: Room, server: Server, run: Run) -> None:
    gate = Gate()
    server.on("POST", "/v1/chat/completions", sse(*chat_chunks("Half", finish=None), gate))
    room.write("Hi")
    run(until(lambda: room.replies.chats() and room.conversation.last("assistant")))
    room.view.editor.edit_last_requested.emit()
    run(until(lambda: room.feature.outbox.editing))
    stop = note_button(room, "Stop")
    assert stop.isVisible() and room.view.send.accessibleName() == "Send"
    stop.click()
    run(until(lambda: not room.replies.chats()))
    assert not stop.isVisible() and room.feature.outbox.editing
    gate.open()


def test_the_estimate_follows_the_draft_the_model_and_the_lanes(room: Room, run: Run) -> None:
    def shown() -> str:
        return room.view.estimate.accessibleDescription().replace("\u202f", " ")

    room.view.editor.setPlainText("word " * 400)
    room.view.flush()
    assert shown().startswith("≈ ") and "%" not in shown()
    room.conversation.change(model="builtin/guide")
    assert "% of context" in shown()
    room.view.editor.setPlainText("word")
    room.view.flush()
    assert shown().endswith("< 1\u00a0% of context")
    room.feature.set_lanes(2)
    assert shown().startswith("2 requests · ≈ ")
    room.view.editor.setPlainText("word " * 400_000)
    room.view.flush()
    assert shown().endswith(": more than the model takes")


def test_a_temporary_chat_says_so_in_the_field(room: Room, run: Run) -> None:
    run(_temporary(room.conversation))
    assert "temporary" in room.view.editor.placeholderText()
    room.conversation.change(temporary=False)
    assert "temporary" not in room.view.editor.placeholderText()


async def _temporary(conversation: Conversation) -> None:
    await conversation.open_temporary()


def picture(path: Path) -> Path:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    image.save(str(path))
    return path
