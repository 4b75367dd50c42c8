"""The response decoder: passes an answer's bytes to a reader as an event stream, JSON, JSON lines or none of these.

The first character tells which it is, not the content type: servers name others, or none.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Literal

from workbench.core.errors import Interrupted, NotAnAnswer, ProviderError
from workbench.core.json_types import Json
from workbench.core.reply.events import Alive, Event, Failed
from workbench.providers.wire.error_shapes import plain_words, shortened
from workbench.providers.wire.protocol import EventReader, KeptReader
from workbench.providers.wire.sse import STREAM_LIMIT, Comment, Decoder, LineSplitter, ServerEvent, too_large

_QUOTED = 200  # characters of such an answer in a sentence
_KEPT = 4096  # bytes of an answer that is none, for the details


class ResponseDecoder:
    """Feeds one answer to a reader. ``lines``: it is JSON lines (NDJSON), to be read one by one as they come."""

    def __init__(self, reader: EventReader, who: str, lines: bool = False) -> None:
        self.reader = reader
        self._who = who
        self._kind: Literal["", "events", "json", "lines", "page"] = "lines" if lines else ""
        self._decoder = self._new_decoder()
        self._splitter = LineSplitter()
        self._head = b""
        self._body = bytearray()
        self._garbled = False  # whether bytes came that are no text

    @property
    def finished(self) -> bool:
        """Whether everything that counts has come."""
        return self.reader.done or self.reader.failed

    @property
    def is_fresh(self) -> bool:
        """Whether nothing of the current body has been read."""
        return not self._kind

    def restart(self) -> None:
        """Makes ready for another body with the rest of the answer; a piece of an event that was cut off is dropped."""
        self._kind = ""
        self._decoder = self._new_decoder()
        self._splitter = LineSplitter()
        self._body.clear()

    def _new_decoder(self) -> Decoder:
        return Decoder(repeats=self.reader.repeats) if isinstance(self.reader, KeptReader) else Decoder()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yields the events in the next bytes."""
        if len(self._head) < _KEPT:
            self._head += data[: _KEPT - len(self._head)]
        if not self._kind:
            data = self._sniff(data)
        match self._kind:
            case "events":
                yield from self._events(data)
            case "lines":
                for line in self._splitter.feed(data):
                    yield from self._line(line)
            case "json" | "page":
                self._body += data
                if len(self._body) > STREAM_LIMIT:
                    raise too_large("The answer", STREAM_LIMIT)

    def end(self) -> Iterator[Event]:
        """Yields the last events, after the connection was closed in good order."""
        failed = False
        for event in self._finish():
            failed = failed or isinstance(event, Failed)
            if isinstance(event, Failed) and self.reader.empty and not event.error.body:
                event.error.body = self._head.decode("utf-8", "replace")
                words = self._words()
                if self._kind != "page" and words and not event.error.code:
                    event.error.sentence = (
                        f"{self._who} answered with something that is no chat reply. Check the base URL and the kind "
                        f"of server in Settings › Providers. The answer begins: {words}")
            yield event

        if not failed and (self._garbled or self._decoder.garbled):
            yield Failed(Interrupted(
                f"{self._who} sent bytes that are no text (UTF-8); “\ufffd” stands in their place. What came is kept. "
                "Retry to get it whole.", "interrupted"))

    def _text(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            self._garbled = True
            return data.decode("utf-8", "replace")

    def _words(self) -> str:
        """Returns the beginning of the answer, without the comments that only keep a connection open."""
        lines = self._head.decode("utf-8", "replace").splitlines()
        said = " ".join(line for line in lines if not line.startswith(":") and line.strip() not in ("", "data: [DONE]"))
        return shortened(" ".join(said.split()))[:_QUOTED]

    def broken(self, error: ProviderError) -> Iterator[Event]:
        """Yields the last events, after the connection broke or took too long: also those of an answer that is whole,
        whatever its length was said to be."""
        if self._kind == "json" and (data := _parse(bytes(self._body).decode("utf-8", "replace"))) is not None:
            yield from self.reader.whole(data)
            yield from self.reader.end(True)
            return
        if self._kind == "events" and not self.finished:
            yield from self._last_event()
        if self.finished:
            yield from self.reader.end(self.reader.done)
            return
        if self._body or (self.reader.empty and not error.body):  # what was paid for is there to be read
            came = bytes(self._body or self._head).decode("utf-8", "replace")[:100_000]
            error.body = f"{came}\n{error.body}".rstrip()
        yield from self.reader.broken(error)

    def _last_event(self) -> Iterator[Event]:
        """Yields what an event says that no blank line closes, if it is whole."""
        for last in self._decoder.end():
            if last.event == "error" or last.data.startswith("[DONE]") or _parse(last.data) is not None:
                yield from self.reader.event(last)

    def _finish(self) -> Iterator[Event]:
        if self._kind == "page":
            text = self._body[:100_000].decode("utf-8", "replace")
            yield from self.reader.broken(NotAnAnswer(
                f"{self._who} answered with {plain_words(text)} instead of a reply. Check the base URL in Settings › "
                "Providers. If this network has a page to sign in on, open any page in a web browser, sign in there, "
                "then retry.", "not_an_answer", body=text))
            return
        whole = False
        if self._kind == "json":
            whole = yield from self._json(bytes(self._body))
        elif self._kind == "events" and not self.finished:
            yield from self._last_event()
        elif self._kind == "lines" and (rest := self._splitter.rest()):
            yield from self._line(rest)
        yield from self.reader.end(self.reader.done or whole)

    def _sniff(self, data: bytes) -> bytes:
        """Decides what the answer is. Blank lines may come before JSON (DeepSeek's sign of life)."""
        self._body += data
        start = bytes(self._body).removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start:
            return b""
        first = start[:1]
        self._kind = "json" if first in b'{["' else "page" if first == b"<" else "events"
        data = bytes(self._body) if self._kind == "events" else start
        self._body.clear()
        return data

    def _events(self, data: bytes) -> Iterator[Event]:
        for item in self._decoder.feed(data):
            if self.finished:
                return
            if isinstance(item, Comment):
                yield Alive(note=item.text)
            else:
                yield from self.reader.event(item)

    def _json(self, body: bytes) -> Generator[Event, None, bool]:
        """Reads one JSON value. Returns whether it is whole, so that nothing is missing at the end."""
        text = self._text(body)
        try:
            data: Json = json.loads(text)
        except (ValueError, RecursionError):
            lines = [line for line in text.splitlines() if line.strip()]
            if len(lines) > 1 and _parse(lines[0]) is not None:
                for line in lines:
                    yield from self._line(line.encode())
                return False
            yield from self.reader.broken(Interrupted(
                f"{self._who} sent an answer that breaks off or is damaged. Try again.", "interrupted",
                body=text[:100_000]))
            return False
        yield from self.reader.whole(data)
        return True

    def _line(self, line: bytes) -> Iterator[Event]:
        if not line.strip():
            yield Alive()
            return
        text = self._text(line)
        data = _parse(text)
        if self.finished:
            return
        if data is None:
            yield from self.reader.event(ServerEvent(text))  # which takes note of what it cannot read
        else:
            yield from self.reader.whole(data)


def _parse(text: str) -> Json:
    try:
        data: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data
