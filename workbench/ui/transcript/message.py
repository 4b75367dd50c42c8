"""A message in the transcript: its sections as one column of block views, and their heights."""

from __future__ import annotations

from workbench.core.chat.parts import Reasoning, Text

from .blocks import BlockView, Context
from .entries import Entry, EntryHeader, part_text
from .heights import Heights
from .incremental_parser import IncrementalParser
from .sections import ReasoningSection, Section, SectionBuilder, TextSection, text_shown
from .spacing import gap_between
from .style import Style

HEADER, CARD_PAD, ACTIONS, TURN = 30, 10, 26, 26  # pixels at 100 %
"""The heights of a message's header, of the pad within a card, of the line of metrics and actions, and of the space
below an answer: a question and its answer are closer than two turns."""

# A chat of 10,000 messages makes as many objects when it is opened: headers share what they do not use.
_NO_SECTIONS: list[Section] = []
_NO_VIEWS: list[BlockView] = []
_NO_HEIGHTS = Heights()


class Message:
    """A message; ``views`` are its visible blocks from top to bottom.

    A message that is only a header has no views; ``build`` makes them from its entry, and ``step`` parses its text.
    Vertical positions are pixels from the message's top.
    """

    def __init__(self, header: EntryHeader | Entry) -> None:
        self.key = header.key
        self.role = header.role
        self.size = header.size
        self.entry = header if isinstance(header, Entry) else None
        self.from_stub = self.entry is None
        self.requested = False  # to be loaded, and not here yet
        self.stale = False  # shown in an earlier state until its present one is loaded
        self.built = False
        self.height = 0
        self.sections = _NO_SECTIONS
        self.views = _NO_VIEWS
        self.heights = _NO_HEIGHTS
        self._dirty_from = 0  # the first view that changed since ``pop_dirty_y`` was called
        self._whole = False  # a long message is shown in full

    @property
    def is_card(self) -> bool:
        return self.role == "user"

    @property
    def busy(self) -> bool:
        """Whether there is text that is not parsed yet."""
        return any(section.parser.busy for section in self._texts())

    @property
    def waiting(self) -> int:
        """The number of characters that are not parsed yet."""
        return sum(section.parser.waiting for section in self._texts())

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
        self._update_views(0, context)

    def unload(self) -> None:
        """Drops what was built, and what can be loaded again; the height stays."""
        if not self.built or self.busy or (self.entry is not None and self.entry.state == "streaming"):
            return
        self.sections, self.views, self.heights = _NO_SECTIONS, _NO_VIEWS, _NO_HEIGHTS
        self.built = False
        if self.from_stub:
            self.entry, self.requested = None, False

    def _builder(self, context: Context) -> SectionBuilder:
        assert self.entry is not None

        def fold(section: Section) -> None:
            if section.head is not None:
                section.head.is_open = not section.head.is_open
                self._update_views(0, context)
                context.host.content_changed(self.key)

        def show_whole() -> None:
            self._whole = True
            self.build(context)
            context.host.content_changed(self.key)

        return SectionBuilder(self.entry, context, fold, show_whole, whole=self._whole)

    def unfold(self, context: Context) -> None:
        """Shows everything that is folded or shortened."""
        if self.is_card and not self._whole:
            self._whole = True
            self.build(context)
        for section in self.sections:
            if section.head is not None:
                section.head.is_open = True
        self._update_views(0, context)

    def occurrences(self, needle: str) -> int:
        """Counts ``needle`` (casefolded) in the message, folded and shortened parts included. Before the message is
        parsed this counts in its source, which may differ a little from what will be shown."""
        if self.built and not self.busy and (self._whole or not self.is_card):
            return sum(len(view.find(needle)) for section in self.sections for view in section.views)
        if self.entry is None:
            return 0
        return sum(part_text(part).casefold().count(needle) for part in self.entry.parts)

    # --- streaming ------------------------------------------------------------------------------

    def push_text(self, text: str, context: Context) -> None:
        """Appends streamed text of the answer."""
        last = self.sections[-1] if self.sections else None
        if isinstance(last, ReasoningSection):
            if last.part is None:
                last.close(None)  # the answer starts
                self._update_views(0, context)
            last = None
        if not isinstance(last, TextSection):
            last = TextSection(None, IncrementalParser(self.key, markdown=True))
            self.sections.append(last)
        last.parser.push(text)

    def push_reasoning(self, text: str, context: Context) -> None:
        """Appends streamed text of the reasoning."""
        last = self.sections[-1] if self.sections else None
        if not isinstance(last, ReasoningSection):
            last = ReasoningSection(None, self.key, stays_open=context.reasoning_open)
            self._builder(context).attach(last)
            self.sections.append(last)
            self._update_views(0, context)
        last.parser.push(text)

    def update_to(self, entry: Entry, context: Context) -> None:
        """Shows the entry in its present state. What was streamed stays, unless the parts differ from it."""
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
            section.parser.end()
            if isinstance(section, ReasoningSection) and isinstance(part, Reasoning):
                section.close(part.seconds)
        self._update_views(0, context)

    def _was_streamed(self, entry: Entry) -> bool:
        """Returns whether exactly the texts of ``entry`` were streamed, and nothing else."""
        texts = [part for part in entry.parts if isinstance(part, Text | Reasoning)]
        streamed = self._texts()
        return len(texts) == len(streamed) == len(self.sections) and all(
            isinstance(section, ReasoningSection) == isinstance(part, Reasoning)
            and section.parser.text == (text_shown(part, entry) if isinstance(part, Text) else part.text)
            for section, part in zip(streamed, texts, strict=True)
        )

    def step(self, context: Context) -> bool:
        """Parses a slice of text; returns whether there was any."""
        base = 0
        for section in self.sections:
            if isinstance(section, TextSection) and section.parser.busy:
                first = section.parser.step()
                if section.is_open():
                    self._update_views(base + (section.head is not None) + first, context)
                return True
            base += section.count
        return False

    # --- heights --------------------------------------------------------------------------------

    def _update_views(self, first: int, context: Context) -> None:
        """Updates ``views`` and their heights from index ``first`` on."""
        self._dirty_from = min(self._dirty_from, first)
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

    def pop_dirty_y(self, style: Style) -> int:
        """Returns from where on the message has to be painted again since the last call."""
        first, self._dirty_from = self._dirty_from, len(self.views)
        y = self.content_top(style) + self.heights.offset(min(first, len(self.views)))
        if first >= len(self.views):
            return y
        view = self.views[first]
        grown, view.dirty_from = view.dirty_from, 0
        return y + view.gap + grown if grown else y

    def content_top(self, style: Style) -> int:
        """Returns where the first block starts."""
        return style.px(HEADER) + (style.px(CARD_PAD) if self.is_card else 0)

    def footer(self, style: Style) -> int:
        """Returns the height of what is below the blocks, or below the card."""
        return style.px(ACTIONS) + (0 if self.is_card else style.px(TURN))

    def inset(self, style: Style) -> int:
        """Returns how far the blocks are from each side of the column."""
        return style.px(12) if self.is_card else 0

    def inner_width(self, context: Context) -> int:
        return context.width - 2 * self.inset(context.style)

    def measure(self, context: Context) -> int:
        """Returns the height of the message, from exact heights where they are known and estimates elsewhere."""
        style = context.style
        below = self.footer(style) + (style.px(CARD_PAD) if self.is_card else 0)
        if self.built:
            return self.content_top(style) + self.heights.total() + below
        if self.height:
            return self.height
        lines = max(1, int(self.size * style.char / context.width) + 1)
        return self.content_top(style) + lines * style.line + below

    def lay_out(self, context: Context, top: int, bottom: int) -> int | None:
        """Makes the blocks between two positions exact; returns the first position that moved, if any."""
        width, start = self.inner_width(context), self.content_top(context.style)
        moved: int | None = None
        index = self.heights.find(max(0, top - start))
        while index < len(self.views):
            y = start + self.heights.offset(index)
            if y >= bottom:
                break
            view = self.views[index]
            self.lay_out_block(context, view, width, top - y - view.gap, bottom - y - view.gap)
            if self.heights[index] != view.gap + view.height:  # also when painting laid it out first
                moved = y if moved is None else moved
                self.heights.set(index, view.gap + view.height)
            index += 1
        return moved

    @staticmethod
    def lay_out_block(context: Context, view: BlockView, width: int, top: int, bottom: int) -> None:
        """Lays out one block, if that is needed."""
        layout_key = (context.style, width)
        if view.laid and view.layout_key == layout_key and not view.partial:
            return
        view.height = view.lay_out(context, width, top, bottom)
        view.layout_key, view.laid = layout_key, True

    def block_top(self, style: Style, index: int) -> int:
        """Returns the top of a block, below the space above it."""
        return self.content_top(style) + self.heights.offset(index) + self.views[index].gap

    def block_at(self, style: Style, y: int) -> int:
        """Returns the index of the block at ``y``, or of the nearest one."""
        return self.heights.find(max(0, y - self.content_top(style)))
