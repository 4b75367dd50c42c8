"""The plan of a probe: one small request or a few per row, and how their answers are judged.

A row says ``yes`` only when the effect was seen, ``refused`` when the server named the parameter, ``ignored`` when
it was accepted without effect, and ``unknown`` when nothing can be told from outside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import (
    Finished,
    Logprobs,
    ReasoningDelta,
    ReasoningWasText,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from workbench.core.reply.usage import Usage


@dataclass
class ProbeAnswer:
    """The answer to one probing request. ``texts`` and ``reasons`` are by choice."""

    texts: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    reasoning: str = ""
    usage: Usage | None = None
    logprobs: int = 0
    most_alternatives: int = 0
    calls: list[str] = field(default_factory=list)
    pieces: int = 0
    error: ProviderError | None = None
    dropped: str = ""

    @property
    def text(self) -> str:
        return self.texts.get(0, "")

    def feed(self, event: object) -> None:
        """Adds an event of the answer."""
        match event:
            case TextDelta():
                self.pieces += 1
                self.texts[event.choice] = self.texts.get(event.choice, "") + event.text
            case ReasoningDelta():
                self.reasoning += event.text
            case ReasoningWasText():
                self.reasoning = self.reasoning.removesuffix(event.text)
            case ToolCallDelta() if event.name:
                self.calls.append(event.name)
            case UsageReport():
                self.usage = event.usage
            case Logprobs():
                self.logprobs += len(event.tokens)
                counts = (len(one.top) for one in event.tokens)
                self.most_alternatives = max(self.most_alternatives, *counts, 0)
            case Finished():
                self.reasons[event.choice] = event.reason
                self.texts.setdefault(event.choice, "")


Verdict = tuple[str, str]
Judge = Callable[[list[ProbeAnswer], ProbeAnswer], Verdict]
"""Judges a row's answers, beside the plain first answer: a verdict and its evidence."""


@dataclass(frozen=True)
class Row:
    """One thing to find out. ``requests`` are the parameters of each request, ``prompt`` its message.

    With ``image`` the first request has a picture.
    """

    name: str
    requests: tuple[JsonObject, ...]
    judge: Judge
    prompt: str = "Count from 1 to 20 in words, separated by commas."
    image: bool = False

    @property
    def measured(self) -> frozenset[str]:
        """The parameters that the row is about."""
        return _MEASURED.get(self.name, frozenset({self.name}))


_MEASURED = {
    "response_format": frozenset({"response_format", "json_schema"}),
    "json_schema": frozenset({"response_format", "json_schema"}),
    "tools": frozenset({"tools"}),
    "tool_choice": frozenset({"tools", "tool_choice"}),
    "top_logprobs": frozenset({"logprobs", "top_logprobs"}),
    "images": frozenset[str](),
    "streaming": frozenset[str](),
    "without streaming": frozenset[str](),
}


