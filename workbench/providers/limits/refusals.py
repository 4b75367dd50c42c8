"""Refusals: which parameter an error is about, and what the server accepts instead.

The patterns are the wordings of the servers in use. ``refused_parameter`` only names fields that were really sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json, is_number
from workbench.core.request.parameters import by_name
from workbench.providers.wire.error_shapes import error_text

from .conditions import condition_value
from .dialect import EFFORTS


@dataclass(frozen=True, slots=True)
class RefusedParameter:
    """A parameter that a server refused: ``parameter`` is the body field, ``instead`` another name that it asked for.

    ``low``, ``high`` and ``choices`` are the values that it would accept. It holds only where all fields of ``beside``
    are sent, or sent with the value that ``name=value`` tells, and none of ``without``; with ``once`` it holds for the
    refused request alone.
    """

    parameter: str
    instead: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    once: bool = False


_READ, _MOST, _RUN = 20_000, 2_000, 64
"""Characters that are looked at, that patterns are tried on, and of one word: some servers echo whole pictures."""

_NAME = r"[`'\"“”‘’\\]{0,2}(?<![a-z0-9_])([a-z][a-z0-9_]*)(?:\.[\w.]+|\[\w+\])?[`'\"“”‘’\\]{0,2}"
_PATTERNS = (
    rf"(?:unsupported|unknown|unrecognized|unexpected|invalid|unpermitted|extra|illegal|disallowed)"
    rf"[ _]?(?:request )?(?:parameters?|arguments?|params?|fields?|propert(?:y|ies)|keys?|names?|values?|"
    rf"inputs?)(?: supplied| provided| included| passed| in \w+)?(?: for)?\s*:?\s*{_NAME}",
    rf"unknown name {_NAME}",
    rf"(?:property|parameter|argument|field|param|setting)s? {_NAME} (?:is|are|was|were|has|have)? ?"
    rf"(?:not |un|in|deprecated|removed|only )",
    rf"{_NAME}(?: parameter| field| argument)? (?:is|are) (?:not (?:yet )?(?:currently )?"
    rf"(?:supported|allowed|permitted|available|accepted|compatible)|unsupported|deprecated|no longer|"
    rf"invalid|disabled|not a valid)",
    rf"{_NAME}(?: parameter| field| argument)? (?:is|are) (?:temporarily |currently )?(?:unavailable|disabled|"
    rf"only (?:supported|available|allowed|accepted|valid|possible))",
    rf"{_NAME} (?:requires|needs) ",
    rf"{_NAME} (?:does|do) not support",
    rf"(?:parameter|argument|field|property)s? (?:is |are )?not (?:supported|allowed|permitted)[^:]{{0,40}}: {_NAME}",
    rf"(?:does not|doesn't|do not|don't|cannot|can't|not) (?:currently )?(?:yet )?"
    rf"(?:support|allow|accept|take|permit|use|set)(?:ing|ed)? (?:the |setting |custom )*"
    rf"(?:parameters?:? |fields?:? |values? of )?{_NAME}",
    rf"unexpected keyword argument {_NAME}",
    rf"{_NAME}\s*:?\s*extra (?:inputs|fields) (?:are )?not permitted",
    rf"{_NAME}\s*(?:参数)(?:非法|错误|不支持|无效|不合法)",
    rf"(?:不支持|非法|无效)(?:的)?(?:参数|字段)?[:：]?\s*{_NAME}",
    rf"{_NAME} (?:must|should|needs to) (?:be|lie|have)",
    rf"(?:range of|value for|value of|for parameter|parameter) {_NAME}",
    rf"{_NAME}\s*(?:[<>=!]=?|≥|≤)\s*[\d.]+ (?:(?:is|are) (?:not|un|in)|requires?|needs?|cannot|can't|"
    rf"not (?:allowed|supported))",
    rf"invalid {_NAME}",
    rf"remove {_NAME}",
)
_INSTEAD = rf"(?:use|try|with|did you mean|replaced by|renamed to) {_NAME}"
_ONLY_DEFAULT = r"only the default \(?\"?([\d.]+)|only (\d+(?:\.\d+)?) is (?:allowed|supported)"
_NUMBER = r"[`'\"]?(-?\d+(?:\.\d+)?)"
_RANGE = (
    rf"(?:between|range(?: (?:of|for)(?: [`'\"]?[a-z]\w*[`'\"]?)?)?(?: is|:)?|"
    rf"(?:should|must) be(?: in)?|限制数值范围|范围|in)\s*[\[(（【]?\s*{_NUMBER}\s*"
    rf"(?:,|，|and|to|~|-|–|\.\.\.?|到|至)\s*{_NUMBER}\s*([\])）】]?)")
_AT_MOST = (
    rf"(?:less than or equal to|at most|maximum(?: value| length)?(?: of| is)?|<=|≤|no more than|cannot exceed|"
    rf"not (?:be )?(?:greater|larger|more|higher) than|"
    rf"not exceed|up to|\d >)\s*{_NUMBER}")
_ABOVE = (
    rf"(?:>|greater than|more than|above) ?{_NUMBER} (?:(?:is|are) )?(?:not |un|requires|needs|cannot|can only)|"
    rf"not (?:support|allow)\w* \w+ (?:>|greater than|above) {_NUMBER}")
_AT_LEAST = rf"(?:greater than or equal to|at least|minimum(?: value)?(?: of| is)?|>=|≥)\s*{_NUMBER}"
_CHOICES = (
    r"(?:\b(?:supported|allowed|valid|available|accepted|permitted|possible)(?: \w+)?(?: (?:values?|levels?|efforts?|"
    r"options?|choices))(?: (?:for|of) [`'\"]?\w+[`'\"]?)?(?: (?:are|is))?|\bpermitted(?=:)|"
    r"(?:must|should) be(?= ?[`'\"‘“])|(?:be|is|are|not|expected|expects) one of)[:\s\[(]*([^.\])(;]+)")
_LEVELS = {*EFFORTS, "default", "auto"}
"""Words for how much a model is to think or to write, which a list of choices may hold besides others."""

_NOT_ACCEPTED = (
    r"not (?:yet |currently )?(?:be )?(?:supported|allowed|permitted|available|accepted|compatible|enabled)|"
    r"unsupported|unknown|unrecogni[sz]ed|unexpected|extra |deprecated|no longer|disabled|"
    r"(?:does|do)(?: not|n't) (?:support|allow|accept|take)|cannot (?:both|be used)|不支持|only the default|"
    r"only (?:available|supported) (?:in|on|via|by) ")
"""Wordings for a parameter that is not accepted at all, with any value."""

_OF_THE_VALUE = (
    r"(?:must|should|needs to|has to) be (?!null|unset|none|absent|omitted)|(?:less|greater|larger|smaller|more|lower) "
    r"than|exceed|out of range|range:|"
    r"(?:valid|allowed|accepted|supported) range|too (?:large|high|low|small|many|big)|positive|[<>≤≥]|afford")
"""Wordings for a number that is refused, where another one would be taken, though no limit could be read."""

_TOGETHER = (
    r"\bboth\b|together|\bwhen\b|\bwhile\b|\bif\b|\bunless\b|requires?\b|"
    r"only (?:be )?(?:allowed|valid|used|set)|only (?:use |specify |set )?one\b|combin|"
    r"mutually exclusive|same time|simultaneous|conflict|conjunction|alongside|either|同时|互斥|冲突")
"""Wordings for a parameter that is refused because of another one."""

_VALUE = (r"\b(?:when|if|while|unless|with|for|at) (?:\w+ ){{0,2}}[`'\"“‘]?{field}\b[`'\"”’]?\s*"
          r"(?:==?|is|of|to|is set to|set to)?\s*")
"""Wording for a refusal because of one value of another parameter, before that value."""

_GREEDY = r"greedy|(?:temperature\W{0,3}(?:is|of|==?|to|set to)?\s*(?:0|zero)(?![.\d]*[1-9]))|(?:zero|0) temperature"
_ALWAYS_THE_SAME = ("temperature=0", "top_k=1")
"""Words for sampling that always takes the likeliest token, and the values that ask for it."""

_OF_THE_MOMENT = (
    r"temporar|momentar|incident|outage|maintenance|(?:try|retry)(?: again)? (?:later|in )|\bcurrently\b|"
    r"\b(?:at|for) (?:the|this) (?:moment|time|time being)\b|\b(?:at present|for now|right now|just now|presently|"
    r"today|as of now)\b|稍后|暂时|目前|暂不")
"""Wordings for a parameter that may be accepted again soon."""

_OF_THE_ACCOUNT = (
    r"\b\w+[ -](?:tier|plan|subscription|trial)\b|\bupgrade\b|"
    r"\b(?:your|this) (?:region|country)\b|organi[sz]ation\b[^.]{0,40}\bverif|\bbeta (?:access|program)|"
    r"waitlist|免费|套餐")
"""Wordings for a parameter that another plan, place or account would be given."""

_MODES = {
    r"thinking|reasoning|extended thought|思考": (
        "thinking", "reasoning_effort", "reasoning", "enable_thinking", "chat_template_kwargs", "output_config"),
    r"streaming|stream mode|stream(?:ed)? (?:is|requests?|responses?)|stream\s*=": ("stream",),
    r"tool use|tool calling|function calling|\btools\b": ("tools", "tool_choice"),
    r"json mode|structured outputs?|response format": ("response_format", "output_config"),
}
"""Words for what a request asks for, and the fields that ask for it."""

_ROOM = (
    (rf"\({_NUMBER} > {_NUMBER} - {_NUMBER}\)", 2, 3),
    (rf"context (?:length|window|limit|size)[^.]*?{_NUMBER} \+ \d+ > {_NUMBER}", 2, 1),
    (rf"tokens \+ \S+ must be <= {_NUMBER}\.? Given:? {_NUMBER}", 1, 2),
    (rf"context (?:length|window|limit|size)\D*{_NUMBER} tokens?\D+{_NUMBER} (?:input|prompt) tokens", 1, 2),
)
"""Wordings for a limit above what the prompt leaves of the context, with the groups of the context and the prompt."""

_OF_THE_PROMPT = (
    r"context (?:length|window|limit|size).*(?:input|prompt) (?:tokens|length)|input length and .* exceed context|"
    r"\(\d+ > \d+ - \d+\)|tokens \+ \S+ must be <=|"
    r"(?:input|prompt) (?:tokens|length).*context (?:length|window|limit|size)")
_OF_REASONING = (
    r"type '?reasoning'? was provided without|required '?reasoning'? item|encrypted[ _]content|"
    r"item\['content'\] is empty|\brs_\w+' not found")
"""Wordings of the Responses API for reasoning that it does not take back: of another account, or of half a turn."""

_NEEDS = (r"requires?\b|\bneeds\b|must be (?:set|true|enabled|null)|"
          r"only (?:be )?(?:allowed|valid|used|set|supported|available|accepted|possible)|"
          r"\bunless\b|without|not set")
_REFUSES = (
    r"\bnot?\b|n't\b|\bun\w|\bin(?:valid|correct|compatible)|illegal|wrong|\bbad\b|must|should|\bonly\b|cannot|refus|"
    r"reject|deprecat|remov|disab|forbid|prohibit|error|fail|expected|extra|exceed|\btoo\b|range|requires?\b|allow|accept|"
    r"support|conflict|exclusive|between|at (?:most|least)|[<>≤≥]|不|非法|错误|无效|限制|范围|必须|禁止")
"""Wordings that refuse something at all: the name of a parameter alone says nothing."""

_LENGTHS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
"""Names of the limit of a reply, without which a reply may be as long and as dear as it likes."""

_NO_REFUSALS = ("key", "quota", "rate", "content", "tls", "timeout", "interrupted", "not_an_answer", "redirect")
"""Kinds of error that say nothing of a parameter: what came of an answer may hold any words, the model's own too."""

