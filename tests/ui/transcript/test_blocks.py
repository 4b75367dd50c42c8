"""Code, tables, links, formulas and images in the view."""

from __future__ import annotations

import base64
import json

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.transcript.conftest import entry, settled, text_of
from workbench.core.chat.parts import PASSAGES, Blob, Citation, Image, Text
from workbench.ui.theme.tokens import DARK, LIGHT
from workbench.ui.transcript import TranscriptView
from workbench.ui.transcript.blocks.table import share
from workbench.ui.transcript.document import Place
from workbench.ui.transcript.pictures import read_image

LONG_LINE = "print('" + "x" * 400 + "')"
CODE = f"```python\ndef f():\n    return 1\n{LONG_LINE}\n```\n"


def block_of(view: TranscriptView, number: int = 0):
    return view.document.messages[0].views[number]


def shown(view: TranscriptView, text: str) -> TranscriptView:
    view.set_entries([entry("r", text)])
    return settled(view)


def has_colour(view: TranscriptView, colour: str) -> bool:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return QColor(colour).rgb() in set(memoryview(image.constBits()).cast("I"))


def wait_for_colour(view: TranscriptView, colour: str) -> bool:
    for _ in range(200):
        settled(view)
        if has_colour(view, colour):
            return True
        QTest.qWait(10)
    return False


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_code_is_coloured(view, theme) -> None:
    view.set_theme(theme)
    shown(view, CODE)
    assert wait_for_colour(view, theme.code_colours["keyword"])


def test_wrap_makes_a_long_line_several_rows(view) -> None:
    shown(view, CODE)
    before = block_of(view).height
    wrap = next(clickable for clickable in block_of(view).clickables(view.context) if clickable.label == "Wrap")
    wrap.run()
    settled(view)
    assert block_of(view).height > before + 3 * view.context.style.code_line
    assert block_of(view).plain(0, block_of(view).length()).endswith(LONG_LINE)


def test_code_is_saved_with_its_language(view) -> None:
    heard = []
    view.save_code_requested.connect(lambda *what: heard.append(what))
    shown(view, CODE)
    next(clickable for clickable in block_of(view).clickables(view.context) if clickable.label == "Save").run()
    assert heard == [(f"def f():\n    return 1\n{LONG_LINE}", "python")]


def test_wide_code_scrolls_sideways_by_wheel_and_bar(view) -> None:
    shown(view, CODE)
    caret = view.canvas.caret_rect(Place(0, 0, 0))
    where = QPointF(caret.center() + QPoint(60, 10))
    wheel = QWheelEvent(
        where, view.viewport().mapToGlobal(where), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)
    assert view.canvas.caret_rect(Place(0, 0, 0)).left() == caret.left() - 120
    track = block_of(view).track()
    left = view.canvas.left + view.document.messages[0].inset(view.context.style)
    thumb = QPoint(left + track.left() + 10, caret.top() - block_of(view).caret(0).top() + track.center().y())
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, thumb)
    QTest.mouseMove(view.viewport(), thumb + QPoint(2000, 0))
    release = thumb + QPoint(2000, 0)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, release)
    assert view.canvas.caret_rect(Place(0, 0, 0)).left() < caret.left() - 1000


def test_a_huge_code_block_lays_out_what_is_visible(view) -> None:
    shown(view, "```\n" + "\n".join(f"line {n}" for n in range(20_000)) + "\n```\n")
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    settled(view)
    assert len(block_of(view)._laid) < 400
    assert block_of(view).height > 20_000 * 15


def test_a_huge_table_lays_out_what_is_visible(view) -> None:
    rows = "".join(f"| {n} | {'word ' * (n % 30)} |\n" for n in range(3000))
    shown(view, "| a | b |\n|---|---|\n" + rows)
    assert len(block_of(view)._laid) < 200
    bar = view.verticalScrollBar()
    for _ in range(30):
        seen = view.canvas.place_at(QPoint(view.canvas.left + 20, 300))
        before = view.canvas.caret_rect(seen).top()
        bar.setValue(bar.value() - 100)
        assert view.canvas.caret_rect(seen).top() == before + 100


def test_columns_share_the_width() -> None:
    assert share([100, 100], 400, 96) == [200, 200]
    assert share([100, 900], 400, 96) == [100, 300]
    assert sum(share([300] * 10, 400, 96)) == 960
    assert share([], 400, 96) == []


def test_links_show_their_target_and_are_emitted(view) -> None:
    went, over = [], []
    view.link_activated.connect(went.append)
    view.link_hovered.connect(over.append)
    shown(view, "See [the page](https://example.org/page) and [not this](file:///etc/passwd).")
    (link,) = block_of(view).clickables(view.context)  # what a click would not follow does not look like a link
    at = view.canvas.block_origin(0, 0) + link.rect.center()
    QTest.mouseMove(view.viewport(), at)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert over[0] == "https://example.org/page" and went == ["https://example.org/page"]


def test_footnotes_jump_there_and_back(view) -> None:
    shown(view, "Start[^n].\n\n" + "Words and words.\n\n" * 80 + "[^n]: The note.\n")
    view.scroll_to("r")
    (mark,) = block_of(view).clickables(view.context)
    mark.run()
    last = len(view.document.messages[0].views) - 1
    assert 0 <= view.canvas.caret_rect(Place(0, last, 0)).top() < view.viewport().height()
    (back,) = block_of(view, last).clickables(view.context)
    back.run()
    assert 0 <= view.canvas.caret_rect(Place(0, 0, 0)).top() < view.viewport().height()


