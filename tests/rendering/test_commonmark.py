"""The examples of CommonMark 0.31.2. Raw HTML is text here, so its two sections do not count."""

from __future__ import annotations

import re

import pytest

from tests.rendering.corpus import Example, examples
from workbench.rendering.page import render_html

RAW_HTML = "raw HTML is text"
BARE_LINK = "a bare address is a link, as on GitHub"
FAILING = {
    21: RAW_HTML,
    31: RAW_HTML,
    201: RAW_HTML,
    297: "a bullet that is indented by three under 10) is nested: models mean it so",
    308: RAW_HTML,
    309: RAW_HTML,
    344: RAW_HTML,
    475: RAW_HTML,
    476: RAW_HTML,
    477: RAW_HTML,
    491: RAW_HTML,
    494: RAW_HTML,
    524: RAW_HTML,
    536: RAW_HTML,
    608: BARE_LINK,
    611: BARE_LINK,
    642: RAW_HTML,
    643: RAW_HTML,
}
OURS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code", "ul", "ol", "li", "blockquote", "hr"),
    *("br", "em", "strong", "a", "span"),
}
EXAMPLES = [one for one in examples() if one.section not in ("HTML blocks", "Raw HTML")]


def passes(example: Example) -> bool:
    return render_html(example.markdown, trusted=True).strip() == example.html.strip()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: str(one.number))
def test_example(example: Example) -> None:
    if example.number in FAILING:
        assert not passes(example), "It passes now: take it off the list."
    else:
        assert render_html(example.markdown, trusted=True).strip() == example.html.strip()


def test_count() -> None:
    assert len(EXAMPLES) == 588
    assert len(EXAMPLES) - len(FAILING) == 570


def test_raw_html_never_passes_through() -> None:
    """Whatever tag a page has is one of ours."""
    for example in examples():
        tags = set(re.findall(r"</?[^\s>/]*", render_html(example.markdown)))
        assert {tag.strip("</") for tag in tags} <= OURS, example