_NO_WORDS = ("temperature", "seed", "logprobs")
_NO_PARAMETERS = {"model", "messages", "stream", "system", "provider", "models"}  # the last two are words too

_RENAMES = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens",
            "seed": "random_seed", "random_seed": "seed", "stop": "stop_sequences"}
"""Names for the same thing; a server that names the other one wants that."""


def refused_parameter(error: ProviderError, sent: Mapping[str, Json]) -> RefusedParameter | None:
    """Returns what ``error`` teaches about the fields of ``sent``, or None when it is about something else."""
    if error.status not in (400, 404, 405, 406, 409, 415, 422, 0, 500) or error.kind in _NO_REFUSALS:
        return None
    text = refusal_words(error)
    if error.status == 500 and not error.parameter and "param" not in text.lower():
        return None
    if levels := _effort_levels(error.parameter, text, sent):
        return RefusedParameter("reasoning_effort", choices=levels)
    if "input" in sent and re.search(_OF_REASONING, text, re.IGNORECASE):
        return RefusedParameter("reasoning_items", once=True)
    name = _named(error.parameter, text, sent)
    if name is None:
        return None
    if re.search(_OF_THE_PROMPT, text, re.IGNORECASE):
        return _within_context(name, text, sent)
    lesson = _lesson(name, text, sent, unsupported=error.code == "unsupported_value" and "." in error.parameter)
    if lesson is None or lesson.instead:
        return lesson
    beside, without = _conditions(name, text, sent)
    beside = tuple(sorted({*beside, *lesson.beside}))
    explained = _greedy(text) and (beside or without)  # not the value, but how tokens are chosen
    passing = re.search(_OF_THE_MOMENT, text, re.IGNORECASE) is not None or (
        re.search(_OF_THE_ACCOUNT, text, re.IGNORECASE) is not None
        and not any(one.startswith("service_tier=") for one in beside))
    return replace(lesson, beside=beside, without=without, once=passing or (lesson.once and not explained))


