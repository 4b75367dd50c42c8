"""A message on the clipboard: as Markdown, HTML and plain text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Failure, Part, Text
from workbench.ui.window import MainWindow

REPLY = "# Title\n\n**Bold** [link](https://example.org) $x^2$ <script>alert(1)</script> [bad](javascript:x)\n"

Copy = Callable[..., QMimeData]


@pytest.fixture
def copy(window: MainWindow, run: Run) -> Copy:
    """``copy(action, part, …)``: what is on the clipboard after the action on a message of these parts."""

    def do(action: str, *parts: Part, role: str = "assistant") -> QMimeData:
        chat = run(window.services.store.create_chat(Chat("", "Copies")))
        message = user(parts[0].text) if role == "user" and isinstance(parts[0], Text) else Message("assistant", parts)
        node = run(window.services.store.add_message(chat.id, None, message))
        QGuiApplication.clipboard().clear()
        changed: list[int] = []
        QGuiApplication.clipboard().dataChanged.connect(lambda: changed.append(1))
        window.chat.message_actions.run(node.id, action)
        run(until(lambda: changed or window.banner_strip.isVisible()))
        return QGuiApplication.clipboard().mimeData()

    return do


def test_markdown_is_the_source(copy: Copy) -> None:
    assert copy("copy", Text(REPLY)).text() == REPLY


def test_html_for_programs_that_take_it_and_text_for_the_others(copy: Copy) -> None:
    data = copy("copy-html", Text(REPLY))
    html = data.html()
    assert "<h1>Title</h1>" in html and "<strong>Bold</strong>" in html and 'href="https://example.org"' in html
    assert "<script" not in html and "javascript:" not in html.split("title=")[0]
    assert data.text().startswith("Title") and "**" not in data.text()


def test_the_words_of_the_user_stay_as_typed(copy: Copy) -> None:
    words = "2 * 3 * 4 <b>\nsecond line\n\n# no heading"
    html = copy("copy-html", Text(words), role="user").html()
    assert "<p>2 * 3 * 4 &lt;b&gt;<br>second line</p>" in html and "<p># no heading</p>" in html
    assert copy("copy-text", Text(words), role="user").text() == words


def test_plain_text_and_a_failure(copy: Copy) -> None:
    assert copy("copy-text", Text("# Title\n\n**Bold**")).text().split() == ["Title", "Bold"]
    assert copy("copy-text", Failure("It broke.")).text() == "It broke."


def test_the_menu_offers_every_kind_of_copy(window: MainWindow, run: Run) -> None:
    window.welcome.suggested.emit("What can you do?")
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    window.chat.transcript.open_menu(window.chat.conversation.keys[1])
    menu = next(each for each in window.findChildren(QMenu) if each.isVisible())
    inner = next(each.menu() for each in menu.actions() if each.text() == "Copy or save as")
    assert [each.text() for each in inner.actions()] == [
        "Markdown", "HTML", "Plain text", "Picture", "Save as picture…"]
    menu.close()


@pytest.mark.parametrize("action", ["copy", "copy-text", "copy-html"])
def test_nothing_that_acts_where_it_is_pasted(copy: Copy, action: str) -> None:
    hostile = "\x1b[31mred\x1b]52;c;QQ==\x07 \x1b[201~rm\x9b31m end"
    text = copy(action, Text(hostile)).text()
    assert text.strip() == "[31mred]52;c;QQ== [201~rm31m end"
