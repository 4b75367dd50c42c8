"""Spans: inline constructs that depend only on the text ahead of them, as Python-Markdown inline processors.

Each names the characters it begins with in ``triggers``; the inline stage tries it there and nowhere else.
``handleMatch`` returns a string (text, taken as it is) or an element whose text is taken as it is.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from html.entities import html5
from typing import Any, ClassVar, Protocol, TypeAlias
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor

from .addresses import ENTITY, ESCAPABLE, decode_entity, encode, normal_label
from .reference_scope import Scope
from .speculative_tail import REACH

Handled: TypeAlias = tuple[Element | str | None, int | None, int | None]
NOT_HERE: Handled = (None, None, None)


class Stage(Protocol):
    """The part of the inline stage that constructs need. ``md`` is the Markdown instance; ``scope`` has the definitions
    that references may name; ``unfinished`` says that the text continues."""

    md: Any  # Python-Markdown has no types
    scope: Scope
    in_cell: bool
    unfinished: bool


class Span(InlineProcessor):  # type: ignore[misc]  # Python-Markdown has no types
    """The base of the program's constructs: compiled once, with the stage that runs it."""

    triggers: ClassVar[str]
    expression: ClassVar[str]

    def __init__(self, stage: Stage) -> None:
        super().__init__(self.expression, stage.md)
        self.stage = stage


def element(tag: str, text: str = "", **attributes: str) -> Element:
    made = Element(tag, attributes)
    made.text = text
    return made


class BracketMath(Span):
    r"""``\(x\)``, and ``\[x\]`` in the midst of text. Without a letter or digit it is escaped punctuation."""

    triggers = "\\"
    expression = r"\\[(\[]"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        end = data.find("\\)" if m.group() == "\\(" else "\\]", m.end())
        if end < 0 and self.stage.unfinished and len(data) - m.end() <= REACH:
            return element("code", data[m.start() :]), m.start(), len(data)
        tex = data[m.end() : end]
        if end < 0 or not any(map(str.isalnum, tex)):
            return NOT_HERE
        return element("math", tex.strip()), m.start(), end + 2


class DollarMath(Span):
    """``$x$`` and ``$$x$$``. As in pandoc, no space may follow the opening dollar or precede the closing
    one, and no digit may follow that; here, no dollar or code span may be between them either."""

    triggers = "$"
    expression = r"\$\$((?:[^$\\`]|\\.)++)\$\$|\$(?!\s)((?:[^$\\`]|\\.)++)(?<!\s)\$(?![\d$])"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        return element("math", (m.group(1) or m.group(2)).strip()), m.start(), m.end()


class Escape(Span):
    r"""``\*`` is a star; a backslash at the end of a line breaks it."""

    triggers = "\\"
    expression = rf"\\({ESCAPABLE}|(?=\n))"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        return m.group(1) or element("br"), m.start(), m.end()


class LineEnd(Span):
    """Spaces at the end of a line: two or more break it."""

    triggers = " "
    expression = r" +(?=\n)"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        return element("br") if m.end() - m.start() > 1 else "", m.start(), m.end()


class CodeSpan(Span):
    """Code between runs of as many backticks; all runs of a text are found once."""

    triggers = "`"
    expression = "`+"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._text = ""
        self._runs: dict[int, list[int]] = {}

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        length = m.end() - m.start()
        runs = self._index(data).get(length, [])
        at = bisect_left(runs, m.end())
        if at == len(runs):
            rest = data[m.end() :].rstrip("`")
            if self.stage.unfinished and length <= 2 and len(rest) <= REACH:
                return element("code", rest) if rest else "", m.start(), len(data)
            return m.group(), m.start(), m.end()
        code = data[m.end() : runs[at]].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip(" "):
            code = code[1:-1]
        return element("code", code), m.start(), runs[at] + length

    def _index(self, text: str) -> dict[int, list[int]]:
        if text is not self._text:
            self._text, self._runs = text, {}
            for run in self.compiled_re.finditer(text):
                self._runs.setdefault(run.end() - run.start(), []).append(run.start())
        return self._runs


