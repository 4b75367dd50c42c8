"""The body of a chat-completions request, checked as strictly as OpenAI's own service does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Any

from workbench.core.json_types import Json, JsonObject
from workbench.providers.endpoints.presets import BUILTIN

from .abilities import DECIMAL, EFFORTS, SUPPORTED, WHOLE
from .sampling import Sampling


class ApiError(Exception):
    """A refusal in OpenAI's form. ``message`` is a sentence, ``param`` the parameter it is about."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None,
                 status: int = 400) -> None:
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status

    def to_json(self) -> JsonObject:
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as far as the built-in models understand it: its text, and how many images it has."""

    role: str
    text: str
    images: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """A checked request. ``max_tokens`` None means no limit but the model's own."""

    model: str
    turns: tuple[Turn, ...]
    stream: bool = False
    include_usage: bool = False
    max_tokens: int | None = None
    min_tokens: int = 1
    ignore_eos: bool = False
    stop: tuple[str, ...] = ()
    n: int = 1
    seed: int | None = None
    logprobs: bool = False
    top_logprobs: int = 0
    sampling: Sampling = field(default_factory=Sampling)
    response_format: Mapping[str, Any] = field(default_factory=dict)
    tools: Sequence[Mapping[str, Any]] = ()
    tool_choice: Any = None
    reasoning_effort: str = ""
    tokens_per_second: float | None = None


Check = Callable[[str, Any], Any]


def _wrong_type(name: str, expected: str, value: Any) -> ApiError:
    names = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string", list: "an array",
             dict: "an object"}
    got = names.get(type(value), "null")
    return ApiError(f"Invalid type for '{name}': expected {expected}, but got {got} instead.", name,
                    "invalid_type")


