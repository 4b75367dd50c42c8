"""Encodings of text files: what bytes say as text, whatever wrote them."""

from __future__ import annotations

import codecs
import itertools
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
_WORD = re.compile(r"(?:[^\W\d_]|[^\w\s\x00-\x7f])+")
_WORDS = 2000  # that are looked at
_AROUND = "«»„“”‘’‚‹›¿¡…–—€£¥©®°"
"""Signs that words have before and behind them."""
_COMMON = {
    "euc_jp": re.compile(rb"[\xb0-\xcf][\xa1-\xfe]|[\xa1\xa3-\xa5][\xa1-\xfe]"),
    "cp949": re.compile(rb"[\xb0-\xc8][\xa1-\xfe]|\xa1[\xa1-\xfe]"),
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]"),
    "cp932": re.compile(rb"[\x81-\x83\x88-\x97][\x40-\x7e\x80-\xfc]"),
    "big5": re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
}
"""The common characters as bytes: kana, Korean syllables, the first level of GB 2312, kana and the first level of JIS,
the first level of Big5, each with its punctuation. Of equal shares the first wins."""
_KANA = re.compile("[\u3041-\u30fa]")
_CERTAIN = 0.8
_FEW = 2
"""Different characters beyond ASCII of which statistics of letters say nothing."""
_OTHERS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r", "cp874",
           "mac_roman", "mac_cyrillic", "mac_latin2", "mac_greek", "cp850", "cp852", "cp866", "iso8859_2", "iso8859_7")
"""The likely ones first."""
_TITLES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "mac_cyrillic": "Mac Cyrillic",
           "mac_latin2": "Mac Latin 2", "mac_greek": "Mac Greek", "gb18030": "GB 18030 (Chinese)",
           "cp932": "Shift JIS (Japanese)", "big5": "Big5 (Chinese)", "cp949": "CP 949 (Korean)",
           "euc_jp": "EUC-JP (Japanese)", "utf_16_le": "UTF-16", "utf_16_be": "UTF-16"}


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
    languages. Of the others those count that make the fewest words that nobody writes; of these, what is mostly ASCII
    letters, or numbers with hardly a sign beside, is Windows-1252, by far the most common one of the West, and
    statistics of letters decide on the rest."""
    scores = {name: _share_of_common(data, name) for name in _COMMON}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > _CERTAIN:
        return best
    faults = {name: count for name in _OTHERS if (count := _strange_words(data, name)) is not None}
    fewest = [name for name in faults if faults[name] == min(faults.values())]
    high = bytes(byte for byte in data if byte > 127)
    western = len(set(high)) <= _FEW or len(high) <= sum(map(str.isalpha, data.decode("ascii", "ignore")))
    if not fewest or ("cp1252" in fewest and western):
        return "cp1252"
    from charset_normalizer import from_bytes

    found = from_bytes(data, cp_isolation=fewest).best()
    return found.encoding if found is not None else fewest[0]


def _strange_words(data: bytes, encoding: str) -> int | None:
    """Returns how many words have a sign in the middle, capitals behind small letters, or letters of two scripts; None
    for bytes that are none of the encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    words = itertools.islice((word for word in _WORD.findall(text) if not word.isascii()), _WORDS)
    return sum(map(_is_strange, words))


def _is_strange(word: str) -> bool:
    inner = word.strip(_AROUND).replace("’", "").replace("·", "")
    if not inner.isalpha():
        return bool(inner)
    capital = any(letter.isupper() and letter > "\x7f" for letter in inner[1:])
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in inner}
    return (capital and not inner.isupper()) or len(scripts) > 1


def _share_of_common(data: bytes, encoding: str) -> float:
    """Returns the share of the characters beyond ASCII that are common in texts of an encoding; 0 for bytes that are
    none of it. Half of a character at the end is allowed."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return 0.0
    if encoding == "euc_jp" and not _KANA.search(text):
        return 0.0  # its first level has the places of the common Chinese characters
    beyond = [character for character in text if character > "\x7f"]
    return len(_COMMON[encoding].findall("".join(beyond).encode(encoding, "replace"))) / max(1, len(beyond))
