"""Pieces of an answer: a generator with one piece per token, which returns its finish reason."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from workbench.core.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class Piece:
    """One token. ``logprob`` is its entry in OpenAI's form, ``name`` the function that a call begins with."""

    text: str
    kind: Literal["text", "reasoning", "call"] = "text"
    logprob: JsonObject | None = None
    name: str = ""


Answer: TypeAlias = Generator[Piece, None, str]


@dataclass
class Meter:
    """Counts the tokens of an answer, those held back included."""

    tokens: int = 0
    reasoning: int = 0


def metered(answer: Answer, most: int, meter: Meter) -> Answer:
    """Counts tokens, and ends with ``length`` after ``most`` of them."""
    for _ in range(most):
        try:
            piece = next(answer)
        except StopIteration as end:
            return str(end.value)
        meter.tokens += 1
        meter.reasoning += piece.kind == "reasoning"
        yield piece
    try:
        next(answer)
    except StopIteration as end:
        return str(end.value)
    return "length"


def stopped_at(answer: Answer, stops: Sequence[str]) -> Answer:
    """Ends before the stop sequence that is complete first, and never yields a part of one."""
    if not stops:
        return (yield from answer)
    held: list[Piece] = []
    while True:
        try:
            piece = next(answer)
        except StopIteration as end:
            yield from held
            return str(end.value)
        if piece.kind != "text":
            yield piece
            continue
        held.append(piece)
        text = "".join(item.text for item in held)
        ends = [(place + len(stop), place) for stop in stops if (place := text.find(stop)) >= 0]
        if ends:
            yield from _first(held, min(ends)[1])
            return "stop"
        safe = len(text) - max(_begun(text, stop) for stop in stops)
        while held and len(held[0].text) <= safe:
            safe -= len(held[0].text)
            yield held.pop(0)


def _begun(text: str, stop: str) -> int:
    """Returns how many letters at the end of ``text`` may be the beginning of ``stop``."""
    return next((n for n in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:n])), 0)


def _first(pieces: list[Piece], length: int) -> Answer:
    """Yields the pieces of the first ``length`` letters, the last of them cut."""
    for piece in pieces:
        if length <= 0:
            break
        text = piece.text[:length]
        entry = piece.logprob and {**piece.logprob, "token": text, "bytes": list(text.encode())}
        yield replace(piece, text=text, logprob=entry)
        length -= len(text)
    return "stop"
