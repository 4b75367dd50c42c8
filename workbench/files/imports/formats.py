"""Kinds of formats: of files as a whole, and of entries, which files of other formats may hold too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .entries import Entry
from .fields import Fields, mapping, mappings
from .format_sniffer import SourceHead
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat


@dataclass(frozen=True, slots=True)
class FileFormat:
    """``claims`` says whether a document is of this format; ``read`` yields the chats of a source and may raise
    ``BadInput``. A ``whole`` format reads a folder or an archive as one; of others each document is read by itself."""

    claims: Callable[[SourceHead], bool]
    read: Callable[[Source, ImportContext], Iterator[ForeignChat]]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class EntryFormat:
    """``fits`` says whether an entry is a chat of this format, which ``chat`` then returns. ``within`` names the list
    that a document may have its entries in, ``beside`` yields what an export has as chats beside them."""

    fits: Callable[[Fields], bool]
    chat: Callable[[Entry, ImportContext], ForeignChat]
    within: tuple[str, ...] = ()
    beside: Callable[[Source, ImportContext], Iterator[ForeignChat]] | None = None

    def claims(self, head: SourceHead) -> bool:
        return any(self.fits(item) for sample in head.samples for item in self._items(sample))

    def _items(self, sample: Fields) -> Iterator[Fields]:
        yield sample
        inner: object = sample
        for step in self.within:
            inner = mapping(inner).get(step)
        if self.within:
            yield from mappings(inner)
