"""HTML to Markdown: the text of answers that an export has as HTML, without scripts, and nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_BLOCKS = frozenset(("p", "div", "section", "article", "blockquote", "ul", "ol", "table", "pre", "hr", "details"))
_IGNORED = frozenset(("script", "style", "head", "template"))
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "s": "~~", "del": "~~"}
_MANY_BREAKS = re.compile(r"\n{3,}")


class _Markdown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._lists: list[int] = []  # the next number of each list that is open; 0 for one of dots
        self._ignored = 0
        self._code = 0
        self._address: list[str] = []
        self._cells: list[str] | None = None
        self._rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag in _IGNORED:
            self._ignored += 1
        elif tag == "pre":
            self._code += 1
            self.out.append("\n\n```\n")
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
        elif tag in _MARKS and not self._code:
            self.out.append(_MARKS[tag])
        elif tag in _BLOCKS:
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
            self._code = max(0, self._code - 1)
            self.out.append("\n```\n\n")
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
        elif tag in _MARKS and not self._code:
            self.out.append(_MARKS[tag])
        elif tag in _BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self.out.append("\n\n")

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
        if not self._ignored:
            self.out.append(data if self._code else re.sub(r"\s+", " ", data) if data.strip() else " ")


def markdown_of(page: str) -> str:
    """Returns the Markdown of a piece of HTML."""
    parser = _Markdown()
    parser.feed(page)
    parser.close()
    text = "".join(parser.out).replace("\0", "")
    lines = [line.rstrip() for line in text.splitlines()]
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()


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
