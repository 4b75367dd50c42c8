"""Texts written to break a renderer: each is shown, soon, and nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.work import calls
from workbench.rendering.blocks import Block
from workbench.rendering.page import render_html
from workbench.rendering.stream import MarkdownStream, render_blocks

SIZE = 6_500  # characters: a line that is too long, more than two pieces of a paragraph
REPEATED = (
    "[a", "![[]()", "[a](b", "[ a_", "*a **a ", "\\(a ", "\\[a", "$a ", "$$a ", "`", "[", "![", "]", "[]", "[](",
    "](", "[(",     "<", "<a ", "<!--", "<?", "<![CDATA[", "&", "&#", "&amp", "*", "**", "_", "~~", "*_", "**_ ",
    "a*", "_a_ ", "`a``b```c",     "> ", "- ", "1. ", "- - ", ">- ", "|", "$$\na\n", "\\[ a\n", "[^a]", "[^a]: ",
    "[a]: b\n", "[a]: <", "https://a.b/)(",     "www.", '[a](b "c', "[a](<b", "[a][", "[a][b", "\\", "\\\n", "  \n",
    "\t", "# ", "```\n", "```a\n", "---\n", "a\n===\n",     "- a\n\n", "|a|b|\n|-|-|\n", "http://((((", "<a@b", "!",
    "\r", "\0", "\u2028", "。**", "*a*", "[![a](b)](c)", "$a$", "-\n",
)  # fmt: skip
BUILT = {
    "a ladder of backticks": "".join("`" * length + " " for length in range(1, 180)),
    "deep lists": "".join("  " * depth + "- a\n" for depth in range(170)),
    "deep quotes": ">" * SIZE,
    "deep emphasis": "*a " * 3000 + "a*" * 3000,
    "long runs": "*" * 8000 + "a" + "*" * 8000,
    "deep brackets": "[" * 8000 + "]" * 8000,
    "deep links": "[" * 3000 + "a" + "](b)" * 3000,
    "deep images": "![" * 3000 + "a" + "](b)" * 2500,
    "a wide table": "|" + "a|" * 4000 + "\n|" + "-|" * 4000 + "\n|" + "b|" * 2000,
    "rows to fill up": "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "|x\n" * 4000,
    "bars in code": "|a|b|\n|-|-|\n|" + "`|" * 7000,
    "late definitions": "".join(f"[{n}]\n\n" for n in range(1000)) + "".join(f"[{n}]: x\n" for n in range(1000)),
    "chained footnotes": "".join(f"[^{n}]\n\n[^{n}]: [^{n + 1}]\n" for n in range(600)),
    "spaces": "a" + " " * SIZE + "b",
    "a list that turns loose at its end": "- a\n" * 4000 + "\n- b",
    "a tag without an end": "<a" + " a=b" * 4000,
    "lone surrogates": "a\ud800 **b** [x](\ud800) `\udfff`",
    "a long entity": "&" + "a" * SIZE + ";",
    "a long title": '[a](b "' + "\\" * SIZE,
}
CASES = {piece: piece * (SIZE // len(piece)) for piece in REPEATED} | BUILT


@pytest.mark.costly
@pytest.mark.parametrize("name", CASES)
def test_shown_soon(name: str) -> None:
    """The costliest take some 40 calls per character; with a square in it, there would be thousands."""
    text = CASES[name]
    blocks: list[Block] = []
    allowed = 100 * len(text) + 10_000
    assert calls(lambda: blocks.extend(render_blocks(text))) < allowed
    assert calls(lambda: render_html(text)) < allowed
    stream = MarkdownStream()
    for start in range(0, len(text), 2_000):
        stream.append(text[start : start + 2_000])
    stream.finish()
    assert stream.blocks == tuple(blocks)


@given(st.text(st.sampled_from("[]()<>*_`~\\!&$|#->:. \n\tab1^=+\"'"), max_size=200))
@settings(max_examples=10 * settings.default.max_examples)
def test_nothing_is_raised(text: str) -> None:
    render_blocks(text)
    render_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java\tscript:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](file:///etc/passwd)",
        "[a](//server/share)",
        "[a](data:text/html,x)",
        "[a](vbscript:x)",
        "![a](file:///etc/passwd)",
        "![a](http://tracker.example/pixel)",
        "<javascript:alert(1)>",
        '[a](http://x.example "\\" onclick=alert(1) x=\\"")',
        "[a]: javascript:alert(1)\n\n[a]",
        "```<b>\n<b>\n```",
        "$<b>$",
        "| <b> |\n|---|\n| <i> |",
    ],
)
def test_a_page_fetches_and_runs_nothing(text: str) -> None:
    html = render_html(text).lower()
    for token in (
        "<script",
        "<img",
        "<b>",
        "<i>",
        'href="java',
        'href="file',
        'href="//',
        'href="data',
        'href="vb',
        "src=",
    ):
        assert token not in html.replace("src=x", "").replace("&quot;", "")
    assert '" onclick' not in html
