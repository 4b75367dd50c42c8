"""Pieces of tool calls, in every form that servers send, as ``ToolCallDelta`` with indices of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import ToolCallDelta

_KNOWN = {"index", "id", "type", "function", "custom"}


@dataclass
class _Call:
    number: int
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether the arguments so far are a complete JSON object."""
        try:
            return isinstance(json.loads("".join(self.arguments)), dict)
        except (ValueError, RecursionError):
            return False


class ToolPieces:
    """Reads the tool calls of one choice.

    Servers leave the index out (Gemini), put two whole calls on index 0, send an empty or repeated id or
    name in later pieces, count the pieces of one call (LibreChat), fill in empty calls where there are none
    (Snowflake), or give the arguments whole, as text or as an object (Ollama).
    """

    def __init__(self, choice: int) -> None:
        self._choice = choice
        self._calls: list[_Call] = []
        self._at: dict[int, _Call] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def feed(self, pieces: Json) -> Iterator[ToolCallDelta]:
        """Yields a delta for each piece."""
        for piece in pieces if isinstance(pieces, list) else [pieces]:
            if isinstance(piece, dict) and (self._calls or not _is_blank(piece)):
                yield self._piece(piece)

    def end(self) -> Iterator[ToolCallDelta]:
        """Yields ids for calls that came without one: their results have to name them."""
        for call in self._calls:
            if not call.id:
                yield ToolCallDelta(call.number, id=f"call_{call.number}", choice=self._choice)

    def _piece(self, piece: JsonObject) -> ToolCallDelta:
        function = _function(piece)
        id, name = _text(piece.get("id")), _text(function.get("name"))
        given = function.get("arguments", function.get("input"))
        arguments = given if isinstance(given, str) else "" if given is None else json.dumps(given)
        extra = {key: value for key, value in piece.items() if key not in _KNOWN and value is not None}
        if piece.get("type") == "custom":
            extra["type"] = "custom"
        call = self._call(piece.get("index"), id, name, arguments)
        call.id, call.name = call.id or id, _joined_name(call, name)
        call.arguments.append(arguments)
        return ToolCallDelta(call.number, call.id, call.name, arguments, extra, self._choice)

    def _call(self, index: Json, id: str, name: str, arguments: str) -> _Call:
        known: _Call | None
        if isinstance(index, int):
            known = self._at.get(index)
        else:
            known = next((call for call in self._calls if id and call.id == id), None)
        if known is None and self._calls and not id and not name:
            known = self._calls[-1]
        if known is None or self._is_another(known, id, name, arguments):
            known = _Call(len(self._calls))
            self._calls.append(known)
        if isinstance(index, int):
            self._at[index] = known
        return known

    @staticmethod
    def _is_another(known: _Call, id: str, name: str, arguments: str) -> bool:
        if id and known.id and id != known.id:
            return True
        return bool(name and arguments and not id and known.whole)


def _joined_name(call: _Call, piece: str) -> str:
    """Returns the name of a call with a further piece of it. Most servers that send another name repeat the whole."""
    if not call.name or piece.startswith(call.name):
        return piece or call.name
    return call.name if any(call.arguments) or call.name.endswith(piece) else call.name + piece


def _function(piece: JsonObject) -> JsonObject:
    function = piece.get("function") or piece.get("custom")
    return function if isinstance(function, dict) else {}


def _is_blank(piece: JsonObject) -> bool:
    """Returns whether a piece names nothing and asks for nothing: the empty value of a server's own type."""
    function = _function(piece)
    arguments = function.get("arguments", function.get("input"))
    named = _text(piece.get("id")) or _text(function.get("name"))
    return not named and (not arguments or arguments in ("{}", "null"))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
