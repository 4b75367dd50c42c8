"""The event stream format on bytes, by the WHATWG algorithm, and lines of JSON.

Source: HTML Standard, 9.2.6 "Interpreting an event stream". Bytes are split into lines before they are
decoded, which gives the same text as decoding first: CR and LF never occur inside a UTF-8 sequence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from workbench.core.errors import Interrupted

EVENT_LIMIT = 16 * 2**20
"""Bytes of one event, beside pictures and the like in base64."""

_DATA = 4
"""How many times that much the data of one event in base64 may be: some servers send all pictures with the last."""

STREAM_LIMIT = 256 * 2**20
"""Bytes of one answer."""

_RUN = re.compile(rb"(?<=[\",])[A-Za-z0-9+/_-]{4096,}={0,2}")
"""Data in base64, such as a picture: what stands at the beginning of a text, or behind that of a data address."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BEGINNING = 1000  # bytes of a line, by which its event is known
_BOM = b"\xef\xbb\xbf"
_FIELDS = (b"data:", b"event:", b"error:", b"id:", b"retry:")


class ServerEvent(NamedTuple):
    """One dispatched event. ``id`` is the last event id seen so far, ``retry`` milliseconds if given."""

    data: str
    event: str = "message"
    id: str = ""
    retry: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A line that begins with a colon: it says nothing, but shows that the server is alive."""

    text: str


Item: TypeAlias = ServerEvent | Comment


class LineSplitter:
    """Splits bytes in any pieces into whole lines, without their ends (LF, CR or CRLF).

    Raises ``Interrupted`` when a line or the whole stream grows beyond its limit. Data in base64 does not count for the
    line, up to ``_DATA`` times its limit. ``may_shrink`` says by the beginning of a long line whether it can be left
    out.
    """

    def __init__(
        self, line_limit: int = EVENT_LIMIT, stream_limit: int = STREAM_LIMIT,
        may_shrink: Callable[[bytes], bool] = lambda beginning: False,
    ) -> None:
        self._line_limit, self._stream_limit, self._may_shrink = line_limit, stream_limit, may_shrink
        self._next_look = line_limit // 2  # bytes of a line at which data is looked for in it
        self._rest: list[bytes] = []
        self._rest_size = 0
        self._data_size = 0  # of the rest, in base64
        self._total = 0
        self._after_cr = False
        self._head: bytes | None = b""  # the first bytes, until it is known whether they are a BOM

    def feed(self, data: bytes) -> list[bytes]:
        """Returns the lines that end in the next bytes."""
        self._total += len(data)
        if self._total > self._stream_limit:
            raise too_large("The answer", self._stream_limit)
        if self._head is not None:
            data, self._head = self._head + data, None
            if len(data) < len(_BOM) and _BOM.startswith(data):
                self._head = data
                return []
            data = data.removeprefix(_BOM)
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if not data:
            return []
        *lines, rest = _LINE_END.split(data) if b"\r" in data else data.split(b"\n")
        if lines:
            lines[0] = b"".join([*self._rest, lines[0]])
            self._rest, self._rest_size, self._data_size, self._next_look = [], 0, 0, self._line_limit // 2
            self._after_cr = data.endswith(b"\r")
        if rest:
            self._rest.append(rest)
            self._rest_size += len(rest)
        if self._rest_size > self._next_look:
            self._look_for_data()
        _check_event(self._rest_size, self._data_size, self._line_limit)
        return lines

    def _look_for_data(self) -> None:
        """Measures the data in the line that is coming, and leaves it out if nothing needs it."""
        line = b"".join(self._rest)
        if self._may_shrink(line[:_BEGINNING]):
            line = _RUN.sub(b"", line)
        self._rest, self._rest_size, self._data_size = [line], len(line), _data_in(line)
        self._next_look = len(line) + self._line_limit // 2

    def rest(self) -> bytes:
        """Returns the last line, when the stream ended without a line end."""
        return b"".join([self._head or b"", *self._rest])


class Decoder:
    """Decodes the bytes of an event stream, in any pieces, into events and comments.

    An event that no blank line closes is not dispatched, as the standard says; ``end`` yields it. Beyond the
    standard, a line ``error: …`` (llama.cpp) is an event of that name, raw JSON is data, and a JSON object that cannot
    go on in the next line is an event, for servers and relays that leave out the blank lines.

    ``repeats`` says by the name and the beginning of a large event whether it tells again what has come: then data in
    base64 is left out of it, and its size does not count.
    """

    def __init__(
        self, event_limit: int = EVENT_LIMIT, stream_limit: int = STREAM_LIMIT,
        repeats: Callable[[str, str], bool] = lambda name, beginning: False,
    ) -> None:
        self._lines = LineSplitter(event_limit, stream_limit, self._may_shrink)
        self._repeats = repeats
        self._limit = event_limit
        self._data: list[str] = []
        self._size = self._data_size = 0
        self._event = ""
        self._id = ""
        self._retry: int | None = None
        self._raw = False  # whether JSON without a field name is coming
        self.garbled = False  # whether data came that is no UTF-8

    def feed(self, data: bytes) -> Iterator[Item]:
        """Yields the events and comments that end in the next bytes."""
        for line in self._lines.feed(data):
            if not line:
                yield from self._dispatch()
            elif line.startswith(b":"):
                yield Comment(line[1:].decode("utf-8", "replace").removeprefix(" "))
            else:
                yield from self._field(line)

    def _may_shrink(self, beginning: bytes) -> bool:
        return self._repeats(self._event, beginning.decode("utf-8", "replace"))

    def end(self) -> Iterator[ServerEvent]:
        """Yields what was left open when the stream ended. It may be cut off."""
        if rest := self._lines.rest():
            yield from self._field(rest)
        yield from self._dispatch()

    def _field(self, line: bytes) -> Iterator[ServerEvent]:
        if line.startswith(b"{") or (self._raw and not line.startswith(_FIELDS)):
            self._raw = True
            line = b"data:" + line
        name, _, value = line.partition(b":")
        text = self._text(value.removeprefix(b" "))
        if self._data and self._begins_another(name, text):
            yield from self._dispatch()
        match name:
            case b"data":
                self._data.append(text)
                self._size += len(value)
                self._data_size += _data_in(value) if len(value) > self._limit // 2 else 0
                _check_event(self._size, self._data_size, self._limit)
            case b"event":
                self._event = text
            case b"error":
                self._event = "error"
                self._data.append(text)
            case b"id" if "\0" not in text:
                self._id = text
            case b"retry" if text.isascii() and text.isdigit():
                self._retry = int(text[:18])
            case _:
                pass

    def _text(self, value: bytes) -> str:
        try:
            return value.decode()
        except UnicodeDecodeError:
            self.garbled = True
            return value.decode("utf-8", "replace")

    def _begins_another(self, name: bytes, text: str) -> bool:
        """Returns whether a line cannot belong to the open event: no JSON has “}” and then “{” in the next line."""
        if not self._data[-1].rstrip().endswith("}"):
            return False
        if name == b"data":
            return text.startswith(("{", "[DONE]"))
        return name in (b"event", b"error") and self._event != ""

    def _dispatch(self) -> Iterator[ServerEvent]:
        if self._data:
            yield ServerEvent("\n".join(self._data), self._event or "message", self._id, self._retry)
        self._data, self._size, self._data_size = [], 0, 0
        self._event, self._retry, self._raw = "", None, False


def _data_in(line: bytes) -> int:
    """Returns how many bytes of a line are data in base64."""
    return sum(found.end() - found.start() for found in _RUN.finditer(line))


def _check_event(size: int, data: int, limit: int) -> None:
    """Raises ``Interrupted`` for an event that is larger than one may be with ``data`` bytes of base64 in it."""
    if size - data > limit:
        raise too_large("One event of the answer", limit)
    if size > _DATA * limit:
        raise too_large("One event of the answer", _DATA * limit)


def too_large(what: str, limit: int) -> Interrupted:
    """Returns the error for an answer beyond ``limit`` bytes."""
    return Interrupted(
        f"{what} is larger than {limit // 2**20} MiB, which no chat reply should be. It was cut off there.",
        kind="size",
    )
