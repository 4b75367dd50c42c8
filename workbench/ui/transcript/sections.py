"""The sections of a message: one part each, as block views."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import assert_never

from workbench.core.chat.citation_marks import marked
from workbench.core.chat.parts import (
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
    Unknown,
)
from workbench.rendering.blocks import Plain
from workbench.ui.transcript.blocks.label import ChipView, FoldView, LabelView
from workbench.ui.widgets.labels import data_size

from .blocks import BlockView, Context, Thought, view_of
from .entries import Entry
from .incremental_parser import IncrementalParser

LONG_MESSAGE = (2400, 32)  # characters or lines of a user's message from which it is shown in part
SHORT_FORM = (1200, 16)


class Section:
    """The blocks of one part, and above them, where ``head`` is there, a line that folds them away."""

    def __init__(self, part: Part | None, views: list[BlockView], head: FoldView | None = None) -> None:
        self.part = part
        self.views = views
        self.head = head

    @property
    def count(self) -> int:
        """The number of views that are not folded away."""
        if self.head is None:
            return len(self.views)
        return 1 + len(self.views) if self.head.is_open else 1

    def shown(self, start: int = 0) -> list[BlockView]:
        """Returns the views that are not folded away, from the ``start``-th on."""
        if self.head is None:
            return self.views[start:]
        rest = self.views[max(0, start - 1) :] if self.head.is_open else []
        return rest if start else [self.head, *rest]

    def is_open(self) -> bool:
        return self.head is None or self.head.is_open


class TextSection(Section):
    """A section whose text may still be streamed: an answer."""

    def __init__(self, part: Part | None, parser: IncrementalParser) -> None:
        super().__init__(part, parser.views)
        self.parser = parser


class ReasoningSection(TextSection):
    """Reasoning: open while it is streamed, folded when the answer starts unless it ``stays_open``."""

    def __init__(self, part: Reasoning | None, key: str, *, stays_open: bool) -> None:
        super().__init__(part, IncrementalParser(key, True, (Thought(),)))
        self.head: FoldView = FoldView("Thinking…", is_open=True)
        self._stays_open = stays_open
        if part is not None:
            self.close(part.seconds)

    def close(self, seconds: float | None) -> None:
        """Ends the reasoning, which took some seconds, and folds it."""
        self.head.label = reasoning_label(seconds)
        self.head.is_open = self.head.is_open and self._stays_open
        self.parser.end()


class SectionBuilder:
    """Makes sections for an entry. ``fold`` is called with a section whose head was clicked, ``show_whole``
    when a long message is to be shown in full."""

    def __init__(
        self, entry: Entry, context: Context, fold: Callable[[Section], None], show_whole: Callable[[], None],
        *, whole: bool,
    ) -> None:
        self._entry, self._context = entry, context
        self._fold, self._show_whole, self._whole = fold, show_whole, whole
        self._counted: tuple[Sequence[Part], Mapping[str, str]] = (), {}

    def sections(self, part: Part) -> Iterator[Section]:
        """Yields the sections of one part: one as a rule."""
        for section in self._make(part):
            self.attach(section)
            yield section

    def attach(self, section: Section) -> None:
        """Connects a section with its message."""
        for view in section.views:
            view.key = self._entry.key
        if section.head is not None:
            section.head.key = self._entry.key
            section.head.tip = "Show or hide"
            section.head.run = partial(self._fold, section)

    def _make(self, part: Part) -> Iterator[Section]:
        key = self._entry.key
        match part:
            case Text():
                yield from self._text(part)
            case Reasoning():
                reasoning = ReasoningSection(part, key, stays_open=self._context.reasoning_open)
                reasoning.parser.push(part.text)
                yield reasoning
            case Failure():
                from workbench.ui.transcript.blocks.failure import FailureView

                yield Section(part, [FailureView(part.sentence, self._entry.remedies)])
                if part.body:
                    yield Section(part, [view_of(Plain(part.body, ""), key)], FoldView("Details", is_open=False))
            case ToolCall():
                yield self._tool(part, f"Called {part.name}", part.arguments)
            case ToolResult():
                outcome = "failed" if part.is_error else "answered"
                yield self._tool(part, f"{part.name or 'Tool'} {outcome}", part.text)
            case Image():
                yield Section(part, [self._image(part)])
            case File():
                yield Section(part, [self._chip(part, _file_label(part))])
            case Audio():
                yield Section(part, [self._chip(part, part.transcript or "Sound")])
            case Citation():
                yield Section(part, [self._citation(part)])
            case Unknown():
                kind = str(part.data.get("kind", ""))[:100]
                note = f"A part of the kind “{kind}”, which this version cannot show. It is kept, and exported."
                yield Section(part, [LabelView(note)])
            case _:
                assert_never(part)

    def _text(self, part: Text) -> Iterator[Section]:
        text = text_shown(part, self._entry) if self._entry.markdown else part.text.rstrip("\n")
        is_long = len(text) > LONG_MESSAGE[0] or text.count("\n") > LONG_MESSAGE[1]
        short = self._entry.role == "user" and is_long and not self._whole
        section = TextSection(part, IncrementalParser(self._entry.key, self._entry.markdown))
        section.parser.push(shortened(text) if short else text)
        section.parser.end()
        yield section
        if short:
            more = LabelView(f"Show all ({len(text):,} characters)".replace(",", "\u202f"))
            more.is_content = False
            more.run = self._show_whole
            yield Section(None, [more])

    def _tool(self, part: Part, label: str, body: str) -> Section:
        views = [view_of(Plain(body, ""), self._entry.key, (Thought(),))] if body else []
        return Section(part, views, FoldView(label, is_open=False))

    def _image(self, part: Image) -> BlockView:
        if part.blob is None:
            return ChipView(f"Image: {part.url}")  # shown, never fetched
        from workbench.ui.transcript.blocks.image import ImageView

        return ImageView(part, part.blob, alone=sum(isinstance(each, Image) for each in self._entry.parts) == 1)

    def _chip(self, part: File | Audio, label: str) -> BlockView:
        chip = ChipView(label)
        chip.tip = "Look into it" if isinstance(part, File) else "Save it"
        chip.run = partial(self._context.host.open_attachment, part)
        chip.attachment = part
        return chip

    def _citation(self, part: Citation) -> BlockView:
        label = LabelView(" · ".join(filter(None, (self._number(part), part.title, part.url))))
        if part.url:  # documents have none
            label.run = partial(self._context.host.open_link, self._entry.key, part.url)
        return label

    def _number(self, part: Citation) -> str:
        """Returns the number of a source as the text names it. All are counted at once: there may be thousands."""
        parts = self._entry.parts
        if self._counted[0] is not parts:
            numbers: dict[str, str] = {}
            for number, one in enumerate((one for one in parts if isinstance(one, Citation)), 1):
                numbers.setdefault(repr(one), f"[{number}]")
            self._counted = parts, numbers
        return self._counted[1].get(repr(part), "")


def text_shown(part: Text, entry: Entry) -> str:
    """Returns the text of a reply as it is shown, with the numbers of its sources once it is whole."""
    streams = entry.state == "streaming" or entry.role != "assistant"
    return part.text if streams else marked(part.text, entry.parts)


def reasoning_label(seconds: float | None) -> str:
    if seconds is None:
        return "Thought"
    if seconds < 10:
        return f"Thought for {seconds:.1f} s"
    if seconds < 60:
        return f"Thought for {seconds:.0f} s"
    return f"Thought for {seconds // 60:.0f} min {seconds % 60:.0f} s"


def shortened(text: str) -> str:
    """Returns the beginning of a long text, cut at the end of a line or of a word."""
    characters, lines = SHORT_FORM
    text = "\n".join(text[: 2 * characters].split("\n")[:lines])
    if len(text) > characters:
        cut = max(text.rfind("\n", characters // 2, characters), text.rfind(" ", characters // 2, characters))
        text = text[: cut if cut > 0 else characters]
    return text.rstrip() + " …"


def _file_label(part: File) -> str:
    return f"{part.name} · {data_size(part.blob.size if part.blob else len(part.text.encode()))}"
