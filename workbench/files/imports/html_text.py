"""HTML to Markdown: the text of answers that an export has as HTML, without scripts, and nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_BLOCKS = frozenset(("p", "div", "section", "article", "blockquote", "ul", "ol", "table", "pre", "hr", "details"))
_IGNORED = frozenset(("script", "style", "head", "template"))
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~"}
_LANGUAGE = re.compile(r"\b(?:lang|language)-([\w+#.-]+)")
_BLOCK = re.compile("\1(\\d+)\1")
_ITEM = re.compile(r"\n *(?:-|\d+\.) ")
_TICKS = re.compile("`+")
_MANY_BREAKS = re.compile(r"\n{3,}")


class _Markdown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.blocks: list[str] = []  # of code, in whose places "\1", a number and "\1" stand
        self._lists: list[int] = []  # the next number of each list that is open; 0 for one of dots
        self._ignored = 0
        self._code = 0
        self._code_starts = 0  # where the text of the block of code begins
        self._language = ""
        self._address: list[str] = []
        self._cells: list[str] | None = None
        self._rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag in _IGNORED:
            self._ignored += 1
        elif tag == "pre" or (self._code and tag == "code"):
            self._begin_code(tag, about.get("class", ""))
        elif tag == "br":
            self.out.append("\n")
        elif tag in ("ul", "ol"):
            self.out.append("\n\n" if not self._lists else "\n")
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._item()
        elif re.fullmatch(r"h[1-6]", tag):
            self.out.append("\n\n" + "#" * int(tag[1]) + " ")
        elif tag == "table":
            self._rows = 0
            self.out.append("\n\n")
        elif tag == "tr":
            self._cells = []
        elif tag in ("td", "th"):
            self.out.append("\0")
        elif tag == "a":
            self._address.append(about.get("href", ""))
            self.out.append("[")
        elif tag == "img":
            self.out.append(f"![{about.get('alt', '')}]({about.get('src', '')})" if about.get("src", "").startswith(
                "http") else about.get("alt", ""))
        elif tag == "code":
            self._code_starts = len(self.out)
        elif tag in _MARKS and not self._code:
            self.out.append(_MARKS[tag])
        elif tag in _BLOCKS and not (self.out and _ITEM.fullmatch(self.out[-1])):
            self.out.append("\n\n")

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        if self._lists and number:
            self._lists[-1] += 1
        self.out.append("\n" + "  " * (len(self._lists) - 1) + (f"{number}. " if number else "- "))

    def handle_endtag(self, tag: str) -> None:
        if tag in _IGNORED:
            self._ignored = max(0, self._ignored - 1)
        elif tag == "pre":
            self._end_code()
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self.out.append("\n\n" if not self._lists else "")
        elif tag == "a" and self._address:
            address = self._address.pop()
            self.out.append(f"]({address})" if address.startswith(("http://", "https://", "mailto:")) else "]")
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr" and self._cells is not None:
            self.out.append("| " + " | ".join(self._cells) + " |\n")
            if self._rows == 0:
                self.out.append("|" + " --- |" * len(self._cells) + "\n")
            self._rows += 1
            self._cells = None
        elif tag == "code" and not self._code:
            self._end_code_span()
        elif tag in _MARKS and not self._code:
            self.out.append(_MARKS[tag])
        elif tag in _BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self.out.append("\n\n")

    def _begin_code(self, tag: str, styles: str) -> None:
        if found := _LANGUAGE.search(styles):
            self._language = found.group(1)
        if tag == "pre":
            self._code += 1
            if self._code == 1:
                self._code_starts = len(self.out)

    def _end_code(self) -> None:
        """Puts the block of code between fences that are longer than any in it."""
        if self._code != 1:
            self._code = max(0, self._code - 1)
            return
        code = "".join(self.out[self._code_starts:]).strip("\n")
        fence = _fence(code, 3)
        self.out[self._code_starts:] = [f"\n\n\1{len(self.blocks)}\1\n\n"]
        self.blocks.append(f"{fence}{self._language}\n{code}\n{fence}")
        self._code, self._language = 0, ""

    def _end_code_span(self) -> None:
        code = "".join(self.out[self._code_starts:])
        if code.strip():
            fence, space = _fence(code, 1), " " if "`" in code else ""
            self.out[self._code_starts:] = [f"{fence}{space}{code}{space}{fence}"]

    def _end_cell(self) -> None:
        """Takes the text since the cell began out of the text and into the row."""
        cell: list[str] = []
        while self.out and self.out[-1] != "\0":
            cell.append(self.out.pop())
        if self.out:
            self.out.pop()
        if self._cells is not None:
            self._cells.append(" ".join("".join(reversed(cell)).split()).replace("|", "\\|"))

    def handle_data(self, data: str) -> None:
        data = data.replace("\1", "")
        if not self._ignored:
            self.out.append(data if self._code else re.sub(r"\s+", " ", data) if data.strip() else " ")


def markdown_of(page: str) -> str:
    """Returns the Markdown of a piece of HTML."""
    parser = _Markdown()
    parser.feed(page)
    parser.close()
    text = "".join(parser.out).replace("\0", "")
    lines = [line.rstrip() for line in text.splitlines()]
    plain = _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()
    return _BLOCK.sub(lambda found: parser.blocks[int(found.group(1))], plain)


def _fence(code: str, least: int) -> str:
    """Returns back-ticks that are more than any in the code."""
    return "`" * max(least, 1 + max(map(len, _TICKS.findall(code)), default=0))


_BREAK = re.compile(r"<br\s*/?>")


def activity_cells(page: str) -> Iterator[tuple[str, str, str]]:
    """Yields the question, the time as it is written and the answer of each cell of “My Activity”."""
    for outer in page.split('<div class="outer-cell')[1:]:
        for cell in outer.split('<div class="content-cell')[1:]:
            first, _, rest = _BREAK.sub("\n", cell.partition(">")[2], count=1).partition("\n")
            moment, _, answer = _BREAK.sub("\n", rest, count=1).partition("\n")
            if answer.strip():
                yield markdown_of(first), markdown_of(moment), markdown_of(answer)
                break
