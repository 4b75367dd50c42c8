"""Blocks back to Markdown, plain text and CSV."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rendering.corpus import Layout, layouts
from workbench.rendering.blocks import Block, Footnote, Math, Prose, Table
from workbench.rendering.stream import render_blocks
from workbench.rendering.text import blocks_markdown, blocks_text, plain_text

TEXT = """\
# Title with *stars*

Before:
- one `a < b`
- two
  1. inner
  2. [x] done

> [!WARNING]
> Hot & cold.
>
> - in a quote

```py
x = "```"
```

| a | b |
|---|---|
| 1 | "x, y" |
| z<br>w | **2** |

$$
x^2
$$

---

So $y$ ends[^1].

[^1]: A note.
"""


def test_plain_text_of_inline_html() -> None:
    (block,) = render_blocks('**a** `b<c` ![d](e) [f](g) $h$ i  \nj & "k"')
    assert isinstance(block, Prose)
    assert plain_text(block.html) == 'a b<c d f h i\nj & "k"'


def test_as_plain_text() -> None:
    assert blocks_text(render_blocks(TEXT)) == (
        "Title with stars\n\nBefore:\n\n• one a < b\n• two\n  1. inner\n  2. [x] done\n\n"
        "Warning:\nHot & cold.\n\n• in a quote\n\n"
        'x = "```"\n\na\tb\n1\t"x, y"\nz w\t2\n\nx^2\n\n———\n\nSo y ends[1].\n\n[1] A note.'
    )


def test_as_markdown() -> None:
    assert blocks_markdown(render_blocks(TEXT)) == (
        "# Title with *stars*\n\nBefore:\n\n- one `a < b`\n- two\n  1. inner\n  2. [x] done\n\n"
        "> [!WARNING]\n> Hot & cold.\n>\n> - in a quote\n\n"
        '````py\nx = "```"\n````\n\n| a | b |\n|---|---|\n| 1 | "x, y" |\n| z<br>w | **2** |\n\n'
        "$$\nx^2\n$$\n\n---\n\nSo $y$ ends[^1].\n\n[^1]: A note."
    )


def without_source(block: Block) -> Block:
    """Sources may differ in blanks that mean nothing."""
    if isinstance(block, Prose | Table | Math):
        block = replace(block, source="")
    return replace(block, containers=tuple(_unnamed(one) for one in block.containers))


def _unnamed(container: object) -> object:
    return replace(container, name="") if isinstance(container, Footnote) else container


# Two lists that only their bullets tell apart become one; link definitions are not part of any block.
ROUND_TRIPS = [
    layout
    for layout in layouts()
    if layout.name
    not in ("two lists with different bullets", "reference link defined at the end", "reference with a title")
]


@pytest.mark.parametrize("layout", ROUND_TRIPS, ids=lambda one: one.name)
def test_markdown_renders_as_the_same_blocks(layout: Layout) -> None:
    blocks = render_blocks(layout.markdown)
    assert list(map(without_source, render_blocks(blocks_markdown(blocks)))) == list(map(without_source, blocks))


@given(st.lists(st.sampled_from([layout.markdown for layout in layouts()]), max_size=3))
def test_any_blocks_can_be_written(texts: list[str]) -> None:
    blocks = render_blocks("\n\n".join(texts))
    assert isinstance(blocks_markdown(blocks) + blocks_text(blocks), str)
