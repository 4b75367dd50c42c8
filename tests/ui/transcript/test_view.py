"""The view of a transcript as its window uses it: showing, streaming, following, keeping the place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.finding import nameless
from tests.ui.transcript.conftest import entry, settled, text_of
from workbench.core.chat.parts import Failure, Reasoning, Text, ToolCall
from workbench.ui.theme.tokens import DARK
from workbench.ui.transcript import Action, EntryHeader, TranscriptView
from workbench.ui.transcript.document import Place
from workbench.ui.transcript.spacing import MARGIN

PARAGRAPH = "Some words that make up a paragraph of a few lines. " * 6 + "\n\n"
TABLE = "| a | b |\n|---|---|\n" + "".join(f"| {n} | two {'words ' * (n % 7)} |\n" for n in range(60)) + "\n"


def screen_y(view: TranscriptView, key: str) -> int:
    index = view.document.index(key)
    assert index is not None
    return view.canvas.message_top(index)


def long_chat(view: TranscriptView, count: int = 30) -> TranscriptView:
    view.set_entries([entry(str(n), f"## {n}\n\n" + PARAGRAPH * 3 + TABLE * (n % 5 == 0)) for n in range(count)])
    return settled(view)


def at_end(view: TranscriptView) -> bool:
    bar = view.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_opens_at_the_end(view) -> None:
    long_chat(view)
    assert at_end(view) and view.following and view.pill.isHidden()
    assert view.verticalScrollBar().maximum() > 5000


def test_follows_the_end_while_text_arrives_until_the_reader_scrolls(view) -> None:
    long_chat(view, 4)
    view.begin(entry("r", state="streaming"))
    for _ in range(5):
        view.append_text("r", PARAGRAPH)
        settled(view)
        assert at_end(view)
    view.verticalScrollBar().setValue(view.verticalScrollBar().value() - 120)
    assert not view.following and view.pill.isVisible()
    before = screen_y(view, "3")
    view.append_text("r", PARAGRAPH * 3)
    settled(view)
    assert screen_y(view, "3") == before and not at_end(view)
    QTest.mouseClick(view.pill, Qt.MouseButton.LeftButton)
    assert at_end(view) and view.following and view.pill.isHidden()


def test_nothing_jumps_when_something_above_changes(view) -> None:
    long_chat(view)
    view.scroll_to("20")
    before = screen_y(view, "20")
    view.update_entry(entry("3", "short now"))
    view.update_entry(entry("19", PARAGRAPH * 40))
    assert screen_y(view, "20") == before == MARGIN


def test_scrolling_up_moves_by_what_was_asked(view) -> None:
    """Estimated heights become exact on the way; what is visible must still move evenly."""
    long_chat(view)
    bar = view.verticalScrollBar()
    while bar.value() > 200:
        seen = view.canvas.place_at(QPoint(400, 200))
        before = view.canvas.caret_rect(seen).top()
        bar.setValue(bar.value() - 40)
        assert view.canvas.caret_rect(seen).top() == before + 40


def test_resizing_keeps_the_place(view) -> None:
    long_chat(view)
    view.scroll_to("12")
    for width in (500, 700, 420, 800):
        view.resize(width, 600)
        QApplication.processEvents()
        assert screen_y(view, "12") == MARGIN


def test_zoom_and_theme_keep_the_place(view) -> None:
    long_chat(view)
    view.scroll_to("12")
    small = view.document.get("12").height
    view.set_zoom(1.5)
    assert view.document.get("12").height > small
    assert abs(screen_y(view, "12") - MARGIN) <= 1
    view.set_theme(DARK)
    assert view.grab().toImage().pixelColor(3, 3).name() == DARK.background
    QTest.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.context.style.zoom == 1.0


def test_ctrl_wheel_zooms(view) -> None:
    long_chat(view, 2)
    where = QPointF(400, 300)
    wheel = QWheelEvent(
        where, view.viewport().mapToGlobal(where), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)
    assert view.context.style.zoom == 1.1


def test_stubs_are_requested_where_they_are_visible(view) -> None:
    asked: list[str] = []

    def load(keys: list[str]) -> None:
        asked.extend(keys)
        view.provide([entry(key, f"Message {key}\n\n" + PARAGRAPH) for key in keys])

    view.set_entries([EntryHeader(str(n), "assistant", 300) for n in range(10_000)], load)
    settled(view)
    assert "9999" in asked and len(asked) < 30
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    settled(view)
    assert len(asked) < 60
    assert text_of(view, asked[-1]).startswith(f"Message {asked[-1]}")


def test_contents_that_arrive_late(view) -> None:
    view.set_entries([EntryHeader(str(n), "assistant", 300) for n in range(50)], lambda keys: None)
    settled(view)
    view.provide([entry("49", PARAGRAPH * 5), entry("unknown", "x")])
    settled(view)
    assert at_end(view)
    assert text_of(view, "49").count("paragraph") == 30


def test_memory_of_a_long_chat_is_bounded(view) -> None:
    def load(keys: list[str]) -> None:
        view.provide([entry(key, PARAGRAPH) for key in keys])

    view.set_entries([EntryHeader(str(n), "assistant", 300) for n in range(600)], load)
    bar = view.verticalScrollBar()
    while bar.value() > 0:
        bar.setValue(bar.value() - 500)
    loaded = [message for message in view.document.messages if message.entry is not None]
    assert len(loaded) <= 210
    view.follow()
    settled(view)
    assert text_of(view, "599").startswith("Some words")


def test_streamed_reply_is_what_it_is_at_once(view, show) -> None:
    text = "# Head\n\n" + PARAGRAPH + TABLE + "```python\nx = 1\n```\n\n- a\n- b\n\n[l]: https://x.org\n"
    view.set_entries([entry("q", "Question", role="user")])
    view.begin(entry("r", state="streaming"))
    for at in range(0, len(text), 7):
        view.append_text("r", text[at : at + 7])
        if at % 70 == 0:
            QApplication.processEvents()
    view.finish("r", entry("r", text))
    settled(view)
    other = show(TranscriptView(), 800, 600)
    other.set_entries([entry("q", "Question", role="user"), entry("r", text)])
    settled(other)
    assert text_of(view, "r") == text_of(other, "r")
    view.scroll_to("q")
    other.scroll_to("q")
    settled(view)
    settled(other)
    assert view.document.total() == other.document.total()


def test_picture_moved_is_the_picture_painted(view) -> None:
    """While text streams and the view follows, the picture is moved; it must look as if painted again."""
    long_chat(view, 3)
    view.begin(entry("r", state="streaming"))
    for at in range(40):
        view.append_text("r", f"word{at} " * 9 + ("\n\n" if at % 4 == 0 else ""))
        settled(view)
    moved = _drawn(view)
    view.viewport().update()
    QApplication.processEvents()
    assert _drawn(view) == moved


def _drawn(view: TranscriptView) -> QImage:
    """Returns what is on the screen, without painting it again."""
    store = view.window().backingStore().paintDevice()
    assert isinstance(store, QImage)
    return store.copy()


def test_reasoning_folds_when_the_answer_starts(view) -> None:
    view.set_entries([entry("q", "Why?", role="user")])
    view.begin(entry("r", state="streaming"))
    view.append_reasoning("r", "First this, ")
    view.append_reasoning("r", "then that.")
    settled(view)
    assert text_of(view, "r") == "Thinking…\nFirst this, then that."
    view.append_text("r", "Because.")
    settled(view)
    assert text_of(view, "r") == "Thought\nBecause."
    view.finish("r", entry("r", Reasoning("First this, then that.", 12.4), "Because."))
    settled(view)
    assert text_of(view, "r") == "Thought for 12 s\nBecause."
    head = view.document.get("r").views[0]
    head.run()
    settled(view)
    assert text_of(view, "r") == "Thought for 12 s\nFirst this, then that.\nBecause."


def test_reasoning_stays_open_by_setting(view) -> None:
    view.set_reasoning_open(True)
    view.set_entries([entry("old", Reasoning("Before.", 2.0), "So.")])
    view.begin(entry("r", state="streaming"))
    view.append_reasoning("r", "First this.")
    view.append_text("r", "Because.")
    settled(view)
    assert text_of(view, "old") == "Thought for 2.0 s\nBefore.\nSo."
    assert text_of(view, "r") == "Thought\nFirst this.\nBecause."
    view.document.get("r").views[0].run()  # folded by hand, it stays folded
    view.finish("r", entry("r", Reasoning("First this.", 1.0), "Because."))
    settled(view)
    assert text_of(view, "r") == "Thought for 1.0 s\nBecause."


def test_the_final_entry_replaces_what_was_streamed(view) -> None:
    view.set_entries([])
    view.begin(entry("r", state="streaming"))
    view.append_text("r", "One thing")
    settled(view)
    view.finish("r", entry("r", "Another thing", ToolCall("1", "look", "{}")))
    settled(view)
    assert text_of(view, "r") == "Another thing\nCalled look"


def test_failure_offers_its_remedies_and_shows_the_raw_answer_on_demand(view) -> None:
    failure = Failure("The key was refused.", body='{"error": "<b>no</b>"}')
    view.set_entries([entry("r", failure, state="failed", remedies=(Action("retry", "Retry"),))])
    settled(view)
    heard = []
    view.action_requested.connect(lambda *what: heard.append(what))
    card, details = view.document.get("r").views
    (retry,) = card.clickables(view.context)
    click(view, Place(0, 0, 0), retry.rect.center())
    assert heard == [("r", "retry")]
    assert "error" not in text_of(view, "r")
    details.run()
    settled(view)
    assert '{"error": "<b>no</b>"}' in text_of(view, "r")


def test_a_failure_that_is_painted_before_its_frame_has_room_for_all_of_it(view) -> None:
    view.begin(entry("r", state="streaming"))
    settled(view)
    failure = Failure("A sentence that goes on until it needs more than one line. " * 4)
    view.finish("r", entry("r", failure, state="failed", remedies=(Action("retry", "Retry"),)))
    view.viewport().repaint()
    message = view.document.get("r")
    (card,) = message.views
    settled(view, lambda: message.heights.total() == card.height)


def click(view: TranscriptView, place: Place, at: QPoint) -> None:
    point = at + view.canvas.block_origin(place.message, place.block)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def test_long_message_of_a_user_is_shown_in_part(view) -> None:
    text = "\n".join(f"line {n}" for n in range(500))
    view.set_entries([entry("q", text, role="user", markdown=False)])
    settled(view)
    assert "line 10" in text_of(view, "q") and "line 30" not in text_of(view, "q")
    view.document.get("q").views[-1].run()
    settled(view)
    assert text_of(view, "q") == text


def test_actions_and_siblings(view) -> None:
    heard = []
    view.action_requested.connect(lambda *what: heard.append(what))
    view.sibling_requested.connect(lambda *what: heard.append(what))
    view.set_entries([entry("r", "Hello", sibling=2, siblings=3)])
    settled(view)
    view.setFocus()
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.targets.focused().label == "›"
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.targets.focused().label == "Copy"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard == [("r", 1), ("r", "copy")]


def test_keeps_messages_and_the_place_when_the_branch_changes(view) -> None:
    long_chat(view, 12)
    view.scroll_to("6")
    kept = view.document.get("6")
    line = [entry(str(n), f"## {n}\n\n" + PARAGRAPH * 3 + TABLE * (n % 5 == 0)) for n in range(9)]
    view.set_entries([*line, entry("other", "Another branch")], stay=True)
    assert view.document.get("6") is kept
    assert screen_y(view, "6") == MARGIN


def test_unknown_message(view) -> None:
    with pytest.raises(KeyError, match="shows no message nothing"):
        view.append_text("nothing", "x")


def test_no_timer_runs_at_rest(view) -> None:
    long_chat(view, 3)
    view.begin(entry("r", state="streaming"))
    view.append_text("r", "text")
    settled(view)
    assert not view.streamer.active
    QTest.qWait(60)
    assert not view.streamer._clock.isActive()


def test_every_widget_has_a_name(view) -> None:
    view.open_find()
    assert nameless(view) == []


def test_text_of_a_tool_call_and_unknown_parts(view) -> None:
    view.set_entries([entry("r", ToolCall("1", "search", '{"q": "x"}'), Text("Done."))])
    settled(view)
    assert text_of(view, "r") == "Called search\nDone."
    view.document.get("r").views[0].run()
    settled(view)
    assert text_of(view, "r") == 'Called search\n{"q": "x"}\nDone.'


def test_marks_upon_marks_stay_in_their_block(view) -> None:
    """Marks that stand one on another by the dozen would cover the name above them and the message before."""
    def upper_part(text: str) -> QImage:
        view.set_entries([entry("a", "Read me.\n\nAnd me."), entry("b", text)])
        settled(view)
        message = view.document.get("b")
        top = view.document.heights.offset(1) + message.block_top(view.context.style, 0) - message.views[0].gap
        drawn = _drawn(view)
        return drawn.copy(0, 0, drawn.width(), round((top + view.canvas.shift) * drawn.devicePixelRatio()))

    assert upper_part("x" + "\u0310\u0352\u0357" * 60) == upper_part("x")
