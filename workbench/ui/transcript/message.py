"""One message: its sections as one column of block views, their heights, and its own streaming."""

from __future__ import annotations

from workbench.core.chat.parts import Reasoning, Text

from .blocks import BlockView, Context
from .entries import Entry, EntryStub, part_text
from .heights import Heights
from .incremental_parser import IncrementalParser
from .sections import Builder, Section, TextSection, ThoughtSection
from .spacing import gap_between
from .style import Style

HEADER, FOOTER, CARD_PAD = 30, 34, 10  # pixels at 100 %

# A chat of 10,000 messages makes as many when it is opened: what a stub does not need, stubs share.
_NO_SECTIONS: list[Section] = []
_NO_VIEWS: list[BlockView] = []
_NO_HEIGHTS = Heights()


class Message:
    """A message in the transcript. ``views`` are its visible blocks from top to bottom.

    A message that is only a stub has no views; ``build`` makes them from its entry, and ``step`` takes its
    text in. Vertical positions are pixels from the message's top.
    """

    def __init__(self, stub: EntryStub | Entry) -> None:
        self.key = stub.key
        self.role = stub.role
        self.size = stub.size
        self.entry = stub if isinstance(stub, Entry) else None
        self.from_stub = self.entry is None
        self.wanted = False  # asked for, not here yet
        self.stale = False  # shown as it was, while its present state is asked for
        self.built = False
        self.height = 0
        self.sections = _NO_SECTIONS
        self.views = _NO_VIEWS
        self.heights = _NO_HEIGHTS
        self._fresh = 0  # the first view that changed since ``fresh_y`` was asked
        self._whole = False  # a long message is shown in full

    @property
    def is_card(self) -> bool:
        return self.role == "user"

    @property
    def busy(self) -> bool:
        """Whether text is still to be taken in."""
        return any(section.feed.busy for section in self._texts())

    @property
    def waiting(self) -> int:
        """Characters of text that are not shown yet."""
        return sum(section.feed.waiting for section in self._texts())

    def _texts(self) -> list[TextSection]:
        return [section for section in self.sections if isinstance(section, TextSection)]

    # --- building -------------------------------------------------------------------------------

    def build(self, context: Context) -> None:
        """Makes the sections of the entry's parts."""
        assert self.entry is not None
        self.sections, self.views, self.heights = [], [], Heights()
        builder = self._builder(context)
        for part in self.entry.parts:
            self.sections.extend(builder.sections(part))
        self.built = True
        self._refill(0, context)

    def forget(self) -> None:
        """Drops what was built, and what can be loaded again; the height stays."""
        if not self.built or self.busy or (self.entry is not None and self.entry.state == "streaming"):
            return
        self.sections, self.views, self.heights = _NO_SECTIONS, _NO_VIEWS, _NO_HEIGHTS
        self.built = False
        if self.from_stub:
            self.entry, self.wanted = None, False

    def _builder(self, context: Context) -> Builder:
        assert self.entry is not None

        def fold(section: Section) -> None:
            if section.head is not None:
                section.head.is_open = not section.head.is_open
                self._refill(0, context)
                context.host.changed(self.key)

        def show_whole() -> None:
            self._whole = True
            self.build(context)
            context.host.changed(self.key)

        return Builder(self.entry, context, fold, show_whole, whole=self._whole)

    def unfold(self, context: Context) -> None:
        """Shows all that is folded away."""
        if self.is_card and not self._whole:
            self._whole = True
            self.build(context)
        for section in self.sections:
            if section.head is not None:
                section.head.is_open = True
        self._refill(0, context)

    def occurrences(self, needle: str) -> int:
        """How often ``needle`` (casefolded) stands in the message, folded and shortened parts included. Before
        it is taken in its source is counted, which may differ a little from what will be shown."""
        if self.built and not self.busy and (self._whole or not self.is_card):
            return sum(len(view.find(needle)) for section in self.sections for view in section.views)
        if self.entry is None:
            return 0
        return sum(part_text(part).casefold().count(needle) for part in self.entry.parts)

    # --- streaming ------------------------------------------------------------------------------

    def push_text(self, text: str, context: Context) -> None:
        last = self.sections[-1] if self.sections else None
        if isinstance(last, ThoughtSection):
            if last.part is None:
                last.close(None)  # the answer starts: what was thought folds itself
                self._refill(0, context)
            last = None
        if not isinstance(last, TextSection):
            last = TextSection(None, IncrementalParser(self.key, markdown=True))
            self.sections.append(last)
        last.feed.push(text)

    def push_reasoning(self, text: str, context: Context) -> None:
        last = self.sections[-1] if self.sections else None
        if not isinstance(last, ThoughtSection):
            last = ThoughtSection(None, self.key, stays_open=context.reasoning_open)
            self._builder(context).finish(last)
            self.sections.append(last)
            self._refill(0, context)
        last.feed.push(text)

    def finish(self, entry: Entry, context: Context) -> None:
        """The message as it is now. What was streamed stays, unless the parts say something else."""
        before, self.entry, self.size = self.entry, entry, entry.size
        if not self.built or (before is not None and before.parts == entry.parts and before.state != "streaming"):
            return
        if not self._was_streamed(entry):
            self.build(context)
            return
        streamed = iter(self._texts())
        builder = self._builder(context)
        for part in entry.parts:
            if not isinstance(part, Text | Reasoning):
                self.sections.extend(builder.sections(part))
                continue
            section = next(streamed)
            section.part = part
            section.feed.end()
            if isinstance(section, ThoughtSection) and isinstance(part, Reasoning):
                section.close(part.seconds)
        self._refill(0, context)

    def _was_streamed(self, entry: Entry) -> bool:
        """Whether exactly the texts of ``entry`` came in, and before anything else."""
        texts = [part for part in entry.parts if isinstance(part, Text | Reasoning)]
        streamed = self._texts()
        return len(texts) == len(streamed) == len(self.sections) and all(
            isinstance(section, ThoughtSection) == isinstance(part, Reasoning) and section.feed.text == part.text
            for section, part in zip(streamed, texts, strict=True)
        )

    def step(self, context: Context) -> bool:
        """Takes in a slice of waiting text; whether there was any."""
        base = 0
        for section in self.sections:
            if isinstance(section, TextSection) and section.feed.busy:
                first = section.feed.step()
                if section.is_open():
                    self._refill(base + (section.head is not None) + first, context)
                return True
            base += section.count
        return False

    # --- heights --------------------------------------------------------------------------------

    def _refill(self, first: int, context: Context) -> None:
        """Brings ``views`` and their heights up to date from index ``first`` on."""
        self._fresh = min(self._fresh, first)
        del self.views[first:]
        self.heights.truncate(first)
        base = 0
        for section in self.sections:
            if base + section.count > first:
                for view in section.shown(max(0, first - base)):
                    view.gap = gap_between(context.style, self.views[-1] if self.views else None, view)
                    if not view.height:
                        view.height = view.estimate(context, self.inner_width(context))
                    self.views.append(view)
                    self.heights.append(view.gap + view.height)
            base += section.count

    def fresh_y(self, style: Style) -> int:
        """From where on the message has to be drawn again since this was last asked."""
        first, self._fresh = self._fresh, len(self.views)
        y = self.top(style) + self.heights.offset(min(first, len(self.views)))
        if first >= len(self.views):
            return y
        view = self.views[first]
        grown, view.fresh = view.fresh, 0
        return y + view.gap + grown if grown else y

    def top(self, style: Style) -> int:
        """Where the first block starts."""
        return style.px(HEADER) + (style.px(CARD_PAD) if self.is_card else 0)

    def side(self, style: Style) -> int:
        """How much narrower than the column the blocks are, on each side."""
        return style.px(12) if self.is_card else 0

    def inner_width(self, context: Context) -> int:
        return context.width - 2 * self.side(context.style)

    def measure(self, context: Context) -> int:
        """The height of the whole, from exact heights where they are known and estimates elsewhere."""
        style = context.style
        below = style.px(FOOTER) + (style.px(CARD_PAD) if self.is_card else 0)
        if self.built:
            return self.top(style) + self.heights.total() + below
        if self.height:
            return self.height
        return self.top(style) + max(1, int(self.size * style.char / context.width) + 1) * style.line + below

    def lay_out(self, context: Context, top: int, bottom: int) -> int | None:
        """Makes the blocks between two positions exact; the first position that moved, ``None`` for none."""
        inner, start = self.inner_width(context), self.top(context.style)
        moved: int | None = None
        index = self.heights.find(max(0, top - start))
        while index < len(self.views):
            y = start + self.heights.offset(index)
            if y >= bottom:
                break
            view = self.views[index]
            self.fix(context, view, inner, top - y - view.gap, bottom - y - view.gap)
            if self.heights[index] != view.gap + view.height:  # also when painting was first to lay it out
                moved = y if moved is None else moved
                self.heights.set(index, view.gap + view.height)
            index += 1
        return moved

    @staticmethod
    def fix(context: Context, view: BlockView, width: int, top: int, bottom: int) -> None:
        """Lays one block out if that is needed."""
        stamp = (context.style, width)
        if view.laid and view.stamp == stamp and not view.partial:
            return
        view.height = view.lay_out(context, width, top, bottom)
        view.stamp, view.laid = stamp, True

    def place(self, style: Style, index: int) -> int:
        """The top of a block, below the space above it."""
        return self.top(style) + self.heights.offset(index) + self.views[index].gap

    def block_at(self, style: Style, y: int) -> int:
        return self.heights.find(max(0, y - self.top(style)))
