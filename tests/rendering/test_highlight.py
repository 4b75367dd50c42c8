"""Colours of code, whole and as it streams."""

from __future__ import annotations

import itertools
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.work import calls
from workbench.rendering.highlight import MAX_LINE, Colour, Highlighter, LineColours, highlight

PYTHON = '''\
import os

@cached
class Shop(Base):
    """Sells things.

    In more than one line."""

    def price(self, name: str = 'x', *, tax=0.19) -> float:
        # a comment
        if name is None:
            raise ValueError(f"no {name!r} here")
        return self.prices[name] * (1 + tax)

text = """
def not_code(): pass
"""
'''
JAVASCRIPT = """\
/* A comment
   over lines */
const f = async (x) => {
  if (x === null) { return `a ${x + 1} b`; }
  // done
};
"""
C = """\
#include <stdio.h>
/* over
   lines */
int main(int argc, char **argv) {
    printf("%d\\n", argc); // say it
    return 0;
}
"""
SHELL = "for f in *.txt; do\n  echo \"$f\" | sed 's/a/b/'  # change\ndone\n"
JSON = '{\n  "a": [1, 2.5, true, null],\n  "b": {"c": "d"}\n}\n'
DIFF = "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n"
SOURCES = {"python": PYTHON, "js": JAVASCRIPT, "c": C, "bash": SHELL, "json": JSON, "diff": DIFF}


def roles(text: str, language: str) -> dict[str, str]:
    """The role of each coloured word."""
    return {
        line[colour.start : colour.start + colour.length]: colour.role
        for line, colours in zip(text.split("\n"), highlight(text, language), strict=True)
        for colour in colours
    }


def streamed(pieces: list[str], language: str) -> tuple[LineColours, ...]:
    highlighter, lines = Highlighter(language), list[LineColours]()
    for piece in pieces:
        change = highlighter.feed(piece)
        lines[change.first :] = change.lines
    return tuple(lines)


def test_roles() -> None:
    found = roles(PYTHON, "python")
    assert found["class"] == found["return"] == found["import"] == "keyword"
    assert found["Shop"] == found["ValueError"] == "type"
    assert found["price"] == found["@cached"] == "function"
    assert found["0.19"] == "number"
    assert found["'x'"] == found["def not_code(): pass"] == "string"
    assert found["# a comment"] == "comment"
    assert found["None"] == found["self"] == "constant"
    found = roles(DIFF, "diff")
    assert (found["-old"], found["+new"]) == ("deleted", "inserted")


def test_lines_and_places() -> None:
    assert highlight("x = 1\n\ny = 'a'", "python") == (
        (Colour(2, 1, "operator"), Colour(4, 1, "number")),
        (),
        (Colour(2, 1, "operator"), Colour(4, 3, "string")),
    )


@pytest.mark.parametrize("language", SOURCES)
@given(st.lists(st.integers(0, 1000), max_size=30))
def test_any_cut_gives_the_same_colours(language: str, places: list[int]) -> None:
    text = SOURCES[language]
    ends = sorted({0, len(text), *(place % len(text) for place in places)})
    assert streamed([text[start:end] for start, end in pairwise(ends)], language) == highlight(text, language)


def test_a_comment_that_opens_late_colours_backwards() -> None:
    highlighter = Highlighter("c")
    highlighter.feed("int a;\nint b;\n/* one\n")
    change = highlighter.feed("two\n*/ int c;\n")
    lines = (*highlight("int a;\nint b;\n", "c")[: change.first], *change.lines)
    assert [line[0].role for line in lines if line] == ["type", "type", "comment", "comment", "comment"]


@pytest.mark.parametrize("language", ["", "nonsense", "text", "plaintext"])
def test_no_colours_for_what_is_no_language(language: str) -> None:
    assert highlight("x = 1", language) == ()
    assert not Highlighter(language).active


@pytest.mark.parametrize(
    ("name", "same"), [("py", "python"), ("yml", "yaml"), ("C++", "cpp"), ("sh", "bash"), ("kt", "kotlin")]
)
def test_names_and_endings(name: str, same: str) -> None:
    text = "class a: b = 'c' # d\n"
    assert highlight(text, name) == highlight(text, same) != ()


def test_nothing_new_changes_nothing() -> None:
    highlighter = Highlighter("python")
    highlighter.feed("x = 1\ny = 2")
    change = highlighter.feed("")
    assert (*highlight("x = 1\n", "python")[: change.first], *change.lines) == highlight("x = 1\ny = 2", "python")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert highlight("'" + "x" * MAX_LINE + "'\n1", "python") == ((), (Colour(0, 1, "number"),))
    monkeypatch.setattr("workbench.rendering.highlight.MAX_SIZE", 600)
    highlighter = Highlighter("python")
    assert len(highlighter.feed("x = 1\n" * 100).lines) == 101
    assert highlighter.feed("y = 2\n" * 10).lines == ()
    assert not highlighter.active


@pytest.mark.costly
@pytest.mark.parametrize(
    ("language", "piece"), [("csharp", "a\n"), ("autohotkey", "\n"), ("java", "\n"), ("ruby", "a\n"), ("maple", '"\\a')]
)
def test_hostile_code_comes_to_an_end(language: str, piece: str) -> None:
    text = piece * (10_000 // len(piece))
    assert len(highlight(text, language)) <= 1 + text.count("\n")


def test_a_slow_lexer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr("workbench.rendering.highlight.thread_time", lambda: next(clock))  # a second at each look
    highlighter = Highlighter("python")
    assert highlighter.feed("x = 1\ny = 2\n").lines == ((), (), ())
    assert not highlighter.active


def test_a_lexer_that_fails_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    highlighter = Highlighter("python")

    def fail(*_: object) -> None:
        raise KeyError("state")

    monkeypatch.setattr("workbench.rendering.highlight._tokens", fail)
    assert highlighter.feed("x = 1\n").lines == ((), ())
    assert not highlighter.active


@pytest.mark.costly
def test_streaming_costs_what_is_new() -> None:
    """Twice the lines, 20 at a time, take twice the calls."""

    def cost(lines: int) -> int:
        highlighter = Highlighter("python")
        piece = "    value = compute(value)  # again\n" * 20
        return calls(lambda: [highlighter.feed(piece) for _ in range(lines // 20)])

    cost(20)  # the rules of a language are compiled when it is first met
    assert cost(2_000) < 2.2 * cost(1_000)


@pytest.mark.process
def test_only_the_lexer_that_is_asked_for_is_imported() -> None:
    program = (
        "import sys\n"
        "from workbench.rendering.highlight import highlight\n"
        "assert not any(name.startswith('pygments') for name in sys.modules)\n"
        "highlight('{}', 'json')\n"
        "assert 'pygments.lexers.data' in sys.modules and 'pygments.lexers.python' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
