"""A trial: checks made on an answer that the user wrote, before anything is asked and paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.templates import fill, names_in
from workbench.core.ports.check_worker import CheckWorker
from workbench.core.ports.providers import Providers

from .asking import Checker
from .checks import Check, CheckResult, Reply
from .plan import Plan


async def try_check(
    check: Check, before: Sequence[Message], text: str, values: Mapping[str, str], providers: Providers,
    worker: CheckWorker,
) -> CheckResult:
    """Makes a check, with its variables filled from the ``values`` of a row, on a text as an answer to the messages
    ``before`` it. A judge is asked. Raises ``BadInput`` for a judge that is not known."""
    reply = Reply(text, "stop", values=values)
    return (await Checker(providers, worker).check(check, before, reply)).result


async def try_checks(
    plan: Plan, text: str, providers: Providers, worker: CheckWorker
) -> list[tuple[str, CheckResult]]:
    """Makes all checks of a plan on a text, with the variables of the first row; returns them with their labels."""
    row = plan.rows[0]
    found = []
    for check in plan.checks:
        before = conversation(plan.texts("system")[0], plan.texts("prompt")[0], row.values) if not row.messages else (
            row.messages)
        made = await try_check(check.filled(row.values), before, text, row.values, providers, worker)
        found.append((check.label, made))
    for case in plan.cases:
        for check in case.checks:
            made = await try_check(check, case.messages, text, {}, providers, worker)
            found.append((f"{case.name}: {check.label}", made))
    return found


def conversation(system_prompt: str, prompt: str, values: Mapping[str, str]) -> tuple[Message, ...]:
    """Returns what a row is asked; variables without a value stay as they are."""
    known = {name: values.get(name, f"{{{{{name}}}}}") for name in (*names_in(system_prompt), *names_in(prompt))}
    first = (system(fill(system_prompt, known)),) if system_prompt.strip() else ()
    return (*first, user(fill(prompt, known)))
