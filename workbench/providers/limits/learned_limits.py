"""Learned limits: what servers taught about parameters by refusing them, by endpoint and model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.listeners import Listeners
from workbench.core.reply.records import Adjustment
from workbench.providers.endpoints.endpoint import Endpoint

from .conditions import condition_name

if TYPE_CHECKING:
    from workbench.core.ports.store import Store
    from workbench.providers.wire.protocol import Outgoing

    from .refusals import RefusedParameter

PREFIX = "dialect:"

PROTOCOL_LESSON = "protocol"
"""The lesson that a model answers over OpenAI's Responses API only; it stands among those of chat completions."""

_WORDS = 300  # characters of the server's words


class LearnedLimits:
    """Lessons by endpoint and model: in memory, and in the store as soon as one is learned.

    Without a store they last as long as this object. ``changed`` gets the key of an endpoint and a model when a
    lesson was learned or forgotten there, in this process or another; ``model_of`` reads the key.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._lessons: dict[str, JsonObject] = {}
        self.changed = Listeners[[str]]()

    async def load(self) -> None:
        """Reads what was learned before, and what other processes learned since. Raises ``StoreError``."""
        if self._store is None:
            return
        before = dict(self._lessons)
        values = (await self._store.values(PREFIX)).items()
        stored = {key: value for key, value in values if isinstance(value, dict)}
        for key in before.keys() | stored.keys():
            if self._lessons.get(key) is before.get(key):  # else it was changed here meanwhile, and will be stored
                self._set(key, stored.get(key, {}))

    def of(self, endpoint: Endpoint, model: str) -> Mapping[str, Json]:
        """Returns lessons by parameter, as they are stored; ``holding`` chooses, ``dialect.rules_for`` reads them."""
        return self._lessons.get(_key(endpoint, model), {})

    def learners(self) -> tuple[str, ...]:
        """Returns the keys of all endpoints and models that something was learned of."""
        return tuple(self._lessons)

    @staticmethod
    def model_of(key: str, endpoint: Endpoint) -> str:
        """Returns the model whose lessons at ``endpoint`` have this key; ``""`` when it is another endpoint's."""
        prefix = _key(endpoint, "")
        return key.removeprefix(prefix) if key.startswith(prefix) else ""

    async def learn(
        self, endpoint: Endpoint, model: str, error: ProviderError, out: Outgoing,
        besides: frozenset[str] = frozenset(), passing: JsonObject | None = None,
    ) -> Adjustment | None:
        """Returns the change that the next attempt will have.

        None when the error teaches nothing new, or only of parameters in ``besides``, or when another request was
        taught meanwhile, so that it may say nothing new. A lesson that depends on the
        prompt goes into ``passing``, which belongs to one request, and is not kept.
        """
        before = self.of(endpoint, model)
        lesson = await asyncio.to_thread(_judged, error, out.body)
        if lesson is None or self.of(endpoint, model) != before:
            return None
        name = _asked_as(lesson.parameter, out, f"{error.parameter} {error.sentence}")
        if name in besides:
            return None
        reason = _reason(error, endpoint.name)
        entry = _entry(lesson, reason, name, out)
        lessons = {} if passing is None else passing
        if not lesson.once:
            lessons = dict(self.of(endpoint, model))
        new = _joined(lessons.get(name), entry)
        if new is None:
            return None
        lessons[name] = new
        if not lesson.once:
            await self._save(endpoint, model, lessons)
        match (new if "beside" not in entry else entry)["state"]:
            case "renamed":
                return Adjustment(name, "renamed", reason, lesson.instead)
            case "range":
                return Adjustment(name, "clamped", reason)
            case _:
                return Adjustment(name, "dropped", reason)

    async def learn_protocol(self, endpoint: Endpoint, error: ProviderError, model: str) -> None:
        """Remembers that a model is to be asked over the Responses API: chat completions refused it with ``error``, and
        it has answered there."""
        change = protocol_lesson(endpoint, error)
        entry: JsonObject = {"state": "renamed", "sent_as": change.sent_as, "reason": change.reason,
                             "when": int(time.time())}
        await self._save(endpoint, model, {**self.of(endpoint, model), PROTOCOL_LESSON: entry})

    async def forget(self, endpoint: Endpoint, model: str, parameter: str, facts: bool) -> None:
        """Forgets a lesson (all with ``""``). ``facts``: from now on what the facts say of it does not hold either."""
        lessons = dict(self.of(endpoint, model))
        if not parameter:
            lessons.clear()
        elif facts and parameter not in lessons:
            lessons[parameter] = {"state": "allowed"}
        else:
            lessons.pop(parameter, None)
        await self._save(endpoint, model, lessons)

    async def _save(self, endpoint: Endpoint, model: str, lessons: JsonObject) -> None:
        key = _key(endpoint, model)
        self._set(key, lessons)
        if self._store is not None:
            await self._store.set_value(key, lessons or None)

    def _set(self, key: str, lessons: JsonObject) -> None:
        if lessons == self._lessons.get(key, {}):
            return
        if lessons:
            self._lessons[key] = lessons
        else:
            del self._lessons[key]
        self.changed.tell(key)


