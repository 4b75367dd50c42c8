"""Attachments in the real window: files, pictures and long pastes on their way into a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage

from tests.conftest import Run
from tests.support.server import Server
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.chat.parts import File, Image
from workbench.ui.window import MainWindow

pytestmark = pytest.mark.process  # reading pictures


def picture(path: Path, width: int = 64, height: int = 48) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    image.save(str(path))
    return path


def ready(window: MainWindow, run: Run, count: int) -> None:
    row = window.composer.view.attachments
    run(until(lambda: len(row.parts) == count and not row.busy))


def test_files_are_sent_and_outlive_a_change_of_chat(
    window: MainWindow, scripted: Server, run: Run, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("remember the milk")
    window.composer.loader.attach_files([picture(tmp_path / "p.png"), notes])
    ready(window, run, 2)
    window.composer.view.editor.setPlainText("What is this?")
    window.composer.view.flush()
    run(window.chat.conversation.ensure_kept())
    chat_id = window.chat.conversation.chat.id
    window.chat.conversation.open_new()
    run(until(lambda: not window.chat.conversation.chat.id))
    assert window.composer.view.attachments.parts == ()
    window.chat.conversation.open(chat_id)
    ready(window, run, 2)
    window.composer.view.send_anyway()
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    content = scripted.requests[0].json["messages"][0]["content"]
    assert content[0]["image_url"]["url"].startswith("data:image/png;base64,")
    assert "remember the milk" in str(content) and "What is this?" in str(content)
    assert window.composer.view.attachments.parts == ()


def test_files_given_at_the_start_are_attached(open_window: OpenWindow, run: Run, tmp_path: Path) -> None:
    window = open_window()
    window.composer.view.editor.setPlainText("a draft from before")
    window = open_window(model="builtin/ngram", files=[picture(tmp_path / "p.png")])
    ready(window, run, 1)
    assert window.chat.conversation.chat.model == "builtin/ngram"
    assert window.composer.view.editor.toPlainText() == "a draft from before"


def test_a_picture_from_the_clipboard(window: MainWindow, run: Run) -> None:
    image = QImage(10, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    window.composer.view.editor.image_pasted.emit(image)
    ready(window, run, 1)
    (part,) = window.composer.view.attachments.parts
    assert isinstance(part, Image) and (part.width, part.height) == (10, 8)


def test_a_picture_dragged_without_a_file(window: MainWindow, run: Run) -> None:
    """As browsers drag one: the picture beside its address."""
    image = QImage(10, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QMimeData()
    data.setImageData(image)
    data.setUrls([QUrl("https://host.example/picture.png")])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(10, 10), *how)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(QDropEvent(QPointF(10, 10), *how))
    ready(window, run, 1)
    (part,) = window.composer.view.attachments.parts
    assert isinstance(part, Image) and (part.width, part.height) == (10, 8)


def test_a_long_paste_becomes_a_file(window: MainWindow, run: Run) -> None:
    window.composer.view.editor.long_text_pasted.emit("word " * 5000)
    ready(window, run, 1)
    (part,) = window.composer.view.attachments.parts
    assert isinstance(part, File) and part.text == "word " * 5000


def test_what_cannot_be_attached_is_said_in_place(window: MainWindow, run: Run, tmp_path: Path) -> None:
    binary = tmp_path / "noise.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    window.composer.view.editor.setPlainText("still here")
    window.composer.loader.attach_files([binary, tmp_path / "missing.txt"])
    run(until(lambda: window.composer.view.note() and not window.composer.view.attachments.busy))
    assert window.composer.view.attachments.parts == ()
    assert window.composer.view.editor.toPlainText() == "still here"


def test_a_model_without_eyes_is_named_before_sending(window: MainWindow, run: Run, tmp_path: Path) -> None:
    window.composer.loader.attach_files([picture(tmp_path / "p.png")])
    ready(window, run, 1)
    window.composer.view.send.click()
    assert "takes no images" in window.composer.view.note() and not window.chat.conversation.keys
