"""Decompression of answers, for servers and proxies that compress although they were asked not to.

Pieces that are given out are small, however much a hostile body holds. Known are gzip, in one or several members, and
deflate, with and without its frame, also one within the other. Brotli and Zstandard need libraries that are not worth
having for servers that break the rules; the error names them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from workbench.core.errors import NotAnAnswer

Decompress = Callable[[bytes], Iterator[bytes]]

_PIECE = 2**16  # bytes that a decompressor may give out at once
_MOST_LAYERS = 3
_KNOWN = ("gzip", "x-gzip", "deflate")
_GZIP = b"\x1f\x8b"


def decompressor(encoding: str, who: str) -> Decompress:
    """Returns what undoes a ``Content-Encoding``. Raises ``NotAnAnswer`` for one that is not known."""
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if len(names) > _MOST_LAYERS or not all(name in _KNOWN for name in names):
        raise NotAnAnswer(f"{who} sent an answer compressed as “{encoding}”, which was not asked for. If a proxy "
                          "on the way does that, leave it out.", "not_an_answer")
    decompress: Decompress = _pass
    for _ in names:  # the last one was applied last; each finds out by itself what it has to undo
        decompress = _chain(decompress, _Inflater(who).feed)
    return decompress


def _pass(data: bytes) -> Iterator[bytes]:
    if data:
        yield data


def _chain(outer: Decompress, inner: Decompress) -> Decompress:
    def both(data: bytes) -> Iterator[bytes]:
        for piece in outer(data):
            yield from inner(piece)

    return both


class _Inflater:
    """Undoes one layer of gzip or deflate, in any pieces."""

    def __init__(self, who: str) -> None:
        self._who = who
        self._head = b""
        self._stream: zlib._Decompress | None = None
        self._members = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream is None:
                data = self._head + data
                if len(data) < 2:
                    self._head = data
                    return
                if self._members and not data.startswith(_GZIP):
                    return  # padding after the last member
                self._head, self._members = b"", data.startswith(_GZIP)
                self._stream = zlib.decompressobj(_form(data))
            try:
                part = self._stream.decompress(data, _PIECE)
            except zlib.error as error:
                raise NotAnAnswer(f"{self._who} sent a compressed answer that is damaged. Try again.", "not_an_answer",
                                  body=str(error)) from error
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data if self._members else b""
                self._stream = None if self._members else self._stream
            if part:
                yield part


def _form(head: bytes) -> int:
    """Returns zlib's ``wbits`` for a stream that begins so: gzip, or deflate with (RFC 1950) or without a frame."""
    framed = head[0] & 15 == 8 and int.from_bytes(head[:2]) % 31 == 0
    return zlib.MAX_WBITS | 16 if head.startswith(_GZIP) else zlib.MAX_WBITS if framed else -zlib.MAX_WBITS
