"""Seeded texts of the shapes that replies have, and of those that overload a view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

SHAPES = ("mixed", "code", "table", "list", "paragraph", "line")
_WORDS = [
    "the", "of", "and", "to", "in", "is", "that", "it", "for", "on", "with", "as", "are", "this", "be", "at",
    "by", "from", "or", "have", "an", "they", "which", "one", "you", "had", "not", "but", "what", "all", "were",
    "when", "we", "there", "can", "said", "use", "each", "she", "do", "how", "their", "will", "other", "about",
    "out", "many", "then", "them", "these", "some", "her", "would", "make", "like", "him", "into", "time", "has",
    "look", "two", "more", "write", "go", "see", "number", "way", "could", "people", "model", "token", "stream",
    "latency", "cache", "vector", "gradient", "attention", "context", "window", "sampling", "temperature",
]  # fmt: skip


def text_of(shape: str, size: int, seed: int = 1) -> str:
    """Returns ``size`` characters, the same for the same arguments."""
    pieces, length = [], 0
    for piece in _MAKERS[shape](Random(seed)):
        pieces.append(piece)
        length += len(piece)
        if length >= size:
            break
    return "".join(pieces)[:size]


def sentence(random: Random, words: int = 14) -> str:
    chosen = [random.choice(_WORDS) for _ in range(random.randint(words // 2, words))]
    if random.random() < 0.3:
        at = random.randrange(len(chosen))
        mark = random.choice(("**{}**", "*{}*", "`{}`", "[{}](https://example.org/a)"))
        chosen[at] = mark.format(chosen[at])
    return " ".join(chosen).capitalize() + "."


def _paragraph(random: Random) -> Iterator[str]:
    while True:
        yield sentence(random) + " "


def _line(random: Random) -> Iterator[str]:
    while True:
        yield random.choice(_WORDS)


def _code(random: Random) -> Iterator[str]:
    yield "```python\n"
    while True:
        name = random.choice(_WORDS)
        yield f"def {name}_{random.randrange(1000)}(value, other={random.randrange(100)}):\n"
        yield f'    """{sentence(random, 8)}"""\n'
        yield f"    return [{name} + {random.randrange(9)} for {name} in value if other]  # {name}\n\n"


def _table(random: Random) -> Iterator[str]:
    yield "| Name | Count | Remark |\n|---|---:|---|\n"
    while True:
        yield f"| {random.choice(_WORDS)} | {random.randrange(10_000)} | {sentence(random, 8)} |\n"


def _list(random: Random) -> Iterator[str]:
    while True:
        yield f"- {sentence(random)}\n"
        if random.random() < 0.2:
            yield f"  - {sentence(random, 8)}\n"


def _mixed(random: Random) -> Iterator[str]:
    while True:
        yield f"## {sentence(random, 6)}\n\n"
        yield " ".join(sentence(random) for _ in range(4)) + "\n\n"
        yield "".join(f"{number}. {sentence(random)}\n" for number in range(1, 5)) + "\n"
        code = _code(random)
        yield "".join(next(code) for _ in range(9)) + "```\n\n"
        yield " ".join(sentence(random) for _ in range(5)) + "\n\n"
        table = _table(random)
        yield "".join(next(table) for _ in range(6)) + "\n"


_MAKERS: dict[str, Callable[[Random], Iterator[str]]] = {
    "mixed": _mixed, "code": _code, "table": _table, "list": _list, "paragraph": _paragraph, "line": _line,
}  # fmt: skip
