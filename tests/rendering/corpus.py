"""Texts that several tests share."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"


class Layout(NamedTuple):
    name: str
    markdown: str
    html: str


class Example(NamedTuple):
    number: int
    section: str
    markdown: str
    html: str


def layouts() -> list[Layout]:
    cases = re.split(r"^=== (.*)\n", (DATA / "layouts.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    bodies = [body.partition("\n--->\n") for body in cases[1::2]]
    return [
        Layout(name, markdown, html.rstrip("\n")) for name, (markdown, _, html) in zip(cases[::2], bodies, strict=True)
    ]


def examples() -> list[Example]:
    found = json.loads((DATA / "commonmark-0.31.2.json").read_text("utf-8"))
    return [Example(one["example"], one["section"], one["markdown"], one["html"]) for one in found]


# Pieces that mean something to Markdown, to make texts of.
PIECES = (
    "- a\n", "  - b\n", "    c\n", "\n", "\n\n", "> q\n", "> ", "```\n", "```py\n", "~~~\n", "| a | b |\n",
    "|---|--:|\n",     "| 1 | **2** |\n", "text *a* **b", "** c\n", "[z]: http://z.example\n", "[z] ", "[^1] ",
    "[^1]: note\n", "$$\n", "x^2\n",     "1. a\n", "   b\n", "10. c\n", "   - d\n", "===\n", "---\n", "- [ ] t\n",
    "> [!NOTE]\n", "\t", "# h\n", "`", "``", "~~x~~ ",     "\\", "\r", "\r\n", "\0", "word word word word word ",
    "\\[ ", "\\] ", "\\(y\\) ", "<b>", "<br>", "https://a.example/c ", "$5 ", "$x$ ", "&amp;",     "![i](u)",
    "[l](u)", "。**", "字", "  \n", "*", "_", "|", "    code\n", "    \n", "plain\n", "-\n", "1)\n",
)  # fmt: skip
