"""An experiment: its requests are made once, and named so that older runs are known again."""

from __future__ import annotations

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan

PLAN = Plan("p", ("a/x",), "Tell {{who}}", system="Be brief.", samples=2, params={"seed": 1, "top_p": 1.0},
            axes={"temperature": (0, 0.5)}, inputs=({"who": "Ada"},))


def test_it_is_spread_out_once() -> None:
    experiment = Experiment(PLAN)
    assert experiment.jobs is experiment.jobs and experiment.cells is experiment.cells
    assert {id(job.cell) for job in experiment.jobs} == {id(cell) for cell in experiment.cells}
    assert len(experiment.jobs) == PLAN.requests


def test_a_request_is_found_by_its_name() -> None:
    experiment = Experiment(PLAN)
    assert all(experiment.job(job.key) is job for job in experiment.jobs)
    assert experiment.job("of another plan") is None


def test_names_are_those_that_older_runs_have_on_disk() -> None:
    suite = Plan("s", (), cases=tuple(Case(name, (user("Hi"),), model="a/x") for name in ("One", "Two")))
    equal = Plan("t", ("a/x",), "Hi", axes={"temperature": (1, 1.0)})
    assert [[job.key for job in Experiment(plan).jobs] for plan in (PLAN, suite, equal)] == [
        ["d2fba123b11f86280dba", "48233536d968a8a65e96", "5da846c941acc981aadd", "46ee55ae12d52c2f2f29"],
        ["f65a1fe2470894e9cefa", "500c5f10817b5da45561"], ["faa36d4b4823a4c5aeca", "d34c7b8958528fe35e4a"],
    ]
