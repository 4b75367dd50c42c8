"""Reasoning inside the text, between tags that may be cut between pieces.

Servers without a reasoning parser send ``<think>…</think>`` as content; some chat templates contain the opening
tag, so that only the closing one is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Literal, NamedTuple, TypeAlias

from workbench.core.text.fences import Fences

Piece: TypeAlias = tuple[Literal["text", "reasoning", "all reasoning", "no reasoning"], str]
"""``("all reasoning", "")`` says that everything given as text so far was reasoning, ``("no reasoning", text)`` that
``text``, which was given as reasoning, was none."""

_WORDS = ("analysis", "reflection", "scratchpad", "thought_process")
"""Names that documents use too: such a tag counts only where a reply begins, and in front of an answer."""

FAMILIES = ("think", "thinking", "thought", "thoughts", "reasoning", "seed:think", *_WORDS)
"""The names of tags that models think between, in letters of either case: DeepSeek's and Qwen's, Claude's imitators',
Gemma's, Nous's, Seed's."""
_ASSISTANT, _ANALYSIS = "<|start|>assistant", "<|channel|>analysis<|message|>"
_FINAL = "<|channel|>final<|message|>"
_OTHERS: Mapping[str, str] = {
    "[think]": "[/think]", "<|channel>thought": "<channel|>", "◁think▷": "◁/think▷",
    "<|start_thinking|>": "<|end_thinking|>", "<|begin_of_thought|>": "<|end_of_thought|>",
    _ANALYSIS: "<|end|>", _ASSISTANT + _ANALYSIS: "<|end|>",
}
"""Mistral's, Gemma's, Kimi's, Cohere's, Sky's and, where the server leaves the channels of gpt-oss as they are,
Harmony's."""
_MARKERS: Mapping[str, Sequence[str]] = {
    "<|start_thinking|>": ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
    "<|begin_of_thought|>": ("<|begin_of_solution|>", "<|end_of_solution|>"),
    _ANALYSIS: (_ASSISTANT, _FINAL, "<|return|>", "<|end|>"),
}
"""Further marks that stand around the text of such a reply."""
_LOOKED_AT = 64  # characters of a possible copy that are compared while it comes
_QUOTES = "`'\"“‘«"
_SENTENCE_ENDS = ".!?。！？…"
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_MATTERS = "<[◁`~\n"
"""Characters that a tag, or the fence of a block of code, begins with, and the end of a line."""


class _Line(NamedTuple):
    """The line at the end of a text: its last characters, and whether a code span of it is open."""

    end: str = ""
    in_code: bool = False

    @property
    def quotes(self) -> bool:
        """Whether what follows is quoted."""
        return self.in_code or self.end[-1:] in tuple(_QUOTES)

    def after(self, text: str) -> _Line:
        """Returns the line at the end of the text with ``text`` behind it."""
        _, ended, last = text.rpartition("\n")
        end, in_code = ("", False) if ended else self
        return _Line(f"{end}{last}"[-_LOOKED_AT:], in_code is not (last.count("`") % 2 == 1))


