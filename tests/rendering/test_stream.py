"""Streams: any cut of a text gives the blocks of the whole, and updates are all that a view needs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.rendering.corpus import PIECES, Layout, layouts
from tests.support.work import calls
from workbench.rendering.blocks import (
    Block,
    Code,
    Footnote,
    Item,
    Math,
    Plain,
    Prose,
    Quote,
    Rule,
    Table,
    Update,
)
from workbench.rendering.stream import MarkdownStream, render_blocks

TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.lists(st.sampled_from([layout.markdown + "\n" for layout in layouts()]), max_size=4).map("\n".join),
    st.text(max_size=60),
)


def apply(blocks: list[Block], update: Update) -> list[Block]:
    """What a view does with an update."""
    blocks = blocks[: update.keep]
    if update.grow:
        last = blocks[-1]
        if isinstance(last, Code):
            assert isinstance(update.grow, str)
            blocks[-1] = replace(last, text=last.text + update.grow)
        else:
            assert isinstance(last, Table) and not isinstance(update.grow, str)
            blocks[-1] = replace(last, rows=last.rows + update.grow)
    return blocks + list(update.blocks)


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in pairwise(ends)]


def stream(pieces: list[str]) -> list[Block]:
    """The blocks of a text streamed in pieces, checked at each of them."""
    stream, shown = MarkdownStream(), list[Block]()
    for piece in pieces:
        shown = apply(shown, stream.append(piece))
        assert [without_source(one) for one in shown] == [without_source(one) for one in stream.blocks]
    shown = apply(shown, stream.finish())
    assert shown == list(stream.blocks)
    return shown


def without_source(block: Block) -> Block:
    """A table that grows gets its source when it is closed."""
    return replace(block, source="") if isinstance(block, Table) else block


@given(TEXTS, st.lists(st.integers(0, 5000), max_size=40))
@settings(max_examples=4 * settings.default.max_examples)
@example("a\r\nb", [2])
@example("```\na\n``x\n```", [6, 7, 8])
def test_any_cut_gives_the_same_blocks(text: str, places: list[int]) -> None:
    assert stream(cut(text, places)) == list(render_blocks(text))


@pytest.mark.parametrize("layout", layouts(), ids=lambda one: one.name)
def test_a_character_at_a_time(layout: Layout) -> None:
    assert stream(list(layout.markdown)) == list(render_blocks(layout.markdown))


@given(st.sampled_from(["word ", "字", "x", "a\n", "**b** c\n", "> q\n", "# h ", "    c", "- i "]), st.data())
def test_any_cut_of_long_lines_and_paragraphs(piece: str, data: st.DataObject) -> None:
    text = piece * (9_000 // len(piece)) + data.draw(st.sampled_from(["", "\n===", "\n[x]: y", "\n| a |\n|---|"]))
    places = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    assert stream(cut(text, places)) == list(render_blocks(text))


CODE = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=80)


@given(CODE, st.sampled_from(["", "- ", "1. ", "> ", "10. > - "]), st.lists(st.integers(0, 200), max_size=9))
@settings(max_examples=4 * settings.default.max_examples)
def test_code_is_exactly_its_source(code: str, prefix: str, places: list[int]) -> None:
    fence = "`" * (max(3, code.count("`") + 1))
    pad = "".join(sign if sign == ">" else " " for sign in prefix)
    lines = [f"{fence}py", *code.split("\n"), fence]
    text = "\n".join((prefix if at == 0 else pad) + line for at, line in enumerate(lines))
    (block,) = (one for one in stream(cut(text, places)) if isinstance(one, Code))
    assert block.text == code
    assert block.language == "py"


def test_open_code_grows() -> None:
    stream = MarkdownStream()
    assert stream.append("```py\nx = 1\n") == Update(0, (Code("x = 1", "py", (), True),))
    assert stream.append("y = 2\nz") == Update(1, (), "\ny = 2\nz")
    assert stream.append(" = 3\n``") == Update(1, (), " = 3")
    assert stream.append("`\n") == Update(0, (Code("x = 1\ny = 2\nz = 3", "py"),))


def test_open_table_grows_by_rows() -> None:
    stream = MarkdownStream()
    stream.append("| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert stream.append("| 3 | **4** |\n| 5") == Update(1, (), (("3", "<strong>4</strong>"),))
    assert stream.append("\n\nText") == Update(
        0,
        (
            Table(
                ("a", "b"),
                ("", ""),
                (("1", "2"), ("3", "<strong>4</strong>"), ("5", "")),
                "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | **4** |\n| 5",
            ),
            Prose("Text", "Text"),
        ),
    )


def test_what_may_become_anything_is_not_shown_yet() -> None:
    stream = MarkdownStream()
    stream.append("Intro:\n")
    for piece in ("-", " ", "*", "*"):
        assert stream.append(piece) == Update(1)
    assert stream.append("Bold") == Update(
        1, (Prose("<strong>Bold</strong>", "**Bold", (Item(False, 0, True, True),)),)
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a **b", "a <strong>b</strong>"),
        ("a **b c*", "a <strong>b c</strong>"),
        ("a **b c**", "a <strong>b c</strong>"),
        ("a *b **c", "a <em>b <strong>c</strong></em>"),
        ("a ~~b~", "a <del>b</del>"),
        ("a `b", "a <code>b</code>"),
        ("a ``b `c", "a <code>b `c</code>"),
        ("a **", "a"),
        ("a \\(b_1 + c_1", "a <code>\\(b_1 + c_1</code>"),
        ("$$\nx_1 + x_1", "<code>$$\nx_1 + x_1</code>"),
        ("a [b](http://c.exam", "a b"),
        ("a ![b](http", "a b"),
        ("so 2 * 3", "so 2 * 3"),
        ("f(a*b", "f(a*b"),
        ("a **b" + " word" * 80, "a **b" + " word" * 80),
        ("# Title with **bo", "Title with <strong>bo</strong>"),
        ("- item with **bo", "item with <strong>bo</strong>"),
    ],
)
def test_the_open_end_looks_as_it_will(text: str, shown: str) -> None:
    stream = MarkdownStream()
    stream.append("Before **this.\n\n")
    stream.append(text)
    first, last = stream.blocks
    assert isinstance(first, Prose) and first.html == "Before **this."
    assert isinstance(last, Prose) and last.html.rstrip() == shown


def test_the_header_of_a_table_does_not_flash_as_text() -> None:
    stream = MarkdownStream()
    shown: list[Block] = []
    for character in "Ages:\n| a | b |\n|---|---|\n":
        shown = apply(shown, stream.append(character))
        assert "|" not in str([one for one in shown if isinstance(one, Prose)])
    assert isinstance(shown[1], Table)


def test_closed_blocks_are_kept() -> None:
    stream = MarkdownStream()
    stream.append("One.\n\nTwo")
    assert stream.append(".\n\nThree").keep == 1
    assert stream.append(".").keep == 2


def test_a_list_turns_loose_at_once() -> None:
    stream = MarkdownStream()
    stream.append("- a\n- b\n")
    update = stream.append("\n- c\n")
    assert update.keep == 0
    assert all(not item.tight for block in update.blocks for item in block.containers if isinstance(item, Item))


def test_late_definitions_are_filled_in_at_the_end() -> None:
    stream = MarkdownStream()
    stream.append("Start.\n\nSee [x].\n\nMiddle.\n\n[x]: http://x.example\n")
    update = stream.finish()
    assert update.keep == 1
    assert update.blocks[0] == Prose('See <a href="http://x.example">x</a>.', "See [x].")


def test_footnotes_stand_at_the_end_in_the_order_of_mention() -> None:
    blocks = render_blocks("[^b] [^a]\n\n[^a]: A\n[^b]: B\n[^c]: C\n\nLast.")
    assert [block.html for block in blocks if isinstance(block, Prose)] == [
        '<sup><a href="#fn-1">1</a></sup> <sup><a href="#fn-2">2</a></sup>',
        "Last.",
        'B <a href="#fnref-1">↩</a>',
        'A <a href="#fnref-2">↩</a>',
        "C",
    ]
    assert [block.containers for block in blocks[2:]] == [
        (Footnote("1", True, "b"),),
        (Footnote("2", True, "a"),),
        (Footnote("3", True, "c"),),
    ]


def test_containers() -> None:
    blocks = render_blocks("> [!TIP]\n> 1. a\n>\n>    ---\n> 2. [x] b\n\n$$\nx\n$$")
    assert blocks == (
        Prose("a", "a", (Quote("tip", True), Item(True, 1, True, False))),
        Rule((Quote("tip", False), Item(True, 1, False, False))),
        Prose("b", "b", (Quote("tip", False), Item(True, 2, True, False, True))),
        Math("x", "$$\nx\n$$"),
    )


def test_the_dialect_of_the_view() -> None:
    (block,) = render_blocks('*a* **b** ~~c~~ `d<` [e](f "g") ![h](i&j) $k<l$ <m>  \nn & "o"')
    assert isinstance(block, Prose)
    assert block.html == (
        '<em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;</code> <a href="f" title="g">e</a> '
        '<span class="image" title="i&amp;j">h</span> <span class="math">k&lt;l</span> &lt;m&gt;<br>\nn &amp; "o"'
    )


def test_a_paragraph_too_long_is_cut_after_a_line() -> None:
    blocks = render_blocks("A line of text.\n" * 400)
    assert [block.continued for block in blocks if isinstance(block, Prose)] == [False, True, True]
    assert "".join(block.source for block in blocks if isinstance(block, Prose)) == ("A line of text.\n" * 400)[:-1]


def test_too_deep_is_plain() -> None:
    (deep,) = render_blocks(">" * 200 + " *a*")
    assert isinstance(deep, Plain)
    assert deep.text.endswith("> *a*") and deep.reason == "More than 32 quotes and lists in each other."
    (deep,) = render_blocks("*a " * 60 + "a*" * 60)
    assert isinstance(deep, Plain)
    assert deep.reason == "More than 24 inline elements in each other."


def test_a_finished_stream_takes_no_more() -> None:
    stream = MarkdownStream()
    stream.finish()
    with pytest.raises(RuntimeError, match="finished"):
        stream.append("x")


def test_finishing_in_slices_is_finishing() -> None:
    text = "".join(f"[{number}]\n\n" for number in range(200)) + "".join(f"[{n}]: x\n" for n in range(200))
    stream = MarkdownStream()
    stream.append(text)
    slices = stream.finish_in_slices()
    pauses = 0
    while True:
        try:
            next(slices)
        except StopIteration:
            break
        pauses += 1
    assert pauses >= 4
    assert stream.blocks == render_blocks(text)


SHAPES = {
    "code": "```py\n" + "value = compute(value)  # again\n" * 4_000,
    "table": "| a | b |\n|---|---|\n" + "| one | **two** |\n" * 1_000,
    "list": "- an item with **bold** text\n" * 1_000,
    "paragraph": "A line of a long paragraph, without an end in sight.\n" * 1_500,
    "line": "x" * 100_000,
    "headings": "## Title\n\nText.\n\n" * 1_500,
}


@pytest.mark.costly
@pytest.mark.parametrize("shape", SHAPES)
def test_cost_is_linear(shape: str) -> None:
    """Twice the text takes twice the calls."""

    def shown(text: str) -> None:
        stream = MarkdownStream()
        for start in range(0, len(text), 200):
            stream.append(text[start : start + 200])
        stream.finish()

    text = SHAPES[shape]
    half = text[: len(text) // 2]
    shown(half)  # whatever is done only once is done
    assert calls(lambda: shown(text)) < 2.2 * calls(lambda: shown(half))