def _shortened(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    answer = answers[0]
    tokens = answer.usage.output if answer.usage else None
    if answer.reasons.get(0) == "length" or (tokens is not None and tokens <= _FEW):
        return "yes", f"The answer ended with “{answer.reasons.get(0, '')}” after {_counted(tokens)}."
    if len(answer.text) >= len(plain.text) > 0 and (tokens or _FEW + 1) > _FEW:
        return "ignored", f"A limit of {_FEW} tokens did not shorten the answer ({_counted(tokens)})."
    return "unknown", "The answer is short either way."


_FEW = 4


def _counted(tokens: int | None) -> str:
    return "an unknown number of tokens" if tokens is None else f"{tokens} tokens"


def _stops(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    word = _stop_word(plain.text)
    if not word:
        return "unknown", "The plain answer is too short to stop anywhere."
    text = answers[0].text
    if word not in text:
        return "yes", f"The answer ended before “{word}”."
    if text.rstrip().endswith(word):
        return "yes", f"The answer ended at “{word}”, which it includes."
    return "ignored", f"The answer went on past “{word}”."


def _stop_word(text: str) -> str:
    words = re.findall(r"\w+", text)
    return words[len(words) // 2] if len(words) > 3 else ""


def _equal_at(what: str, otherwise: str = "unknown") -> Judge:
    def judge(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
        same = answers[0].text == answers[1].text and answers[0].text != ""
        if same:
            differs = len(answers) > 2 and answers[2].text != answers[0].text
            if len(answers) > 2 and not differs:
                return "unknown", f"Answers are equal with {what}, and without it too."
            rest = ", a third without it differs." if differs else "."
            return "yes", f"Two answers with {what} are equal{rest}"
        return otherwise, f"Two answers with {what} differ."

    return judge


def _two_choices(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    count = len(answers[0].texts)
    return ("yes", "Two replies came.") if count > 1 else ("ignored", "Two replies were asked for, one came.")


def _has_logprobs(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    answer = answers[0]
    return ("yes", f"{answer.logprobs} tokens came with their probability.") if answer.logprobs else (
        "ignored", "No probabilities came.")


def _has_alternatives(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    answer = answers[0]
    if answer.most_alternatives:
        return "yes", f"Up to {answer.most_alternatives} alternatives came with each token."
    return "ignored", "No alternatives came."


def _is_json(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    text = answers[0].text.strip()
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        if answers[0].reasons.get(0) == "length" and text[:1] in ("{", "["):
            return "yes", "The answer is JSON as far as it was allowed to go."
        return "ignored", f"The answer is not JSON: “{text[:60]}”."
    return "yes", f"The answer is JSON: {text[:60]}"


def _fits_schema(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    text = answers[0].text.strip()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        if answers[0].reasons.get(0) == "length" and re.match(r'\{\s*"zebra"', text):
            return "yes", "The answer follows the schema as far as it was allowed to go."
        return "ignored", f"The answer is not JSON: “{text[:60]}”."
    fits = isinstance(data, dict) and list(data) == ["zebra"] and data["zebra"] in (7, 8)
    return ("yes", f"The answer follows an unlikely schema: {text[:60]}") if fits else (
        "ignored", f"The answer is JSON, but not of the schema: {text[:60]}")


def _calls_tool(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    if answers[0].calls:
        return "yes", f"The model called {answers[0].calls[0]}."
    return "ignored", "The tool had to be called, and was not."


def _calls_or_not(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    if answers[0].calls:
        return "yes", f"The model called {answers[0].calls[0]} when it was free to."
    return "unknown", "The request was accepted; the model chose not to call the tool."


def _sees(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    more = _input(answers[0]) - _input(answers[1])
    if _input(answers[0]) and _input(answers[1]):
        if more > 0:
            return "yes", f"The picture was accepted and counted as about {more} tokens of input."
        return "ignored", "The picture was accepted, but not counted as input."
    return "unknown", "The request was accepted; whether the model looked at the picture cannot be told."


def _input(answer: ProbeAnswer) -> int:
    return (answer.usage.input or 0) if answer.usage else 0


def _biased(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    if answers[0].text != plain.text:
        return "yes", "A bias against the first tokens of the vocabulary changed the answer."
    return "unknown", "The bias was accepted; none of the tokens that it names was needed."


def _differs(what: str) -> Judge:
    def judge(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
        if answers[0].text == answers[1].text:
            return "unknown", f"The answers at both ends of {what} are equal."
        return "yes", f"The answers at both ends of {what} differ, with everything else equal."

    return judge


def _reasons_first(answers: list[ProbeAnswer], plain: ProbeAnswer) -> Verdict:
    if answers[0].reasoning or (answers[0].usage and answers[0].usage.reasoning):
        return "yes", "The model reasoned before it answered."
    return "unknown", "The request was accepted; no reasoning was shown."


_FIXED: Mapping[str, Json] = {"temperature": 0, "seed": 7, "max_tokens": 24}
_FREE: Mapping[str, Json] = {"temperature": 1, "max_tokens": 24}
_TOOL: list[Json] = [{"type": "function", "function": {
    "name": "get_weather", "description": "Tells the weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]
_SCHEMA: Json = {"type": "json_schema", "json_schema": {"name": "animal", "strict": True, "schema": {
    "type": "object", "properties": {"zebra": {"type": "integer", "enum": [7, 8]}}, "required": ["zebra"],
    "additionalProperties": False}}}


def rows(plain: ProbeAnswer) -> list[Row]:
    """Returns the rows after the first request.

    ``plain`` is the answer to that one, at temperature 0 where that is accepted.
    """
    word = _stop_word(plain.text)
    few: JsonObject = {"max_tokens": _FEW}
    return [
        Row("max_tokens", (few,), _shortened),
        Row("temperature", ({**_FIXED}, {**_FIXED}, {**_FIXED, "temperature": 1, "seed": 8}),
            _equal_at("temperature 0")),
        Row("top_p", ({**_FREE, "top_p": 0.01}, {**_FREE, "top_p": 0.01}, {**_FREE}), _equal_at("top_p 0.01")),
        Row("top_k", ({**_FREE, "top_k": 1}, {**_FREE, "top_k": 1}, {**_FREE}), _equal_at("top_k 1")),
        Row("min_p", ({**_FREE, "min_p": 1}, {**_FREE, "min_p": 1}, {**_FREE}), _equal_at("min_p 1")),
        Row("repetition_penalty", ({**_FIXED, "repetition_penalty": 1}, {**_FIXED, "repetition_penalty": 2}),
            _differs("repetition_penalty")),
        Row("seed", ({**_FREE, "seed": 11}, {**_FREE, "seed": 11}, {**_FREE, "seed": 12}),
            _equal_at("one seed", "ignored")),
        Row("stop", ({**_FIXED, "max_tokens": 64, "stop": [word or "three"]},), _stops),
        Row("n", ({"n": 2, "max_tokens": 8},), _two_choices),
        Row("frequency_penalty", ({**_FIXED, "frequency_penalty": -2}, {**_FIXED, "frequency_penalty": 2}),
            _differs("frequency_penalty")),
        Row("presence_penalty", ({**_FIXED, "presence_penalty": -2}, {**_FIXED, "presence_penalty": 2}),
            _differs("presence_penalty")),
        Row("logit_bias", ({**_FIXED, "logit_bias": {str(token): -100 for token in range(0, 300)}},), _biased),
        Row("logprobs", ({"logprobs": True, "max_tokens": 4},), _has_logprobs),
        Row("top_logprobs", ({"logprobs": True, "top_logprobs": 3, "max_tokens": 4},), _has_alternatives),
        Row("response_format", ({"response_format": {"type": "json_object"}, "max_tokens": 64},), _is_json,
            "Answer with a JSON object that says how many legs a dog has."),
        Row("json_schema", ({"response_format": _SCHEMA, "max_tokens": 64},), _fits_schema,
            "Name an animal. Answer in JSON."),
        Row("tool_choice", ({"tools": _TOOL, "tool_choice": "required", "max_tokens": 64},), _calls_tool,
            "What is the weather in Paris?"),
        Row("tools", ({"tools": _TOOL, "max_tokens": 64},), _calls_or_not, "What is the weather in Paris?"),
        Row("reasoning_effort", ({"reasoning_effort": "low", "max_tokens": 64},), _reasons_first),
        Row("images", ({"max_tokens": 8}, {"max_tokens": 8}), _sees, "What colour is this?", image=True),
    ]


REQUESTS = 2 + sum(len(row.requests) for row in rows(ProbeAnswer()))
"""The number of requests in a whole probe, with the first two (a stream, and one without)."""

INPUT_TOKENS, OUTPUT_TOKENS = 60, 24
"""The tokens of a probing request and its answer, roughly, for the estimate."""
