"""Highlighting of code that is still being written: Pygments, a few lines at a time.

A lexer is stopped at the beginning of a line and taken up there again with the stack of its states, so
that text added to the end costs what was added. Pygments is imported at the first use, and of its lexers
only the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from time import thread_time
from typing import Any, NamedTuple, TypeAlias

MAX_SIZE = 1_500_000  # characters of a block that are coloured
MAX_LINE = 1_000  # characters: a longer line is not coloured, for a lexer's patterns may backtrack
PIECE = 1_000  # characters lexed at once
MAX_WINDOW = 8_000  # characters lexed again at once: an open comment or string may be that long
MAX_BLIND_WINDOW = 2_500  # the same for a lexer that does not tell its states
DEADLINE = 0.25  # seconds of processor time that a piece may take before the block is given up
_LOOK_BACK = 1  # complete lines lexed again, for patterns that look at the next line

_ROLES = {
    "Keyword": "keyword", "Keyword.Type": "type", "Keyword.Constant": "constant",
    "Name.Function": "function", "Name.Decorator": "function", "Name.Builtin": "function",
    "Name.Builtin.Pseudo": "constant", "Name.Class": "type", "Name.Exception": "type",
    "Name.Tag": "tag", "Name.Attribute": "attribute", "Name.Property": "attribute",
    "Name.Constant": "constant", "Name.Entity": "constant", "Name.Variable.Magic": "constant",
    "Literal.String": "string", "Literal.Number": "number", "Literal.Date": "number",
    "Literal.String.Interpol": "constant", "Literal.String.Escape": "constant",
    "Comment": "comment", "Comment.Preproc": "keyword", "Comment.PreprocFile": "string",
    "Operator": "operator", "Operator.Word": "keyword",
    "Generic.Deleted": "deleted", "Generic.Inserted": "inserted", "Generic.Heading": "heading",
    "Generic.Subheading": "heading", "Generic.Error": "error", "Generic.Traceback": "error",
    "Generic.Prompt": "comment", "Generic.Emph": "string", "Generic.Strong": "keyword",
}  # fmt: skip


_PLAIN = ("text", "output")
# Their patterns backtrack for seconds on a few hundred characters of hostile text (found by trying all lexers on
# repeated pieces of code); a running pattern cannot be stopped.
_HANGING = ("easytrieve", "maple", "tnt")


class Colour(NamedTuple):
    """Characters of a line and their role, a key of ``Palette.code_colours``."""

    start: int
    length: int
    role: str


LineColours: TypeAlias = tuple[Colour, ...]
_States: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recoloured:
    """The colours of all lines from ``first`` (counted from 0) to the end; earlier ones stay."""

    first: int
    lines: tuple[LineColours, ...]


class Highlighter:
    """Colours one code block while it grows. An unknown language has no colours; nothing raises.

    What a lexer recognises only when it is complete (a here-document) and what is fed in several pieces may stay
    uncoloured.
    """

    def __init__(self, language: str) -> None:
        self._lexer = lexer_for(language)
        self._size = 0
        self._first = 0  # the number of the first line that is lexed again
        self._lines = [""]  # that line and all after it
        self._column = 0  # where lexing starts in it, with these states and after these colours
        self._states: _States = ("root",)
        self._before: list[Colour] = []

    @property
    def active(self) -> bool:
        """Whether it still colours: the language is known and no limit was passed."""
        return self._lexer is not None

    def feed(self, text: str) -> Recoloured:
        """Adds text to the end; a line need not be complete."""
        if len(text) <= PIECE:
            return self._feed(text)
        pieces = [self._feed(text[start : start + PIECE]) for start in range(0, len(text), PIECE)]
        first, lines = pieces[0].first, list[LineColours]()
        for piece in pieces:
            lines[piece.first - first :] = piece.lines
        return Recoloured(first, tuple(lines))

    def _feed(self, text: str) -> Recoloured:
        head, *more = text.split("\n")
        self._lines[-1] += head
        self._lines += more
        self._size += len(text)
        if self._size > MAX_SIZE:
            self._lexer = None
        if self._lexer is None:
            self._first, self._lines = self._first + len(self._lines) - 1, [""]
            return Recoloured(self._first + 1, ())
        try:
            recoloured = self._lex(self._lexer)
        except Exception:  # noqa: BLE001 - a lexer that fails on strange code must not fail the message
            self._lexer = None
            return Recoloured(self._first, ((),) * len(self._lines))
        if self._lexer is not None and sum(map(len, self._lines)) > _window_of(self._lexer):
            self._restart_at(max(0, len(self._lines) - 1 - _LOOK_BACK), 0, ("root",), [])
        return recoloured

    def _lex(self, lexer: Any) -> Recoloured:
        """Lexes the window again, and finds a later place to start the next time."""
        first = self._first
        window = [line if len(line) <= MAX_LINE else " " * len(line) for line in self._lines]
        starts = [0, *accumulate(len(line) + 1 for line in window)]
        colours: list[list[Colour]] = [[] for _ in window]
        colours[0] = list(self._before)
        line = 0
        restart: tuple[int, int, _States] | None = None
        last_restart = len(window) - _LOOK_BACK
        stop = thread_time() + DEADLINE
        for states, at, token, value in _tokens(lexer, "\n".join(window), self._states, self._column):
            if at < starts[line] or thread_time() > stop:  # some lexers of consoles go back
                self._lexer = None
                break
            while at >= starts[line + 1]:
                line += 1
            if states and line < last_restart and line > (restart[0] if restart else 0):
                restart = line, at - starts[line], states
            if role := role_of(token):
                _paint(colours, window, line, at - starts[line], value, role)
        if restart:
            line, column, states = restart
            self._restart_at(line, column, states, [one for one in colours[line] if one.start < column])
        return Recoloured(first, tuple(map(tuple, colours)))

    def _restart_at(self, line: int, column: int, states: _States, before: list[Colour]) -> None:
        self._first += line
        del self._lines[:line]
        self._column, self._states, self._before = column, states, before


def _paint(colours: list[list[Colour]], window: list[str], line: int, column: int, value: str, role: str) -> None:
    """Colours the lines of a token; one that continues the last one of its role prolongs it."""
    for number, part in enumerate(value.split("\n"), line):
        if number < len(window) and part and not part.isspace():
            length = min(len(part), len(window[number]) - column)
            done = colours[number]
            if done and done[-1].role == role and done[-1].start + done[-1].length == column:
                done[-1] = Colour(done[-1].start, done[-1].length + length, role)
            elif length > 0:
                done.append(Colour(column, length, role))
        column = 0


def highlight(text: str, language: str) -> tuple[LineColours, ...]:
    """Returns the colours of a whole code block, line by line; empty when the language is not known."""
    return Highlighter(language).feed(text).lines


@cache
def _languages() -> dict[str, str]:
    """Returns names of languages and endings of their files, with the alias that Pygments knows."""
    from pygments.lexers import get_all_lexers

    names: dict[str, str] = {}
    endings: dict[str, str] = {}
    for _, aliases, patterns, _ in get_all_lexers(plugins=False):
        if aliases:
            names.update(dict.fromkeys((alias.lower() for alias in aliases), aliases[0]))
            endings.update(dict.fromkeys((p[2:].lower() for p in patterns if p.startswith("*.")), aliases[0]))
    return endings | names


def lexer_for(language: str) -> Any | None:
    """Returns the Pygments lexer for a language's name or file ending; None for none, for plain text, and for what
    could hang."""
    alias = _languages().get(language.lower()) if language else None
    if alias is None or alias in _PLAIN or alias in _HANGING:
        return None
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(alias, stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def role_of(token: Any) -> str:
    """Returns the role of a Pygments token: its own, or that of the nearest kind it belongs to; empty for none."""
    while token:
        name = ".".join(token)
        if name in _ROLES:
            return _ROLES[name]
        token = token.parent
    return ""


def _window_of(lexer: Any) -> int:
    return MAX_WINDOW if _tells_states(lexer) else MAX_BLIND_WINDOW


def _tells_states(lexer: Any) -> bool:
    from pygments.lexer import RegexLexer

    return type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed


def _tokens(lexer: Any, text: str, states: _States, pos: int) -> Iterator[tuple[_States, int, Any, str]]:
    """Yields the tokens of a text from ``pos`` on: the states before each (none where lexing cannot start again), its
    place, kind and text.

    For a plain RegexLexer this is the loop of its ``get_tokens_unprocessed``, which keeps the states to itself. Other
    lexers are taken to start again at a line that is not indented.
    """
    if not _tells_states(lexer):
        for at, token, value in lexer.get_tokens_unprocessed(text):
            afresh = text[at - 1 : at] == "\n" and not value[:1].isspace()
            yield (("root",) if afresh else ()), at, token, value
        return
    from pygments.token import Error, Whitespace, _TokenType

    definitions = lexer._tokens
    stack = list(states)
    while pos < len(text):
        for match_rule, action, new_state in definitions[stack[-1]]:
            match = match_rule(text, pos)
            if match is None:
                continue
            before = tuple(stack)
            if type(action) is _TokenType:
                yield before, pos, action, match.group()
            elif action is not None:
                for at, token, value in action(lexer, match):
                    yield before, at, token, value
                    before = ()
            pos = match.end()
            _enter(stack, new_state)
            break
        else:
            if text[pos] == "\n":
                stack[:] = ["root"]
                yield ("root",), pos, Whitespace, "\n"
            else:
                yield tuple(stack), pos, Error, text[pos]
            pos += 1


def _enter(stack: list[str], new_state: Any) -> None:
    """Changes the stack of states as a rule says (see Pygments, "Write your own lexer")."""
    if new_state is None:
        return
    if isinstance(new_state, int):
        del stack[max(1, len(stack) + new_state) :]
    elif new_state == "#push":
        stack.append(stack[-1])
    else:
        for state in new_state:
            if state == "#pop":
                if len(stack) > 1:
                    stack.pop()
            elif state == "#push":
                stack.append(stack[-1])
            else:
                stack.append(state)
