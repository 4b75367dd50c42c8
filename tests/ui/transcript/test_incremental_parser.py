"""The parser: text in pieces results in the same blocks as text at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rendering.stream import MarkdownStream
from workbench.ui.transcript.incremental_parser import IncrementalParser

SAMPLE = r"""# Title

Intro with **bold** and [link][ref], `code`, $x^2$:
- one
- two
  1. deep

> quote
> more

| a | b |
|---|:-:|
| 1 | 2 |
| 3 | *4* |

```python
def f():
    return 1
```

$$
\frac{a}{b}
$$

Last[^1] words.

[ref]: https://example.org
[^1]: Note.
"""


def shown(parser: IncrementalParser) -> list[tuple[type, str, tuple]]:
    return [(type(view), view.plain(0, view.length()), view.containers) for view in parser.views]


def parsed(parser: IncrementalParser) -> IncrementalParser:
    parser.end()
    while parser.busy:
        parser.step()
    return parser


@given(st.lists(st.integers(0, len(SAMPLE)), max_size=12), st.booleans())
def test_any_cuts(cuts: list[int], each: bool) -> None:
    streamed, at = IncrementalParser("k", markdown=True), 0
    for cut in sorted(cuts):
        streamed.push(SAMPLE[at:cut])
        at = max(at, cut)
        while each and streamed.busy:
            streamed.step()
    streamed.push(SAMPLE[at:])
    whole = IncrementalParser("k", markdown=True)
    whole.push(SAMPLE)
    assert shown(parsed(streamed)) == shown(parsed(whole))


def test_code_and_table_grow_in_place() -> None:
    parser = IncrementalParser("k", markdown=True)
    parser.push("```\nfirst\n")
    parser.step()
    view = parser.views[0]
    for line in range(50):
        parser.push(f"line {line}\n")
        parser.step()
    parser.push("```\n")
    parsed(parser)
    assert parser.views[0] is view
    assert view.plain(0, view.length()) == "first\n" + "\n".join(f"line {line}" for line in range(50))


def test_blocks_of_the_stream_are_the_blocks_shown() -> None:
    stream = MarkdownStream()
    stream.append(SAMPLE)
    stream.finish()
    parser = IncrementalParser("k", markdown=True)
    parser.push(SAMPLE)
    assert [view.block for view in parsed(parser).views] == list(stream.blocks)


@pytest.mark.parametrize("cut", [0, 1, 5, 6, 7])
def test_typed_text_stays_as_it_is(cut: int) -> None:
    text = "a *b*\n\n  <i>c</i> &amp;\n" + "x" * 4000
    parser = IncrementalParser("k", markdown=False)
    parser.push(text[:cut])
    parser.step()
    parser.push(text[cut:])
    parsed(parser)
    lines = ["".join(part) for part in _lines(parser)]
    assert lines == text.split("\n")


def _lines(parser: IncrementalParser) -> list[list[str]]:
    out: list[list[str]] = []
    for view in parser.views:
        if not view.continues_line:
            out.append([])
        out[-1].append(view.plain(0, view.length()))
    return out
