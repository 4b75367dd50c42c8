"""Trials of checks on an answer of one's own."""

from __future__ import annotations

from tests.conftest import Run
from tests.core.experiments.test_runner import Scripted
from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.trial import conversation, try_checks
from workbench.files.experiments.check_process import CheckProcess

JUDGE = Check("judge", {"rubric": "Short?", "model": "a/j"})


def test_a_trial_asks_nobody_but_judges(run: Run) -> None:
    provider = Scripted()
    plan = Plan("p", ("a/x",), "Hello {{who}}", "Be kind.", inputs=({"who": "you", "label": "yes"},),
                checks=(Check("equals", {"text": "{{label}}"}), JUDGE))
    with CheckProcess() as worker:
        made = run(try_checks(plan, "yes", provider, worker))  # type: ignore[arg-type]
    assert [(label, check.passed) for label, check in made] == [("equals “{{label}}”", True), ("judge: a/j", True)]
    assert [str(request.model) for request in provider.requests] == ["a/j"]
    assert "Hello you" in provider.requests[0].messages[-1].text


def test_the_checks_of_cases_are_tried_too(run: Run) -> None:
    plan = Plan("p", (), cases=(Case("One", (user("Hi"),), model="a/x", checks=(Check("equals", {"text": "{{a}}"}),)),))
    with CheckProcess() as worker:
        made = run(try_checks(plan, "{{a}}", Scripted(), worker))  # type: ignore[arg-type]
    assert [(label, check.passed) for label, check in made] == [("One: equals “{{a}}”", True)]


def test_variables_without_a_value_stay_as_they_are() -> None:
    assert [message.text for message in conversation("", "Hi {{who}} {{x}}", {"x": "1"})] == ["Hi {{who}} 1"]
