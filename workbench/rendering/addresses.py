"""Link labels, destinations and titles as CommonMark 0.31 (sections 4.7 and 6.3) defines them."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from html.entities import html5
from typing import NamedTuple
from urllib.parse import quote

from .limits import MAX_LABEL, MAX_PARENTHESES

ESCAPABLE = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"
ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});"

_UNESCAPE = re.compile(rf"\\({ESCAPABLE})|({ENTITY})")
LABEL = re.compile(rf"\[((?:[^\\\[\]]|\\.){{0,{MAX_LABEL}}}+)\]", re.DOTALL)
_BRACKETED = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
_TITLE = re.compile(r'"((?:[^"\\]|\\.)*+)"|\'((?:[^\'\\]|\\.)*+)\'|\(((?:[^()\\]|\\.)*+)\)', re.DOTALL)
_SCHEME = re.compile(r"([^/?#:]*):")
_BLANKS = re.compile(r"[ \t]*\n?[ \t]*")
_LINE_END = re.compile(r"[ \t]*(?:\n|$)")
_DESTINATION = re.compile(r"[^\x00-\x20\x7f\\()]+|\\.?|[()]")


class Target(NamedTuple):
    """Where a link leads, percent-encoded, and its title."""

    address: str
    title: str


def decode_entity(entity: str) -> str:
    """Returns the characters of an entity such as ``&amp;`` or ``&#35;``; the entity itself when HTML knows no such
    name."""
    if entity[1] != "#":
        return html5.get(entity[1:], entity)
    code = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"


def unescape(text: str) -> str:
    """Returns text with its backslash escapes and entities resolved."""
    if "\\" not in text and "&" not in text:
        return text
    return _UNESCAPE.sub(lambda match: match.group(1) or decode_entity(match.group(2)), text)


def encode(address: str) -> str:
    """Returns an address with characters that a URL cannot hold percent-encoded; encoded ones stay."""
    return quote(address.encode("utf-8", "replace"), safe="!#$%&'()*+,-./:;=?@_~")


def is_web_address(address: str) -> bool:
    """Returns whether an address leads to the web, to a mailbox or to a place in the page itself: never to a program,
    a script or a file, as one without a scheme does in a page on a disk."""
    match = _SCHEME.match("".join(address.split()))
    if match is None:
        return address.startswith("#")
    return match.group(1).lower() in ("http", "https", "mailto")


def normal_label(label: str) -> str:
    """Returns the form in which labels are compared: case folded, white space collapsed."""
    return " ".join(label.split()).casefold()


def read_destination(text: str, pos: int) -> tuple[str, int] | None:
    """Returns the raw link destination at ``pos`` and where it ends; None when there is none."""
    if text.startswith("<", pos):
        match = _BRACKETED.match(text, pos)
        return (match.group(1), match.end()) if match else None
    start, depth = pos, 0
    while match := _DESTINATION.match(text, pos):
        piece = match.group()
        if piece == "(":
            depth += 1
            if depth > MAX_PARENTHESES:
                return None
        elif piece == ")":
            if depth == 0:
                break
            depth -= 1
        elif piece[0] == "\\" and piece[1:] in (" ", "\n"):
            pos += 1
            break
        pos = match.end()
    return (text[start:pos], pos) if depth == 0 else None


def read_inline_target(text: str, pos: int) -> tuple[Target, int] | None:
    """Returns the ``(destination "title")`` at ``pos``, an opening parenthesis, and where it ends."""
    pos = _skip_blanks(text, pos + 1)
    found = read_destination(text, pos)
    if found is None:
        return None
    raw, end = found
    title = ""
    pos = _skip_blanks(text, end)
    if pos > end and (match := _TITLE.match(text, pos)):
        title = match.group(match.lastindex or 0)
        pos = _skip_blanks(text, match.end())
    if not text.startswith(")", pos):
        return None
    return Target(encode(unescape(raw)), unescape(title)), pos + 1


def read_definitions(text: str, into: MutableMapping[str, tuple[str, str]]) -> str:
    """Takes the link reference definitions off the beginning of a paragraph and returns the rest. The first definition
    of a label wins."""
    pos = 0
    while text.startswith("[", pos):
        found = _read_definition(text, pos)
        if found is None:
            break
        label, target, pos = found
        into.setdefault(label, target)
    return text[pos:]


def _read_definition(text: str, pos: int) -> tuple[str, Target, int] | None:
    match = LABEL.match(text, pos)
    if match is None or not text.startswith(":", match.end()) or not match.group(1).strip():
        return None
    start = _skip_blanks(text, match.end() + 1)
    found = read_destination(text, start)
    if found is None or found[1] == start:
        return None
    raw, after = found
    address = encode(unescape(raw))
    label = normal_label(match.group(1))
    pos = _skip_blanks(text, after)
    if pos > after and (quoted := _TITLE.match(text, pos)) and (end := _LINE_END.match(text, quoted.end())):
        return label, Target(address, unescape(quoted.group(quoted.lastindex or 0))), end.end()
    end = _LINE_END.match(text, after)
    return (label, Target(address, ""), end.end()) if end else None


def _skip_blanks(text: str, pos: int) -> int:
    match = _BLANKS.match(text, pos)
    return match.end() if match else pos
