"""Attached files in the real window: looked into, saved, offered as pages, and dragged out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QPushButton

from tests.conftest import Run
from tests.files.attachments import made_files
from tests.support.server import Server
from tests.support.waiting import until
from workbench.core.chat.parts import Blob, File, Image
from workbench.ui.chat.attached_files import kept_blob, mime_of, name_of
from workbench.ui.chat.file_viewer import FileViewer, summary
from workbench.ui.chat.image_viewer import ImageViewer
from workbench.ui.widgets import Chip
from workbench.ui.window import MainWindow

pytestmark = pytest.mark.process


def attach(window: MainWindow, run: Run, path: Path) -> Chip:
    """Attaches a file and returns its chip when it is ready."""
    row = window.composer.view.attachments
    before = len(row.parts)
    window.composer.loader.attach_files([path])
    run(until(lambda: len(row.parts) == before + 1 and not row.busy))
    return row.findChildren(Chip)[-1]


def viewer(window: MainWindow, kind: type, run: Run) -> FileViewer | ImageViewer:
    run(until(lambda: window.findChildren(kind)))
    (found,) = window.findChildren(kind)
    return found


def button(of: object, text: str) -> QPushButton:
    return next(each for each in of.findChildren(QPushButton) if each.text() == text)


def test_a_click_on_a_chip_shows_the_text_that_the_model_gets(window: MainWindow, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(made_files.docx())
    chip = attach(window, run, path)
    assert "≈" in chip.accessibleName() and "tokens" in chip.accessibleName()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    shown = viewer(window, FileViewer, run)
    assert "Der Grünspecht ruft." in shown.findChild(QPlainTextEdit).toPlainText()
    assert button(shown, "Open elsewhere").isVisible()
    button(shown, "Save…").click()
    run(until(lambda: window.findChildren(QFileDialog)))
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "copy.docx"))
    run(until(lambda: (tmp_path / "copy.docx").exists() and not window.services.tasks.running("save a file")))
    assert (tmp_path / "copy.docx").read_bytes() == path.read_bytes()
    dialog.close()
    shown.close()


def test_a_file_of_a_message_opens_as_it_does_in_the_composer(
    window: MainWindow, scripted: Server, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes("姓名\n张三".encode("gbk"))
    attach(window, run, path)
    assert "GB 18030" in window.composer.view.note()  # before anything is sent
    window.composer.view.editor.setPlainText("Who is it?")
    window.composer.view.send_anyway()
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    view = window.chat.transcript
    message = view.document.messages[0]
    chip = next(each for each in message.views if each.clickables(view.context))
    chip.clickables(view.context)[0].run()
    shown = viewer(window, FileViewer, run)
    assert shown.findChild(QPlainTextEdit).toPlainText() == "姓名\n张三"
    shown.close()


def test_scanned_pages_are_told_and_sent_as_pictures_on_a_click(
    window: MainWindow, run: Run, tmp_path: Path
) -> None:
    window.chat.conversation.change(model="test/unknown")
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_files.pdf("Cover", scanned=2))
    attach(window, run, path)
    assert "2 pages of scan.pdf hold no text" in window.composer.view.note()
    button(window.composer.view, "Attach 2 as pictures").click()
    row = window.composer.view.attachments
    run(until(lambda: len(row.parts) == 3 and not row.busy))
    assert [type(part) for part in row.parts] == [File, Image, Image] and not window.composer.view.note()


def test_a_whole_scan_gives_its_place_to_its_pages(window: MainWindow, run: Run, tmp_path: Path) -> None:
    window.chat.conversation.change(model="test/unknown")
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_files.pdf(scanned=1))
    attach(window, run, path)
    window.composer.view.editor.setPlainText("Read it")
    window.composer.view.send.click()
    assert "holds no text, so the model gets its name alone" in window.composer.view.note()
    window.composer.loader.attach_pages(window.composer.view.attachments.parts[0], [1])
    row = window.composer.view.attachments
    run(until(lambda: len(row.parts) == 2 and not row.busy))


def test_a_model_that_does_not_see_is_offered_no_pictures(window: MainWindow, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_files.pdf("Cover", scanned=1))
    attach(window, run, path)
    assert "The model takes no pictures." in window.composer.view.note()
    assert not [each for each in window.composer.view.findChildren(QPushButton) if "as a picture" in each.text()]


def test_a_picture_is_copied_from_the_chat_and_from_its_viewer(
    window: MainWindow, scripted: Server, run: Run, tmp_path: Path
) -> None:
    path, clipboard = tmp_path / "p.png", QApplication.clipboard()
    QImage(30, 20, QImage.Format.Format_RGB32).save(str(path))
    attach(window, run, path)
    window.composer.view.editor.setPlainText("What is it?")
    window.composer.view.send_anyway()
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    view = window.chat.transcript
    shown = next(each for block in view.document.messages[0].views for each in block.clickables(view.context))
    view.context.host.copy_attachment(shown.attachment)
    run(until(lambda: (clipboard.image().width(), clipboard.image().height()) == (30, 20), what="the copy"))
    clipboard.clear()
    shown.run()
    large = viewer(window, ImageViewer, run)
    QTest.keyClick(large.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    run(until(lambda: clipboard.image().height() == 20, what="the copy from the viewer"))
    large.close()


def test_dragging_a_chip_does_not_open_it(window: MainWindow, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    QImage(30, 20, QImage.Format.Format_RGB32).save(str(path))
    chip = attach(window, run, path)
    dragged: list[object] = []
    window.composer.view.attachments.dragged.connect(dragged.append)
    far = QApplication.startDragDistance() + 2
    QTest.mousePress(chip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(chip, QPoint(5 + far, 5))
    QTest.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(5 + far, 5))
    run(until(lambda: not window.services.tasks.running("drag an attachment")))
    assert dragged and not window.findChildren(ImageViewer)


def test_what_is_dropped_elsewhere_is_the_file_and_the_picture(qapp: object, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    QImage(30, 20, QImage.Format.Format_RGB32).save(str(path))
    data = mime_of(path, QImage(str(path)))
    assert [url.toLocalFile() for url in data.urls()] == [str(path)] and data.hasImage()
    assert not mime_of(path, QImage()).hasImage()


def test_names_and_bytes_are_those_of_the_file_as_it_came() -> None:
    sent, kept = Blob("a" * 64, 5, "image/jpeg", "p.heic"), Blob("b" * 64, 9, "image/heif", "p.heic")
    assert kept_blob(Image(sent, original=kept)) == kept and name_of(Image(sent, original=kept)) == "p.heic"
    assert name_of(Image(Blob("a" * 64, 5, "image/jpeg"))) == "picture.jpg"
    assert kept_blob(File("x.txt", "text")) is None and name_of(File("x.txt", "text")) == "x.txt"


def test_the_viewer_says_how_much_it_shows() -> None:
    assert summary(File("a", "x" * 12_000)) == "12\u202f000 characters · ≈ 3\u202f000 tokens"
    assert summary(File("a", "x" * 400_000)).endswith("the first 100\u202f000 are shown here")