def test_formulas_are_drawn_and_those_that_cannot_be_are_source(view) -> None:
    shown(view, "Inline $x^2$ and $\\nosuchcommand{x}$.\n\n$$\n\\frac{a}{b}\n$$\n")
    before = block_of(view, 1).height
    settled(view, lambda: block_of(view, 1)._picture is not None, timeout=20)
    settled(view, lambda: "x^2" not in block_of(view).inline().text, timeout=20)
    assert "\\nosuchcommand{x}" in block_of(view).inline().text
    assert block_of(view, 1).height != before
    assert "$x^2$" in block_of(view).plain(0, block_of(view).length())


def test_formulas_in_cells_are_drawn_like_those_in_prose(view) -> None:
    shown(view, "| what | value |\n|---|---|\n| sum $\\frac{a}{b}$ | $\\nosuchcommand{x}$ |\n| none | 1 |\n")
    table = block_of(view)
    settled(view, lambda: "frac" not in table._laid[1][0].inline.text, timeout=20)
    assert "\\nosuchcommand{x}" in table._laid[1][1].inline.text
    assert table._heights[1] > table._heights[2], "a fraction is higher than a line"
    assert table.plain(0, table.length()) == "what\tvalue\nsum $\\frac{a}{b}$\t$\\nosuchcommand{x}$\nnone\t1"
    assert "$\\frac{a}{b}$" in table.as_csv() and "$\\frac{a}{b}$" in table.markdown(0, table.length())


def test_a_formula_far_down_a_table_is_drawn_when_it_comes_into_view(view) -> None:
    rows = "".join(f"| {n} | word |\n" for n in range(300))
    shown(view, f"| a | b |\n|---|---|\n{rows}| last | $\\frac{{c}}{{d}}$ |\n")
    table = block_of(view)
    view.verticalScrollBar().setValue(0)
    settled(view)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    settled(view, lambda: 301 in table._laid and "frac" not in table._laid[301][1].inline.text, timeout=20)
    assert table._heights[301] > table._heights[300]


def png(width: int, height: int, colour: str) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def test_several_pictures_of_a_message_are_smaller_than_one(view) -> None:
    picture = Image(Blob("a" * 64, 1, "image/png", "p.png"), width=1600, height=900)
    view.set_entries([entry("one", picture), entry("three", picture, picture, picture)])
    settled(view)
    (large,), small = (view.document.messages[at].views for at in (0, 1))
    assert large.clickables(view.context)[0].rect.width() == 360
    assert [each.clickables(view.context)[0].rect.width() for each in small] == [200] * 3
    assert sum(each.height for each in small) < 2 * large.height


def test_image_is_requested_shown_and_opened(view) -> None:
    asked, opened = [], []
    view.image_requested.connect(asked.append)
    view.attachment_activated.connect(opened.append)
    picture = Image(Blob("abc", 10, "image/png", "red.png"), width=400, height=200)
    view.set_entries([entry("q", picture, role="user")])
    settled(view)
    assert asked == ["abc"]
    view.provide_image("abc", png(400, 200, "#ff0000"))
    assert wait_for_colour(view, "#ff0000")
    block_of(view).clickables(view.context)[0].run()
    assert opened == [picture]


def test_only_pictures_of_known_kinds_and_sizes_are_read() -> None:
    assert read_image(png(3000, 10, "#00ff00")).width() == 1080
    assert read_image(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>") is None
    assert read_image(b"") is None
    assert read_image(b"\x89PNG\r\n\x1a\n" + b"\0" * 50) is None
    huge = bytearray(png(8, 8, "#000000"))
    huge[16:24] = (30_000).to_bytes(4, "big") * 2  # what the header claims
    assert read_image(bytes(huge)) is None


def test_sources_have_the_numbers_of_the_text(view) -> None:
    sources = (Citation("https://a.example", "A"), Citation("https://b.example"), Citation("", "A paper, p. 2"))
    view.set_entries([entry("a", Text("It rains [2]."), *sources)])
    settled(view)
    shown = text_of(view, "a")
    for line in ("[1] · A · https://a.example", "[2] · https://b.example", "[3] · A paper, p. 2"):
        assert line in shown


@pytest.mark.parametrize("streamed", [False, True])
def test_a_reply_says_where_its_sources_are_cited(view, streamed: bool) -> None:
    """Once it is whole, so that no text moves under the reader while it comes."""
    source = Citation("https://a.example", "A", {PASSAGES: [{"start_index": 0, "end_index": 8}]})
    if streamed:
        view.set_entries([entry("a", state="streaming")])
        view.append_text("a", "It rains. So stay.")
        settled(view)
        assert text_of(view, "a").startswith("It rains. So stay.")
    whole = entry("a", Text("It rains. So stay."), source)
    view.update_entry(whole) if streamed else view.set_entries([whole])
    settled(view)
    shown = text_of(view, "a")
    assert shown.startswith("It rains[1]. So stay.") and "[1] · A · https://a.example" in shown


def test_a_diagram_opens_in_the_browser_by_an_address_that_sends_nothing(view) -> None:
    opened: list[str] = []
    view.link_activated.connect(opened.append)
    shown(view, "```mermaid\ngraph TD\nA[Größe] --> B\n```\n")
    next(each for each in block_of(view).clickables(view.context) if each.label == "Open in browser").run()
    address, _, state = opened[0].partition("#base64:")
    assert address == "https://mermaid.live/view"
    padded = state + "=" * (-len(state) % 4)
    assert json.loads(base64.urlsafe_b64decode(padded))["code"] == "graph TD\nA[Größe] --> B"
    shown(view, CODE)
    assert "Open in browser" not in [each.label for each in block_of(view).clickables(view.context)]
