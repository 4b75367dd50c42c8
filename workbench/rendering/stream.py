"""The Markdown stream: Markdown that arrives in pieces.

A stream reads each line once. What is closed is rendered once; the open end is rendered at each piece of
text, and is never longer than a paragraph's piece: an open code block or table grows by what was added.
At the end link definitions and footnotes that came after their use are filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from .addresses import normal_label
from .blocks import Block, Update
from .blockstage import BlockStage
from .containers import FootnoteNode
from .footnotes import number, relabel, with_way_back
from .incremental_blocks import Gain, Growing, GrowingTable, growing
from .leaves import Chain, Code, Leaf, Math, Paragraph, Table
from .limits import LONG
from .reference_scope import Scope
from .render import LeafRenderer, container_values

# The beginning of a line that may still become anything: it is not shown before more of it has come.
_UNDECIDED = re.compile(r"[\s>]*+(?:[\s\-=*_+#`~|:$.)(\d\[\]\\^]{0,80}|\[!?[A-Za-z]{0,9})$")
_HEADER = 300  # characters within which the header of a table is expected to end
_SLICE = 40  # leaves rendered again between two pauses of ``finish_in_slices``


@dataclass(frozen=True, slots=True)
class _Late:
    """A closed block that refers to something that may be defined after it."""

    at: int
    again: Callable[[], Block]
    missed: frozenset[str]
    marks: tuple[str, ...]

    def concerns(self, references: Container[str], footnotes: Container[str]) -> bool:
        """Returns whether one of these definitions changes the block."""
        return any(label in references for label in self.missed) or any(mark in footnotes for mark in self.marks)


class MarkdownStream:
    """Text in, blocks out. Applying every update in order gives ``blocks``.

    Cutting the same text into other pieces gives the same blocks in the end. ``append`` costs what was added,
    and one paragraph's piece; nothing here blocks, and nothing but a call after ``finish`` raises.
    """

    def __init__(self) -> None:
        self._stage = BlockStage()
        self._scope = Scope(self._stage.references, self._stage.footnotes)
        self._renderer = LeafRenderer(self._scope)
        self._closed: list[Block] = []
        self._chains: list[Chain] = []
        self._late: list[_Late] = []
        self._growing: Growing | None = None
        self._tail: list[Block] = []
        self._line = ""  # the last line, while it has no newline
        self._in_long_line = False
        self._carriage = False  # the text so far ends with a carriage return
        self._finished = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the text so far."""
        grown = [self._growing.block(is_open=True)] if self._growing else []
        return (*self._closed, *grown, *self._tail)

    def append(self, text: str) -> Update:
        """Adds text to the end."""
        if self._finished:
            raise RuntimeError("This stream is finished: start another one for more text.")
        settled, was_growing, old_tail = len(self._closed), self._growing, self._tail
        self._read(text)
        settled = min(settled, self._collect())
        gain = self._look_ahead()
        if self._growing and self._growing is was_growing and gain is not None and settled == len(self._closed):
            return Update(settled + 1, tuple(self._tail), gain or "")
        grown = [self._growing.block(is_open=True)] if self._growing else []
        changed = [*self._closed[settled:], *grown, *self._tail]
        same = 0 if was_growing else _common(old_tail, changed)
        return Update(settled + same, tuple(changed[same:]))

    def finish(self) -> Update:
        """Makes the canonical render of the complete text. Costs what is open, and the blocks that refer to link
        definitions or footnotes that came after them."""
        slices = self.finish_in_slices()
        while True:
            try:
                next(slices)
            except StopIteration as end:
                update: Update = end.value
                return update

    def finish_in_slices(self) -> Generator[None, None, Update]:
        """Runs ``finish`` with pauses, each after a few milliseconds of work; the update is the return value."""
        old = (*self._closed, *(() if self._growing else self._tail))  # what grew is shown anew
        self._finished = True
        if self._line or self._in_long_line or self._carriage:
            self._read("\n")
        self._stage.close()
        self._collect()
        self._growing, self._tail = None, []
        numbers = self._number_footnotes()
        self._scope.footnotes = numbers
        for done, late in enumerate(self._late, 1):
            if late.concerns(self._stage.references, numbers):
                self._closed[late.at] = late.again()
            if done % _SLICE == 0:
                yield
        self._move_footnotes(numbers)
        keep = _common(old, self._closed)
        return Update(keep, tuple(self._closed[keep:]))

    # ---------------------------------------------------------------- reading

    def _read(self, text: str) -> None:
        if self._carriage:
            text = "\r" + text
        self._carriage = text.endswith("\r")
        if self._carriage:
            text = text[:-1]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
        *lines, rest = text.split("\n")
        for line in lines:
            self._end_line(line)
        self._extend_line(rest)

    def _end_line(self, text: str) -> None:
        if self._in_long_line:
            self._stage.feed_more(text)
            self._in_long_line = False
        else:
            self._stage.feed(self._line + text)
            self._line = ""

    def _extend_line(self, text: str) -> None:
        """Keeps text of a line that is not complete, until it is so long that it must be text."""
        if self._in_long_line:
            self._stage.feed_more(text)
            return
        self._line += text
        if len(self._line) > LONG:
            self._stage.feed_head(self._line[:LONG])
            self._stage.feed_more(self._line[LONG:])
            self._line, self._in_long_line = "", True

    # ---------------------------------------------------------------- rendering

    def _collect(self) -> int:
        """Renders closed leaves. Returns the index of the first block that changed."""
        changed = len(self._closed)
        for leaf in self._stage.closed:
            self._scope.missed, self._scope.marks = set(), []
            grower: Growing | None = None
            if isinstance(leaf, Code | Table):
                grower, self._growing = self._growing, None
                if grower is None or grower.leaf is not leaf:
                    grower = growing(leaf, self._renderer)
                grower.advance()
                block = grower.block()
            else:
                block = self._renderer.block(leaf)
            self._remember(leaf, grower)
            self._closed.append(block)
            self._chains.append(leaf.chain)
        self._stage.closed.clear()
        for node in self._stage.loosened:
            changed = min(changed, node.begin)
            for at in range(node.begin, len(self._closed)):
                self._closed[at] = replace(self._closed[at], containers=container_values(self._chains[at]))
        self._stage.loosened.clear()
        return changed

    def _remember(self, leaf: Leaf, grower: Growing | None) -> None:
        """Notes a block that must be rendered again if what it refers to is defined later."""
        if isinstance(grower, GrowingTable):
            again, missed, marks = grower.again, grower.missed, grower.marks
        else:
            again, missed, marks = partial(self._renderer.block, leaf), self._scope.missed, self._scope.marks
        if missed or marks:
            self._late.append(_Late(len(self._closed), again, frozenset(missed), tuple(marks)))

    def _look_ahead(self) -> Gain | None:
        """Renders what is open, as it will probably continue. Returns what a growing block gained; None if it must be
        shown anew."""
        tip = self._stage.tip
        if isinstance(tip, Code | Table) and (self._growing is None or self._growing.leaf is not tip):
            self._growing = growing(tip, self._renderer)
        grower = self._growing
        fork = self._stage.fork()
        if not _UNDECIDED.match(self._line):
            fork.feed(self._line)
        tip = fork.tip
        self._tail = []
        if grower and isinstance(tip, Code | Table) and tip.origin is grower.leaf:
            return grower.advance(tip.drain() if isinstance(tip, Code) else "")
        if isinstance(tip, Paragraph) and _may_be_header(tip):
            tip.lines.pop()
        if isinstance(tip, Math):
            tip.tex = ""  # to be closed as what it is
        fork.close()
        for leaf in fork.closed:
            if isinstance(leaf, Code | Table):
                if leaf.origin is None:
                    opened = growing(leaf, self._renderer)
                    opened.advance()
                    self._tail.append(opened.block(is_open=leaf is tip))
            elif isinstance(leaf, Math) and leaf is tip:
                self._tail.append(self._renderer.open_math(leaf))
            else:
                self._tail.append(self._renderer.block(leaf, unfinished=leaf is fork.closed[-1]))
        return grower.advance() if grower else None

    # ---------------------------------------------------------------- footnotes

    def _footnote_of(self, at: int) -> str | None:
        """Returns the label of the footnote that a block belongs to."""
        chain = self._chains[at]
        node = chain[0][0] if chain else None
        return normal_label(node.label) if isinstance(node, FootnoteNode) else None

    def _number_footnotes(self) -> dict[str, str]:
        within: dict[str, list[str]] = {label: [] for label in self._stage.footnotes}
        mentions: list[str] = []
        for late in self._late:
            label = self._footnote_of(late.at)
            (mentions if label is None else within[label]).extend(late.marks)
        return number(mentions, within)

    def _move_footnotes(self, numbers: dict[str, str]) -> None:
        """Puts the footnotes at the end, in the order of their numbers."""
        if not numbers:
            return
        text: list[Block] = []
        notes: dict[str, list[Block]] = {label: [] for label in numbers}
        for at, block in enumerate(self._closed):
            label = self._footnote_of(at)
            if label is None:
                text.append(block)
            else:
                notes[label].append(relabel(block, numbers[label]))
        mentioned = {mark for late in self._late for mark in late.marks}
        for label, leaves in notes.items():
            if label in mentioned:
                leaves[-1] = with_way_back(leaves[-1], numbers[label])
            text += leaves
        self._closed = text


def _may_be_header(paragraph: Paragraph) -> bool:
    """Returns whether the last line looks like the header of a table: the next line will tell, and it is not shown
    before."""
    last = paragraph.lines[-1] if paragraph.lines else ""
    return last.startswith("|") and len(last) <= _HEADER and not paragraph.continued


def _common(old: Sequence[Block], new: Sequence[Block]) -> int:
    """Returns how many blocks at the beginning are the same."""
    pairs = zip(old, new, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one is not other and one != other), min(len(old), len(new))
    )


def render_blocks(text: str) -> tuple[Block, ...]:
    """Returns the blocks of a whole text: the same as streaming it in any pieces."""
    stream = MarkdownStream()
    stream.append(text)
    stream.finish()
    return stream.blocks
