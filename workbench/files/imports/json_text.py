"""JSON read as it comes: an array of a gigabyte item by item, an object field by field.

The values themselves are parsed by the standard library. It says where it stopped but not whether more text
would have helped, so text is added until the fault no longer lies at its end.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from typing import BinaryIO

from workbench.core.errors import BadInput
from workbench.core.json_types import Json

from .sources import Source

MOST_ITEM = 256_000_000
"""Characters of one value: the largest conversation with pictures inside is a tenth of that."""

CHUNK = 1 << 18
_SHORT = 4000
_MOST_DEPTH = 900
"""Less than the standard library's parser can take."""
_WHITE = " \t\r\n\x1e"  # with the record separator of RFC 7464
_NEAR = 24
"""A number, a word or an escape that was cut off is shorter than this."""
_MARK = re.compile(r'["\[\]{}]')
_IN_STRING = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
_OPEN_NUMBER = ("", ".", "e", "E", "e+", "e-", "E+", "E-")
"""What may follow a value at the end of the text so far and still belong to it: more of a number."""


def _float(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda name: None, parse_float=_float)


class JsonText:
    """A cursor in a JSON text. ``name`` is for the sentences of ``BadInput``, which every method may raise; ``read``
    counts the bytes taken in so far."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name
        self._decoder: codecs.IncrementalDecoder | None = None
        self._text, self._at, self._ended = "", 0, False
        self.read = 0

    def peek(self) -> str:
        """Returns the next character that is not white space, ``""`` at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _WHITE:
                    return self._text[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._more()

    def value(self) -> Json:
        """Returns the next value, whole. Numbers that JSON does not have (NaN, 1e999) are null."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text.rstrip()) - _NEAR
                if self._ended or not cut:
                    rest = self._text[error.pos:].rstrip()
                    cut = error.msg.startswith("Unterminated") or (
                        self._ended and len(rest) < _NEAR and not any(mark in rest for mark in ']}"'))
                    raise self._fault(error.msg, cut=cut, rest=rest) from None
            except RecursionError:
                raise BadInput(f"{self._name} is nested too deeply to be a conversation: nothing was taken.") from None
            except ValueError:
                raise BadInput(f"{self._name} holds a number with thousands of digits: nothing was taken.") from None
            else:
                if self._ended or self._text[end:] not in _OPEN_NUMBER:
                    self._at = end
                    value: Json = found
                    return value
            if len(self._text) - self._at > MOST_ITEM:
                raise BadInput(f"{self._name} is damaged, or one conversation in it is larger than "
                               f"{MOST_ITEM // 1_000_000} MB: nothing was taken.")
            self._more()

    def skip(self) -> None:
        """Passes over the next value, of any size, without holding it."""
        if self.peek() not in ("[", "{", '"'):
            self.value()
            return
        depth = 0
        while True:
            mark = _MARK.search(self._text, self._at)
            if mark is None:
                self._at = len(self._text)
                self._need_more()
                continue
            self._at = mark.end()
            if mark.group() == '"':
                self._skip_string()
            else:
                depth += 1 if mark.group() in "[{" else -1
            if depth == 0:
                return
            if depth > _MOST_DEPTH:
                raise BadInput(f"{self._name} is nested too deeply to be a conversation: nothing was taken.")

    def beginning_of_string(self) -> str:
        """Returns the string that begins here; of a long one the beginning, as it is written in JSON."""
        while not self._ended and len(self._text) - self._at < _SHORT:
            self._more()
        end = _IN_STRING.match(self._text, self._at + 1).end()  # type: ignore[union-attr]  # matches anywhere
        if self._text.startswith('"', end) and end - self._at < _SHORT:
            value = self.value()
            return value if isinstance(value, str) else ""
        beginning = self._text[self._at + 1:self._at + _SHORT]
        self.skip()
        return beginning

    def _skip_string(self) -> None:
        """Passes over the rest of a string."""
        while True:
            self._at = _IN_STRING.match(self._text, self._at).end()  # type: ignore[union-attr]  # matches anywhere
            if self._text.startswith('"', self._at):
                self._at += 1
                return
            self._need_more()

    def _need_more(self) -> None:
        if self._ended:
            raise self._fault("", cut=True)
        self._more()

    def items(self) -> Iterator[Json]:
        """Yields the items of the array that begins here."""
        for _ in self.places():
            yield self.value()

    def places(self) -> Iterator[int]:
        """Yields 0, 1, … for the items of the array that begins here. After each, take the item, as after a name of
        ``fields``."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        number = 0
        while True:
            yield number
            number += 1
            if self._expect(",]") == "]":
                return

    def fields(self) -> Iterator[str]:
        """Yields the names in the object that begins here. After each, take its value by ``value``, ``items`` or
        ``fields``."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            name = self.value() if self.peek() == '"' else None
            if not isinstance(name, str):
                raise self._fault("a name is missing", cut=not self.peek(), rest=self._text[self._at:])
            self._expect(":")
            yield name
            if self._expect(",}") == "}":
                return

    def lines(self) -> Iterator[Json]:
        """Yields values one after the other, as in JSON lines."""
        while self.peek():
            yield self.value()

    def _expect(self, characters: str) -> str:
        found = self.peek()
        if not found or found not in characters:
            raise self._fault(f"one of {' '.join(characters)} is missing", cut=not found, rest=self._text[self._at:])
        self._at += 1
        return found

    def _more(self) -> None:
        """Reads at least as much text as there is already, so that a long value is parsed few times."""
        data = self._stream.read(max(CHUNK, len(self._text) - self._at))
        if self._decoder is None:
            self._decoder = codecs.getincrementaldecoder(_encoding(data))()
        self._ended = not data
        self.read += len(data)
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise BadInput(f"{self._name} is not in UTF-8: nothing was taken. Save it as UTF-8 and import "
                           "that.") from None
        self._text = self._text[self._at:] + text
        self._at = 0

    def _fault(self, message: str, *, cut: bool, rest: str = "") -> BadInput:
        if cut:
            return BadInput(f"{self._name} ends too early, as if it had not been copied or downloaded to its end: "
                            "nothing was taken. Get the file again.")
        return BadInput(f"{self._name} is damaged JSON ({message}, at “{rest[:30]}”): nothing was taken. If it was "
                        "edited by hand, mend it there; else export it once more.")


def load(source: Source, member: str) -> Json:
    """Returns the one value of a member, whole: for formats whose parts refer to each other."""
    with source.open(member) as stream:
        return JsonText(stream, source.name).value()


def _encoding(beginning: bytes) -> str:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"
