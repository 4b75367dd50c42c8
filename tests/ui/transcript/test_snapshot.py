"""Pictures of messages: complete, in order, without anything to click, cut where it does not show."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.ui.transcript.conftest import entry
from workbench.core.chat.parts import Blob, Failure, Image, Reasoning, Text, ToolCall
from workbench.ui.theme.tokens import DARK, LIGHT, Theme
from workbench.ui.transcript import Entry, snapshot
from workbench.ui.transcript.snapshot import SCALE, Snapshot

MAGENTA = (255, 0, 255)


def pictures(
    *entries: Entry, theme: Theme = LIGHT, width: int = 600, title: str = "", image: bytes = b""
) -> list[QImage]:
    taken = Snapshot(theme, width, lambda ident: image, title)
    found = [made for each in entries for made in taken.add(each)]
    return [*found, *taken.finish()]


def has(image: QImage, colour: str | tuple[int, int, int]) -> bool:
    wanted = QColor(*colour) if isinstance(colour, tuple) else QColor(colour)
    return any(image.pixelColor(x, y).rgb() == wanted.rgb()
               for y in range(0, image.height(), 2) for x in range(0, image.width(), 2))


def inked(image: QImage, area: QRect, ground: str) -> bool:
    """Returns whether anything is painted in ``area`` (in pixels)."""
    scaled = QRect(area.topLeft() * SCALE, area.size() * SCALE)
    copy = image.copy(scaled.intersected(image.rect()))
    return any(copy.pixelColor(x, y).name() != ground for y in range(copy.height()) for x in range(copy.width()))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_one_picture_at_twice_the_scale_in_the_colours_asked_for(qapp: QApplication, theme: Theme) -> None:
    (image,) = pictures(entry("a", "Hello", role="user"), entry("b", "**Hi**"), theme=theme, title="A title")
    assert image.width() == 600 * SCALE and image.devicePixelRatio() == SCALE
    assert image.pixelColor(0, 0).name() == theme.background
    assert has(image, theme.code) and has(image, theme.text)


def test_nothing_to_click_is_in_it(qapp: QApplication) -> None:
    code = "```python\nx = 1\n```"
    with_actions = entry("a", code, siblings=3, sibling=2)
    without = Entry("a", "assistant", (Text(code),), author="Model")
    assert pictures(with_actions) == pictures(without)
    (image,) = pictures(without)
    head = QRect(450, 62, 120, 20)  # where Copy, Save and Wrap are in the window
    assert not inked(image, head, LIGHT.code)


def test_reasoning_tools_and_long_messages_are_unfolded(qapp: QApplication) -> None:
    short = pictures(entry("a", Reasoning("short")))[0].height()
    assert pictures(entry("a", Reasoning("line\n\n" * 20)))[0].height() > short + 400
    assert (pictures(entry("a", ToolCall("1", "f", "{}\n" * 20)))[0].height()
            > pictures(entry("a", ToolCall("1", "f", "{}")))[0].height() + 300)
    lines = "\n".join(str(number) for number in range(100))
    assert pictures(entry("a", lines, role="user", markdown=False))[0].height() > 100 * 20 * SCALE


def test_long_lines_of_code_are_wrapped_and_wide_tables_made_smaller(qapp: QApplication) -> None:
    assert (pictures(entry("a", "```\n" + "x" * 400 + "\n```"))[0].height()
            > pictures(entry("a", "```\nx\n```"))[0].height() + 50)
    header = "|".join(f" column{number} " for number in range(20))
    table = f"|{header}|\n|{'--|' * 20}\n|{'|'.join(['word'] * 19)}|last|"
    (image,) = pictures(entry("a", table))
    right = QRect(600 - 24 - 20, 56, 18, 20)  # the end of the last column, within the margin
    assert inked(image, right, LIGHT.background)


def test_images_and_formulas_are_there_at_once(qapp: QApplication) -> None:
    file = io.BytesIO()
    Pillow.new("RGB", (200, 100), MAGENTA).save(file, "PNG")
    picture = Image(Blob("a" * 64, 1, "image/png", "p.png"), width=200, height=100)
    (image,) = pictures(entry("a", picture), image=file.getvalue())
    assert has(image, MAGENTA)
    assert pictures(entry("a", picture), image=b"")[0].size() == image.size(), "what is missing leaves its place"
    assert pictures(entry("a", "$$x$$"))[0] != pictures(entry("a", "$$y$$"))[0]
    drawn, source = (pictures(entry("a", f"| a |\n|---|\n| {cell} |"))[0] for cell in (
        "$\\frac{x}{y}$", "`\\frac{x}{y}`"))
    assert drawn.height() > source.height(), "in a cell of a table too"


def test_a_long_chat_becomes_several_pictures_cut_between_messages(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "HIGHEST", 400)
    entries = [entry(str(number), f"Message {number}") for number in range(12)]
    images = pictures(*entries)
    assert len(images) > 1 and all(image.height() <= 400 * SCALE for image in images)
    one = pictures(entries[0])[0].height() - 2 * 24 * SCALE
    assert sum(image.height() - 2 * 24 * SCALE for image in images) == 12 * one


@pytest.mark.parametrize("text", [
    "word " * 2000, "```\n" + "line\n" * 300 + "```", "\n\n".join(["paragraph"] * 100), "- item\n" * 200,
    "| a |\n|---|\n" + "| cell |\n" * 100,
])
def test_a_message_higher_than_a_picture_is_cut_between_its_lines(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(snapshot, "HIGHEST", 700)
    images = pictures(entry("a", text))
    assert len(images) > 2 and all(300 < image.height() / SCALE <= 700 for image in images[:-1])
    for above in images[:-1]:  # no line of text is cut through: neither its lower part nor its upper is missing
        edge = above.height() // SCALE - 24
        assert not inked(above, QRect(60, edge, 400, 1), LIGHT.background) or "|" in text or "```" in text


def test_a_failure_takes_no_room_for_its_buttons(qapp: QApplication) -> None:
    from workbench.ui.transcript import Action

    plain, remedied = (Entry("a", "assistant", (Failure("It broke."),), author="M", remedies=remedies)
                       for remedies in ((), (Action("retry", "Retry"),)))
    assert pictures(plain) == pictures(remedied)