class TagSplitter:
    """Splits the content of one reply. ``feed`` takes it in any pieces; ``end`` returns what was held back.

    An opening tag counts at the beginning of the text, behind a closing one, and alone on a line that is not code. A
    closing tag alone counts once, unless it is quoted, a word of a sentence, or an opening one came before: then the
    text is about tags.
    ``markers`` are removed wherever they occur.
    """

    def __init__(self, names: Sequence[str] = FAMILIES, markers: Sequence[str] = ()) -> None:
        self._pairs = {**{f"<{name}>": f"</{name}>" for name in names}, **_OTHERS}
        self._opening = tuple(self._pairs)
        sure = [name for name in names if name not in _WORDS]
        self._closing = (*(f"</{name}>" for name in sure), "[/think]", "◁/think▷", "<|end_of_thought|>")
        self._markers = tuple(markers)
        self._around: Sequence[str] = ()  # the markers of the family that the reply is of
        self._state: Literal["start", "copy", "thinking", "text"] = "start"
        self._held = ""
        self._fences = Fences()  # behind what was given out as text
        self._line = _Line()  # behind it, too
        self._breaks = ""  # the ends of lines before what is held
        self._joint = {"text": "", "reasoning": ""}  # what comes between two pieces that a tag kept apart
        self._said: set[str] = set()
        self._trim = False  # blank space after a tag belongs to neither side
        self._may_close = self._may_open = True
        self._waits = False  # for what follows a closing tag
        self._known: list[str] = []  # the reasoning that came in a field
        self._doubtful: list[str] | None = []  # all that came so far, while it stands between tags of documents

    def add_known(self, reasoning: str) -> None:
        """Takes note of reasoning that the server sent in a field of its own.

        Tags are text from then on, except around a copy of that reasoning at the beginning of the text (MiniMax), which
        is left out.
        """
        if self._state in ("start", "copy"):
            self._known.append(reasoning)
            self._state, self._may_close, self._may_open = "copy", False, False

    def feed(self, text: str) -> Iterator[Piece]:
        """Yields the pieces that the next text completes."""
        if self._is_plain(text):
            self._fences.feed(text)
            if self._may_close:
                self._line = self._line.after(text)
            yield "text", text
            return
        self._held += text
        before = None
        while self._held and before != (before := self._state):
            for marker in (*self._markers, *(self._around if self._state == "text" else ())):
                self._held = self._held.replace(marker, "")
            match self._state:
                case "start":
                    self._start()
                case "copy":
                    self._copy(ended=False)
                case "thinking":
                    yield from self._thinking()
                case "text":
                    yield from self._text()

    def _is_plain(self, text: str) -> bool:
        """Returns whether nothing is held back and nothing in the text can matter: the usual case, and a cheap test."""
        return (self._state == "text" and not (self._held or self._breaks or self._trim or self._joint["text"])
                and bool(text) and (bool(self._fences.line) or not self._may_open)
                and not any(character in text for character in _MATTERS))

    def end(self, answered: bool = True) -> Iterator[Piece]:
        """Yields what was held back. Without another answer, a reply within the tags of a document is the answer."""
        if self._state == "copy":
            self._copy(ended=True)
        if self._state == "text" and self._may_close:
            yield from self._lone_closing(ended=True)
        rest, self._held = self._held, ""
        if self._state == "thinking":
            if rest:
                yield from self._give("reasoning", rest)
        elif rest := self._breaks + (rest.lstrip() if self._trim else rest):
            self._breaks = ""
            yield from self._give("text", rest)
        if self._doubtful and self._state != "thinking" and not answered:
            answer, self._doubtful = "".join(self._doubtful), None
            yield "no reasoning", answer
            yield "text", answer

    def _start(self) -> None:
        bare = self._held.lstrip()
        folded = _folded(bare)
        if tag := next((tag for tag in self._opening if folded.startswith(tag)), None):
            self._open(tag, bare[len(tag):])
        elif bare.startswith(_FINAL):
            self._around = _MARKERS[_ANALYSIS]
            self._state, self._held = "text", bare.removeprefix(_FINAL)
        elif bare and not (any(tag.startswith(folded) for tag in (*self._opening, _FINAL))
                           or any(marker.startswith(bare) for marker in (*self._markers, *self._around))):
            self._state = "text"

    def _open(self, tag: str, rest: str) -> None:
        self._closing = (self._pairs[tag],)  # thoughts may be about the others
        self._around = _MARKERS.get(tag.removeprefix(_ASSISTANT), self._around)
        self._state, self._held, self._trim, self._breaks, self._fences = "thinking", rest, True, "", Fences()
        for kind in self._said & {"text", "reasoning"}:
            self._joint[kind] = "\n\n"

    def _copy(self, ended: bool) -> None:
        """Leaves out a copy of the known reasoning, once it is seen whether there is one."""
        bare = self._held.lstrip()
        folded = _folded(bare)
        tag = next((tag for tag in self._opening if folded.startswith(tag)), None)
        if tag is None:
            if bare and (ended or not any(tag.startswith(folded) for tag in self._opening)):
                self._state = "text"
            return
        inside = bare[len(tag):]
        at, closing = _first(inside, self._closing)
        repeated = (inside[:at] if closing else inside).strip()
        if closing or ended:
            self._state = "text"
            if "".join(self._known).strip().startswith(repeated):
                self._held, self._trim = inside[at + len(closing):] if closing else "", True
        elif not self._begins_known(repeated):
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
            self._state, self._trim, self._may_close = "start", True, False
            if before := before.rstrip("\n"):
                yield from self._give("reasoning", before)
            return
        end = len(self._held) - _beginning(self._held, self._closing, self._markers)
        end = len(self._held[:end].rstrip("\n"))
        out, self._held = self._held[:end], self._held[end:]
        if out:
            yield from self._give("reasoning", out)

    def _text(self) -> Iterator[Piece]:
        if self._trim:
            self._held = self._held.lstrip()
            self._trim = not self._held
        if self._may_close:
            yield from self._lone_closing(ended=False)
        start, held = 0, self._held
        while self._may_open and not self._waits and (end := held.find("\n", start)) >= 0:
            line, start = held[start:end], end + 1
            if self._at_open_line and self._opens_within(tag := _folded(line.strip())):
                self._open(tag, held[start:])
                return
            yield from self._say(line + "\n")
        self._held = held[start:]
        yield from self._release()

    def _lone_closing(self, ended: bool) -> Iterator[Piece]:
        at, tag = _first(self._held, self._closing)
        opened, opening = _first(self._held, self._opening)
        self._waits = False
        if opening and (not tag or opened < at):
            self._may_close = False
        elif tag and not self._is_code(at):
            after = self._held[at + len(tag):]
            self._waits = not ended and not after.strip(" ")
            if self._waits:
                return
            self._may_close = False
            if self._ends_thoughts(at, after):
                said = (self._breaks + self._held[:at]).rstrip("\n")
                self._breaks, self._fences = "", Fences()
                yield "text", said
                yield "all reasoning", ""
                self._said = {"reasoning"}
                self._held = after.lstrip()
                self._trim = not self._held

    def _ends_thoughts(self, at: int, after: str) -> bool:
        """Returns whether a lone closing tag ends thoughts, and is not a word of a sentence about such tags.

        Behind blank space within a line it does at the end of a line and of a sentence alone.
        """
        line, next_word = self._line.after(self._held[:at]), after.lstrip(" ")
        if line.quotes or next_word[:1] in tuple(".,;:?!)`'\"”’»"):
            return False
        if not line.end.strip():
            return not (after[:1] == " " and next_word[:1].islower())
        return not line.end[-1].isspace() or (
            line.end.rstrip()[-1] in _SENTENCE_ENDS and next_word[:1] in ("", "\n"))

    def _opens_within(self, tag: str) -> bool:
        """Returns whether a tag on a line of its own begins thoughts in the middle of a reply."""
        return tag in self._pairs and tag.strip("<>") not in _WORDS

    def _is_code(self, at: int) -> bool:
        """Returns whether a place in what is held lies in a block of code."""
        fences = copy(self._fences)
        fences.feed(self._held[:at])
        return fences.inside

    @property
    def _at_open_line(self) -> bool:
        """Whether a line begins that is not code."""
        return not self._fences.line and not self._fences.inside

    def _release(self) -> Iterator[Piece]:
        """Yields what is held of a line, except what may become a tag or a marker."""
        bare = _folded(self._held.strip())
        if self._waits or (self._may_open and self._at_open_line and (
                not bare or self._opens_within(bare) or any(tag.startswith(bare) for tag in self._opening))):
            return
        tags = (*self._closing, *self._opening) if self._may_close else ()
        end = len(self._held) - _beginning(self._held, tags, (*self._markers, *self._around))
        out, self._held = self._held[:end], self._held[end:]
        yield from self._say(out)

    def _say(self, text: str) -> Iterator[Piece]:
        """Yields text but the ends of lines at its end, which a tag may follow."""
        self._fences.feed(text)
        self._line = self._line.after(text)
        text = self._breaks + text
        kept = text.rstrip("\n") if self._may_open else text
        self._breaks = text[len(kept):]
        if kept:
            yield from self._give("text", kept)

    def _give(self, kind: Literal["text", "reasoning"], text: str) -> Iterator[Piece]:
        joint, self._joint[kind] = self._joint[kind], ""
        if kind == "text" or self._closing[0].strip("</>") not in _WORDS:
            self._doubtful = None
        elif self._doubtful is not None:
            self._doubtful.append(joint + text)
        self._said.add(kind)
        yield kind, joint + text


