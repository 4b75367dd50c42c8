"""The dialect of inline HTML, as text and runs."""

from __future__ import annotations

import pytest

from workbench.ui.transcript.inline import CODE, EM, STRONG, parse_inline


def runs(html: str) -> list[tuple[str, int, str]]:
    inline = parse_inline(html)
    return [(inline.text[run.start : run.end], run.flags, run.href) for run in inline.runs]


def test_nested_styles_and_links() -> None:
    html = 'a <strong>b <em>c</em></strong> <a href="https://x.org/?a=1&amp;b=2">d <code>e</code></a>'
    assert parse_inline(html).text == "a b c d e"
    link = "https://x.org/?a=1&b=2"
    assert runs(html) == [
        ("b ", STRONG, ""), ("c", STRONG | EM, ""), ("d ", 0, link), ("e", CODE, link),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "html",
    ["&lt;img src=x&gt;", "<img src='file:///etc/passwd'>", "<style>@import</style>", "<b>x</b>", "List&lt;int&gt;"],
)
def test_other_html_is_text(html: str) -> None:
    inline = parse_inline(html)
    assert inline.text == html.replace("&lt;", "<").replace("&gt;", ">")
    assert not inline.runs


def test_formula_is_source_until_it_is_drawn() -> None:
    html = 'x <span class="math">a^2</span> y'
    assert parse_inline(html).text == "x a^2 y"
    drawn = parse_inline(html, {"a^2"})
    assert len(drawn.text) == len("x . y")
    assert drawn.plain(0, len(drawn.text)) == drawn.markdown(0, len(drawn.text)) == "x $a^2$ y"


def test_image_tells_its_address_and_is_written_back() -> None:
    inline = parse_inline('<span class="image" title="https://x.org/a.png">cat</span>')
    assert inline.text == "Image: cat · https://x.org/a.png"
    assert inline.runs[0].href == "https://x.org/a.png"
    assert inline.markdown(0, len(inline.text)) == "![cat](https://x.org/a.png)"


def test_line_breaks() -> None:
    inline = parse_inline("a<br>\nb\nc")
    assert inline.plain(0, len(inline.text)) == "a\nb c"


def test_part_of_a_run_as_markdown() -> None:
    inline = parse_inline('one <strong>two three</strong> <a href="https://x.org">four</a>')
    assert inline.markdown(4, 7) == "**two**"
    assert inline.markdown(4, 8) == "**two** "
    assert inline.markdown(0, len(inline.text)) == "one **two three** [four](https://x.org)"
