"""The check by code: Python of the user, which runs in a process of its own and only after consent."""

from __future__ import annotations

from workbench.core.experiments.fields import PlanError
from workbench.core.json_types import is_number

from .kind import CheckField, CheckKind, CheckNotMade, CheckWorker, Fields, Reply, Verdict, first_words

HALF = 0.5
"""The score from which on an answer passes where a check says nothing."""


def _code(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    found = worker.run_code(str(fields["code"]), {
        "text": reply.text, "input": dict(reply.values), "finish_reason": reply.finish_reason, "cost": reply.cost,
        "first_token": reply.first_token, "total": reply.total,
        "calls": [{"name": call.name, "arguments": call.arguments} for call in reply.calls],
    })
    note, value = str(found.get("note") or ""), found.get("value")
    if isinstance(value, bool):
        return Verdict(value, note or ("" if value else "the code says no"))
    if not is_number(value) or not 0 <= value <= 1:
        raise CheckNotMade(f"the code must give true, false or a score from 0 to 1, and gave {value}")
    least = float(str(fields.get("at_least", HALF)))
    return Verdict(value >= least, note or ("" if value >= least else f"{value:.2f} is under {least:g}"), float(value))


def _verify(fields: Fields) -> None:
    code = str(fields["code"])
    try:
        kind = "exec" if "\n" in code.strip() or code.lstrip().startswith("def ") else "eval"
        compile(code.strip(), "check", kind)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PlanError(f"code is not Python: {error}.", ("code",)) from None
    if kind == "exec" and "def check(" not in code:
        raise PlanError("code of several lines must define check(answer, reply).", ("code",))


KINDS = (
    CheckKind("code", "Passes the Python code", "passes the Python code: one expression of `answer` and `reply`, or "
              "`def check(answer, reply)`",
              (CheckField("code", "Code", "code", hint="len(answer) < 100"),
               CheckField("at_least", "Least score, 0 to 1", "number", required=False, default=HALF, low=0, high=1)),
              lambda fields: f"code {first_words(fields['code'], 40)}", _code, _verify),
)
