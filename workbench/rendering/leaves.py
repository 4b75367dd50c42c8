"""Leaves of a text as the block stage reads them: lines go in, and stay as they were written."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field
from typing import TypeAlias

from .blocks import Align
from .containers import Node
from .limits import MAX_BLANKS, MAX_FILLED, MAX_MATH_LINES, PIECE
from .lines import Line

Chain: TypeAlias = "tuple[tuple[Node, bool], ...]"  # containers, outermost first; is it the first leaf of each?


@dataclass(slots=True, eq=False)
class Leaf:
    """``chain`` is set when the leaf is closed, or when it opens if it may grow without end."""

    chain: Chain = ()


@dataclass(slots=True, eq=False)
class Rule(Leaf):
    pass


@dataclass(slots=True, eq=False)
class Empty(Leaf):
    """A stand-in for an empty item, quote or footnote."""


@dataclass(slots=True, eq=False)
class Paragraph(Leaf):
    """A paragraph, or a heading. ``refused`` says which limit its containers passed."""

    lines: list[str] = field(default_factory=list)
    size: int = 0
    level: int = 0
    continued: bool = False
    refused: str = ""
    defines: bool = True  # may begin with link definitions: all its lines are whole

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line) + 1

    def extend(self, text: str) -> None:
        """Adds to the last line."""
        self.lines[-1] += text
        self.size += len(text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def set_text(self, text: str) -> None:
        self.lines = text.split("\n") if text else []
        self.size = len(text) + 1 if text else 0

    def fork(self) -> Paragraph:
        twin = copy(self)
        twin.lines = list(self.lines)
        return twin


def cut(text: str) -> int:
    """Returns where to cut a paragraph longer than PIECE: after a line, else after a word, else anywhere. Depends only
    on the first PIECE characters."""
    for blank in ("\n", " "):
        at = text.rfind(blank, PIECE // 2, PIECE)
        if at > 0:
            return at + 1
    return PIECE


_MARKDOWN = ("markdown", "md", "mdx")


@dataclass(slots=True, eq=False)
class Code(Leaf):
    """A code block; indented when ``fence`` is empty. ``parts`` is the text not yet taken by ``drain``.

    Models put fences into a fence of Markdown without making the outer one longer: a fence with a language
    in it is taken to open a block of its own, and ``nested`` counts those."""

    fence: str = ""
    margin: int = 0
    info: str = ""
    parts: list[str] = field(default_factory=list)
    blanks: str = ""  # blank lines of an indented block, which may not end with them
    begun: bool = False
    nested: int = 0
    origin: Code | None = None  # of a fork

    @property
    def language(self) -> str:
        """The language that the info string names: its first word, without what pandoc or mkdocs add."""
        words = self.info.strip("{} \t").split(None, 1)
        return words[0].removeprefix(".").split(",")[0].split("{")[0] if words else ""

    def accept(self, line: Line) -> bool | None:
        """Adds a line. Returns False when the line is not part of the block, None when it is the closing fence."""
        if self.fence:
            if self._fence_info(line) == "" and not self.nested:
                return None
            self._count_nested(line)
            line.strip(min(line.indent, self.margin))
            self._add(line.rest)
        elif line.blank and len(self.blanks) < MAX_BLANKS:
            line.strip(4)
            self.blanks += "\n" + line.rest
        elif line.indent >= 4 and not line.blank:
            line.strip(4)
            self.parts.append(self.blanks)
            self.blanks = ""
            self._add(line.rest)
        else:
            return False
        return True

    def extend(self, text: str) -> None:
        """Adds to the last line."""
        self.parts.append(text)

    def drain(self) -> str:
        """Returns the text since the last call."""
        text = "".join(self.parts)
        self.parts.clear()
        return text

    def _add(self, text: str) -> None:
        self.parts.append("\n" + text if self.begun else text)
        self.begun = True

    def _fence_info(self, line: Line) -> str | None:
        """Returns the info string when the line is a fence; None when it is not, or is a shorter one."""
        if line.indent > 3 or line.long or not line.text.startswith(self.fence, line.next):
            return None
        return line.content.lstrip(self.fence[0]).strip(" \t")

    def _count_nested(self, line: Line) -> None:
        if self.language.lower() in _MARKDOWN:
            info = self._fence_info(line)
            if info == "":
                self.nested -= 1
            elif info and "`" not in info:
                self.nested += 1

    def fork(self) -> Code:
        twin = copy(self)
        twin.parts, twin.origin = [], self
        return twin


@dataclass(slots=True, eq=False)
class Table(Leaf):
    """``rows`` are the lines of the body not yet taken by ``drain``, ``lacking`` the cells that all lack."""

    align: tuple[Align, ...] = ()
    header: str = ""
    delimiters: str = ""
    rows: list[str] = field(default_factory=list)
    lacking: int = 0
    origin: Table | None = None  # of a fork

    def accept(self, line: Line) -> bool:
        """Adds a row; returns False when the table cannot continue with it."""
        bars = line.content.count("|")
        if line.long or not bars:
            return False
        self.lacking += max(0, len(self.align) - 1 - bars)
        if self.lacking > MAX_FILLED:
            return False
        self.rows.append(line.content)
        return True

    def drain(self) -> list[str]:
        """Returns the rows since the last call."""
        rows, self.rows = self.rows, []
        return rows

    def fork(self) -> Table:
        twin = copy(self)
        twin.rows, twin.origin = [], self
        return twin


_MATH_START = re.compile(r"\$\$|\\\[|\\begin\{((?:equation|align|gather|multline)\*?)\}")
_MATH_GOES_ON = re.compile(r"[ \t]|$|\\[A-Za-z]")  # after an opening bracket, which else is an escaped one


@dataclass(slots=True, eq=False)
class Math(Leaf):
    """Displayed math, between ``$$`` or brackets or as an environment. While it is open it may still turn out
    to be text."""

    opener: str = ""
    closer: str = ""
    lines: list[str] = field(default_factory=list)
    tex: str | None = None  # set when it is closed

    @classmethod
    def begin(cls, line: Line) -> Math | None:
        """Returns a math block that begins at this line, None when the line is text."""
        match = _MATH_START.match(line.text, line.next)
        if match is None or line.long:
            return None
        opener, environment = match.group(), match.group(1)
        closer = f"\\end{{{environment}}}" if environment else "$$" if opener == "$$" else "\\]"
        math = cls(opener=opener, closer=closer, lines=[line.content])
        head, closed, tail = line.text[match.end() :].partition(closer)
        if closed:
            math.tex = math._tex()
            return None if tail.strip(" \t.,;") or not any(map(str.isalnum, head)) else math
        return math if opener != "\\[" or _MATH_GOES_ON.match(head) else None

    def accept(self, line: Line) -> bool:
        """Adds a line; returns False when the block cannot continue with it. Sets ``tex`` at the closing delimiter."""
        if line.blank or line.long or len(self.lines) >= MAX_MATH_LINES:
            return False
        _, closed, tail = line.content.partition(self.closer)
        if tail.strip(" \t.,;"):
            return False
        self.lines.append(line.content)
        if closed:
            self.tex = self._tex()
        return True

    def _tex(self) -> str:
        text = "\n".join(self.lines)
        end = text.rindex(self.closer)
        if self.opener.startswith("\\begin"):
            return text[: end + len(self.closer)]
        return text[len(self.opener) : end]

    def fork(self) -> Math:
        twin = copy(self)
        twin.lines = list(self.lines)
        return twin

    def as_paragraph(self) -> Paragraph:
        paragraph = Paragraph()
        for line in self.lines:
            paragraph.add(line)
        return paragraph


OpenLeaf: TypeAlias = Paragraph | Code | Table | Math
