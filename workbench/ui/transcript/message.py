"""One message: its parts as sections of block views, their heights, and its own streaming."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from workbench.core.parts import (
    Audio,
    Citation,
    Failure,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from workbench.rendering.blocks import Plain

from .blocks import BlockView, Context, Thought, view_of
from .blocks.failure import FailureView
from .blocks.image import ImageView
from .blocks.label import ChipView, FoldView, LabelView
from .entries import Entry, EntryStub
from .feed import Feed
from .heights import Heights
from .spacing import gap_between
from .style import Style

HEADER, FOOTER, CARD_PAD = 30, 34, 10  # pixels at 100 %
LONG_MESSAGE = (2400, 32)  # characters or lines of a user's message from which it is shown in part
SHORT_FORM = (1200, 16)


class Section:
    """The blocks of one part, below a line that folds them away when ``head`` is there."""

    def __init__(self, part: Part | None, feed: Feed | None = None, views: list[BlockView] | None = None,
                 head: FoldView | None = None) -> None:
        self.part = part
        self.feed = feed
        self.views = feed.views if feed else views or []
        self.head = head

    @property
    def count(self) -> int:
        """How many views are visible."""
        if self.head is None:
            return len(self.views)
        return 1 + len(self.views) if self.head.is_open else 1

    def shown(self, start: int = 0) -> list[BlockView]:
        """The visible views from the ``start``-th on."""
        if self.head is None:
            return self.views[start:]
        rest = self.views[max(0, start - 1) :] if self.head.is_open else []
        return rest if start else [self.head, *rest]


class Message:
    """A message in the transcript. ``views`` are its visible blocks from top to bottom.

    A message that is only a stub has no views; ``build`` makes them from an entry. Vertical positions are
    from the message's top.
    """

    # A chat of 10,000 messages makes as many of these when it is opened: what a stub does not need is shared.
    wanted = False  # asked for, not here yet
    stale = False  # shown as it was, while its present state is asked for
    sections: Sequence[Section] = ()
    views: Sequence[BlockView] = ()
    heights = Heights()
    built = False
    height = 0
    fresh = 0  # the first view that changed since ``fresh_y`` was asked
    _whole = False  # a long message is shown in full

    def __init__(self, stub: EntryStub | Entry) -> None:
        self.key = stub.key
        self.role = stub.role
        self.size = stub.size
        self.entry: Entry | None = stub if isinstance(stub, Entry) else None

    @property
    def is_card(self) -> bool:
        return self.role == "user"

    @property
    def busy(self) -> bool:
        """Whether text is still to be taken in."""
        return any(section.feed is not None and section.feed.busy for section in self.sections)

    @property
    def waiting(self) -> int:
        """Characters of text that are not shown yet."""
        return sum(section.feed.waiting for section in self.sections if section.feed is not None)

    # --- building -------------------------------------------------------------------------------

    def build(self, context: Context) -> None:
        """Makes the sections of the entry's parts. The text is taken in by ``step``."""
        assert self.entry is not None
        self.sections, self.views, self.heights = [], [], Heights()
        for part in self.entry.parts:
            self._add(part, context)
        self.built = True
        self._refill(0, context)

    def forget(self) -> None:
        """Drops everything but the height."""
        del self.sections, self.views, self.heights
        self.built, self.entry, self.wanted = False, None, False

    def _add(self, part: Part, context: Context) -> None:
        assert self.entry is not None
        if isinstance(part, Text):
            self._add_text(part, context)
        elif isinstance(part, Reasoning):
            section = self._reasoning(context, part)
            section.feed.push(part.text)
            section.feed.end()
        elif isinstance(part, Failure):
            self._add_failure(part, context)
        elif isinstance(part, ToolCall | ToolResult):
            self._add_tool(part, context)
        elif isinstance(part, Image):
            ident = part.blob.sha256 if part.blob else ""
            name = part.blob.name if part.blob else part.url
            self._plain(part, ImageView(ident, name, (part.width, part.height)))
        elif isinstance(part, File):
            self._plain(part, ChipView(_file_label(part)))
        elif isinstance(part, Audio):
            self._plain(part, ChipView(part.transcript or "Sound"))
        elif isinstance(part, Citation):
            chip = LabelView(f"{part.title or part.url} — {part.url}" if part.title else part.url)
            chip.run = partial(context.host.open_link, self.key, part.url)
            self._plain(part, chip)
        else:
            self._plain(part, LabelView("A part that this version cannot show. It is kept and exported."))

    def _plain(self, part: Part, view: BlockView) -> None:
        view.key = self.key
        self.sections.append(Section(part, views=[view]))

    def _add_text(self, part: Text, context: Context) -> None:
        assert self.entry is not None
        text = part.text if self.entry.markdown else part.text.rstrip("\n")
        long = len(text) > LONG_MESSAGE[0] or text.count("\n") > LONG_MESSAGE[1]
        short = self.is_card and not self._whole and long
        section = self._text_section(part)
        section.feed.push(_shortened(text) if short else text)
        section.feed.end()
        if short:
            more = LabelView(f"Show all ({len(text):,} characters)".replace(",", "\u202f"))
            more.is_content = False
            more.run = partial(self._show_whole, context)
            self._plain(part, more)

    def _text_section(self, part: Text | None = None) -> Section:
        markdown = self.entry is None or self.entry.markdown
        section = Section(part, Feed(self.key, markdown))
        self.sections.append(section)
        return section

    def _show_whole(self, context: Context) -> None:
        self._whole = True
        self.build(context)
        context.host.changed(self.views[0])

    def _reasoning(self, context: Context, part: Reasoning | None) -> Section:
        head = FoldView(thought_label(part.seconds) if part else "Thinking…", is_open=part is None)
        section = Section(part, Feed(self.key, True, (Thought(),)), head=head)
        self._foldable(section, context)
        return section

    def unfold(self, context: Context) -> None:
        """Shows all that is folded away."""
        self._whole = True
        for section in self.sections:
            if section.head is not None:
                section.head.is_open = True
        self._refill(0, context)

    def _foldable(self, section: Section, context: Context) -> None:
        head = section.head
        assert head is not None
        head.key = self.key
        head.tip = "Show or hide"
        head.run = partial(self._fold, section, context)
        self.sections.append(section)

    def _fold(self, section: Section, context: Context) -> None:
        assert section.head is not None
        section.head.is_open = not section.head.is_open
        self._refill(0, context)
        context.host.changed(section.head)

    def _add_failure(self, part: Failure, context: Context) -> None:
        assert self.entry is not None
        card = FailureView(part.sentence, self.entry.remedies)
        self._plain(part, card)
        if part.body:
            head = FoldView("Details", is_open=False)
            self._foldable(Section(part, views=[view_of(Plain(part.body, ""), self.key)], head=head), context)

    def _add_tool(self, part: ToolCall | ToolResult, context: Context) -> None:
        if isinstance(part, ToolCall):
            label, body = f"Called {part.name}", part.arguments
        else:
            label = f"{part.name or 'Tool'} {'failed' if part.is_error else 'answered'}"
            body = part.text
        views = [view_of(Plain(body, ""), self.key, (Thought(),))] if body else []
        self._foldable(Section(part, views=views, head=FoldView(label, is_open=False)), context)

    # --- streaming ------------------------------------------------------------------------------

    def push_text(self, text: str, context: Context) -> None:
        last = self.sections[-1] if self.sections else None
        if last is None or last.feed is None or last.head is not None:
            self.end_reasoning(context)
            last = self._text_section()
        last.feed.push(text)

    def push_reasoning(self, text: str, context: Context) -> None:
        last = self.sections[-1] if self.sections else None
        if last is None or last.feed is None or last.head is None:
            last = self._reasoning(context, None)
            self._refill(0, context)
        last.feed.push(text)

    def end_reasoning(self, context: Context) -> None:
        """The answer starts: what was thought folds itself."""
        last = self.sections[-1] if self.sections else None
        if last is not None and last.feed is not None and last.head is not None and last.part is None:
            last.feed.end()
            last.head.is_open = False
            last.head.label = "Thought"
            self._refill(0, context)

    def finish(self, entry: Entry, context: Context) -> None:
        """The whole message is known. What was streamed stays, unless the parts say something else."""
        before = self.entry
        self.entry, self.size = entry, entry.size
        if not self.built or (before is not None and before.parts == entry.parts and before.state != "streaming"):
            return
        streamed = [section for section in self.sections if section.feed is not None]
        texts = [part for part in entry.parts if isinstance(part, Text | Reasoning)]
        same = len(streamed) == len(texts) and all(
            isinstance(part, Reasoning) == (section.head is not None)
            and "".join(section.feed.source) == part.text
            for section, part in zip(streamed, texts, strict=True)
        )
        if not same or len(texts) != len(self.sections):
            self.build(context)
            return
        for section, part in zip(streamed, texts, strict=True):
            section.part = part
            section.feed.end()
            if isinstance(part, Reasoning):
                section.head.label = thought_label(part.seconds)
                section.head.is_open = False
        for part in entry.parts:
            if not isinstance(part, Text | Reasoning):
                self._add(part, context)
        self._refill(0, context)

    def step(self, context: Context) -> bool:
        """Takes in a slice of waiting text; whether anything changed."""
        base = 0
        for section in self.sections:
            if section.feed is not None and section.feed.busy:
                first = section.feed.step()
                if first is not None and (section.head is None or section.head.is_open):
                    self._refill(base + (section.head is not None) + first, context)
                return True
            base += section.count
        return False

    # --- heights --------------------------------------------------------------------------------

    def _refill(self, first: int, context: Context) -> None:
        """Brings ``views`` and their heights up to date from index ``first`` on."""
        self.fresh = min(self.fresh, first)
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
        first, self.fresh = self.fresh, len(self.views)
        if first >= len(self.views):
            return self.top(style) + self.heights.total()
        view = self.views[first]
        grown, view.fresh = view.fresh, 0
        return self.top(style) + self.heights.offset(first) + (view.gap + grown if grown else 0)

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
        style = context.style
        inner = self.inner_width(context)
        start = self.top(style)
        moved: int | None = None
        index = self.heights.find(max(0, top - start))
        while index < len(self.views):
            y = start + self.heights.offset(index)
            if y >= bottom:
                break
            view = self.views[index]
            if (
                self.fix(context, view, inner, top - y - view.gap, bottom - y - view.gap)
                and self.heights[index] != view.gap + view.height
            ):
                moved = y if moved is None else moved
                self.heights.set(index, view.gap + view.height)
            index += 1
        return moved

    @staticmethod
    def fix(context: Context, view: BlockView, width: int, top: int, bottom: int) -> bool:
        """Lays one block out if that is needed; whether it was."""
        stamp = (context.style, width)
        if view.laid and view.stamp == stamp and not view.partial:
            return False
        view.height = view.lay_out(context, width, top, bottom)
        view.stamp, view.laid = stamp, True
        return True

    def place(self, style: Style, index: int) -> int:
        """The top of a block, below the space above it."""
        return self.top(style) + self.heights.offset(index) + self.views[index].gap

    def block_at(self, style: Style, y: int) -> int:
        return self.heights.find(max(0, y - self.top(style)))


def thought_label(seconds: float | None) -> str:
    if seconds is None:
        return "Thought"
    if seconds < 10:
        return f"Thought for {seconds:.1f} s"
    if seconds < 60:
        return f"Thought for {seconds:.0f} s"
    return f"Thought for {seconds // 60:.0f} min {seconds % 60:.0f} s"


def _shortened(text: str) -> str:
    """The beginning of a long text, cut at the end of a line or of a word."""
    characters, lines = SHORT_FORM
    text = "\n".join(text[: 2 * characters].split("\n")[:lines])
    if len(text) > characters:
        cut = max(text.rfind("\n", characters // 2, characters), text.rfind(" ", characters // 2, characters))
        text = text[: cut if cut > 0 else characters]
    return text.rstrip() + " …"


def _file_label(part: File) -> str:
    size = part.blob.size if part.blob else len(part.text.encode())
    return f"{part.name} · {size / 1000:.1f} kB" if size < 1_000_000 else f"{part.name} · {size / 1e6:.1f} MB"