def _effort_levels(parameter: str, text: str, sent: Mapping[str, Json]) -> tuple[str, ...]:
    """Returns the efforts that a model takes instead of the one that was asked for, in whichever field that was."""
    asked = [sent.get("reasoning_effort")]
    for field in ("reasoning", "output_config"):
        if isinstance(inner := sent.get(field), dict):
            asked.append(inner.get("effort"))
    if not re.search(r"effort", f"{parameter} {text}", re.IGNORECASE):
        return ()
    levels = tuple(level for level in _choices(text) if level in _LEVELS)
    return levels if any(isinstance(one, str) and one not in levels for one in asked) else ()


def _choices(text: str) -> tuple[str, ...]:
    """Returns the values that a refusal lists."""
    found = re.search(_CHOICES, text, re.IGNORECASE)
    words = re.findall(r"[\w-]+", re.sub(r"\b(?:and|or)\b", " ", found[1])) if found else []
    levels = [word for word in words if word in _LEVELS]
    return tuple(dict.fromkeys(levels or words))


def _greedy(text: str) -> bool:
    return re.search(_GREEDY, text, re.IGNORECASE) is not None


def _within_context(name: str, text: str, sent: Mapping[str, Json]) -> RefusedParameter | None:
    """Returns the limit that this prompt leaves room for; another prompt leaves another."""
    for pattern, whole, taken in _ROOM:
        if found := re.search(pattern, text, re.IGNORECASE):
            high, value = float(found[whole]) - float(found[taken]), sent.get(name)
            if is_number(value) and 0 < high < value:
                return RefusedParameter(name, high=high, once=True)
    return None


