"""The places of fields in a plan's file: the line that a mistake is in."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]

_TOKEN = re.compile(r"""
    \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5}   # texts of several lines
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*'             # and of one
    | \#[^\n]* | [][{}=,.\n] | [^][{}=,.\s"'\#]+
""", re.VERBOSE | re.DOTALL)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Returns the number, from 1, of the line of a TOML file that defines most of a path such as ``("checks", 2,
    "text")`` (the third check's text); 0 where nothing does."""
    lines = _Places(text).lines
    parts = (tuple(path[:length]) for length in range(len(path), 0, -1))
    return next((lines[part] for part in parts if part in lines), 0)


def overlong_number(text: str) -> Path:
    """Returns the path of the first whole number with more digits than Python reads, ``()`` where there is none."""
    most = sys.int_info.default_max_str_digits
    line = next((line for token, line in _tokens(text) if len(token) > most and token.lstrip("+-")[0].isdigit()), 0)
    return next((path for path, at in reversed(_Places(text).lines.items()) if at == line), ())


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yields the tokens of a TOML file with the lines in which they begin, without comments."""
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        if not match[0].startswith("#"):
            yield match[0], line


class _Places:
    """Reads a file that is known to be TOML only for where its fields are: ``lines`` has the line of each."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._tokens, self._at = list(_tokens(text)), 0
        self._items = Counter[Path]()  # of each array of tables
        table: Path = ()
        while self._at < len(self._tokens):
            if self._takes("["):
                table = self._header()
            elif not self._takes("\n"):
                self._pair(table)

    @property
    def _token(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "\n"

    def _takes(self, token: str) -> bool:
        found = self._token == token
        self._at += found
        return found

    def _header(self) -> Path:
        """Reads the rest of ``[table]`` or ``[[array.of.tables]]``; names within name the last item of an array."""
        line, is_item = self._tokens[self._at - 1][1], self._takes("[")
        path: Path = ()
        names = self._names("]")
        for number, name in enumerate(names, 1):
            path = (*path, name)
            if is_item and number == len(names):
                self._items[path] += 1
            if self._items[path]:
                path = (*path, self._items[path] - 1)
            self.lines.setdefault(path, line)
        self._takes("]")
        return path

    def _names(self, end: str) -> list[str]:
        """Reads a dotted key."""
        names = []
        while self._at < len(self._tokens) and not self._takes(end):
            if not self._takes("."):
                names.append(_plain(self._token))
                self._at += 1
        return names

    def _pair(self, table: Path) -> None:
        line, path = self._tokens[self._at][1], table
        for name in self._names("="):
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._takes("["):
            number = 0
            while self._at < len(self._tokens) and not self._takes("]"):
                if self._takes(","):
                    number += 1
                elif not self._takes("\n"):
                    self.lines.setdefault((*path, number), self._tokens[self._at][1])
                    self._value((*path, number))
        elif self._takes("{"):
            while self._at < len(self._tokens) and not self._takes("}"):
                if not self._takes(",") and not self._takes("\n"):
                    self._pair(path)
        else:
            while self._token not in ("\n", ",", "]", "}"):  # a number with a fraction is several tokens
                self._at += 1


def _plain(name: str) -> str:
    """Returns a key as it is meant: it may be quoted."""
    return str(tomllib.loads(f"key = {name}")["key"]) if name[:1] in ("'", '"') else name
