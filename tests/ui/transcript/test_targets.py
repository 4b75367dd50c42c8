"""The click targets, without a view: what Tab reaches in which order, and what the mouse is over."""

from __future__ import annotations

import pytest

from tests.ui.transcript.conftest import entry
from workbench.ui.transcript.canvas import Canvas
from workbench.ui.transcript.targets import Hover, Targets


@pytest.fixture
def targets(canvas: Canvas) -> Targets:
    links = "See [one](https://example.org/1) and [two](https://example.org/2).\n\n```\ncode\n```\n"
    canvas.document.set_entries([entry("q", "A question", role="user"), entry("r", links, sibling=2, siblings=3)])
    canvas.document.lay_out(0, 10_000)
    return Targets(canvas)


def labels(targets: Targets, delta: int) -> list[str]:
    found = []
    while targets.focus_next(delta):
        clickable = targets.focused()
        assert clickable is not None
        found.append(clickable.label)
    return found


def test_tab_goes_from_the_header_through_the_blocks_to_the_footer(targets: Targets) -> None:
    forth = labels(targets, 1)
    assert forth == [
        "‹", "›", "https://example.org/1", "https://example.org/2", "Wrap", "Save", "Copy", "Copy", "Regenerate", "⋯",
    ]  # fmt: skip
    assert targets.current == 1 and targets.focused() is None
    assert labels(targets, -1) == forth[::-1]


def test_the_focus_is_painted_while_the_viewport_has_it(targets: Targets, canvas: Canvas) -> None:
    targets.set_current(1)
    for _ in range(3):
        targets.focus_next(1)
    place, clickable = targets.focused_place(), targets.focused()
    assert place == (1, 0, 0) and clickable is not None
    canvas.viewport.setFocus()
    assert targets.focus_rect(1, 0) == targets.hovered_rect(1, 0) == clickable.rect
    canvas.viewport.clearFocus()
    assert targets.focus_rect(1, 0) is None
    canvas.viewport.setFocus()
    assert targets.focus_rect(0, 0) is None and targets.focus_rect(1, -1) is None


def test_the_target_of_a_link_is_emitted_once_and_taken_back(targets: Targets) -> None:
    emitted: list[str] = []
    targets.link_hovered.connect(emitted.append)
    first, second = targets.inside(1, 0)
    for hover in (Hover(1, 0, first), Hover(1, 0, first), Hover(1, 0, second), Hover(1, 0), Hover(1, 1), Hover()):
        targets.set_hover(hover)
    assert emitted == ["https://example.org/1", "https://example.org/2", ""]


def test_actions_are_reached_on_the_last_message_and_under_the_mouse(targets: Targets) -> None:
    assert [each.label for each in targets.around(1)] == ["‹", "›", "Copy", "Regenerate", "⋯"]
    assert targets.around(0) == []
    targets.set_hover(Hover(0, 0))
    assert [each.label for each in targets.around(0)] == ["Copy", "Regenerate", "⋯"]


def test_a_hover_over_messages_that_are_gone_is_harmless(targets: Targets, canvas: Canvas) -> None:
    targets.set_hover(Hover(1, 1))
    targets.set_current(1)
    canvas.document.set_entries([])
    targets.set_hover(Hover())
    assert targets.focused() is None
    targets.set_current(5)
    assert targets.current == -1 and not targets.focus_next(1)
