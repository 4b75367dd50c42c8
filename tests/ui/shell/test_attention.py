"""What ends while another window is used is told by the desktop."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import Run, Show
from tests.support.server import Gate, Server, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.test_window import ask, write
from workbench.ui.shell.attention import Attention
from workbench.ui.window import MainWindow


def in_front(widget: QWidget) -> None:
    widget.activateWindow()
    while not widget.isActiveWindow():
        QApplication.processEvents()


def test_only_a_window_in_the_background_calls(show: Show) -> None:
    window = show(QWidget(), 300, 200)
    attention = Attention(window)
    in_front(window)
    assert not attention.call("A reply is complete.") and attention.last == ""
    in_front(show(QWidget(), 200, 100))
    assert attention.call("A reply is complete.") and attention.last == "A reply is complete."
    attention.window_used()


def test_a_reply_that_ends_in_the_background_calls_unless_that_is_off(
    window: MainWindow, scripted: Server, run: Run, show: Show
) -> None:
    in_front(window)
    ask(window, run, "Hi")
    assert window.attention is None or window.attention.last == ""
    other = show(QWidget(), 200, 100)
    for messages, on in ((4, False), (6, True)):
        window.services.settings.change(alerts=on)
        gate = Gate()
        scripted.on("POST", "/v1/chat/completions", sse(gate, *chat_chunks("Hello.")))
        in_front(window)
        write(window, "Again")
        run(until(window.chat.replies.chats))
        in_front(other)
        gate.open()
        run(until(lambda messages=messages: len(window.chat.conversation.keys) == messages
                  and not window.chat.replies.chats()))
        told = window.attention is not None and window.attention.last == "A reply is complete."
        assert told == on
