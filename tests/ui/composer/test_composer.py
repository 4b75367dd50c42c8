"""The composer by itself: keys, growth, attachments, and what it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import Show
from workbench.core.chat.parts import Blob, File, Image
from workbench.ui.composer.attachments import describe
from workbench.ui.composer.composer import Composer
from workbench.ui.composer.draft import Draft
from workbench.ui.widgets import ElidedLabel, Label


@pytest.fixture
def composer(show: Show) -> Composer:
    made = show(Composer(), 700, 500)
    made.editor.setFocus()
    return made


@pytest.fixture
def sent(composer: Composer) -> list[Draft]:
    drafts: list[Draft] = []
    composer.send_requested.connect(lambda draft, checked: drafts.append(draft))
    return drafts


def press(composer: Composer, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(composer.editor, key, modifier)


CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_return_sends_and_shift_return_makes_a_line(composer: Composer, sent: list[Draft]) -> None:
    QTest.keyClicks(composer.editor, "one")
    press(composer, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(composer.editor, "two")
    press(composer, Qt.Key.Key_Return)
    assert sent == [Draft("one\ntwo")]


def test_the_other_way_round_when_the_user_wants_it(composer: Composer, sent: list[Draft]) -> None:
    composer.editor.send_with_control = True
    QTest.keyClicks(composer.editor, "one")
    press(composer, Qt.Key.Key_Return)
    assert sent == [] and composer.editor.toPlainText() == "one\n"
    press(composer, Qt.Key.Key_Return, CONTROL)
    assert sent == [Draft("one\n")]


def paste(composer: Composer, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    composer.editor.insertFromMimeData(data)


def lines(composer: Composer) -> list[int]:
    return [len(line) for line in composer.editor.toPlainText().split("\n")]


@pytest.mark.parametrize("text", ["lorem ipsum " * 400_000, "n" * 2_000_000, "short\n" + "語" * 25_000 + "\nend"])
def test_a_line_of_megabytes_is_broken_where_it_is_edited(composer: Composer, sent: list[Draft], text: str) -> None:
    """A text field lays out a whole paragraph at every letter."""
    composer.start_with(text)
    assert max(lines(composer)) <= 10_000
    assert composer.editor.toPlainText().replace("\n", "") == text.replace("\n", "")
    composer.set_text("")
    paste(composer, text)
    assert max(lines(composer)) <= 10_000
    assert composer.editor.toPlainText().replace("\n", "") == text.replace("\n", "")
    composer.restore_text(text)
    assert max(lines(composer)) <= 10_000
    press(composer, Qt.Key.Key_Return)
    assert sent[0].text.replace("\n", "") == 2 * text.replace("\n", "")


def test_return_belongs_to_the_input_method_while_it_composes(composer: Composer, sent: list[Draft]) -> None:
    QApplication.sendEvent(composer.editor, QInputMethodEvent("nihon", []))
    press(composer, Qt.Key.Key_Return)
    assert sent == []
    done = QInputMethodEvent("", [])
    done.setCommitString("日本")
    QApplication.sendEvent(composer.editor, done)
    composer.editor.setPlainText("日本")
    press(composer, Qt.Key.Key_Return)
    assert sent == [Draft("日本")]


def test_nothing_is_sent_from_an_empty_field(composer: Composer, sent: list[Draft]) -> None:
    composer.editor.setPlainText("  \n ")
    press(composer, Qt.Key.Key_Return)
    composer.send.click()
    assert sent == []


def test_it_grows_with_its_text_to_a_limit(composer: Composer) -> None:
    heights = []
    for lines in (1, 3, 200):
        composer.editor.setPlainText("\n".join(["word"] * lines))
        QApplication.processEvents()
        heights.append(composer.editor.height())
    assert heights[0] < heights[1] < heights[2] <= composer.window().height() * 0.4 + 8
    composer.clear()
    assert composer.editor.height() == heights[0]


def test_the_caret_stands_where_the_placeholder_does_and_a_text_reads_in_its_own_direction(composer: Composer) -> None:
    editor = composer.editor
    assert editor.cursorRect().x() < editor.width() / 2
    composer.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert editor.cursorRect().x() > editor.width() / 2
    editor.setPlainText("English")
    assert editor.document().begin().textDirection() == Qt.LayoutDirection.LeftToRight
    editor.setPlainText("שלום")
    assert editor.document().begin().textDirection() == Qt.LayoutDirection.RightToLeft
    editor.clear()
    assert editor.cursorRect().x() > editor.width() / 2


def test_send_is_quiet_while_there_is_nothing_to_send(composer: Composer) -> None:
    kinds = []
    for text in ("", " \n ", "a", ""):
        composer.editor.setPlainText(text)
        kinds.append(composer.send.property("kind"))
    assert kinds == ["", "", "primary", ""]
    composer.set_streaming(True)
    assert composer.send.property("kind") == "primary", "Stop is always the thing to do"


def test_paste_makes_files_pictures_and_long_text_attachments(composer: Composer, tmp_path: Path) -> None:
    given: dict[str, object] = {}
    composer.editor.files_pasted.connect(lambda paths: given.update(files=paths))
    composer.editor.image_pasted.connect(lambda image: given.update(image=image.size().toTuple()))
    composer.editor.long_text_pasted.connect(lambda text: given.update(text=text))
    composer.editor.paste_limit = 100
    files, image, text, short = QMimeData(), QMimeData(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    image.setImageData(QImage(4, 3, QImage.Format.Format_RGB32))
    text.setText("x" * 101)
    short.setText("<b>as it is</b>")
    for data in (files, image, text, short):
        assert composer.editor.canInsertFromMimeData(data)
        composer.editor.insertFromMimeData(data)
    assert given == {"files": [tmp_path / "a.txt"], "image": (4, 3), "text": "x" * 101}
    assert composer.editor.toPlainText() == "<b>as it is</b>"


def test_paste_of_formatted_text_and_of_a_picture_with_an_address(composer: Composer) -> None:
    """Some programs give formatted text alone, and some browsers a picture with the place that it is from."""
    pictures: list[QImage] = []
    composer.editor.image_pasted.connect(pictures.append)
    formatted, picture, cells = QMimeData(), QMimeData(), QMimeData()
    formatted.setHtml("<p>Dear <b>all</b>,</p><img src='file:///etc/hostname'><ul><li>one &amp; two</li></ul>")
    picture.setUrls([QUrl("https://example.org/a.png")])
    picture.setImageData(QImage(4, 3, QImage.Format.Format_RGB32))
    cells.setText("1\t2")
    cells.setImageData(QImage(4, 3, QImage.Format.Format_RGB32))  # what spreadsheets add
    for data, text, count in ((formatted, "Dear all,\none & two", 0), (picture, "", 1), (cells, "1\t2", 1)):
        composer.editor.clear()
        assert composer.editor.canInsertFromMimeData(data)
        composer.editor.insertFromMimeData(data)
        assert (composer.editor.toPlainText(), len(pictures)) == (text, count)


def test_up_in_an_empty_field_wants_the_last_message(composer: Composer) -> None:
    wanted: list[object] = []
    composer.editor.edit_last_requested.connect(lambda: wanted.append("last"))
    composer.editor.history_requested.connect(wanted.append)
    press(composer, Qt.Key.Key_Up)
    composer.editor.setPlainText("text")
    press(composer, Qt.Key.Key_Up)
    press(composer, Qt.Key.Key_Up, CONTROL)
    press(composer, Qt.Key.Key_Down, CONTROL)
    assert wanted == ["last", -1, 1]


def test_attachments_are_sent_when_they_are_ready_and_can_be_removed(
    composer: Composer, sent: list[Draft]
) -> None:
    row, file = composer.attachments, File("notes.txt", "text")
    row.begin(1, "notes.txt")
    row.begin(2, "picture.png")
    composer.send.click()
    assert sent == [] and "made ready" in composer.note()
    row.ready(1, file, b"", "")
    row.remove(2)
    row.ready(2, Image(), b"", "")
    composer.send.click()
    assert sent == [Draft("", (file,))] and row.isVisible()
    row.clear()
    assert not row.isVisible()


def test_send_is_stop_while_a_reply_comes_and_return_still_sends(
    composer: Composer, sent: list[Draft]
) -> None:
    stopped: list[bool] = []
    composer.stop_requested.connect(lambda: stopped.append(True))
    composer.set_streaming(True)
    assert composer.send.accessibleName() == "Stop"
    composer.editor.setPlainText("next")
    composer.send.click()
    assert stopped == [True] and sent == []
    press(composer, Qt.Key.Key_Return)
    assert sent == [Draft("next")]


def test_what_could_not_be_sent_stands_before_what_was_written_since(composer: Composer) -> None:
    composer.editor.setPlainText("since")
    composer.restore_text("before")
    assert composer.editor.toPlainText() == "before\n\nsince"
    composer.editor.undo()
    assert composer.editor.toPlainText() == "since"


def test_a_message_that_waits_and_has_no_text_is_named_by_its_attachments(composer: Composer) -> None:
    one, two = Draft("", (File("a", "x"),)), Draft("", (File("a", "x"), File("b", "x")))
    composer.queue.show_queue([one, two, Draft("text")], streaming=True)
    assert [label.text() for label in composer.queue.findChildren(ElidedLabel)] == [
        "1 attachment", "2 attachments", "text"]


def test_the_countdown_says_when(composer: Composer) -> None:
    composer.waiting.show_waiting("Rate limited.", 8)
    assert "Rate limited, trying again in 8 s." in [
        label.text() for label in composer.waiting.findChildren(Label)]
    composer.waiting.show_waiting("", 0)
    assert not composer.waiting.isVisible()


@pytest.mark.parametrize(("part", "words"), [
    (Image(Blob("0" * 64, 84_000, "image/png"), width=1280, height=720), "1280×720 · 84 kB"),
    (File("a", "four"), "4 characters"),
    (File("a", "1"), "1 character"),
    (File("a", "x" * 12_000), "12\u202f000 characters"),
    (File("a", "x" * 12_000, Blob("0" * 64, 84_000, "application/pdf")), "84 kB · ≈ 3\u202f000 tokens"),
    (File("a", "", Blob("0" * 64, 84_000, "application/pdf")), "84 kB · no text"),
])
def test_chips_say_how_large_things_are(qapp: object, part: Image | File, words: str) -> None:
    assert describe(part) == words


@pytest.mark.parametrize("data", [None, [], {"parts": 3}, "text", {"text": "a", "parts": [{"kind": "file"}]}])
def test_odd_drafts_are_no_reason_to_fail(data: object) -> None:
    assert isinstance(Draft.from_json(data), Draft)


def test_drafts_survive_as_json() -> None:
    draft = Draft("text", (File("a.txt", "inside"), Image(Blob("0" * 64, 5, "image/png"))))
    assert Draft.from_json(draft.to_json()) == draft
