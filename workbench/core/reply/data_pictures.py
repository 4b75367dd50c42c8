"""Pictures inside the text: ``![…](data:image/png;base64,…)``, as some servers and programs give them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import TypeAlias

from workbench.core.text.fences import Fences

Piece: TypeAlias = str | tuple[bytes, str]
"""Text, or a picture: its bytes and its MIME type."""

_HEAD = re.compile(r"!\[[^\[\]\n]{0,300}\]\(\s{0,9}<?data:(image/[a-z0-9.+-]{1,30});base64,")
_BEGINNING = re.compile(r"!\[[^\[\]\n]{0,300}(?:\](?:\(\s{0,9}<?([^)\s]{0,60}))?)?\Z")
_BODY = re.compile(r"([A-Za-z0-9+/\s]{8,}={0,2})>?\s*(?:\"[^\"]*\"\s*)?")
_ADDRESS = "data:image/"
_MOST = 70_000_000
"""Characters: as many as a picture of 50 MB has in base 64."""
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


class PictureSplitter:
    """Splits a text that comes in any pieces. Pictures in blocks of code, and what is no picture, stay text."""

    def __init__(self) -> None:
        self._held = ""
        self._body: list[str] | None = None  # of the picture that is coming
        self._mime = ""
        self._length = 0
        self._last = ""  # the character before
        self._fences = Fences()

    def feed(self, text: str) -> Iterator[Piece]:
        """Yields the pieces that the next text completes."""
        if self._body is None and not self._held and "!" not in text:
            if text:
                yield self._said(text)
            return
        at, text = 0, self._held + text if self._body is None else text
        while at < len(text):
            piece, at = self._text(text, at) if self._body is None else self._picture(text, at)
            if piece:
                yield piece

    def end(self) -> Iterator[str]:
        """Yields what was held back."""
        held, self._held = self._held + "".join(self._body or ()), ""
        self._body = None
        if held:
            yield self._said(held)

    def _said(self, text: str) -> str:
        self._fences.feed(text)
        self._last = text[-1:] or self._last
        return text

    def _text(self, text: str, start: int) -> tuple[str, int]:
        """Returns the text before the next picture, and where it ends; holds back what may begin one."""
        self._held = ""
        at = text.find("![", start)
        while at >= 0:
            if head := _HEAD.match(text, at):
                said = self._said(text[start:at])
                if self._fences.inside:
                    return said + self._said(head[0]), head.end()
                self._held, self._mime, self._body, self._length = head[0], head[1], [], 0
                return said, head.end()
            if self._may_begin(text, at):
                self._held = text[at:]
                return self._said(text[start:at]), len(text)
            at = text.find("![", at + 2)
        end = len(text)
        if text.endswith("!") and not (text[start:-1] or self._last)[-1:].strip():  # after a word it ends a sentence
            end -= 1
        self._held = text[end:]
        return self._said(text[start:end]), len(text)

    @staticmethod
    def _may_begin(text: str, at: int) -> bool:
        found = _BEGINNING.match(text, at)
        address = found[1] or "" if found else None
        return address is not None and (address.startswith(_ADDRESS) or _ADDRESS.startswith(address))

    def _picture(self, text: str, start: int) -> tuple[Piece, int]:
        """Returns the picture, once it is complete, and where it ends; what turns out to be none is text."""
        assert self._body is not None
        at = text.find(")", start)
        end = at + 1 if at >= 0 else len(text)
        self._body.append(text[start:end])
        self._length += end - start
        if at < 0 and self._length <= _MOST:
            return "", end
        whole = "".join(self._body)
        found = _BODY.fullmatch(whole, 0, len(whole) - 1)
        held, self._held, self._body = self._held, "", None
        if at >= 0 and found and (picture := _decoded(found[1])).startswith(_MAGIC):
            return (picture, self._mime), end
        return self._said(held + whole), end


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
