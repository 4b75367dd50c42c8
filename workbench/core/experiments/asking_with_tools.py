"""Asking with simulated tools: the requests of one answer, until the model calls no function any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.errors import NotAnAnswer, WorkbenchError
from workbench.core.ports.providers import Providers
from workbench.core.reply.records import RequestRecord
from workbench.core.reply.usage import Usage
from workbench.core.request.requests import Request
from workbench.core.tools.simulated import SimulatedTool
from workbench.core.tools.tool import Outcome
from workbench.core.tools.turn import Offer, OpenCall, open_calls, results_message

from .asking import Answer, OnEvent, ask

MOST_ROUNDS = 12
"""Replies with calls in one answer. What comes then is the answer, which its checks judge."""


async def ask_with_tools(
    providers: Providers, request: Request, tools: Sequence[SimulatedTool], values: Mapping[str, str],
    on_event: OnEvent | None = None,
) -> Answer:
    """Asks until there is an answer without calls, and returns it with all calls, and with the usage, cost and time of
    all requests. ``values`` are the variables of the row. A function that a model plays costs, too."""
    offer, by_name = Offer([tool.tool for tool in tools]), {tool.name: tool for tool in tools}
    played: list[RequestRecord] = []

    async def play(model: str, messages: Sequence[Message]) -> str:
        answer = await ask(providers, Request(providers.resolve(model), tuple(messages), {}), on_event)
        played.append(answer.record)
        if answer.error:
            raise NotAnAnswer(f"{model} could not play the function: {answer.error}")
        return answer.text

    async def result(call: OpenCall) -> Outcome:
        if call.problem:
            return Outcome(call.problem, "invalid")
        return await by_name[call.call.name].answer(dict(call.arguments), play, values)

    answers: list[Answer] = []
    messages, error = request.messages, ""
    while len(answers) <= MOST_ROUNDS and not error:
        params = offer.params(request.params, first=not answers)
        answers.append(answer := await ask(providers, replace(request, messages=messages, params=params), on_event))
        error = answer.error
        node = MessageNode("", "", None, answer.message, record=answer.record)
        calls = [] if error else open_calls(node, offer, None)
        if not calls:
            break
        try:
            outcomes = {number: await result(call) for number, call in enumerate(calls)}
        except WorkbenchError as failure:
            error = str(failure)
            break
        messages = (*messages, answer.message, results_message(calls, outcomes, {}))
    return _joined(answers, played, error)


def _joined(answers: Sequence[Answer], played: Sequence[RequestRecord], error: str) -> Answer:
    first, last = answers[0], answers[-1]
    records = [answer.record for answer in answers]
    costs = [record.cost for record in (*records, *played)]
    record = replace(
        last.record, usage=_sum([record.usage for record in records]), first_token=first.record.first_token,
        cost=None if None in costs else sum(cost or 0.0 for cost in costs),
        ended=sum(record.ended or 0.0 for record in records),
        adjustments=tuple({change.parameter: change for one in records for change in one.adjustments}.values()),
    )
    return replace(last, record=record, error=error, calls=tuple(call for answer in answers for call in answer.calls))


def _sum(usages: Sequence[Usage]) -> Usage:
    """Returns the tokens of several replies; what no server told stays unknown."""
    told = {item.name: [getattr(usage, item.name) for usage in usages] for item in fields(Usage)}
    return Usage(**{name: sum(count or 0 for count in counts) if any(count is not None for count in counts) else None
                    for name, counts in told.items()})
