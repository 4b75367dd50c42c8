"""Checks on a reply beside its text: tool calls, cost, time, and how it ended."""

from __future__ import annotations

import json

from workbench.core.experiments.fields import PlanError

from .kind import Call, CheckField, CheckKind, CheckNotMade, CheckWorker, Fields, Reply, Verdict, first_words
from .structure import same_value, schema_of, verify_schema


def _calls(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    named = [call for call in reply.calls if call.name == fields["name"]]
    if not named:
        called = ", ".join(call.name for call in reply.calls)
        return Verdict(False, f"{fields['name']} is not called, but {called}" if called else "no tool is called")
    wrong = [_wrong_arguments(fields, call, worker) for call in named]
    return Verdict("" in wrong, "" if "" in wrong else wrong[-1])


def _wrong_arguments(fields: Fields, call: Call, worker: CheckWorker) -> str:
    """Returns what is wrong with the arguments of a call, ``""`` when nothing is."""
    try:
        given = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return "the arguments are not JSON"
    if "schema" in fields and (wrong := worker.validate(given, schema_of(fields["schema"]))):
        return wrong
    wanted = fields.get("arguments")
    for name, value in wanted.items() if isinstance(wanted, dict) else ():
        if not isinstance(given, dict) or name not in given:
            return f"the argument {name} is missing"
        if not same_value(value, given[name]):
            return f"{name} is {json.dumps(given[name], ensure_ascii=False)[:100]}"
    return ""


def _no_calls(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    return Verdict(not reply.calls, f"called: {', '.join(call.name for call in reply.calls)}" if reply.calls else "")


def _call_order(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    wanted, called = _names(fields), [call.name for call in reply.calls]
    if fields.get("exactly"):
        found = called == wanted
    else:
        rest = iter(called)
        found = all(name in rest for name in wanted)  # each is looked for behind the one before it
    return Verdict(found, "" if found else f"called: {', '.join(called)}" if called else "no tool is called")


def _names(fields: Fields) -> list[str]:
    names = fields["names"]
    return [str(name) for name in names] if isinstance(names, list) else []


def _verify_calls(fields: Fields) -> None:
    if not isinstance(fields.get("arguments", {}), dict):
        raise PlanError("arguments must be a JSON object: the value that each must have, by its name.", ("arguments",))
    if "schema" in fields:
        verify_schema(fields["schema"])


def _cost(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    if reply.cost is None:
        raise CheckNotMade("the cost of the answer is not known")
    most = float(str(fields["at_most"]))
    return Verdict(reply.cost <= most, "" if reply.cost <= most else f"${reply.cost:.6f}")


def _latency(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    first = fields.get("of") == "first_token"
    seconds = reply.first_token if first else reply.total
    if seconds is None:
        raise CheckNotMade("the time is not known")
    most = float(str(fields["at_most"]))
    return Verdict(seconds <= most, "" if seconds <= most else f"{seconds:.2f} s")


FINISH_REASONS = ("stop", "length", "tool_calls", "content_filter", "pause_turn", "function_call",
                  "model_context_window_exceeded")
"""The reasons with which an answer can end, in OpenAI's words; those of Anthropic that have none there as they are."""


def _finish_reason(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    same = reply.finish_reason == fields["reason"]
    return Verdict(same, "" if same else f"it ended with “{reply.finish_reason or 'nothing'}”")


KINDS = (
    CheckKind("calls", "Calls the tool", "calls the tool (given as `[[tools]]`, or in the parameter `tools`), with "
              "such `arguments` among others, and arguments that fit the `schema`",
              (CheckField("name", "Tool", hint="look_up"),
               CheckField("arguments", "Arguments", "json", required=False, hint='{"city": "{{city}}"}'),
               CheckField("schema", "Schema of the arguments", "json", required=False, hint='{"required": ["city"]}')),
              lambda fields: f"calls {first_words(fields['name'])}", _calls, _verify_calls),
    CheckKind("no_calls", "Calls no tool", "calls no tool", (), lambda fields: "no tool calls", _no_calls),
    CheckKind("call_order", "Calls the tools in order", "calls these tools one after the other; others may come "
              "between, but not with `exactly = true`",
              (CheckField("names", "Tools", "texts", hint="one on each line"),
               CheckField("exactly", "These and no others", "bool", required=False, default=False)),
              lambda fields: f"calls {first_words(', '.join(_names(fields)), 40)} in order", _call_order),
    CheckKind("cost", "Costs at most", "costs at most so many US dollars",
              (CheckField("at_most", "US dollars", "number", low=0, hint="0.01"),),
              lambda fields: f"at most ${fields['at_most']}", _cost),
    CheckKind("latency", "Takes at most … seconds", "is complete within so many seconds, or begins with "
              "`of = \"first_token\"`",
              (CheckField("at_most", "Seconds", "number", low=0, hint="5"),
               CheckField("of", "Until", "choice", required=False, default="total", choices=("total", "first_token"))),
              lambda fields: f"at most {fields['at_most']} s", _latency),
    CheckKind("finish_reason", "Ends with the reason", "ended with this reason (`stop`, `length`, `tool_calls`, …)",
              (CheckField("reason", "Reason", "pattern", hint="stop"),),
              lambda fields: f"ends with {fields['reason']}", _finish_reason),
)
