"""Reasoning inside the text, between tags that may be cut between pieces.

Servers without a reasoning parser send ``<think>…</think>`` as content; some chat templates contain the opening
tag, so that only the closing one is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

Piece: TypeAlias = tuple[Literal["text", "reasoning", "all reasoning"], str]
"""``("all reasoning", "")`` says that everything given as text so far was reasoning."""

FAMILIES = ("think", "thinking", "thought", "reasoning", "seed:think")
"""The names of tags that models think between: DeepSeek's and Qwen's, Claude's imitators', Gemma's, Nous's, Seed's."""
_LOOKED_AT = 64  # characters of a possible copy that are compared while it comes
_QUOTES = "`'\"“‘«"


class TagSplitter:
    """Splits the content of one reply. ``feed`` takes it in any pieces; ``end`` returns what was held back.

    An opening tag counts only at the beginning of the text. A closing tag alone counts once, unless it is quoted or
    an opening one came before: then the text is about tags. ``markers`` are removed wherever they occur.
    """

    def __init__(self, names: Sequence[str] = FAMILIES, markers: Sequence[str] = ()) -> None:
        self._opening = tuple(f"<{name}>" for name in names)
        self._closing = tuple(f"</{name}>" for name in names)
        self._markers = tuple(markers)
        self._state: Literal["start", "copy", "thinking", "text"] = "start"
        self._held = ""
        self._last = ""  # the character before what is held
        self._trim = False  # blank space after a tag belongs to neither side
        self._may_close = True
        self._known: list[str] = []  # the reasoning that came in a field

    def add_known(self, reasoning: str) -> None:
        """Takes note of reasoning that the server sent in a field of its own.

        Tags are text from then on, except around a copy of that reasoning at the beginning of the text (MiniMax), which
        is left out.
        """
        if self._state in ("start", "copy"):
            self._known.append(reasoning)
            self._state, self._may_close = "copy", False

    def feed(self, text: str) -> Iterator[Piece]:
        """Yields the pieces that the next text completes."""
        if self._is_plain(text):
            self._last = text[-1]
            yield "text", text
            return
        self._held += text
        for marker in self._markers:
            self._held = self._held.replace(marker, "")
        if self._state == "start":
            self._start()
        if self._state == "copy":
            self._copy(ended=False)
        if self._state == "thinking":
            yield from self._thinking()
        if self._state == "text":
            yield from self._text()

    def _is_plain(self, text: str) -> bool:
        """Returns whether nothing is held back and nothing in the text can matter: the usual case, and a cheap test."""
        return (self._state == "text" and not self._held and not self._trim and "<" not in text
                and not text.endswith("\n") and text != "")

    def end(self) -> Iterator[Piece]:
        """Yields what was held back."""
        if self._state == "copy":
            self._copy(ended=True)
        rest, self._held = self._held, ""
        if rest:
            yield ("reasoning" if self._state == "thinking" else "text"), rest

    def _start(self) -> None:
        bare = self._held.lstrip()
        if tag := next((tag for tag in self._opening if bare.startswith(tag)), None):
            self._state, self._held, self._trim = "thinking", bare.removeprefix(tag), True
            self._closing = (f"</{tag[1:]}",)  # thoughts may be about the others
        elif bare and not any(tag.startswith(bare) for tag in (*self._opening, *self._markers)):
            self._state = "text"

    def _copy(self, ended: bool) -> None:
        """Leaves out a copy of the known reasoning, once it is seen whether there is one."""
        bare = self._held.lstrip()
        tag = next((tag for tag in self._opening if bare.startswith(tag)), None)
        if tag is None:
            if bare and (ended or not any(tag.startswith(bare) for tag in self._opening)):
                self._state = "text"
            return
        inside = bare.removeprefix(tag)
        at, closing = _first(inside, self._closing)
        copy = (inside[:at] if closing else inside).strip()
        if closing or ended:
            self._state = "text"
            if "".join(self._known).strip().startswith(copy):
                self._held, self._trim = inside[at + len(closing):] if closing else "", True
        elif not self._begins_known(copy):
            self._state = "text"

    def _begins_known(self, text: str) -> bool:
        """Returns whether the first characters of ``text`` are those of the known reasoning; a tag may be cut off."""
        known = "".join(self._known[:_LOOKED_AT]).strip()[:_LOOKED_AT]
        text = text[:_LOOKED_AT]
        text = text[:len(text) - _beginning(text, self._closing)].rstrip()
        return known.startswith(text) or text.startswith(known)

    def _thinking(self) -> Iterator[Piece]:
        if self._trim:
            self._held = self._held.lstrip("\n")
            self._trim = not self._held
        at, tag = _first(self._held, self._closing)
        if tag:
            before, self._held = self._held[:at], self._held[at + len(tag):]
            self._state, self._trim, self._may_close = "text", True, False
            if before := before.rstrip("\n"):
                yield "reasoning", before
        else:
            yield from self._release("reasoning", self._closing)

    def _text(self) -> Iterator[Piece]:
        if self._trim:
            self._held = self._held.lstrip()
            self._trim = not self._held
        if self._may_close:
            yield from self._lone_closing()
        waiting_for = self._closing + self._opening if self._may_close else ()
        yield from self._release("text", waiting_for)

    def _lone_closing(self) -> Iterator[Piece]:
        at, tag = _first(self._held, self._closing)
        opened, opening = _first(self._held, self._opening)
        if opening and (not tag or opened < at):
            self._may_close = False
        elif tag:
            self._may_close = False
            before = self._held[at - 1] if at else self._last
            if before not in _QUOTES or not before:
                yield "text", self._held[:at].rstrip("\n")
                yield "all reasoning", ""
                self._held = self._held[at + len(tag):].lstrip()
                self._trim = not self._held

    def _release(self, kind: Literal["text", "reasoning"], tags: Sequence[str]) -> Iterator[Piece]:
        """Yields what is held, except an end that may begin a tag or marker, and the line breaks before a tag."""
        end = len(self._held) - _beginning(self._held, (*tags, *self._markers))
        if tags:
            end = len(self._held[:end].rstrip("\n"))
        out, self._held = self._held[:end], self._held[end:]
        if out:
            self._last = out[-1]
            yield kind, out


def _first(text: str, tags: Sequence[str]) -> tuple[int, str]:
    found = [(at, tag) for tag in tags if (at := text.find(tag)) >= 0]
    return min(found, default=(-1, ""))


def _beginning(text: str, tags: Sequence[str]) -> int:
    """Returns how many characters at the end of ``text`` begin one of ``tags``, which all start with ``<``."""
    longest = max((len(tag) - 1 for tag in tags), default=0)
    at = text.find("<", max(len(text) - longest, 0))
    while at >= 0:
        if any(tag.startswith(text[at:]) for tag in tags):
            return len(text) - at
        at = text.find("<", at + 1)
    return 0