def _conditions(name: str, text: str, sent: Mapping[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the fields that must be sent, and those that must not, for a refusal of ``name`` to hold."""
    if _greedy(text) and name not in ("temperature", "top_k"):
        return _because_greedy(sent)
    together = re.search(_TOGETHER, text, re.IGNORECASE) is not None
    asked = {field for field, value in sent.items() if value is not None and value is not False}
    named = {field for field in {*sent, *by_name()} - {name} - _NO_PARAMETERS
             if (together and _mentions(text, field)) or _is_because_of(text, field, sent.get(field))
             or re.search(rf"\bwith(?:out)? (?:the )?[`'\"“‘]?{re.escape(field)}(?![\w-])", text)}
    modes = {field for words, fields in _MODES.items() if re.search(words, text, re.IGNORECASE) and name not in fields
             and (together or re.search(rf"\b(?:with|in|during|for) (?:the )?(?:{words})", text, re.IGNORECASE))
             for field in fields}
    if _is_of_the_tier(text, sent):
        named.add("service_tier")
    beside = {f"{field}={condition_value(sent[field])}" if _is_because_of(text, field, sent[field])
              or _wants_another(text, field) or field == "service_tier" else field for field in (named | modes) & asked}
    without = named - asked if re.search(_NEEDS, text, re.IGNORECASE) and not beside else set()
    return tuple(sorted(beside)), tuple(sorted(without))


def _because_greedy(sent: Mapping[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the conditions of a refusal of sampling that always takes the likeliest token."""
    values = {f"{field}={condition_value(value)}" for field, value in sent.items()}
    beside = tuple(one for one in _ALWAYS_THE_SAME if one in values)
    return beside, () if beside or "temperature" in sent else ("temperature",)


def _is_because_of(text: str, field: str, value: Json) -> bool:
    """Returns whether a refusal names the value of another parameter, and not only that it is there."""
    shown = condition_value(value)
    pattern = _VALUE.format(field=re.escape(field)) + rf"[`'\"“‘]?{re.escape(shown)}(?:\.0+)?(?![\w.]*\w)"
    return shown != "" and re.search(pattern, text, re.IGNORECASE) is not None


def _wants_another(text: str, field: str) -> bool:
    """Returns whether a refusal names the only value of another parameter beside which it would not come."""
    before, name = _VALUE.format(field=re.escape(field)), rf"[`'\"“‘]?{re.escape(field)}[`'\"”’]?"
    return re.search(rf"(?:\bonly\b[^.;]*?{before}|\b(?:requires|needs) {name}\s*(?:==?|to be|of)\s*)[`'\"“‘]?\d", text,
                     re.IGNORECASE) is not None


def _is_of_the_tier(text: str, sent: Mapping[str, Json]) -> bool:
    """Returns whether a refusal names the service tier that was asked for."""
    tier = sent.get("service_tier")
    return isinstance(tier, str) and re.search(
        rf"\b{re.escape(tier)}\b\W{{0,3}}(?:service |processing )?tier|tier\W{{1,4}}{re.escape(tier)}\b", text,
        re.IGNORECASE) is not None


def _of_one_value(name: str, text: str, value: Json) -> RefusedParameter | None:
    """Returns the lesson of a refusal that names the value which was sent: others may be accepted."""
    kind = value.get("type") if isinstance(value, dict) else value
    if not isinstance(kind, str) or not kind or name in ("reasoning_effort", "verbosity") or not re.search(
            rf"(?<![\w-]){re.escape(kind)}(?![\w-])", text, re.IGNORECASE):
        return None
    if name == "response_format":
        return RefusedParameter("json_schema") if kind == "json_schema" else None
    return RefusedParameter(name, beside=(f"{name}={condition_value(value)}",))


def _mentions(text: str, field: str) -> bool:
    """Returns whether a field is named, not a word that is spelled like one."""
    if "_" in field or field in _NO_WORDS:
        return re.search(rf"(?<![\w-]){re.escape(field)}(?![\w-])", text) is not None
    return re.search(rf"[`'\"“‘]{re.escape(field)}[`'\"”’]", text) is not None


def refusal_words(error: ProviderError) -> str:
    """Returns what the server said, short enough for patterns of any kind.

    At most 2,000 characters, single spaces, and no word of more than 64 characters: the time that patterns take grows
    faster than the text.
    """
    text = (error_text(error.body) or error.sentence)[:_READ]
    text = re.sub(rf"([\w.+/=-]{{{_RUN}}})[\w.+/=-]+", r"\1", " ".join(text.split()))
    return text[:_MOST]


def _named(parameter: str, text: str, sent: Mapping[str, Json]) -> str | None:
    optional = [name for name in sent if name not in ("model", "messages", "stream", "system")]
    root = re.split(r"[.\[]", parameter)[0]
    if root in optional:
        return root
    if root in sent and root not in ("stream", "body", "extra_body"):
        return None  # it is about the model or the messages
    if root == "stream" or re.search(r"[`'\"]stream[`'\"] (?:does not support|is not supported)", text):
        return "stream"
    if "response_format" in optional and re.search(
            r"\bresponse format\b.*\bjson_schema\b|\bjson_schema\b.*\bresponse format\b|"
            r"\bjson_schema[`'\")]* (?:is|are) (?:currently )?(?:not |un)", text, re.IGNORECASE):
        return "response_format"
    for pattern in _PATTERNS:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            if found[1] in optional:
                return found[1]
    if text.startswith(("{", "[")) or not re.search(_REFUSES, text, re.IGNORECASE):
        return None  # it may be an echo of the request
    # Last, a message that mentions a field which was sent: better a quoted one, else a name that is no word.
    mentioned = [name for name in optional if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    certain = [name for name in mentioned if "_" in name or name in _NO_WORDS]
    quoted = [name for name in mentioned if re.search(rf"[`'\"“‘]{re.escape(name)}[`'\"”’]", text)]
    found_names: Sequence[str] = quoted or certain
    return found_names[0] if found_names else None


def _lesson(
    name: str, text: str, sent: Mapping[str, Json], unsupported: bool = False
) -> RefusedParameter | None:
    for found in re.finditer(_INSTEAD, text, re.IGNORECASE):
        other = found[1]
        if other != name and other not in sent and (_RENAMES.get(name) == other or other in _RENAMES):
            return RefusedParameter(name, instead=other)
    if re.search(_ONLY_DEFAULT, text, re.IGNORECASE):
        return RefusedParameter(name)
    if name == "previous_response_id" and not re.search(_NOT_ACCEPTED, text, re.IGNORECASE):
        return RefusedParameter(name, once=True)  # the server has lost that response, not the ability
    value = sent.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = _bounds(text)
        outside = (low is not None and value < low) or (high is not None and value > high)
        exclusive = high is not None and value == high
        if outside or exclusive:
            return RefusedParameter(name, low=low, high=_below(high, value) if exclusive else high)
    if isinstance(value, list) and (high := _bounds(text)[1]) is not None and 0 < high < len(value):
        return RefusedParameter(name, high=high)
    choices = _choices(text) if isinstance(value, str) else ()
    if choices and value not in choices and name in ("reasoning_effort", "verbosity"):
        return RefusedParameter(name, choices=choices)
    built = isinstance(value, dict | list | str) and name not in ("stop", "stream_options")
    if built and not unsupported and not re.search(_NOT_ACCEPTED, text, re.IGNORECASE):
        return None  # something is wrong in what the user wrote, who should see it
    if built and not choices and (lesson := _of_one_value(name, text, value)) is not None:
        return lesson
    of_the_value = is_number(value) and (re.search(_OF_THE_VALUE, text, re.IGNORECASE) is not None or (
        name in _LENGTHS and re.search(r"\b(?:invalid|value)\b", text, re.IGNORECASE) is not None
        and not re.search(_NOT_ACCEPTED, text, re.IGNORECASE)))
    return RefusedParameter(name, once=of_the_value or bool(choices))


def _bounds(text: str) -> tuple[float | None, float | None]:
    if found := re.search(_RANGE, text, re.IGNORECASE):
        low, high = float(found[1]), float(found[2])
        if low < high:
            return low, high
    if found := re.search(_ABOVE, text, re.IGNORECASE):
        return None, float(found[1] or found[2])
    most, least = re.search(_AT_MOST, text, re.IGNORECASE), re.search(_AT_LEAST, text, re.IGNORECASE)
    return (float(least[1]) if least else None), (float(most[1]) if most else None)


def _below(high: float | None, value: float) -> float | None:
    """Returns the upper end of a range that excludes ``high``."""
    if high is None:
        return None
    return high - 1 if isinstance(value, int) and high > 10 else round(high - 0.01, 4)
