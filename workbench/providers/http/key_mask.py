"""The key mask: takes the key out of a reply in which the server repeats it, so that it is neither shown nor stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from workbench.core.api_keys import clean_key
from workbench.core.json_types import Json
from workbench.core.reply.events import (
    Cited,
    Event,
    Finished,
    ImageData,
    MessageExtra,
    ReasoningDelta,
    ReasoningExtra,
    ResponseInfo,
    StartedAgain,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
)

from .headers import KEY_PLACE, hide_key, is_telling

_HARMLESS = 4
"""Characters of a key's beginning that may pass before it is known to be the key: ``sk-`` says nothing."""

Place = tuple[str, int, int]
"""Which text of a reply a piece belongs to: its kind, choice and number."""


class KeyMask:
    """Masks the events of one reply. A key may come in pieces, so that the end of a text that may be the beginning of
    the key waits for the next piece."""

    def __init__(self, key: str | None) -> None:
        cleaned = clean_key(key) if key else ""
        self._key = cleaned if is_telling(cleaned) else ""
        self._texts: dict[Place, _MaskedText] = {}

    def events(self, event: Event) -> Iterator[Event]:
        """Yields the event without the key, or nothing while it waits."""
        if not self._key:
            yield event
            return
        match event:
            case TextDelta(text=text):
                if shown := self._feed(("text", event.choice, 0), text):
                    yield event if shown == text else TextDelta(shown, event.choice)
            case ReasoningDelta(text=text):
                if shown := self._feed(("reasoning", event.choice, 0), text):
                    yield event if shown == text else ReasoningDelta(shown, event.choice)
            case ToolCallDelta(arguments=text):
                yield replace(event, arguments=self._feed(("call", event.choice, event.index), text),
                              id=hide_key(event.id, self._key), name=hide_key(event.name, self._key))
            case ImageData(url=url) if url:
                yield replace(event, url=hide_key(url, self._key))
            case Cited():
                yield replace(event, url=hide_key(event.url, self._key), title=hide_key(event.title, self._key),
                              passage=self._hidden(event.passage))
            case ToolResultData():
                yield replace(event, text=hide_key(event.text, self._key), name=hide_key(event.name, self._key),
                              call_id=hide_key(event.call_id, self._key))
            case ResponseInfo() | MessageExtra() | ReasoningExtra():
                yield replace(event, data=self._hidden(event.data))
            case StartedAgain():
                self._texts.clear()
                yield event
            case Finished():
                yield from self.rest()
                yield event
            case _:
                yield event

    def rest(self) -> Iterator[Event]:
        """Yields what still waits: the reply has ended."""
        for (kind, choice, number), text in self._texts.items():
            if waiting := text.end():
                match kind:
                    case "text":
                        yield TextDelta(waiting, choice)
                    case "reasoning":
                        yield ReasoningDelta(waiting, choice)
                    case _:
                        yield ToolCallDelta(number, arguments=waiting, choice=choice)

    def _feed(self, place: Place, text: str) -> str:
        if (masked := self._texts.get(place)) is None:
            masked = self._texts[place] = _MaskedText(self._key)
        return masked.feed(text)

    def _hidden(self, data: Mapping[str, Json]) -> Mapping[str, Json]:
        text = json.dumps(dict(data))
        if (quoted := json.dumps(self._key)[1:-1]) not in text:
            return data
        hidden: Mapping[str, Json] = json.loads(text.replace(quoted, KEY_PLACE))
        return hidden


class _MaskedText:
    """A text that comes in pieces, without the key."""

    def __init__(self, key: str) -> None:
        self._key, self._first = key, key[:_HARMLESS]
        self._passed = ""  # the last few characters that were given out
        self._waiting = ""

    def feed(self, text: str) -> str:
        """Returns what may be shown now."""
        before = len(self._passed)
        window = f"{self._passed}{self._waiting}{text}"
        at = window.find(self._key)
        if at >= 0:
            shown = f"{window[before:max(at, before)]}{KEY_PLACE}{window[at + len(self._key):]}"
            window, before = shown.replace(self._key, KEY_PLACE), 0
        cut = self._may_be_key_from(window)
        self._waiting = window[max(cut, before):]
        shown = window[before:max(cut, before)]
        self._passed = f"{self._passed}{shown}"[-(_HARMLESS - 1):] if shown else self._passed
        return shown

    def _may_be_key_from(self, window: str) -> int:
        """Returns where the end of the text begins that may be the beginning of the key."""
        at = window.find(self._first, max(0, len(window) - len(self._key) + 1))
        while at >= 0 and not self._key.startswith(window[at:]):
            at = window.find(self._first, at + 1)
        return at if at >= 0 else len(window)

    def end(self) -> str:
        waiting, self._waiting = self._waiting, ""
        return waiting
