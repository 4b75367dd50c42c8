"""Numbers of footnotes: in the order in which the text and the notes themselves mention them."""

from __future__ import annotations

from workbench.rendering.blocks import Footnote, Prose
from workbench.rendering.footnotes import number, relabel, with_way_back
from workbench.rendering.stream import render_blocks


def test_the_first_mention_decides() -> None:
    assert number(["b", "a", "b"], {"a": [], "b": []}) == {"b": "1", "a": "2"}
    assert number(["a"], {"a": ["c"], "b": [], "c": ["a"]}) == {"a": "1", "c": "2", "b": "3"}
    assert number(["gone"], {"a": ["gone"]}) == {"a": "1"} and number([], {}) == {}


def test_a_note_shows_its_number_and_the_way_back() -> None:
    block = next(block for block in render_blocks("A[^x]\n\n[^x]: Note") if block.containers)
    note = block.containers[0]
    assert isinstance(note, Footnote) and (note.label, note.name) == ("1", "x")
    again = relabel(block, "7").containers[0]
    assert isinstance(again, Footnote) and (again.label, again.name) == ("7", "x")
    assert isinstance(block, Prose) and "#fnref" in str(with_way_back(block, "x"))
