"""The dialect of an endpoint and a model: rules for parameters from facts, probes and refusals, and their use.

One set of ``Limit`` values serves both the parameter panel and the request, so that what is shown is what
happens. Later sources win: facts, measured, learned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.providers import Limit
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.parameters import OWN, PARAMETERS, by_name

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")

Rules = Mapping[str, Limit]


def rules_for(
    quirks: Mapping[str, Any], info: ModelInfo, who: str, learned: Mapping[str, Json] | None = None
) -> dict[str, Limit]:
    """Returns limits by parameter name, for parameters that cannot be sent as they are.

    ``learned`` are lessons as ``LearnedLimits.of`` returns them.
    """
    rules = {limit.parameter: limit for limit in _facts(quirks, info, who)}
    for name, verdict in info.accepts.items():
        if verdict in ("refused", "ignored"):
            rules[name] = Limit(name, verdict, f"A probe found that {who} {_VERDICTS[verdict]} {name}.",
                                "measured")
        elif verdict == "yes" and (known := rules.get(name)) and known.state in ("refused", "ignored"):
            del rules[name]
    for name, entry in (learned or {}).items():
        if not isinstance(entry, dict):
            continue
        known = rules.pop(name, None)
        if entry.get("state") != "allowed":
            rule = _learned(name, entry)
            if rule.state == "range" and not rule.sent_as and known is not None:
                rule = replace(rule, sent_as=known.sent_as)  # another range does not undo another name
            rules[name] = rule
    return rules


_VERDICTS = {"refused": "refuses", "ignored": "ignores"}


def _learned(name: str, entry: JsonObject) -> Limit:
    low, high, choices = entry.get("low"), entry.get("high"), entry.get("choices")
    return Limit(
        name, str(entry.get("state", "refused")), str(entry.get("reason", "")), "learned",
        str(entry.get("sent_as", "")),
        float(low) if isinstance(low, int | float) else None,
        float(high) if isinstance(high, int | float) else None,
        tuple(str(choice) for choice in choices) if isinstance(choices, list) else (),
    )


def _facts(quirks: Mapping[str, Any], info: ModelInfo, who: str) -> list[Limit]:
    model = info.title
    found: list[Limit] = []
    for name in quirks.get("ignored_when_thinking") or ():
        found.append(Limit(name, "ignored", f"{who} accepts {name} but ignores it while the model reasons.",
                           "facts"))
    known = quirks.get("extra_params") or ()
    if not quirks.get("takes_any_params"):
        found += [Limit(one.name, "ignored", f"{who} is not known to read {one.name}.", "facts")
                  for one in PARAMETERS if one.group == OWN and one.name not in known]
    found += _ranges(quirks, who)
    for name in quirks.get("unsupported_params") or ():
        found.append(Limit(name, "refused", f"{who} does not accept {name}.", "facts"))
    for pattern, names in (quirks.get("unsupported_by_model") or {}).items():
        if re.search(pattern, info.ref.model):
            found += [Limit(name, "refused", f"{model} does not accept {name}.", "facts") for name in names]
    for name in quirks.get("absent_params") or ():
        found.append(Limit(name, "refused", f"The Responses API has no {name}.", "facts"))
    fixed = quirks.get("fixed_temperature_models")
    if info.temperature is False or (fixed and re.search(fixed, info.ref.model)):
        for name in ("temperature", *(quirks.get("refused_with_temperature") or ())):
            found.append(Limit(name, "refused", f"{model} allows only its own {name}.", "facts"))
    listed = info.extra.get("supported_parameters")
    if isinstance(listed, list) and listed:
        found += [Limit(name, "ignored", f"{model} is not listed as accepting {name}.", "facts")
                  for name in _LISTED if name not in listed]
    found += _names(quirks, who)
    found += _reasoning(quirks, info, model)
    if values := quirks.get("tool_choice_values"):
        found.append(Limit("tool_choice", "range", f"{who} accepts only {', '.join(values)}.", "facts",
                           choices=tuple(values)))
    return found


_LISTED = ("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty",
           "repetition_penalty", "seed", "stop", "logprobs", "top_logprobs", "logit_bias", "response_format",
           "tools", "tool_choice", "verbosity")
"""Parameters of which a list of supported ones would speak (OpenRouter's does)."""


def _ranges(quirks: Mapping[str, Any], who: str) -> list[Limit]:
    found, known = [], by_name()
    for name in ("temperature", "top_p", "top_k", "top_logprobs"):
        given = quirks.get(name)
        if not isinstance(given, list) or len(given) != 2:
            continue
        low, high = float(given[0]), float(given[1])
        if name == "temperature" and quirks.get("temperature_max_exclusive"):
            high -= 0.01
        parameter = known.get(name)
        if parameter is None or (parameter.low or 0) < low or (parameter.high or high + 1) > high:
            found.append(Limit(name, "range", f"{who} accepts {name} from {low:g} to {high:g}.", "facts",
                               low=low, high=high))
    most = quirks.get("max_stop")
    if isinstance(most, int):
        reason = f"{who} accepts at most {most} stop sequences."
        found.append(Limit("stop", "range", reason, "facts", high=most))
    return found


def _names(quirks: Mapping[str, Any], who: str) -> list[Limit]:
    found = []
    field = quirks.get("max_tokens_field") or "max_tokens"
    if field != "max_tokens":
        found.append(Limit("max_tokens", "renamed", f"{who} calls it {field}.", "facts", field))
    for name, field in (quirks.get("renames") or {}).items():
        found.append(Limit(name, "renamed", f"{who} calls it {field}.", "facts", field))
    if "seed_field" in quirks and quirks["seed_field"] != "seed":
        field = quirks["seed_field"]
        if field:
            found.append(Limit("seed", "renamed", f"{who} calls it {field}.", "facts", field))
        else:
            found.append(Limit("seed", "refused", f"{who} has no seed.", "facts"))
    return found


def _reasoning(quirks: Mapping[str, Any], info: ModelInfo, model: str) -> list[Limit]:
    if info.reasoning is False:
        return [Limit("reasoning_effort", "refused", f"{model} does not reason before it answers.", "facts")]
    for option in info.reasoning_options:
        values = option.get("values")
        if option.get("type") == "effort" and isinstance(values, list) and values:
            names = [str(value) for value in values]
            if any(other.get("type") == "toggle" for other in info.reasoning_options):
                names = ["none", *(name for name in names if name != "none")]
            return [Limit("reasoning_effort", "range", f"{model} accepts {', '.join(names)}.", "facts",
                          choices=tuple(names))]
    kinds = {option.get("type"): option for option in info.reasoning_options}
    by_effort = str(quirks.get("reasoning_request")).startswith("reasoning_effort")
    if by_effort and kinds.keys() == {"budget_tokens"} and kinds["budget_tokens"].get("min"):
        return [Limit("reasoning_effort", "range", f"{model} always reasons: it accepts {', '.join(_BY_BUDGET)}.",
                      "facts", choices=_BY_BUDGET)]
    return []


_BY_BUDGET = ("low", "medium", "high")
"""Efforts that servers turn into a budget, where the model's own cannot be none."""


def apply(params: Mapping[str, Json], rules: Rules) -> tuple[JsonObject, list[Adjustment]]:
    """Returns the parameters as the endpoint accepts them, and an adjustment for each change."""
    body: JsonObject = {}
    adjustments: list[Adjustment] = []
    for name, value in params.items():
        rule = rules.get(name)
        if _is_schema(value) and "json_schema" in rules and (rule is None or rule.state != "refused"):
            body[name] = {"type": "json_object"}
            adjustments.append(Adjustment(name, "clamped", rules["json_schema"].reason, "json_object"))
        elif rule is None or rule.state == "ignored":
            body[name] = value
        elif rule.state == "refused":
            adjustments.append(Adjustment(name, "dropped", rule.reason))
        else:
            field = rule.sent_as or name
            fitting = _fit(value, rule)
            if fitting is None and value is not None:
                adjustments.append(Adjustment(name, "dropped", rule.reason))
                continue
            body[field] = fitting
            if field != name:
                adjustments.append(Adjustment(name, "renamed", rule.reason, field))
            if fitting != value:
                adjustments.append(Adjustment(name, "clamped", rule.reason, _shown(fitting)))
    return body, adjustments


def _fit(value: Json, rule: Limit) -> Json:
    """Returns the nearest value that the rule allows; None when none means the same."""
    if rule.choices and isinstance(value, str):
        return value if value in rule.choices else _nearest(value, rule.choices)
    if isinstance(value, list):
        return value if rule.high is None else value[: int(rule.high)]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if rule.low is not None and value < rule.low:
        return type(value)(rule.low) if rule.low == int(rule.low) else rule.low
    if rule.high is not None and value > rule.high:
        return type(value)(rule.high) if rule.high == int(rule.high) else rule.high
    return value


def _nearest(value: str, choices: tuple[str, ...]) -> str | None:
    if value not in EFFORTS:
        return choices[0]
    known = [choice for choice in choices if choice in EFFORTS]
    if value != "none":  # thinking less is near, not thinking at all is not
        known = [choice for choice in known if choice != "none"] or [
            choice for choice in choices if choice not in EFFORTS]  # such as "default"
    at = EFFORTS.index(value)
    return min(known, key=lambda choice: abs(EFFORTS.index(choice) - at) if choice in EFFORTS else 99, default=None)


def _is_schema(value: Json) -> bool:
    return isinstance(value, dict) and value.get("type") == "json_schema"


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
