"""The block stage of CommonMark, a line at a time: closed blocks never change, only open ones do.

The algorithm is that of the specification's appendix, "A parsing strategy", with GitHub's tables, tasks,
footnotes and alerts, displayed math, and raw HTML as text. A text depends on nothing but its lines, so it
may be fed as it arrives. ``fork`` gives a copy to try an unfinished line on.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from copy import copy

from . import block_starts as starts
from .addresses import normal_label, read_definitions
from .containers import FootnoteNode, ItemNode, ListNode, Node, QuoteNode, consume_marker, list_marker
from .leaves import Chain, Code, Empty, Leaf, Math, OpenLeaf, Paragraph, Rule, Table, cut
from .limits import LONG, MAX_COLUMNS, MAX_DEPTH, PIECE
from .lines import Line
from .tables import alignments, split_row


class BlockStage:
    """Reads lines; closed leaves pile up in ``closed``, to be taken away by the caller.

    ``references`` are the link definitions so far (label to address and title), ``footnotes`` the labels
    that have a definition so far, ``loosened`` the lists that turned loose and were tight before.
    """

    def __init__(self) -> None:
        self.closed: list[Leaf] = []
        self.emitted = 0
        self.references: MutableMapping[str, tuple[str, str]] = {}
        self.footnotes: MutableMapping[str, str] = {}
        self.loosened: list[ListNode] = []
        self.tip: OpenLeaf | None = None
        self._open: list[Node] = [Node()]
        self._blank_at: int | None = None  # depth of the quote in which the last line was blank

    # ---------------------------------------------------------------- lines in

    def feed(self, text: str) -> None:
        """Reads one line, without its newline."""
        if len(text) <= LONG:
            self._read(Line(text))
        else:
            self.feed_head(text[:LONG])
            self.feed_more(text[LONG:])

    def feed_head(self, text: str) -> None:
        """Reads the first LONG characters of a line that is longer."""
        self._read(Line(text, long=True))

    def feed_more(self, text: str) -> None:
        """Reads more of the line whose head was fed last."""
        if isinstance(self.tip, Code):
            self.tip.extend(text)
        elif isinstance(self.tip, Paragraph):
            self.tip.extend(text)
            self._cut(self.tip)
        elif text.strip():
            self._begin(len(self._open), Paragraph())
            self._add_text(text.lstrip(), long=True)

    def close(self) -> None:
        """Closes everything at the end of the text."""
        self._close_to(1)

    def fork(self) -> BlockStage:
        """Returns a copy without closed leaves that can read on without changing this one."""
        other = BlockStage()
        other.emitted = self.emitted
        other.footnotes = ChainMap({}, self.footnotes)
        other.tip = self.tip.fork() if self.tip else None
        other._blank_at = self._blank_at
        lists: dict[int, ListNode] = {}
        other._open = [node.fork() for node in self._open]
        for twin in other._open:
            if twin.sublist:
                twin.sublist = _fork_list(twin.sublist, lists)
            if isinstance(twin, ItemNode):
                twin.parent = _fork_list(twin.parent, lists)
        return other

    # ---------------------------------------------------------------- one line

    def _read(self, line: Line) -> None:
        depth = self._match_containers(line)
        if depth == len(self._open) and self._extend_leaf(line, depth):
            return
        if line.blank:
            self._close_to(depth)
            self._note_blank(depth)
            return
        self._start_blocks(line, depth)
        self._blank_at = None

    def _match_containers(self, line: Line) -> int:
        """Returns how many of the open containers the line continues."""
        verbatim = isinstance(self.tip, Code | Math)
        for depth, node in enumerate(self._open):
            if not node.matches(line, verbatim):
                return depth
        return len(self._open)

    def _extend_leaf(self, line: Line, depth: int) -> bool:
        """Gives the line to the open leaf if that accepts lines as they are."""
        tip = self.tip
        if isinstance(tip, Code):
            accepted = tip.accept(line)
            if accepted is not True:
                self._close_tip()
            if accepted is not False:
                self._blank_at = None
                if line.blank and not tip.fence:
                    self._note_blank(depth)
            return accepted is not False
        if isinstance(tip, Math):
            if tip.accept(line):
                if tip.tex is not None:
                    self._close_tip()
                return True
            self.tip = tip.as_paragraph()
            self._cut(self.tip)
        elif isinstance(tip, Table):
            if self._may_be_row(line) and tip.accept(line):
                return True
            self._close_tip()
        return False

    def _may_be_row(self, line: Line) -> bool:
        """Returns whether the line begins nothing else."""
        return line.character == "|" or not (
            line.character == ">"
            or starts.heading(line)
            or starts.fence(line)
            or starts.is_rule(line)
            or list_marker(line)
        )

    def _start_blocks(self, line: Line, depth: int) -> None:
        """Opens the containers and the leaf that begin on the line; the rest is text."""
        refused = ""
        while not line.blank:
            direct = self.tip if depth == len(self._open) and isinstance(self.tip, Paragraph) else None
            if line.indent > 3:  # code, unless it goes on with a paragraph
                if not isinstance(self.tip, Paragraph):
                    code = Code()
                    self._begin(depth, code)
                    code.accept(line)
                    return
                break
            if line.character not in starts.STARTERS:
                break
            if self._start_leaf(line, depth, direct):
                return
            if depth > MAX_DEPTH:
                refused = f"More than {MAX_DEPTH} quotes and lists in each other."
                break
            if not self._start_container(line, depth, direct):
                break
            depth = len(self._open)
        if not line.blank:
            self._text(line, depth, refused)

    def _start_container(self, line: Line, depth: int, direct: Paragraph | None) -> bool:
        if line.character == ">":
            self._close_to(depth)
            self._count_child()
            line.skip(1)
            line.strip(1)
            self._open.append(QuoteNode())
            return True
        marker = list_marker(line)
        if marker and (direct is None or marker.interrupts):
            self._close_to(depth)
            parent = self._open[-1]
            siblings = parent.sublist
            if siblings is None or (siblings.ordered, siblings.sign) != (marker.ordered, marker.sign):
                self._count_child()
                siblings = ListNode(marker.ordered, marker.sign, marker.number, self.emitted)
            elif self._after_blank():
                self._loosen(siblings)
            parent.sublist = siblings
            margin, padding = consume_marker(line, marker)
            number = siblings.start + siblings.length
            siblings.length += 1
            self._open.append(ItemNode(parent=siblings, number=number, margin=margin, padding=padding))
            return True
        if depth == 1 and (match := starts.footnote(line)):
            label = normal_label(match.group(1))
            if label not in self.footnotes:
                self._close_to(depth)
                self._count_child()
                self.footnotes[label] = match.group(1)
                line.skip(match.end() - line.next)
                self._open.append(FootnoteNode(label=match.group(1)))
                return True
        return False

    def _start_leaf(self, line: Line, depth: int, direct: Paragraph | None) -> bool:
        character = line.character
        if character == "#" and (title := starts.heading(line)):
            self._begin(depth, title)
            self._close_tip()
            return True
        if character in "`~" and (code := starts.fence(line)):
            self._begin(depth, code)
            return True
        if direct and (self._underline(direct, line) or self._start_table(direct, line)):
            return True
        if starts.is_rule(line):
            self._begin(depth, None)
            self._emit(Rule())
            return True
        if character in "$\\" and (math := Math.begin(line)):
            self._begin(depth, math)
            if math.tex is not None:
                self._close_tip()
            return True
        return False

    def _underline(self, paragraph: Paragraph, line: Line) -> bool:
        """Makes the paragraph a heading if the line underlines it."""
        level = starts.underline(line)
        if not level or paragraph.continued or paragraph.refused:
            return False
        self._take_definitions(paragraph)
        if not paragraph.lines:
            return False
        paragraph.level = level
        self._close_tip()
        return True

    def _start_table(self, paragraph: Paragraph, line: Line) -> bool:
        """Makes the last line of the paragraph the header of a table if the line has its delimiters."""
        align = None if line.long or not paragraph.lines else alignments(line.content)
        if align is None or (paragraph.continued and len(paragraph.lines) == 1):
            return False
        header = paragraph.lines[-1]
        if "|" not in header or len(align) > MAX_COLUMNS or len(split_row(header)) != len(align):
            return False
        paragraph.lines.pop()
        self._close_tip()
        self._begin(len(self._open), Table(align=align, header=header, delimiters=line.content))
        return True

    def _text(self, line: Line, depth: int, refused: str) -> None:
        if isinstance(self.tip, Paragraph):  # a lazy continuation when not all containers matched
            self._add_text(line.content, line.long)
            return
        self._close_to(depth)
        parent = self._open[-1]
        if isinstance(parent, QuoteNode) and not parent.kind and not parent.children:
            if match := starts.alert(line):
                parent.kind = match.group(1).lower()
                line.skip(match.end() - line.next)
        elif isinstance(parent, ItemNode) and not parent.children and (match := starts.task(line)):
            parent.task = match.group(1) != " "
            line.skip(match.end() - line.next)
        if not line.blank:
            self._begin(depth, Paragraph(refused=refused))
            self._add_text(line.content, line.long)

    # ---------------------------------------------------------------- opening and closing

    def _begin(self, depth: int, leaf: OpenLeaf | None) -> None:
        """Closes everything that the new leaf is not in, and makes it the tip."""
        self._close_to(depth)
        self._count_child()
        self.tip = leaf
        if isinstance(leaf, Code | Table):
            leaf.chain = self._chain()

    def _count_child(self) -> None:
        """Notes that a block begins directly in the innermost open container."""
        parent = self._open[-1]
        if isinstance(parent, ItemNode) and parent.children and self._after_blank():
            self._loosen(parent.parent)
        parent.children += 1
        parent.sublist = None

    def _after_blank(self) -> bool:
        """Returns whether the last line was blank for the innermost open container."""
        return self._blank_at is not None and len(self._open) - 1 >= self._blank_at

    def _note_blank(self, depth: int) -> None:
        quotes = [at for at, node in enumerate(self._open[:depth]) if isinstance(node, QuoteNode)]
        self._blank_at = quotes[-1] if quotes else 0

    def _loosen(self, node: ListNode) -> None:
        if not node.loose:
            node.loose = True
            self.loosened.append(node)

    def _close_to(self, depth: int) -> None:
        """Closes the open leaf, and all containers but the first ``depth``."""
        self._close_tip()
        while len(self._open) > depth:
            if not self._open[-1].emitted:
                self._emit(Empty())
            self._open.pop()

    def _close_tip(self) -> None:
        tip, self.tip = self.tip, None
        if isinstance(tip, Math) and tip.tex is None:
            tip = tip.as_paragraph()
            self._cut(tip)
        if isinstance(tip, Paragraph):
            self._take_definitions(tip)
            if tip.lines or tip.level:
                self._emit(tip)
        elif tip is not None:
            self._emit(tip)

    def _add_text(self, content: str, long: bool) -> None:
        assert isinstance(self.tip, Paragraph)
        if long:
            self._take_definitions(self.tip)
            self.tip.defines = False
        self.tip.add(content)
        self._cut(self.tip)

    def _take_definitions(self, paragraph: Paragraph) -> None:
        if paragraph.defines and not paragraph.level and paragraph.lines and paragraph.lines[0][:1] == "[":
            paragraph.set_text(read_definitions(paragraph.text, self.references))

    def _cut(self, paragraph: Paragraph) -> None:
        """Passes on the beginning of a paragraph that has become too long."""
        while paragraph.size > PIECE + 1:
            self._take_definitions(paragraph)
            text = paragraph.text
            if len(text) > PIECE:
                at = cut(text)
                piece = Paragraph(continued=paragraph.continued, refused=paragraph.refused)
                piece.add(text[:at])
                self._emit(piece)
                paragraph.continued, paragraph.defines = True, False
                paragraph.set_text(text[at:])

    def _emit(self, leaf: Leaf) -> None:
        if not leaf.chain:
            leaf.chain = self._chain()
        self.closed.append(leaf)
        self.emitted += 1

    def _chain(self) -> Chain:
        chain = tuple((node, not node.emitted) for node in self._open[1:])
        for node in self._open:
            node.emitted = True
        return chain


def _fork_list(node: ListNode, forked: dict[int, ListNode]) -> ListNode:
    if id(node) not in forked:
        forked[id(node)] = copy(node)
    return forked[id(node)]
