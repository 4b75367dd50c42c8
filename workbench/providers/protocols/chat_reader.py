"""The reader of OpenAI-chat answers, streamed or whole. It knows no vendor by name.

``ChatReader`` takes the JSON objects of one answer in order and judges its end: ``[DONE]``, or a finish
reason and the end of the stream, is complete; the end alone is an interruption.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.core.errors import NotAnAnswer, ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import Cited, Event, Failed, Finished, ResponseInfo, StartedAgain, UsageReport
from workbench.core.reply.usage import Usage
from workbench.providers.wire.error_bodies import error_in_answer, refusal
from workbench.providers.wire.sse import ServerEvent
from workbench.providers.wire.unread_events import UnreadEvents

from .choice_reader import ChatChoice
from .chunk_template import ChunkTemplate
from .citations import cited_from, grounding_in
from .usage_forms import usage_from

_INFO = {"id", "model", "system_fingerprint", "service_tier", "provider", "timings", "moderation",
         "time_info", "perf_metrics", "warnings"}
"""Top-level facts about a response that are worth keeping with it."""
_MOST_CHOICES = 1024


class ChatReader:
    """Reads one answer. Nothing comes after a ``Failed``.

    ``beginning`` is the beginning of the reply that was sent, which a whole message may repeat; ``several``: more than
    one reply was asked for.
    """

    def __init__(self, quirks: Mapping[str, Any], who: str, audio_format: str = "wav", beginning: str = "",
                 several: bool = False) -> None:
        self._quirks, self._who, self._audio, self._beginning = quirks, who, audio_format, beginning
        self._numbers: dict[int, int] | None = None if several else {}  # of choices, by the server's
        self._choices: dict[int, ChatChoice] = {}
        self._info: dict[str, Json] = {}
        self._usage: Usage | None = None
        self._cited: set[str] = set()
        self._template = ChunkTemplate()
        self._unread = UnreadEvents()
        self._without_choices = False  # an answer came that was to have some
        self._last_choice: ChatChoice  # the choice that the last chunk was of
        self._steady = False  # whether two chunks in a row had the same id
        self.failed = False
        self.done = False

    @property
    def complete(self) -> bool:
        """Whether every choice has a finish reason, so that only counts may follow."""
        return bool(self._choices) and all(choice.reason is not None for choice in self._choices.values())

    @property
    def empty(self) -> bool:
        return not self._choices

    def event(self, event: ServerEvent) -> Iterator[Event]:
        """Reads one event of a stream. Events of another name count only when they look like chunks."""
        text = event.data
        if event.event == "message" and (piece := self._template.text(text)) is not None and not self.failed:
            self._steady = True
            yield from self._last_choice.delta({self._template.field: piece})
            return
        self._template.forget()
        if text.startswith("[DONE]"):
            self.done = True
            return
        try:
            data: Json = json.loads(text)
        except (ValueError, RecursionError):
            yield from self._no_json(event)
            return
        chunk = isinstance(data, dict) and ("choices" in data or "error" in data)
        if event.event == "error" and not chunk:
            yield from self.broken(refusal(0, {}, text, self._who), even_if_complete=True)
        elif event.event == "message" or chunk:
            yield from self.whole(data, streamed=True)
            if event.event == "message" and not self.failed:
                self._template.learn(text, data)

    def _no_json(self, event: ServerEvent) -> Iterator[Event]:
        """Reads an event that is no JSON: an error, or damage."""
        if event.event == "error":
            yield from self.broken(refusal(0, {}, event.data, self._who), even_if_complete=True)
        elif event.event == "message":
            self._unread.note_text(event.data)

    def whole(self, data: Json, streamed: bool = False) -> Iterator[Event]:
        """Reads a whole completion, or one chunk of a stream (``delta`` instead of ``message``)."""
        if self.failed:
            return
        if not isinstance(data, dict):
            if isinstance(data, list):  # Gemini wraps errors in a list
                for item in data:
                    yield from self.whole(item, streamed)
            else:
                self._unread.note_json(data)
            return
        error = error_in_answer(data, self._who)
        choices = data.get("choices")
        if "choices" not in data and error is None and not self.complete:
            self._unread.note_json(data)
        if choices and not (isinstance(choices, list) and all(isinstance(choice, dict | None) for choice in choices)):
            self._unread.note_piece(data)
        self._without_choices = self._without_choices or ("choices" in data and not choices)
        if streamed and self._is_another(data, choices):
            yield from self._start_again()
        for number, choice in _numbered(choices, streamed):
            yield from self._choice(number, choice, streamed, failing=error is not None)
            if self.failed:
                return
        yield from self._facts(data)
        if "citations" in data or "search_results" in data:
            yield from self._citations(data)
        for item in grounding_in(data):
            if (cited := cited_from(item)) is not None:
                yield cited
        if error is not None:
            yield from self.broken(error, even_if_complete=True)

    def end(self, done: bool) -> Iterator[Event]:
        """Judges the end of the stream; ``done`` tells whether the stream announced it (``[DONE]``)."""
        if self.failed:
            return
        unfinished = [choice for choice in self._choices.values() if choice.reason is None]
        for choice in self._choices.values():
            yield from choice.end()
            if choice.reason is not None or done:
                yield Finished(choice.reason or choice.implied_reason, choice.index)
        if not self._choices:
            yield self._fail(_no_choices(self._who) if self._without_choices else NotAnAnswer(
                f"{self._who} closed the connection without an answer. Try again, or ask another model.",
                "not_an_answer"))
        elif self._unread.damaged or self._unread.failed or (unfinished and not done):
            yield self._fail(self._unread.error(self._who))

    def broken(self, error: ProviderError, even_if_complete: bool = False) -> Iterator[Event]:
        """Ends the reply after the connection broke. A reply that is already complete stays complete."""
        if self.complete and not even_if_complete:
            yield from self.end(done=False)
        elif not self.failed:
            for choice in self._choices.values():
                yield from choice.end()
            yield self._fail(error)

    def _is_another(self, data: JsonObject, choices: Json) -> bool:
        """Returns whether a chunk begins another reply in the stream of one that has not ended (a router that lost its
        host): under another id, although the chunks before had one in common, and with a role."""
        id, known = data.get("id"), self._info.get("id")
        if not id or id == known:
            self._steady = self._steady or bool(id and self._choices)
            return False
        first = choices[0] if isinstance(choices, list) and choices else None
        delta = first.get("delta") if isinstance(first, dict) else None
        return self._steady and not self.complete and isinstance(delta, dict) and bool(delta.get("role"))

    def _start_again(self) -> Iterator[Event]:
        for number in self._choices:
            yield StartedAgain(number)
        self._choices.clear()
        self._cited.clear()
        self._steady = False

    def _choice(self, number: int, data: JsonObject, streamed: bool, failing: bool) -> Iterator[Event]:
        if self._numbers is not None:
            number = self._numbers.setdefault(number, len(self._numbers))
        choice = self._choices.get(number)
        if choice is None:
            choice = self._choices[number] = ChatChoice(number, self._quirks, self._who, self._audio, self._beginning)
        self._last_choice = choice
        if _is_garbled(data):
            self._unread.note_piece(data)
        yield from choice.feed(data, streamed)
        yield from self._count(data.get("usage"))
        error = error_in_answer({"error": data.get("error")}, self._who) or choice.error
        if error is not None and not failing:
            yield from self.broken(error, even_if_complete=True)

    def _facts(self, data: JsonObject) -> Iterator[Event]:
        new = {name: data[name] for name in _INFO & data.keys()
               if data[name] not in (None, "", []) and data[name] != self._info.get(name)}
        if new:
            self._info.update(new)
            yield ResponseInfo(new)
        usage, cost = data.get("usage"), data.get("cost")
        yield from self._count({**usage, "cost": cost} if isinstance(usage, dict) and cost else usage)
        groq = data.get("x_groq")
        if isinstance(groq, dict):
            yield from self._count(groq.get("usage"))

    def _count(self, data: Json) -> Iterator[Event]:
        if not isinstance(data, dict):
            return
        usage = usage_from(data, bool(self._quirks.get("reasoning_tokens_outside_completion")))
        if usage is not None and usage != self._usage:
            self._usage = usage
            yield UsageReport(usage)

    def _citations(self, data: JsonObject) -> Iterator[Event]:
        """Yields sources as Perplexity names them in each chunk: bare addresses, and results with titles.

        The numbers in the text count the addresses.
        """
        found: dict[str, Cited] = {}
        for name in ("citations", "search_results"):
            items = data.get(name)
            for item in items if isinstance(items, list) else []:
                if (cited := cited_from(item)) is not None and cited.url:
                    known = found.get(cited.url)
                    found[cited.url] = cited if known is None or cited.title else known
        for url, cited in found.items():
            if url not in self._cited:
                self._cited.add(url)
                yield cited

    def _fail(self, error: ProviderError) -> Failed:
        self.failed = True
        return Failed(error)


def _numbered(choices: Json, streamed: bool) -> list[tuple[int, JsonObject]]:
    """Returns the entries of ``choices`` with their numbers: their own, else their places."""
    found = []
    for place, choice in enumerate(choices[:_MOST_CHOICES] if isinstance(choices, list) else []):
        if isinstance(choice, dict):
            index = choice.get("index")
            known = isinstance(index, int) and not isinstance(index, bool) and 0 <= index < _MOST_CHOICES
            found.append((index if known and isinstance(index, int) else place, choice))
    if not streamed and len({number for number, _ in found}) < len(found):  # a whole body has each choice once
        return [(place, choice) for place, (_, choice) in enumerate(found)]
    return found


def _is_garbled(choice: JsonObject) -> bool:
    """Returns whether something stands in the place of a message, or of its calls, that is none."""
    for value in (choice.get("delta"), choice.get("message")):
        if value and not isinstance(value, dict):
            return True
        calls = value.get("tool_calls") if isinstance(value, dict) else None
        if calls and not isinstance(calls, dict) and not (
                isinstance(calls, list) and all(isinstance(call, dict | None) for call in calls)):
            return True
    return False


def _no_choices(who: str) -> NotAnAnswer:
    return NotAnAnswer(f"{who} answered without a reply: there are no choices in its answer. Try again, or ask another "
                       "model.", "not_an_answer", code="no_choices")
