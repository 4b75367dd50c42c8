"""Marks of sources: where they stand, and what they leave as it is."""

from __future__ import annotations

import pytest

from workbench.core.chat.citation_marks import marked
from workbench.core.chat.parts import PASSAGES, Citation, Part, Text


def source(*places: tuple[int, int], url: str = "https://a.example") -> Citation:
    return Citation(url, "A", {PASSAGES: [{"start_index": start, "end_index": end} for start, end in places]})


def shown(text: str, *sources: Part) -> str:
    return marked(text, (Text(text), *sources))


def test_marks_stand_behind_what_is_cited() -> None:
    text = "Rain in 北京. Sun in Rome."
    assert shown(text, source((0, 11)), source((12, 24), (0, 11), url="https://b.example")) == (
        "Rain in 北京.[1][2] Sun in Rome.[2]")
    assert shown(text, source((12, 9999))) == text + "[1]", "some servers count otherwise"


@pytest.mark.parametrize("places", [[(0, 0)], [(5, 2)], [(-3, 4)]])
def test_places_that_are_none(places: list[tuple[int, int]]) -> None:
    assert shown("Rain.", source(*places)) == "Rain."
    assert marked("Rain.", (Text("Rain."), Text("Sun."), source((0, 5)))) == "Rain.", "which of them is not known"
    odd = Citation("https://a.example", "", {PASSAGES: ["x", {"start_index": "0", "end_index": None}]})
    assert shown("Rain.", odd, Citation("https://b.example")) == "Rain."


@pytest.mark.parametrize(("text", "end", "out"), [
    ("See [A](https://a.example/x(1)).", 12, "See [A](https://a.example/x(1))[1]."),
    ("Run `a b` now", 7, "Run `a b`[1] now"),
    ("So $a + b$ it is", 6, "So $a + b$[1] it is"),
    ("At https://a.example/x now", 22, "At https://a.example/x [1] now"),
    ("It costs $5 here and $6 there.", 11, "It costs $5[1] here and $6 there."),
    ("| a | b |\n|---|---|\n| c | d |\n", 30, "| a | b |\n|---|---|\n| c | d[1] |\n"),
    ("Rain [1]. Sun.", 8, "Rain [1]. Sun."),
    ("Rain(see B)", 4, "Rain&#91;1](see B)"),
    ("Rain.\n\nSun.", 7, "Rain.[1]\n\nSun."),
    ("```\ncode\n```\nSo.", 8, "```\ncode\n```\nSo."),
    ("```\ncode\n```\nSo.", 12, "```\ncode\n```\nSo."),
    ("```\ncode", 8, "```\ncode"),
    ("$$\nx\n$$", 4, "$$\nx\n$$"),
])
def test_links_code_and_formulas_stay_what_they_are(text: str, end: int, out: str) -> None:
    assert shown(text, source((0, end))) == out


@pytest.mark.costly
@pytest.mark.parametrize("piece", [
    "`", "\\(", "$", "[a](", "[", "![", "`` ` ", "$x ", "https://", "> ", "~~~\n", "\\[", "|"])
def test_what_is_opened_and_never_closed_costs_no_more_than_words(piece: str) -> None:
    text = "Rain. " + piece * 100_000 + "x" * 100_000
    many = source(*((0, 5 + at) for at in range(20_000)))
    assert shown(text, source((0, 5)), many).startswith("Rain.[1][2]")