def _judged(error: ProviderError, sent: Mapping[str, Json]) -> RefusedParameter | None:
    """Returns what a refusal teaches. The first one loads the module and compiles its patterns: not on the loop."""
    from .refusals import refused_parameter

    return refused_parameter(error, sent)


def protocol_lesson(endpoint: Endpoint, error: ProviderError) -> Adjustment:
    """Returns what changes when a server wants a model to be asked over the Responses API."""
    return Adjustment(PROTOCOL_LESSON, "moved", _reason(error, endpoint.name), "openai-responses")


def _key(endpoint: Endpoint, model: str) -> str:
    """Returns the name of lessons. The Responses API names and takes parameters of its own."""
    api = "#responses" if endpoint.protocol == "openai-responses" else ""
    return f"{PREFIX}{endpoint.base_url}{api}:{model}"


def _asked_as(field: str, out: Outgoing, words: str = "") -> str:
    """Returns our parameter for a body field: the one that was renamed or moved to it, or the field itself.

    Of several within one field, the one is meant that ``words`` name with it (``reasoning.summary``).
    """
    changes = [change for change in out.adjustments if change.action in ("renamed", "moved")]
    for change in changes:
        if field in change.sent_as.split(", "):
            return change.parameter
    within = [change for change in changes if change.sent_as.startswith(f"{field}.")]
    named = [change for change in within if change.sent_as in words]
    return (named or within)[0].parameter if named or len(within) == 1 else field


def _reason(error: ProviderError, who: str) -> str:
    """Returns the server's own words, shortened."""
    from .refusals import refusal_words

    words = refusal_words(error)
    if not error.body.strip() or words.startswith("<"):
        return error.sentence
    return f"{who} refused it: {words if len(words) <= _WORDS else words[:_WORDS].rstrip() + '…'}"


def _entry(lesson: RefusedParameter, reason: str, name: str, out: Outgoing) -> JsonObject:
    entry: JsonObject = {"state": "refused", "reason": reason, "when": int(time.time()),
                         "sent": [*sorted(set(out.body) - {"model", "messages"})]}
    if lesson.beside or lesson.without:
        entry["beside"] = [*sorted({condition_name(_asked_as(field, out)) for field in lesson.beside} - {name})]
        entry["without"] = [*map(condition_name, lesson.without)]
    if lesson.instead:
        # The other name may be the one that we call it by: then it goes without a change.
        return {**entry, "state": "allowed"} if lesson.instead == name else {
            **entry, "state": "renamed", "sent_as": lesson.instead}
    if lesson.low is not None or lesson.high is not None:
        return {**entry, "state": "range", "low": lesson.low, "high": lesson.high}
    if lesson.choices:
        return {**entry, "state": "range", "choices": list(lesson.choices)}
    return entry


def _joined(old: Json, entry: JsonObject) -> JsonObject | None:
    """Returns what is known of a parameter after another refusal; None when that was known and does not help.

    Lessons for other combinations stand in ``others``; one that always holds replaces them.
    """
    if "beside" in entry:
        if not isinstance(old, dict):
            return entry
        others = old.get("others")
        known = [old, *(others if isinstance(others, list) else ())]
        if any(_same(one, entry) for one in known):
            return None
        return {**old, "others": [*known[1:], entry]}
    if old and _same(old, entry):
        if not isinstance(old, dict) or old.get("state") == "refused":
            return None
        return {name: entry[name] for name in ("reason", "when", "sent")} | {"state": "refused"}
    if isinstance(old, dict) and "beside" not in old and {old.get("state"), entry["state"]} == {"range", "renamed"}:
        return {**old, **entry, "state": "range"}
    return entry


def holding(lessons: Mapping[str, Json], asked: Collection[str]) -> JsonObject:
    """Returns the lessons that hold for a request with the parameters ``asked``, in the form that they came in.

    Of several about one parameter, the one for this combination is meant.
    """
    held: JsonObject = {}
    for name, entry in lessons.items():
        if not isinstance(entry, dict):
            continue
        others = entry.get("others")
        for one in (*(others if isinstance(others, list) else ()), entry):
            if isinstance(one, dict) and _holds(one, asked):
                held[name] = one
                break
    return held


def each_lesson(lessons: Mapping[str, Json]) -> list[JsonObject]:
    """Returns all lessons, also those for several combinations of one parameter, each with its ``parameter``."""
    found: list[JsonObject] = []
    for name, entry in lessons.items():
        if isinstance(entry, dict):
            others = entry.get("others")
            own = {field: value for field, value in entry.items() if field != "others"}
            found += [{"parameter": name, "reason": "", **one}
                      for one in (own, *(others if isinstance(others, list) else ())) if isinstance(one, dict)]
    return found


def _holds(entry: JsonObject, asked: Collection[str]) -> bool:
    beside, without = entry.get("beside"), entry.get("without")
    if not isinstance(beside, list) or not isinstance(without, list):
        return True
    return bool(asked) and all(name in asked for name in beside) and not any(name in asked for name in without)


def _same(old: Json, new: JsonObject) -> bool:
    names = ("state", "sent_as", "low", "high", "choices", "beside", "without")
    return isinstance(old, dict) and all(old.get(name) == new.get(name) for name in names)
