"""Rich HTML for files: a message's Markdown cleaned, with coloured code and drawn formulas."""

from __future__ import annotations

import html
import re
from itertools import pairwise

from .direction import MOST, is_rtl

_TAGS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong",
    "del", "a", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "sup", "mark", "span", "div", "input",
    "section", "dl", "dt", "dd", "sub", "kbd", "u",
}
_ATTRIBUTES = {
    "*": {"dir"}, "blockquote": {"class"}, "p": {"class"},
    "a": {"href", "title", "id"}, "code": {"class"}, "span": {"class", "title"}, "div": {"class"},
    "th": {"align", "style"}, "td": {"align", "style"}, "ol": {"start"}, "li": {"id", "class"},
    "input": {"type", "checked", "disabled"}, "sup": {"id"}, "pre": {"class"},
}
_CODE = re.compile(r'<pre><code class="language-([^"]*)">([^<]*)</code></pre>')
_MATH = re.compile(r'<(span|div) class="math (inline|display)">([^<]*)</\1>')
_LOOSE_TASK = re.compile(r"(<input[^>]*>)\s*<p>")
_SOME_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_BLOCK = re.compile(r"<(p|li|ul|ol|h[1-6]|th|td)\b([^>]*)>")
_TAG = re.compile(r"<[^>]*>|&[^;\s]*;")
_SPACES = re.compile(r"(?<= ) |^ ", re.MULTILINE)
_FOOTNOTE = re.compile(r'((?:id="|href="#)fn(?:ref)?-)')


def rich_html(markdown: str, name: str, *, size: float = 15.0, ink: str = "currentColor") -> str:
    """Returns standard HTML in which nothing runs and nothing is fetched. ``name`` keeps the footnotes of one message
    apart from those of others in the page; ``size`` of the text is in pixels. Tokens of code have the classes
    ``c-keyword``, ``c-string`` and so on, for the page to colour; formulas are drawn in ``ink``, that of the text
    around them unless told otherwise."""
    page = _FOOTNOTE.sub(lambda found: f"{found.group(1)}{name}-", safe_html(markdown))
    page = _CODE.sub(lambda found: coloured(html.unescape(found.group(2)), html.unescape(found.group(1))), page)
    return _MATH.sub(lambda found: _formula(found, size, ink), page)


def safe_html(markdown: str) -> str:
    """Returns Markdown as HTML that went through a cleaner last: only known tags, only links that open nothing."""
    import nh3

    from .page import render_html

    page = _LOOSE_TASK.sub(r"<p>\1 ", render_html(markdown))  # the box is on the line of its text
    return nh3.clean(
        _directed(page), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer", strip_comments=True,
    )


def typed_html(text: str) -> str:
    """Returns a person's text as HTML, with lines and spaces as they were typed."""
    paragraphs = re.split(r"\n{2,}", text.strip("\n"))
    lines = (_SPACES.sub("&nbsp;", html.escape(each)).replace("\n", "<br>") for each in paragraphs)
    return _directed("".join(f"<p>{each}</p>\n" for each in lines))


def _directed(page: str) -> str:
    """Returns HTML with ``dir="rtl"`` at each block that reads from right to left."""
    if not _SOME_RTL.search(page):
        return page

    def mark(found: re.Match[str]) -> str:
        tag, attributes = found.groups()
        text = page[found.end() : found.end() + 2 * MOST]
        if tag not in ("li", "ul", "ol"):
            text = text.partition(f"</{tag}>")[0]
        return f'<{tag}{attributes} dir="rtl">' if is_rtl(_TAG.sub("", text).lstrip()) else found.group()

    return _BLOCK.sub(mark, page)


def coloured(code: str, language: str) -> str:
    """Returns a block of code with its tokens in spans of the classes ``c-keyword``, ``c-string``, …"""
    from .highlight import highlight

    colours = highlight(code, language)
    lines = []
    for number, line in enumerate(code.split("\n")):
        spans = colours[number] if number < len(colours) else ()
        edges = sorted({0, len(line), *(at for one in spans for at in (one.start, one.start + one.length))})
        roles = {one.start: one.role for one in spans}
        pieces = []
        for start, end in pairwise(edges):
            text, role = html.escape(line[start:end], quote=False), roles.get(start)
            pieces.append(f'<span class="c-{role}">{text}</span>' if role else text)
        lines.append("".join(pieces))
    return f'<pre><code class="language-{html.escape(language)}">' + "\n".join(lines) + "</code></pre>"


def _formula(found: re.Match[str], size: float, ink: str) -> str:
    """Returns the formula as a picture in the page; one that cannot be drawn stays as it was written."""
    from .math import MathError, render_math

    display = found.group(2) == "display"
    tex = html.unescape(found.group(3)).strip()
    tex = tex.removeprefix("\\[" if display else "\\(").removesuffix("\\]" if display else "\\)")
    try:
        drawn = render_math(tex, size=size * (1.1 if display else 1.0), colour=ink, display=display)
    except MathError:
        return found.group()
    below = (drawn.height - drawn.ascent) / size
    place = f"width:{drawn.width / size:.3f}em;height:{drawn.height / size:.3f}em;vertical-align:{-below:.3f}em"
    label = html.escape(tex.strip())
    svg = drawn.svg[drawn.svg.index("<svg"):].replace(
        "<svg", f'<svg class="formula" role="img" aria-label="{label}" style="{place}"', 1)
    tag = found.group(1)
    return f'<{tag} class="math {found.group(2)}">{svg}</{tag}>'
