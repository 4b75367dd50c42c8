"""Masks: they take the key, and the secrets in configured headers and of tools, out of a reply in which the server
repeats them, so that they are neither shown nor stored. Nothing else of a reply is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from workbench.core.api_keys import clean_key
from workbench.core.json_types import Json
from workbench.core.provider_secrets import KEPT, PROXY, secrets_in
from workbench.core.reply.events import (
    Alive,
    AudioData,
    Cited,
    Event,
    Finished,
    ImageData,
    MessageExtra,
    ReasoningDelta,
    ReasoningExtra,
    ReasoningWasText,
    ResponseInfo,
    StartedAgain,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
)
from workbench.core.settings import ProviderConfig

from .headers import KEY_PLACE, is_telling

_HARMLESS = 4
"""Characters of a key's beginning that may pass before it is known to be the key: ``sk-`` says nothing."""

Place = tuple[str, int, int]
"""Which text of a reply a piece belongs to: its kind, choice and number."""


_SHORTEST = 8  # characters of a secret in a header


class ReplyMask:
    """Masks the events of one reply from a provider with this configuration, with its secrets, and this key; also the
    secrets of tools (``own``) that were sent with the request."""

    def __init__(self, key: str | None, config: ProviderConfig, own: Iterable[str] = ()) -> None:
        values = [value for name, value in secrets_in(config).items() if name != PROXY] if config.headers else []
        values += own
        words = {word for value in values for word in (value.partition(" ")[2] or value, *value.split())
                 if len(word) >= _SHORTEST}  # before a blank stands how to prove it, such as Basic
        cleaned = clean_key(key) if key else ""
        longest_first = sorted(words - {cleaned}, key=len, reverse=True)
        self._masks = [KeyMask(cleaned), *(KeyMask(word, KEPT) for word in longest_first)]

    def events(self, event: Event) -> Iterator[Event]:
        """Yields the event without secrets, or nothing while it waits."""
        yield from self._through([event], self._masks)

    def rest(self) -> Iterator[Event]:
        """Yields what still waits: the reply has ended."""
        for at, mask in enumerate(self._masks):
            yield from self._through(mask.rest(), self._masks[at + 1:])

    def _through(self, events: Iterable[Event], masks: Sequence[KeyMask]) -> Iterator[Event]:
        if not masks:
            yield from events
            return
        for event in events:
            yield from self._through(masks[0].events(event), masks[1:])


class KeyMask:
    """Puts ``place`` where a key, or another secret as it is, stands in a reply. It may come in pieces, so that the end
    of a text that may be its beginning waits for the next piece."""

    def __init__(self, key: str | None, place: str = KEY_PLACE) -> None:
        self._key, self._place = key if key and is_telling(key) else "", place
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
            case ReasoningWasText(text=text, choice=choice):
                thoughts = self._texts.get(("reasoning", choice, 0))
                if thoughts is not None and (waiting := thoughts.end()):
                    yield ReasoningDelta(waiting, choice)
                yield replace(event, text=self._without(text))
            case ToolCallDelta(arguments=text):
                yield replace(event, arguments=self._feed(("call", event.choice, event.index), text),
                              id=self._without(event.id), name=self._without(event.name),
                              extra=self._hidden(event.extra) if event.extra else event.extra)
            case ImageData(url=url) if url:
                yield replace(event, url=self._without(url))
            case Cited():
                yield replace(event, url=self._without(event.url), title=self._without(event.title),
                              passage=self._hidden(event.passage))
            case ToolResultData():
                yield replace(event, text=self._without(event.text), name=self._without(event.name),
                              call_id=self._without(event.call_id), extra=self._hidden(event.extra))
            case AudioData():
                yield replace(event, transcript=self._without(event.transcript), format=self._without(event.format),
                              extra=self._hidden(event.extra))
            case Alive() if event.note:
                yield replace(event, note=self._without(event.note))
            case ResponseInfo() | MessageExtra() | ReasoningExtra():
                yield replace(event, data=self._hidden(event.data))
            case StartedAgain():
                self._texts.clear()
                yield event
            case Finished():
                yield from self.rest()
                yield replace(event, reason=self._without(event.reason))
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
            masked = self._texts[place] = _MaskedText(self._key, self._place)
        return masked.feed(text)

    def _without(self, text: str) -> str:
        return text.replace(self._key, self._place)

    def _hidden(self, data: Mapping[str, Json]) -> Mapping[str, Json]:
        text = json.dumps(dict(data))
        if (quoted := json.dumps(self._key)[1:-1]) not in text:
            return data
        hidden: Mapping[str, Json] = json.loads(text.replace(quoted, json.dumps(self._place)[1:-1]))
        return hidden


class _MaskedText:
    """A text that comes in pieces, without the key."""

    def __init__(self, key: str, place: str) -> None:
        self._key, self._place, self._first = key, place, key[:_HARMLESS]
        self._passed = ""  # the last few characters that were given out
        self._waiting = ""

    def feed(self, text: str) -> str:
        """Returns what may be shown now."""
        before = len(self._passed)
        window = f"{self._passed}{self._waiting}{text}"
        at = window.find(self._key)
        if at >= 0:
            shown = f"{window[before:max(at, before)]}{self._place}{window[at + len(self._key):]}"
            window, before = shown.replace(self._key, self._place), 0
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
