"""Inline content: the small HTML dialect of ``workbench.rendering.blocks`` as text with styled runs.

It is no parser of HTML: whatever is not in the dialect is text. No Qt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypedDict, TypeVar

STRONG, EM, DEL, CODE, SUP, MARK, SUB, UNDERLINE = (1 << bit for bit in range(8))
_FLAGS = {"strong": STRONG, "em": EM, "del": DEL, "code": CODE, "sup": SUP, "mark": MARK, "sub": SUB, "u": UNDERLINE,
          "kbd": CODE}
_TAG = re.compile(r"<(/?)(strong|em|del|code|a|br|sup|sub|mark|span|u|kbd)((?:\s[^<>]*)?)>")
_SCHEME = re.compile(r"#|(?:https?|mailto):", re.IGNORECASE)
"""The beginnings of links that a click follows; all others are text, and look like it."""
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_SPACES = str.maketrans("\n\t", "  ")
T = TypeVar("T")

LINE_BREAK = "\u2028"
OBJECT = "\u00a0"  # the placeholder of a formula; the layout gives it the formula's width


@dataclass(frozen=True, slots=True)
class Run:
    """Text ``start`` … ``end`` of one style. ``math`` is TeX when the run stands for a formula; ``image``
    is the address of an image that was not fetched, ``title`` then its description."""

    start: int
    end: int
    flags: int = 0
    href: str = ""
    title: str = ""
    math: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Inline:
    """``text`` as it is shown, and its styled runs in order. Text outside all runs is plain."""

    text: str
    runs: tuple[Run, ...] = ()

    def pieces(self, start: int, end: int) -> Iterator[tuple[str, Run | None]]:
        """Yields the text between two offsets, cut where the style changes."""
        at = start
        for run in self.runs:
            if run.end <= at or run.start >= end:
                continue
            if run.start > at:
                yield self.text[at : run.start], None
                at = run.start
            stop = min(run.end, end)
            yield self.text[at:stop], run
            at = stop
        if at < end:
            yield self.text[at:end], None

    def plain(self, start: int, end: int) -> str:
        """Returns the text between two offsets as it is copied; formulas as their TeX."""
        out = [f"${run.math}$" if run and run.math else text for text, run in self.pieces(start, end)]
        return "".join(out).replace(LINE_BREAK, "\n")

    def markdown(self, start: int, end: int) -> str:
        """Returns the text between two offsets written as Markdown again."""
        out = "".join(_mark(text, run) for text, run in self.pieces(start, end))
        return out.replace(LINE_BREAK, "  \n")


def _mark(text: str, run: Run | None) -> str:
    if run is None or not text.strip():
        return f"${run.math}$" if run and run.math else text
    if run.image:
        return f"![{run.title}]({run.image})"
    if run.math:
        return f"${run.math}$"
    lead = text[: len(text) - len(text.lstrip())]
    tail = text[len(text.rstrip()) :]
    core = text.strip()
    for flag, mark in ((CODE, "`"), (EM, "*"), (STRONG, "**"), (DEL, "~~"), (MARK, "==")):
        if run.flags & flag:
            core = f"{mark}{core}{mark}"
    if run.href.startswith("#fnref-"):
        return ""
    if run.href.startswith("#fn-"):
        return f"[^{text}]"
    if run.href:
        core = f"[{core}]({run.href})"
    return f"{lead}{core}{tail}"


def parse_inline(html: str, drawn: Container[str] = ()) -> Inline:
    """Parses a piece of the dialect. A formula in ``drawn`` becomes the placeholder of its picture, any other its
    TeX; tags outside the dialect stay as they are written."""
    if "<" not in html and "&" not in html:
        return Inline(html.translate(_SPACES))
    html = html.replace("<br>\n", "<br>")
    builder = _Builder(drawn)
    at = 0
    for tag in _TAG.finditer(html):
        if tag.start() > at:
            builder.text(unescape(html[at : tag.start()]))
        builder.tag(tag[2], bool(tag[1]), tag[3])
        at = tag.end()
    if at < len(html):
        builder.text(unescape(html[at:]))
    return builder.inline()


def _short(address: str) -> str:
    """Shortens an address so that it fits into a line."""
    return address if len(address) <= 72 else f"{address[:48]}…{address[-20:]}"


class _Style(TypedDict, total=False):
    """The fields of a ``Run`` except its start and end."""

    flags: int
    href: str
    title: str
    math: str
    image: str


class _Builder:
    def __init__(self, drawn: Container[str]) -> None:
        self._drawn = drawn
        self._out: list[str] = []
        self._length = 0
        self._runs: list[Run] = []
        self._flags: list[int] = []
        self._links: list[tuple[str, str]] = []
        self._spans: list[dict[str, str]] = []

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        if name == "br":
            self._append(LINE_BREAK, None)
        elif name == "a":
            self._push(self._links, closing, attributes, lambda found: (
                href if _SCHEME.match(href := found.get("href", "")) else "", found.get("title", "")))
        elif name == "span":
            self._push(self._spans, closing, attributes, lambda found: found)
        elif not closing:
            self._flags.append(_FLAGS[name])
        elif _FLAGS[name] in self._flags:
            self._flags.remove(_FLAGS[name])

    @staticmethod
    def _push(stack: list[T], closing: bool, attributes: str, make: Callable[[dict[str, str]], T]) -> None:
        if not closing:
            stack.append(make({key: unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}))
        elif stack:
            stack.pop()

    def text(self, text: str) -> None:
        flags = 0
        for flag in self._flags:
            flags |= flag
        href, title = self._links[-1] if self._links else ("", "")
        span = self._spans[-1] if self._spans else {}
        kind = span.get("class", "")
        if kind == "math":
            if text in self._drawn:
                self._append(OBJECT, {"href": href, "math": text})
            else:
                self._append(text, {"flags": flags | CODE, "href": href, "math": text})
        elif kind == "image":
            address = span.get("title", "")
            shown = f"{text} · {_short(address)}" if text else _short(address)
            self._append(f"Image: {shown}", {"href": href or address, "title": text, "image": address})
        elif flags or href:
            self._append(text.translate(_SPACES), {"flags": flags, "href": href, "title": title})
        else:
            self._append(text.translate(_SPACES), None)

    def _append(self, text: str, style: _Style | None) -> None:
        if style is not None:
            self._runs.append(Run(self._length, self._length + len(text), **style))
        self._out.append(text)
        self._length += len(text)

    def inline(self) -> Inline:
        return Inline("".join(self._out), tuple(self._runs))
