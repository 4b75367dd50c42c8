"""Text streamed in pieces shows what text at once shows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
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


def shown(feed: IncrementalParser) -> list[tuple[type, str, tuple]]:
    return [(type(view), view.plain(0, view.length()), view.containers) for view in feed.views]


def take_in(feed: IncrementalParser) -> IncrementalParser:
    feed.end()
    while feed.busy:
        feed.step()
    return feed


@given(st.lists(st.integers(0, len(SAMPLE)), max_size=12), st.booleans())
@settings(max_examples=40, deadline=None)
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
    assert shown(take_in(streamed)) == shown(take_in(whole))


def test_code_and_table_grow_in_place() -> None:
    feed = IncrementalParser("k", markdown=True)
    feed.push("```\nfirst\n")
    feed.step()
    view = feed.views[0]
    for line in range(50):
        feed.push(f"line {line}\n")
        feed.step()
    feed.push("```\n")
    take_in(feed)
    assert feed.views[0] is view
    assert view.plain(0, view.length()) == "first\n" + "\n".join(f"line {line}" for line in range(50))


def test_blocks_of_the_stream_are_the_blocks_shown() -> None:
    stream = MarkdownStream()
    stream.append(SAMPLE)
    stream.finish()
    feed = IncrementalParser("k", markdown=True)
    feed.push(SAMPLE)
    assert [view.block for view in take_in(feed).views] == list(stream.blocks)


@pytest.mark.parametrize("cut", [0, 1, 5, 6, 7])
def test_typed_text_stays_as_it_is(cut: int) -> None:
    text = "a *b*\n\n  <i>c</i> &amp;\n" + "x" * 4000
    feed = IncrementalParser("k", markdown=False)
    feed.push(text[:cut])
    feed.step()
    feed.push(text[cut:])
    take_in(feed)
    lines = ["".join(part) for part in _lines(feed)]
    assert lines == text.split("\n")


def _lines(feed: IncrementalParser) -> list[list[str]]:
    out: list[list[str]] = []
    for view in feed.views:
        if not view.flows_on:
            out.append([])
        out[-1].append(view.plain(0, view.length()))
    return out
