"""Citation marks: the numbers of sources, put into a reply where servers say that the sources are cited.

They are for the eye: a message is kept, and sent again, without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .parts import PASSAGES, Citation, Part, Text

_WHOLE = re.compile(
    r"""(?P<block>^[ >]*(?P<fence>`{3,}|~{3,}).*?(?:^[ >]*(?P=fence)[`~]*[ ]*$|\Z)   # a block of code
        |\$\$.*?(?:\$\$|\Z)|\\\[.*?(?:\\\]|\Z))                                      # a formula on lines of its own
    |(?<!`)(?P<ticks>`+)(?!`)[^\n]{0,2000}?(?<!`)(?P=ticks)(?!`)
    |\\\((?:(?!\\\()[^\n])*?\\\)|(?<![\w$\\])\$(?=[^\s$])[^$\n]*(?<=\S)\$(?!\w)
    |!?\[[^\[\]\n]*\]\((?:[^()\n]|\([^()\n]*\))*\)
    |(?P<address><?https?://[^\s<>]+>?)""", re.VERBOSE | re.MULTILINE | re.DOTALL)
"""Pieces of Markdown that a mark within would break: code, formulas, links and addresses."""

_TAIL = 100  # characters before the end of a passage among which blanks, and the bar of a table, are behind its mark


def marked(text: str, parts: Sequence[Part]) -> str:
    """Returns a reply's text, Markdown, with marks such as ``[2]`` behind what its sources are cited for.

    ``parts`` are all those of the reply. Places count from the beginning of its one text; a mark goes behind a link or
    code in a line, and is left out in blocks of code and formulas.
    """
    ends = set(_ends(parts))
    if not ends or sum(isinstance(part, Text) for part in parts) != 1:
        return text
    wholes, at = [(found.span(), found.lastgroup or "") for found in _WHOLE.finditer(text)], 0
    pieces, last = list[str](), 0
    for end, number in sorted(ends):
        end = min(end, len(text))
        tail = text[max(0, end - _TAIL):end]
        place = end - len(tail) + len(tail.rstrip().rstrip("|").rstrip())
        while at < len(wholes) and wholes[at][0][1] < place:
            at += 1
        between = ""
        if at < len(wholes) and wholes[at][0][0] < place:
            (_, place), kind = wholes[at]
            if kind == "block":
                continue
            between = " " * (kind == "address")
        own = f"[{number}]"
        if text.endswith(own, 0, place) or text.startswith(own, place):
            continue  # the model has written it
        opens = "&#91;" if text[place:place + 1] in ("(", "[", ":") else "["  # which would make a link of it
        pieces += [text[last:place], between, f"{opens}{number}]"]
        last = place
    return "".join([*pieces, text[last:]])


def _ends(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """Yields where a text ends that is cited from a source, and the number of the source."""
    for number, source in enumerate((part for part in parts if isinstance(part, Citation)), 1):
        passages = source.extra.get(PASSAGES)
        for passage in passages if isinstance(passages, list) else ():
            if not isinstance(passage, dict):
                continue
            start, end = passage.get("start_index"), passage.get("end_index")
            if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
                yield end, number
