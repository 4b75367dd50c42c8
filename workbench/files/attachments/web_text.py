"""The text of HTML, as far as a browser would show it: headings, lists and tables in Markdown, no scripts or styles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from .text_encodings import decode_guessed
from .text_sink import TextSink

_HIDDEN = frozenset({"script", "style", "head", "noscript", "template", "svg", "iframe", "object", "select"})
_PARAGRAPHS = frozenset({
    "p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "table", "ul", "ol", "dl",
    "blockquote", "figure", "form", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6",
})
_LINES = frozenset({"br", "li", "tr", "dt", "dd", "figcaption", "caption", "option"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


def read_html(data: bytes, sink: TextSink) -> bool:
    """Reads a page; returns False for what is no text."""
    text = _decoded(data)
    if text is None:
        return False
    write_html(text, sink)
    return True


def write_html(text: str, sink: TextSink) -> None:
    reader = _PageText(sink)
    reader.feed(text)
    reader.close()


def _decoded(data: bytes) -> str | None:
    if found := _CHARSET.search(data[:4096]):
        try:
            return data.decode(found[1].decode("ascii"), "replace")
        except LookupError:
            pass
    guessed = decode_guessed(data, len(data))
    return guessed.text if guessed is not None else None


class _PageText(HTMLParser):
    def __init__(self, sink: TextSink) -> None:
        super().__init__()
        self._sink = sink
        self._hidden: list[str] = []
        self._pre = 0
        self._mark = ""
        self._space = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.append(tag)
            elif tag == "body":  # the end tag of the head may be left out
                self._hidden.clear()
            return
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _PARAGRAPHS:
            self._break(paragraph=True)
            if tag[0] == "h" and tag[1:].isdigit():
                self._mark = "#" * int(tag[1:]) + " "
        elif tag in _LINES:
            self._break()
            if tag == "li":
                self._mark = "- "
        elif tag in ("td", "th"):
            self._write("| ")
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self._write(f"[Image: {_SPACES.sub(' ', alt).strip()}]")
        if tag == "pre":
            self._pre += 1

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
            return
        if tag in _PARAGRAPHS:
            self._break(paragraph=True)
        elif tag in _LINES:
            self._break()
        elif tag in ("td", "th"):
            self._space = True
        if tag == "pre":
            self._pre = max(0, self._pre - 1)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._pre:
            self._sink.write(data)
            return
        words = _SPACES.sub(" ", data)
        if words.startswith(" "):
            self._space, words = True, words[1:]
        if not words:
            return
        ends = words.endswith(" ")
        self._write(words.removesuffix(" "))
        self._space = ends

    def _write(self, words: str) -> None:
        if self._mark:
            self._sink.write(self._mark)
        elif self._space:
            self._sink.write_space()
        self._mark, self._space = "", False
        self._sink.write(words)

    def _break(self, *, paragraph: bool = False) -> None:
        self._space, self._mark = False, ""
        if paragraph:
            self._sink.end_paragraph()
        else:
            self._sink.end_line()
