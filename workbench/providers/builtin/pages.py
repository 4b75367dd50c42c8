"""The help pages as the built-in models read them: Markdown files, cut into sections at their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import StoreError


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it. ``body`` is Markdown without the heading."""

    page: str
    page_title: str
    title: str
    body: str

    @property
    def label(self) -> str:
        return self.title if self.title == self.page_title else f"{self.page_title} › {self.title}"


def load(folder: Path) -> tuple[Section, ...]:
    """Returns all sections of ``folder/*.md``, by file name; raises ``StoreError`` when there are none."""
    sections = tuple(
        section for path in sorted(folder.glob("*.md")) for section in cut(path.stem, path.read_text("utf-8"))
    )
    if not sections:
        raise StoreError(f"The help pages are missing from {folder}: install the program again.")
    return sections


def cut(page: str, text: str) -> Iterator[Section]:
    """Yields sections, which begin at ``#`` and ``##``; a ``#`` in a code block is no heading."""
    page_title = title = page
    lines: list[str] = []
    fenced = False
    for line in [*text.splitlines(), "# "]:
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else re.fullmatch(r"(##?) (.*)", line)
        if heading is None:
            lines.append(line)
            continue
        if body := "\n".join(lines).strip():
            yield Section(page, page_title, title, body)
        lines = []
        title = heading[2]
        if heading[1] == "#":
            page_title = title


def prose(sections: Sequence[Section]) -> Iterator[str]:
    """Yields the paragraphs and list items as plain text, one a line, without code, tables and marks.

    A heading that asks a question comes before the first paragraph that answers it.
    """
    for section in sections:
        question = f"{section.title} " if section.title.endswith("?") else ""
        for block in re.split(r"\n\s*\n", re.sub(r"(?ms)^ *```.*?^ *```$", "", section.body)):
            for paragraph in re.split(r"\n(?=\s*(?:[-*]|\d+\.) )", block):
                plain = _plain(paragraph)
                if plain.count(" ") >= 3:
                    yield question + plain
                    question = ""


def _plain(markdown: str) -> str:
    if markdown.lstrip().startswith(("|", "#")):
        return ""
    text = re.sub(r"^\s*(?:[-*]|\d+\.|>) (?:\[[ x]\] )?", "", markdown)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*`]+", "", text)
    return " ".join(text.split())
