"""Transforms: what is taken of an answer before a check looks at it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from workbench.core.errors import BadInput
from workbench.core.json_types import Json

_THINKING = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)^[ \t]*(?P=fence)[ \t]*\r?$",
                    re.DOTALL | re.MULTILINE)


def strip_thinking(text: str) -> str:
    """Returns an answer without ``<think>`` blocks, also without one that was never closed."""
    return _THINKING.sub("", text).strip()


def last_line(text: str) -> str:
    """Returns the last line that is not empty."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def json_text(text: str) -> str:
    """Returns JSON without the code fence that models put around it; any other text as it is."""
    whole = _FENCE.fullmatch(text.strip())
    return whole["body"].strip() if whole else text


def take_json(text: str) -> str:
    """Returns the JSON in an answer: all of it, the first code block that is JSON, or the first object or list that
    stands in the text (a reference such as [1] only where there is nothing else); the answer itself where there is
    none."""
    for candidate in (text, *(match["body"] for match in _FENCE.finditer(text))):
        if _is_json(candidate):
            return candidate.strip()
    found = json_texts(text)
    return next((one for one in found if not _REFERENCE.fullmatch(one)), found[0] if found else text)


_REFERENCE = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)*\s*\]")


def json_texts(text: str) -> list[str]:
    """Returns the JSON objects and lists that stand in a text, in their order, those within others left out."""
    decoder, found, end, tried = json.JSONDecoder(), [], 0, 0
    for match in re.finditer(r"[\[{]", text):
        if match.start() < end:
            continue
        tried += 1
        if tried > _MOST_TRIED:
            break
        try:
            _, end = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        found.append(text[match.start(): end])
    return found


_MOST_TRIED = 200
"""Brackets at which JSON may begin: each costs as much as what follows is long."""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


TRANSFORMS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "strip_thinking": ("Without its thinking", strip_thinking),
    "take_json": ("The JSON in it", take_json),
    "last_line": ("Its last line", last_line),
}
"""Name → its title, and the function."""


def read_transforms(value: Json) -> Sequence[str]:
    """Returns the names of a check's ``transform``, one or a list. Raises ``BadInput``."""
    names = value if isinstance(value, list) else [value]
    for name in names:
        if name not in TRANSFORMS:
            raise BadInput(f"transform must be one of {', '.join(TRANSFORMS)}; {json.dumps(name, default=str)} is not.")
    return [str(name) for name in names]


def transformed(text: str, value: Json) -> str:
    """Returns what the transforms of a check, in their order, leave of an answer."""
    for name in read_transforms(value) if value is not None else ():
        text = TRANSFORMS[name][1](text)
    return text