class Entity(Span):
    triggers = "&"
    expression = ENTITY

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        name = m.group()
        if name[1] != "#" and name[1:] not in html5:
            return NOT_HERE
        return decode_entity(name), m.start(), m.end()


class AngleLink(Span):
    """``<https://example.org>`` and ``<someone@example.org>``."""

    triggers = "<"
    expression = (
        r"<(?:([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s\x00-\x20<>]*)"
        r"|([A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]+@[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)*))>"
    )

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        address, mail = m.groups()
        href = encode(address) if address else f"mailto:{encode(mail)}"
        return element("a", address or mail, href=href), m.start(), m.end()


class HtmlPair(Span):
    """``<sub>``, ``<sup>``, ``<kbd>`` and ``<u>`` around a few words, which models write where Markdown has no mark."""

    triggers = "<"
    expression = r"(?i:<(sub|sup|kbd|u)>)([^<>\n]{1,200})(?i:</\1>)"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        return element(m.group(1).lower(), html.unescape(m.group(2))), m.start(), m.end()


class HtmlFold(Span):
    """``<details>`` and ``<summary>`` on lines of their own: what is folded is shown, and its title is bold."""

    triggers = "<"
    expression = (r"(?i:<details(?:\s+open)?\s*>|</details\s*>)[ \t]*(?:\n|(?=<summary>)|\Z)"
                  r"|(?i:<summary>)\s*([^<>\n]{1,300}?)\s*(?i:</summary>)[ \t]*(?=\n|\Z)")

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        line = data[data.rfind("\n", 0, m.start()) + 1:m.start()].strip().lower()
        if line and not (m.group(1) and line.startswith("<details")):
            return NOT_HERE
        return element("strong", html.unescape(m.group(1))) if m.group(1) else "", m.start(), m.end()


class HtmlText(Span):
    """Raw HTML is text: a tag or comment is shown as it was written, whatever its attributes say. ``<br>`` is a line
    break."""

    triggers = "<"
    expression = (
        r"<(?:[A-Za-z][A-Za-z0-9\-]*+(?:\s++[A-Za-z_:][\w.:\-]*+"
        r"(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+)*+\s*+/?"
        r"|/[A-Za-z][A-Za-z0-9\-]*+\s*+)>|<!--"
    )

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        if m.group().lower().replace(" ", "") in ("<br>", "<br/>"):
            return element("br"), m.start(), m.end()
        end = m.end()
        if m.group() == "<!--":
            end = data.find("-->", end) + 3
            if end < 3:
                return NOT_HERE
        return data[m.start() : end], m.start(), end


class BareLink(Span):
    """An address in the text, as GitHub links them: not its trailing punctuation, nor what East Asian
    punctuation, quotes or a closing bracket end."""

    triggers = "hHwW"
    expression = r"(?i:https?://|www\.)[^\s<>\"`|\[\]{}\\^“”‘’«»、。，；：！？（）《》〈〉「」『』【】…]+"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        before = data[m.start() - 1 : m.start()]
        if before.isascii() and (before.isalnum() or (before and before in "_/@.<")):
            return NOT_HERE
        address = _trim(m.group().partition("**")[0])
        _, separator, host = address.partition("://")
        if not separator:
            host = address[4:]
        if not host[:1].isalnum() or (not separator and "." not in host):
            return NOT_HERE
        href = encode(address if separator else f"http://{address}")
        return element("a", address, href=href), m.start(), m.start() + len(address)


def _trim(address: str) -> str:
    while address:
        last = address[-1]
        if last in "?!.,:;*_~'" or (last == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        else:
            break
    return address


class FootnoteMark(Span):
    """``[^1]``, when the text defines that footnote."""

    triggers = "["
    expression = r"\[\^([^\]\[\s^]{1,200})\]"

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        shown = self.stage.scope.footnote(normal_label(m.group(1)))
        if shown is None:
            return NOT_HERE
        return element("footnote", shown), m.start(), m.end()


SPANS = (
    BracketMath, Escape, DollarMath, LineEnd, CodeSpan, Entity, AngleLink, HtmlPair, HtmlFold, HtmlText, BareLink,
    FootnoteMark,
)
