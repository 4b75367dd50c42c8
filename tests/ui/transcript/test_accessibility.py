"""The text that assistive technology gets."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible

from tests.ui.transcript.conftest import entry, settled
from workbench.core.chat.parts import Reasoning
from workbench.ui.transcript import EntryHeader, TranscriptView
from workbench.ui.transcript.document import Place

REPLY = "# Title\n\nSome **bold** words and $x^2$.\n\n- item\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


def interface(view: TranscriptView):
    return QAccessible.queryAccessibleInterface(view)


def test_text_in_order(view) -> None:
    view.set_entries([entry("q", "A question", role="user"), entry("r", Reasoning("Hm.", 2.0), REPLY)])
    settled(view)
    text = interface(view).textInterface()
    whole = text.text(0, text.characterCount())
    assert whole == (
        "You\nA question\nModel\nThought for 2.0 s\nTitle\nSome bold words and $x^2$.\nitem\ncode\na\tb\n1\t2"
    )
    assert text.text(4, 14) == "A question"
    assert text.text(0, -1) == whole


def test_role_and_name(view) -> None:
    assert interface(view).role() == QAccessible.Role.Document
    assert interface(view).text(QAccessible.Text.Name) == "Transcript"
    assert interface(view).valueInterface() is None
    assert interface(view).editableTextInterface() is None


def test_text_grows_with_the_stream_and_leaves_out_what_is_not_loaded(view) -> None:
    view.set_entries([EntryHeader("0", "user", 100), entry("q", "Question", role="user")])
    text = interface(view).textInterface()
    assert text.text(0, -1) == "You\nQuestion"
    view.begin(entry("r", state="streaming"))
    view.append_text("r", "First.\n\nSec")
    settled(view)
    assert text.text(0, -1) == "You\nQuestion\nModel\nFirst.\nSec"
    view.append_text("r", "ond.")
    settled(view)
    assert text.text(0, -1).endswith("Second.")


def test_cursor_selection_and_places(view) -> None:
    view.set_entries([entry("q", "A question", role="user"), entry("r", REPLY)])
    settled(view)
    text = interface(view).textInterface()
    at = text.text(0, -1).index("bold")
    text.setCursorPosition(at)
    assert view.selection.cursor == Place(1, 1, 5)
    assert text.cursorPosition() == at
    text.addSelection(at, at + 4)
    view.copy()
    rect = text.characterRect(at)
    assert text.offsetAtPoint(rect.center() + QPoint(0, 1)) == at


def test_views_come_and_go(show) -> None:
    for _ in range(20):
        view = TranscriptView()
        view.set_entries([entry("r", REPLY)])
        assert interface(view).textInterface().characterCount() > 10
        view.deleteLater()
        del view
    gc.collect()


_PROGRAM = """
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton
from workbench.core.chat.parts import Text
from workbench.ui.transcript import Entry, TranscriptView
app = QApplication(["transcript"])
window, view = QMainWindow(), TranscriptView()
window.setCentralWidget(view)
view.set_entries([Entry("q", "user", (Text("A question"),), "You")])
view.begin(Entry("r", "assistant", (), "Model", state="streaming"))
view.append_text("r", "An **answer**.")
view.finish("r", Entry("r", "assistant", (Text("An **answer**."),), "Model"))
button = QPushButton("Another", window)

def add():
    another = TranscriptView(parent=window)
    another.setAccessibleName("Transcript of lane 2")
    another.set_entries([Entry("q", "user", (Text("Another question"),), "You")])
    another.setGeometry(50, 50, 300, 200)
    another.show()

button.clicked.connect(add)
window.resize(600, 400)
window.show()
app.exec()
"""


def test_read_from_another_process(desktop, tmp_path: Path) -> None:
    with desktop.start([sys.executable, "-c", _PROGRAM], tmp_path / "log") as window:
        window.find("Transcript").wait_for_text("You\nA question\nModel\nAn answer.")


def test_a_transcript_that_is_made_while_a_reader_runs_has_its_text(desktop, tmp_path: Path) -> None:
    with desktop.start([sys.executable, "-c", _PROGRAM], tmp_path / "log") as window:
        window.find("Transcript").wait_for_text("You\nA question\nModel\nAn answer.")
        window.find("Another").press()
        window.find("Transcript of lane 2").wait_for_text("You\nAnother question")
        window.find("Transcript").wait_for_text("You\nA question\nModel\nAn answer.")
