"""Where the transcript stands in the real window: at what was asked for, and where the reader left a chat."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from tests.conftest import Run
from tests.support.server import Server, chat
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import ask
from workbench.core.settings import ProviderConfig
from workbench.ui.transcript.entries import ReadingPlace
from workbench.ui.widgets import Toast
from workbench.ui.window import MainWindow

LONG = "A line of a long reply.\n\n" * 60


def laid_out(window: MainWindow, run: Run) -> None:
    """Waits until the long reply has its height: a frame later than the reply has ended."""
    run(until(window.chat.transcript.verticalScrollBar().isEnabled, what="a transcript that scrolls"))


def read_from(window: MainWindow, place: int) -> ReadingPlace | None:
    window.chat.transcript.verticalScrollBar().setValue(place)
    return window.chat.transcript.reading_place()


def test_a_reply_that_is_asked_for_again_is_shown(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat(LONG), chat("Another, short."), chat(LONG))
    ask(window, run, "First")
    transcript, old = window.chat.transcript, window.chat.conversation.keys[-1]
    laid_out(window, run)
    read_from(window, 0)
    window.registry.run("reply.regenerate")
    run(until(lambda: window.chat.conversation.keys[-1] != old and not window.chat.replies.chats()))
    run(until(lambda: transcript.document.messages[-1].key == window.chat.conversation.keys[-1]))
    assert transcript.scroller.following and transcript.reading_place() is None


def test_a_chat_is_shown_where_its_reader_left_it(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat(LONG))
    conversation, transcript = window.chat.conversation, window.chat.transcript
    chats: list[str] = []
    for text in ("One", "Two"):
        window.chat.new_chat()
        run(until(lambda: not conversation.chat.id))
        conversation.change(model="test/m")
        ask(window, run, text)
        laid_out(window, run)
        chats.append(conversation.chat.id)
    place = read_from(window, 500)
    assert place is not None
    run(conversation.open(chats[0]))
    assert transcript.reading_place() is None, "at the end, where this one was left"
    run(conversation.open(chats[1]))
    assert transcript.reading_place() == place
    run(conversation.open(chats[1], conversation.keys[0]))
    assert transcript.reading_place() != place, "what is asked for goes before"


def test_a_chat_is_read_on_after_a_restart(open_window: OpenWindow, server: Server, run: Run) -> None:
    server.on("POST", "/v1/chat/completions", chat(LONG))
    window = open_window()
    config = ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)
    window.services.settings.change(providers={"test": config})
    window.chat.conversation.change(model="test/m")
    ask(window, run, "One")
    laid_out(window, run)
    place = read_from(window, 500)
    assert place is not None

    window = open_window()
    laid_out(window, run)
    run(until(lambda: window.chat.transcript.reading_place() == place, what="the place of the reader"))


def test_a_temporary_chat_leaves_no_place(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat(LONG))
    run(window.chat.conversation.open_temporary())
    window.chat.conversation.change(model="test/m")
    ask(window, run, "One")
    laid_out(window, run)
    assert read_from(window, 500) is not None and window.chat.binder.places() == {}


def test_nothing_moves_when_the_scroll_bar_is_needed(window: MainWindow, scripted: Server, run: Run) -> None:
    def left_edges() -> tuple[int, int]:
        box = window.composer.view.editor
        return transcript.canvas.left, box.mapTo(window, QPoint(0, 0)).x()

    scripted.on("POST", "/v1/chat/completions", chat("Short."), chat(LONG))
    transcript = window.chat.transcript
    window.side_panes.toggle("panel")  # it takes room of its own from the first message on
    before = window.composer.view.editor.mapTo(window, QPoint(0, 0)).x()
    ask(window, run, "First")
    short = left_edges()
    assert short[1] == before and not transcript.verticalScrollBar().isEnabled()
    ask(window, run, "Second", messages=4)
    laid_out(window, run)
    assert left_edges() == short


def test_a_question_is_nearer_to_its_answer_than_to_the_answer_before(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    ask(window, run, "First")
    ask(window, run, "Second", messages=4)
    document, style = window.chat.transcript.document, window.chat.transcript.context.style
    answer, question = document.messages[1], document.messages[2]
    below_card = question.footer(style)
    assert below_card < answer.footer(style) and document.messages[3].content_top(style) == answer.content_top(style)


def test_a_chat_that_is_asked_for_and_gone_is_told(open_window: OpenWindow, run: Run) -> None:
    window = open_window(chat_id="nosuchid")
    told = [toast.accessibleName() for toast in window.findChildren(Toast) if toast.isVisible()]
    assert len(told) == 1 and "There is no chat nosuchid" in told[0]
    assert not window.chat.conversation.chat.id
