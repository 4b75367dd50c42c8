"""Blocks: the values that rendering gives a view, a reply as a flat list of leaf blocks.

Markdown nests (a code block in a list in a quote). A view that lays out only what is visible wants a flat
list, so each leaf carries the chain of containers it is in, outermost first. A list of 5,000 items is
5,000 leaves, and costs what is visible.

Inline content is a small, closed HTML dialect, safe to hand to a rich-text widget: ``strong em del code a br
sup mark span``. The only attributes are ``href`` and ``title`` on ``a``, and ``class`` on ``span``:

- ``<span class="math">tex</span>`` is inline math (TeX source, escaped);
- ``<span class="image" title="address">alt</span>`` is an image that was *not* fetched;
- ``<a href="#fn-x">`` and ``<a href="#fnref-x">`` are footnote jumps inside the message.

All text is escaped; raw HTML of the source appears as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Align: TypeAlias = Literal["left", "center", "right", ""]


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quote, or an alert (``kind`` is note, tip, important, warning or caution)."""

    kind: str = ""
    first: bool = False  # this leaf is the first in the quote: an alert draws its title above it


@dataclass(frozen=True, slots=True)
class Item:
    """A list item. ``first`` says that this leaf carries the item's marker."""

    ordered: bool
    number: int
    first: bool
    tight: bool
    task: bool | None = None  # None: no check box; else whether it is ticked


@dataclass(frozen=True, slots=True)
class Footnote:
    """The text of a footnote, shown at the end of the message. ``label`` is what the reader sees, ``name`` its name in
    the source."""

    label: str
    first: bool
    name: str = ""


Container: TypeAlias = Quote | Item | Footnote


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, or a heading when ``level`` is 1 to 6. ``continued`` joins it to the block before it:
    a paragraph too long to handle as one is cut into pieces that read as one. ``source`` is its inline
    Markdown, without the marks of headings and containers."""

    html: str
    source: str
    containers: tuple[Container, ...] = ()
    level: int = 0
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced or indented code block. ``text`` is exactly the source between the fences, without a final newline.
    ``open`` while its closing fence has not come."""

    text: str
    language: str = ""
    containers: tuple[Container, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; cells are inline HTML. ``source`` is the Markdown, for copying."""

    header: tuple[str, ...]
    align: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str
    containers: tuple[Container, ...] = ()


@dataclass(frozen=True, slots=True)
class Math:
    """Displayed math; ``tex`` without its delimiters."""

    tex: str
    source: str
    containers: tuple[Container, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""

    containers: tuple[Container, ...] = ()


@dataclass(frozen=True, slots=True)
class Plain:
    """A block that passed a limit (depth, run length, time) and is shown as it was written."""

    text: str
    reason: str
    containers: tuple[Container, ...] = ()


Block: TypeAlias = Prose | Code | Table | Math | Rule | Plain


@dataclass(frozen=True, slots=True)
class Update:
    """The changes from one piece of streamed text.

    The first ``keep`` blocks stay as they were. When ``grow`` is not empty the last of them, an open code block or
    table, gained that text (code) or those rows (table) at its end. ``blocks`` follow; whatever was there before is
    gone. Applying every update in order gives the blocks of the whole text.
    """

    keep: int
    blocks: tuple[Block, ...] = ()
    grow: str | tuple[tuple[str, ...], ...] = ""
