"""The template of chunks: reads only the text of a chunk that otherwise equals the last one.

Nearly all chunks of nearly all servers do. Parsing a chunk and looking at all its fields takes ten times as long as
reading its text. JSON in which one string is replaced by another means the same but for that string, so the rest need
not be read again.
"""

from __future__ import annotations

from json import JSONDecoder
from typing import Any

_read = JSONDecoder().raw_decode


class ChunkTemplate:
    """The last chunk, by what comes before and after its one text."""

    def __init__(self) -> None:
        self._before: str | None = None
        self._after = ""
        self.field = ""
        """The name of the delta's field that holds the text."""

    def text(self, chunk: str) -> str | None:
        """Returns the text of a chunk that fits the template, else None."""
        if self._before is None or not (chunk.startswith(self._before) and chunk.endswith(self._after)):
            return None
        try:
            text, end = _read(chunk, len(self._before) - 1)
        except ValueError:
            return None
        return str(text) if end == len(chunk) - len(self._after) else None

    def forget(self) -> None:
        """Forgets the template: the next chunk has to be parsed."""
        self._before = None

    def learn(self, chunk: str, data: Any) -> None:
        """Makes a parsed chunk the template, when it brought one text and nothing else."""
        match data:
            case {"choices": [{"delta": dict(delta)} as choice]}:
                pass
            case _:
                return
        if (choice.get("finish_reason") is not None or choice.get("logprobs") or choice.get("usage")
                or data.get("usage") or data.get("x_groq")):
            return
        full = [name for name, value in delta.items() if value and name != "role"]
        if len(full) != 1 or not isinstance(delta[full[0]], str) or chunk.count(mark := f'"{full[0]}":') != 1:
            return
        start = chunk.index('"', chunk.index(mark) + len(mark))
        text, end = _read(chunk, start)
        before, after = chunk[: start + 1], chunk[end:]
        if text == delta[full[0]] and "\\" not in before + after:  # a name may hide behind an escape
            self._before, self._after, self.field = before, after, full[0]
