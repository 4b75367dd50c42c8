"""Text from blocks: as Markdown, as plain text, and tables as CSV."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from .blocks import Block, Code, Container, Item, Math, Plain, Prose, Quote, Rule, Table

_FOOTNOTE_MARK = re.compile(r'<sup><a href="#fn-[^"]*">([^<]*)</a></sup>| <a href="#fnref-[^"]*">↩</a>')
_TAG = re.compile(r"<[^>]*>")
_BACKTICKS = re.compile(r"`{3,}")


def plain_text(inline: str) -> str:
    """Returns the text of inline HTML of the dialect: what a reader sees, math as TeX, an image as its text."""
    if "<" in inline:
        inline = _FOOTNOTE_MARK.sub(lambda mark: f"[{mark.group(1)}]" if mark.group(1) else "", inline)
        inline = _TAG.sub("", inline.replace("<br>\n", "\n").replace("<br>", "\n"))
    return html.unescape(inline) if "&" in inline else inline


def blocks_text(blocks: Iterable[Block]) -> str:
    """Returns blocks as plain text: no markup except the numbers and bullets of lists; tabs between table cells."""
    return _join((block, _text_of(block)) for block in blocks)


def blocks_markdown(blocks: Iterable[Block]) -> str:
    """Returns blocks as Markdown that renders as these blocks."""
    return _join(((block, _markdown_of(block)) for block in blocks), markdown=True)


def _text_of(block: Block) -> str:
    match block:
        case Prose():
            return plain_text(block.html)
        case Table():
            return "\n".join(
                "\t".join(plain_text(cell).replace("\n", " ") for cell in row) for row in (block.header, *block.rows)
            )
        case Math():
            return block.tex
        case Rule():
            return "———"
        case Code() | Plain():
            return block.text


def _markdown_of(block: Block) -> str:
    match block:
        case Prose():
            return "#" * block.level + " " + block.source if block.level else block.source
        case Code():
            longest = max(map(len, _BACKTICKS.findall(block.text)), default=2)
            fence = "`" * (longest + 1)
            return f"{fence}{block.language}\n{block.text}\n{fence}"
        case Rule():
            return "---"
        case Plain():
            return block.text
        case Table() | Math():
            return block.source


def _join(texts: Iterable[tuple[Block, str]], markdown: bool = False) -> str:
    """Joins texts below each other, each with the prefixes of its containers."""
    lines: list[str] = []
    previous: Block | None = None
    for block, text in texts:
        if isinstance(block, Prose) and block.continued and lines:
            head, *rest = text.split("\n")
            lines[-1] += head if markdown else f" {head}"
            first, following = "", _prefixes(block.containers, markdown)[1]
        else:
            first, following = _prefixes(block.containers, markdown)
            if previous is not None and not _close(previous, block):
                lines.append(_shared_prefix(previous, block, markdown).rstrip())
            head, *rest = text.split("\n")
            lines += _alert_titles(block.containers, markdown)
            lines.append(f"{first}{head}".rstrip() if not head else f"{first}{head}")
        lines += [f"{following}{line}" if line else following.rstrip() for line in rest]
        previous = block
    return "\n".join(lines)


def _prefixes(containers: Sequence[Container], markdown: bool) -> tuple[str, str]:
    """Returns the prefix of the first line of a block, and that of its other lines."""
    first = following = ""
    for container in containers:
        if isinstance(container, Quote):
            sign = pad = "> " if markdown else ""
        elif isinstance(container, Item):
            bullet = "- " if markdown else "• "
            sign = f"{container.number}. " if container.ordered else bullet
            pad = " " * len(sign)
            if container.task is not None:
                sign += "[x] " if container.task else "[ ] "
        else:
            sign = f"[^{container.name}]: " if markdown else f"[{container.label}] "
            pad = " " * 4
        first += sign if getattr(container, "first", False) or isinstance(container, Quote) else pad
        following += pad
    return first, following


def _alert_titles(containers: Sequence[Container], markdown: bool) -> list[str]:
    last = containers[-1] if containers else None
    if not isinstance(last, Quote) or not last.kind or not last.first:
        return []
    title = f"[!{last.kind.upper()}]" if markdown else f"{last.kind.capitalize()}:"
    return [_prefixes(containers, markdown)[0] + title]


def _close(above: Block, below: Block) -> bool:
    """Returns whether a block follows the one above it without an empty line: in a tight list."""
    inner = [item for item in below.containers if isinstance(item, Item)]
    outer = [item for item in above.containers if isinstance(item, Item)]
    return bool(inner and outer) and inner[-1].tight and outer[min(len(inner), len(outer)) - 1].tight


def _shared_prefix(above: Block, below: Block, markdown: bool) -> str:
    """Returns the prefix of an empty line between two blocks: that of the containers they are both in."""
    shared: list[Container] = []
    for one, other in zip(above.containers, below.containers, strict=False):
        if type(one) is not type(other) or getattr(other, "first", False):
            break
        shared.append(other)
    return _prefixes(shared, markdown)[1]
