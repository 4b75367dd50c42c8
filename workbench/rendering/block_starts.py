"""The starts of leaf blocks: the first characters of a line that are more than text."""

from __future__ import annotations

import re

from .addresses import unescape
from .leaves import Code, Paragraph
from .lines import Line

STARTERS = frozenset("#>`~*-+_=|:$\\[0123456789")  # a line that begins otherwise is text (or indented)

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_FENCE = re.compile(r"(`{3,}+)([^`]*)$|(~{3,}+)(.*)$")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_FOOTNOTE = re.compile(r"\[\^([^\]\[\s^]{1,200})\]:[ \t]*")
_ALERT = re.compile(r"\[!(note|tip|important|warning|caution)\](?=[ \t]|$)[ \t]*", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def heading(line: Line) -> Paragraph | None:
    """Returns the heading that the line is (``## Title ##``)."""
    match = _HEADING.match(line.text, line.next)
    if match is None or line.long:
        return None
    title = line.text[match.end() :]
    if title.rstrip(" \t").endswith("#"):
        title = _CLOSING_HASHES.sub("", title)
    paragraph = Paragraph(level=len(match.group(1)))
    paragraph.add(title.strip(" \t"))
    return paragraph


def fence(line: Line) -> Code | None:
    """Returns the code block that the line opens."""
    match = _FENCE.match(line.text, line.next)
    if match is None or line.long:
        return None
    ticks, ticks_info, tildes, tildes_info = match.groups()
    info = unescape((ticks_info if ticks else tildes_info).strip(" \t"))
    return Code(fence=ticks or tildes, margin=line.indent, info=info)


def is_rule(line: Line) -> bool:
    """Returns whether the line is a thematic break."""
    return line.character in "*-_" and not line.long and _RULE.match(line.text, line.next) is not None


def underline(line: Line) -> int:
    """Returns the level of the heading that the line makes of the paragraph above it; 0 for none."""
    if line.character not in "=-" or line.long or not _UNDERLINE.match(line.text, line.next):
        return 0
    return 1 if line.character == "=" else 2


def footnote(line: Line) -> re.Match[str] | None:
    """Returns the match of a footnote definition that begins the line; group 1 is the label."""
    return _FOOTNOTE.match(line.text, line.next)


def alert(line: Line) -> re.Match[str] | None:
    """Returns the match of the tag that makes a quote an alert; group 1 is its kind."""
    return _ALERT.match(line.text, line.next)


def task(line: Line) -> re.Match[str] | None:
    """Returns the match of the check box that makes an item a task; group 1 is its mark."""
    return _TASK.match(line.text, line.next)
