"""A message on the clipboard: as Markdown, HTML, plain text and a picture; and as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.import_export.test_export_dialog import answer
from tests.ui.import_export.test_import_export_controller import exported
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Failure, Part, Text
from workbench.ui.import_export import message_image
from workbench.ui.transcript import snapshot
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
        window.messages.run(node.id, action)
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


def test_a_picture_of_a_message(copy: Copy) -> None:
    image = QImage(copy("copy-picture", Text(REPLY)).imageData())
    assert image.width() == message_image.WIDTHS["normal"] * snapshot.SCALE and image.height() > 200


def test_what_is_too_long_for_one_picture_is_told(
    copy: Copy, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "HIGHEST", 300)
    copy("copy-picture", Text("word\n\n" * 100))
    assert "too long for one picture" in window.banner_strip.banner.text()


def test_a_message_is_saved_as_pictures(
    window: MainWindow, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "HIGHEST", 300)
    chat = run(window.services.store.create_chat(Chat("", "Copies")))
    node = run(window.services.store.add_message(chat.id, None, Message("assistant", (Text("word\n\n" * 20),))))
    window.messages.run(node.id, "save-picture")
    answer(window, run, tmp_path / "m.png")
    names = [path.name for path in exported(window, run)]
    assert names == [f"m {number} of {len(names)}.png" for number in range(1, len(names) + 1)] and len(names) > 1


def test_a_chat_that_is_too_long_for_pictures_is_refused_at_once(
    window: MainWindow, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_image, "MOST_CHARACTERS", 100)
    chat = run(window.services.store.create_chat(Chat("", "Long")))
    run(window.services.store.add_message(chat.id, None, Message("assistant", (Text("word " * 50),))))
    window.import_export.controller().export([chat.id], "png", tmp_path / "out" / "c.png")
    run(until(window.banner_strip.isVisible))
    assert "“Long” is too long for pictures. Export it as PDF or HTML" in window.banner_strip.banner.text()
    assert list((tmp_path / "out").iterdir()) == []


def test_the_menu_offers_every_kind_of_copy(window: MainWindow, run: Run) -> None:
    window.first_run.suggested.emit("What can you do?")
    run(until(lambda: len(window.conversation.keys) == 2 and not window.replying.chats()))
    window.transcript.host.open_menu(window.conversation.keys[1])
    menu = next(each for each in window.findChildren(QMenu) if each.isVisible())
    inner = next(each.menu() for each in menu.actions() if each.text() == "Copy message as")
    assert [each.text() for each in inner.actions()] == ["Markdown", "HTML", "Plain text", "Picture"]
    menu.close()