def _number(low: float, high: float, *, whole: bool = False) -> Check:
    kind = "integer" if whole else "decimal"

    def check(name: str, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise _wrong_type(name, "an integer" if whole else "a number", value)
        if not low <= value <= high:
            below = value < low
            bound = f"{'>=' if below else '<='} {low if below else high:g}"
            raise ApiError(f"Invalid '{name}': {kind} {'below minimum' if below else 'above maximum'} value. "
                           f"Expected a value {bound}, but got {value} instead.",
                           name, f"{kind}_{'below_min' if below else 'above_max'}_value")
        return value

    return check


def _of(kind: type | UnionType, expected: str) -> Check:
    def check(name: str, value: Any) -> Any:
        if not isinstance(value, kind):
            raise _wrong_type(name, expected, value)
        return value

    return check


def _one_of(*values: str) -> Check:
    def check(name: str, value: Any) -> Any:
        if value not in values:
            allowed = ", ".join(f"'{item}'" for item in values)
            raise ApiError(f"Invalid value for '{name}': {value!r}. Supported values are: {allowed}.", name,
                           "invalid_value")
        return value

    return check


def _stop(name: str, value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _wrong_type(name, "a string or an array of strings", value)
    if len(texts) > 4:
        raise ApiError(f"Invalid 'stop': array too long. Expected an array with maximum length 4, but got an "
                       f"array with length {len(texts)} instead.", name, "array_above_max_length")
    if "" in texts:
        raise ApiError("Invalid 'stop': a stop sequence must not be empty.", name, "invalid_value")
    return tuple(texts)


def _logit_bias(name: str, value: Any) -> dict[int, float]:
    if not isinstance(value, dict):
        raise _wrong_type(name, "an object", value)
    number = _number(-100, 100)
    biases = {}
    for key, bias in value.items():
        if not key.isdecimal():
            raise ApiError(f"Invalid key in 'logit_bias': {key}. Keys are token ids; POST /tokenize tells "
                           "them.", name, "invalid_value")
        biases[int(key)] = float(number(name, bias))
    return biases


_CHECKS: Mapping[str, Check] = {
    **{name: _number(low, high, whole=True) for name, (low, high) in WHOLE.items()},
    **{name: _number(low, high) for name, (low, high) in DECIMAL.items()},
    **{name: _of(bool, "a boolean")
       for name in ("stream", "logprobs", "ignore_eos", "parallel_tool_calls")},
    "messages": _of(list, "an array"), "model": _of(str, "a string"), "user": _of(str, "a string"),
    "metadata": _of(dict, "an object"), "stream_options": _of(dict, "an object"),
    "response_format": _of(dict, "an object"), "tools": _of(list, "an array"),
    "tool_choice": _of(str | dict, "a string or an object"),
    "stop": _stop, "logit_bias": _logit_bias,
    "reasoning_effort": _one_of(*EFFORTS),
}

_ELSEWHERE = frozenset(_CHECKS) | {
    "audio", "function_call", "functions", "modalities", "prediction", "prompt_cache_key",
    "safety_identifier", "service_tier", "store", "verbosity", "web_search_options",
}
_SAMPLING = set(Sampling.__slots__)


def parse(data: Any) -> Body:
    """Returns the checked body; raises ``ApiError`` for the first mistake in it.

    Null counts as a missing parameter. A parameter that has no effect here is refused by name, never silently ignored.
    """
    if not isinstance(data, dict):
        raise ApiError("The body of the request must be a JSON object.")
    given = {name: value for name, value in data.items() if value is not None}
    if isinstance(name := given.get("model"), str):
        given["model"] = name.removeprefix(f"{BUILTIN}/")
    if given.get("service_tier") in ("auto", "default"):
        del given["service_tier"]  # what every server does that has but one
    for name in ("model", "messages"):
        if name not in given:
            raise ApiError(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
    supported = SUPPORTED.get(str(given["model"]))
    if supported is None:
        raise unknown_model(str(given["model"]))
    for name in given:
        if name not in supported:
            if name in _ELSEWHERE:
                raise ApiError(f"Unsupported parameter: '{name}' is not supported with this model.", name,
                               "unsupported_parameter")
            raise ApiError(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    values = {name: _CHECKS[name](name, value) for name, value in given.items()}
    return _body(values)


def unknown_model(name: str) -> ApiError:
    """Returns the error for a model that does not exist."""
    return ApiError(f"The model '{name}' does not exist. There are 'guide' and 'ngram'.", "model",
                    "model_not_found", 404)


def _body(values: dict[str, Any]) -> Body:
    options = values.pop("stream_options", None)
    if options is not None and not values.get("stream"):
        raise ApiError("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                       "stream_options", "invalid_value")
    if "max_tokens" in values and "max_completion_tokens" in values:
        raise ApiError("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
                       "max_tokens", "invalid_value")
    if "top_logprobs" in values and not values.get("logprobs"):
        raise ApiError("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
                       "top_logprobs", "invalid_value")
    if values.get("tool_choice") not in (None, "none") and not values.get("tools"):
        raise ApiError("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice",
                       "invalid_value")
    for name in ("user", "metadata", "parallel_tool_calls"):
        values.pop(name, None)
    if (limit := values.pop("max_completion_tokens", None)) is not None:
        values["max_tokens"] = limit
    sampling = Sampling(**{name: values.pop(name) for name in _SAMPLING & values.keys()})
    turns = tuple(_turn(number, message) for number, message in enumerate(values.pop("messages")))
    if values["model"] == "ngram" and (seen := [n for n, turn in enumerate(turns) if turn.images]):
        raise ApiError("Invalid content type. This model reads text only, no pictures.",
                       f"messages[{seen[0]}].content", "invalid_value")
    if not turns:
        raise ApiError("Invalid 'messages': empty array. Expected an array with minimum length 1.",
                       "messages", "empty_array")
    return Body(turns=turns, sampling=sampling, include_usage=bool((options or {}).get("include_usage")),
                **values)


def _turn(number: int, message: Any) -> Turn:
    where = f"messages[{number}]"
    if not isinstance(message, dict):
        raise _wrong_type(where, "an object", message)
    role = _one_of("system", "developer", "user", "assistant", "tool")(f"{where}.role", message.get("role"))
    content: Json = message.get("content")
    if content is None and role == "assistant":
        return Turn(role, "")
    if isinstance(content, str):
        return Turn(role, content)
    if not isinstance(content, list):
        raise _wrong_type(f"{where}.content", "a string or an array of objects", content)
    texts, images = [], 0
    for place, part in enumerate(content):
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(part, dict) and kind == "text" and isinstance(part.get("text"), str):
            texts.append(str(part["text"]))
        elif kind == "image_url":
            images += 1
        else:
            raise ApiError(f"Invalid value for '{where}.content[{place}].type': {kind!r}. Supported values "
                           "are: 'text' and 'image_url'.", f"{where}.content[{place}].type", "invalid_value")
    return Turn(role, "\n\n".join(texts), images)
