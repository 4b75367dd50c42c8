"""Encodings of text files: what bytes say as text, whatever wrote them."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_BYTES_OF_CHARACTER = 4
_LOOKED_AT = 200_000
"""Bytes from whose look an encoding is guessed."""
_CONTROLS = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_MOST_CONTROLS = 0.01
"""The share of control characters from which something is no text."""
_SIGN_IN_WORD = re.compile(
    rb"(?i)[a-z\xc0-\xff][\x80-\x8b\x8d\x95\x98\x99\x9b\xa1-\xac\xae-\xb6\xb8-\xbf][a-z\xc0-\xff]")
"""Signs of Windows-1252 between letters: no word has any there."""
_COMMON = {
    "cp949": re.compile(rb"[\xb0-\xc8][\xa1-\xfe]|\xa1[\xa1-\xfe]"),
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]"),
    "cp932": re.compile(rb"[\x81-\x83\x88-\x97][\x40-\x7e\x80-\xfc]"),
    "big5": re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
}
"""The common characters as bytes: Korean syllables, the first level of GB 2312, kana and the first level of JIS, the
first level of Big5, each with its punctuation. Of equal shares the first wins."""
_CERTAIN = 0.8
_OTHERS = ("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r", "cp874", "cp1252")
_TITLES = {"cp1252": "Windows-1252", "gb18030": "GB 18030 (Chinese)", "cp932": "Shift JIS (Japanese)",
           "big5": "Big5 (Chinese)", "cp949": "CP 949 (Korean)", "utf_16_le": "UTF-16", "utf_16_be": "UTF-16"}


class Decoded(NamedTuple):
    """``guessed`` is the name of an encoding that the bytes do not tell for certain, else ``""``."""

    text: str
    guessed: str


def decode_certain(data: bytes, most: int) -> str | None:
    """Returns text in UTF-8, or with a byte order mark, as far as it is needed for ``most`` characters, and perhaps
    further; None for anything else."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    needed = _MOST_BYTES_OF_CHARACTER * (most + 1)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data[:needed], final=len(data) <= needed)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def decode_guessed(data: bytes, most: int) -> Decoded | None:
    """Returns text in the encoding that suits it best, as far as it is needed for ``most`` characters, and perhaps
    further; None for what is no text in any. Loads a library: for the worker."""
    data = data[: _MOST_BYTES_OF_CHARACTER * (most + 1)]
    if (text := decode_certain(data, most)) is not None:
        return Decoded(text, "")
    if data.startswith(tuple(mark for mark, _ in _MARKS)):
        return None
    encoding = _utf16(data) or _most_likely(data[:_LOOKED_AT])
    text = data.decode(encoding, "replace")
    if len(_CONTROLS.findall(text, 0, _LOOKED_AT)) > _MOST_CONTROLS * min(len(text), _LOOKED_AT):
        return None
    return Decoded(text, _TITLES.get(encoding, encoding))


def _utf16(data: bytes) -> str:
    """Returns which UTF-16 without a mark it is: in texts of any language, every second byte of some characters,
    such as line ends, is zero."""
    even, odd = data[: _LOOKED_AT : 2].count(0), data[1 : _LOOKED_AT : 2].count(0)
    if len(data) % 2 or not (even or odd) or min(even, odd) > max(even, odd) / 20:
        return ""
    encoding = "utf_16_le" if odd > even else "utf_16_be"
    try:
        text = data[: _LOOKED_AT].decode(encoding)
    except UnicodeDecodeError:
        return ""
    strange = sum(unicodedata.category(character) in ("Cn", "Co") for character in text)
    return "" if strange > _MOST_CONTROLS * len(text) else encoding


def _most_likely(data: bytes) -> str:
    """Returns an encoding. The East Asian ones are told apart by how many of the characters are common in their
    languages; what is mostly ASCII letters is Windows-1252, by far the most common one of the West, unless that puts
    signs into words; for the rest statistics of letters decide."""
    scores = {name: _share_of_common(data, name) for name in _COMMON}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > _CERTAIN:
        return best
    high = sum(byte > 127 for byte in data)
    if high <= sum(map(str.isalpha, data.decode("ascii", "ignore"))) and not _SIGN_IN_WORD.search(data):
        return "cp1252"
    from charset_normalizer import from_bytes

    found = from_bytes(data, cp_isolation=list(_OTHERS)).best()
    return found.encoding if found is not None else "cp1252"


def _share_of_common(data: bytes, encoding: str) -> float:
    """Returns the share of the characters beyond ASCII that are common in texts of an encoding; 0 for bytes that are
    none of it. Half of a character at the end is allowed."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return 0.0
    beyond = [character for character in text if character > "\x7f"]
    return len(_COMMON[encoding].findall("".join(beyond).encode(encoding, "replace"))) / max(1, len(beyond))
