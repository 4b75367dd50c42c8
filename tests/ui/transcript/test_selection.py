"""The selection: by mouse and keyboard, and what is copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.transcript.conftest import entry, settled
from workbench.ui.transcript import TranscriptView
from workbench.ui.transcript.document import Place

LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
REPLY = """First *words* here.

1. one
2. two **bold**

```python
x = 1
y = 2
```

| a | b |
|---|---|
| 1 | 2 |
"""


@pytest.fixture
def chat(view) -> TranscriptView:
    view.set_entries([entry("q", "A question\nof two lines", role="user", markdown=False), entry("r", REPLY)])
    return settled(view)


def point(view: TranscriptView, place: Place) -> QPoint:
    return view.canvas.caret_rect(place).center()


def copied() -> tuple[str, str]:
    data = QApplication.clipboard().mimeData()
    return data.text(), bytes(data.data("text/markdown").data()).decode()


def drag(view: TranscriptView, start: Place, end: Place) -> None:
    QTest.mousePress(view.viewport(), LEFT, NONE, point(view, start))
    QTest.mouseMove(view.viewport(), (point(view, start) + point(view, end)) / 2)
    QTest.mouseMove(view.viewport(), point(view, end))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, point(view, end))


def test_drag_inside_a_paragraph(chat) -> None:
    drag(chat, Place(1, 0, 0), Place(1, 0, 11))
    chat.copy()
    assert copied() == ("First words", "First *words*")


def test_drag_across_blocks_and_messages(chat) -> None:
    drag(chat, Place(0, 1, 3), Place(1, 2, 3))
    chat.copy()
    plain, markdown = copied()
    assert plain == "You:\ntwo lines\n\nModel:\nFirst words here.\n\n1. one\n2. two"
    assert markdown == "**You:**\n\ntwo lines\n\n**Model:**\n\nFirst *words* here.\n\n1. one\n2. two"


def test_drag_backwards_is_the_same(chat) -> None:
    drag(chat, Place(1, 0, 11), Place(1, 0, 0))
    chat.copy()
    assert copied()[0] == "First words"


def test_double_and_triple_click(chat) -> None:
    where = point(chat, Place(1, 2, 5))
    QTest.mouseDClick(chat.viewport(), LEFT, NONE, where)
    chat.copy()
    assert copied() == ("bold", "**bold**")
    QTest.mousePress(chat.viewport(), LEFT, NONE, where)
    QTest.mouseRelease(chat.viewport(), LEFT, NONE, where)
    chat.copy()
    assert copied() == ("2. two bold", "2. two **bold**")


def test_all_with_the_keyboard(chat) -> None:
    chat.setFocus()
    QTest.keyClick(chat, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(chat, Qt.Key.Key_C, CONTROL)
    plain, markdown = copied()
    assert plain.endswith("x = 1\ny = 2\n\na\tb\n1\t2")
    assert markdown.endswith("**Model:**\n\n" + REPLY.strip())


def test_cursor_keys_extend(chat) -> None:
    start = Place(1, 0, 0)
    chat.selection.set(start, start)
    chat.setFocus()
    for key, modifiers in (
        (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Right, SHIFT | CONTROL), (Qt.Key.Key_Right, SHIFT | CONTROL),
        (Qt.Key.Key_Right, SHIFT | CONTROL),
    ):  # fmt: skip
        QTest.keyClick(chat, key, modifiers)
    assert chat.selection.cursor == Place(1, 0, 11)
    QTest.keyClick(chat, Qt.Key.Key_Home, SHIFT)
    assert chat.selection.cursor == Place(1, 0, 0)
    QTest.keyClick(chat, Qt.Key.Key_End, SHIFT)
    assert chat.selection.cursor == Place(1, 0, len("First words here."))
    QTest.keyClick(chat, Qt.Key.Key_Down, SHIFT)
    assert chat.selection.cursor[:2] == (1, 1)
    QTest.keyClick(chat, Qt.Key.Key_Up, SHIFT)
    assert chat.selection.cursor[:2] == (1, 0)
    QTest.keyClick(chat, Qt.Key.Key_End, SHIFT | CONTROL)
    assert chat.selection.cursor == chat.document.end()
    QTest.keyClick(chat, Qt.Key.Key_Escape)
    assert chat.selection.empty


def test_no_block_stops_the_cursor(chat) -> None:
    """Moves down to the end and up to the start again."""
    chat.setFocus()
    for key, goal in ((Qt.Key.Key_Down, chat.document.end()), (Qt.Key.Key_Up, Place(0, 0, 0))):
        for _ in range(60):
            QTest.keyClick(chat, key, SHIFT)
        assert chat.selection.cursor[:2] == goal[:2]


def test_code_is_copied_exactly(chat) -> None:
    code = chat.document.get("r").views[3]
    copy = next(clickable for clickable in code.clickables(chat.context) if clickable.label == "Copy")
    copy.run()
    assert QApplication.clipboard().text() == "x = 1\ny = 2"


def test_table_as_csv_and_markdown(chat) -> None:
    table = chat.document.get("r").views[4]
    tools = {clickable.label: clickable for clickable in table.clickables(chat.context)}
    tools["Copy as CSV"].run()
    assert QApplication.clipboard().text().splitlines() == ["a,b", "1,2"]
    tools["Copy as Markdown"].run()
    assert QApplication.clipboard().text() == "| a | b |\n|---|---|\n| 1 | 2 |"


def test_control_characters_are_not_copied(view) -> None:
    view.set_entries([entry("r", "safe\x1b[31m text\x07 here\x85", role="user", markdown=False)])
    settled(view)
    view.selection.select_all()
    view.copy()
    assert copied()[0] == "safe[31m text here"


def test_growing_does_not_lose_the_selection(view) -> None:
    view.set_entries([entry("q", "Question", role="user")])
    view.begin(entry("r", state="streaming"))
    view.append_text("r", "First paragraph.\n\nSecond")
    settled(view)
    view.selection.set(Place(1, 0, 0), Place(1, 0, 5))
    view.append_text("r", " one.\n\n" + "More.\n\n" * 20)
    settled(view)
    view.copy()
    assert copied()[0] == "First"


def test_line_breaks_in_cells_do_not_split_rows(view) -> None:
    view.set_entries([entry("r", "| a | b |\n|---|---|\n| x | y<br>z |\n| 1 | 2 |\n")])
    settled(view)
    view.selection.select_all()
    view.copy()
    plain = copied()[0]
    assert [len(line.split("\t")) for line in plain.splitlines()] == [2, 2, 2], plain


def test_the_clipboard_has_html_for_word_processors(chat) -> None:
    chat.selection.select_all()
    chat.copy()
    html = QApplication.clipboard().mimeData().html()
    for kept in ("<ol>", "<strong>bold</strong>", "<em>words</em>", "<th>a</th>", "<td>2</td>", "x = 1\ny = 2"):
        assert kept in html, html
    assert "<script" not in html