def thoughts_apart(text: str) -> tuple[str, str]:
    """Returns the reasoning in the text of a whole reply, and the rest."""
    splitter = TagSplitter()
    thought, said = "", ""
    for kind, piece in [*splitter.feed(text), *splitter.end(answered=False)]:
        if kind == "all reasoning":
            thought, said = thought + said, ""
        elif kind == "no reasoning":
            thought = thought.removesuffix(piece)
        elif kind == "reasoning":
            thought += piece
        else:
            said += piece
    return thought, said


def _folded(text: str) -> str:
    """Returns text of the same length with small ASCII letters: the case of tags means nothing."""
    return text.translate(_ASCII_LOWER)


def _first(text: str, tags: Sequence[str]) -> tuple[int, str]:
    text = _folded(text)
    found = [(at, tag) for tag in tags if (at := text.find(tag)) >= 0]
    return min(found, default=(-1, ""))


def _beginning(text: str, tags: Sequence[str], markers: Sequence[str] = ()) -> int:
    """Returns how many characters at the end of ``text`` begin one of ``tags`` or, in that spelling, ``markers``."""
    longest = max((len(tag) - 1 for tag in (*tags, *markers)), default=0)
    for at in range(max(len(text) - longest, 0), len(text)):
        rest = text[at:]
        if rest[0] in "<[◁" and (any(tag.startswith(_folded(rest)) for tag in tags)
                                 or any(marker.startswith(rest) for marker in markers)):
            return len(rest)
    return 0
