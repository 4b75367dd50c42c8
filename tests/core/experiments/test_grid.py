"""The grid: its order, what each request is, and names that tell requests apart."""

from __future__ import annotations

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.grid import cells, jobs
from workbench.core.experiments.plan import Plan


def test_the_last_axis_varies_fastest() -> None:
    plan = Plan("p", ("a/x", "b/y"), "Hi", axes={"temperature": (0, 1), "top_p": (0.5, 1)})
    grid = cells(plan)
    assert [(cell.model, cell.params["temperature"], cell.params["top_p"]) for cell in grid] == [
        (model, temperature, top_p) for model in ("a/x", "b/y") for temperature in (0, 1) for top_p in (0.5, 1)]
    assert [cell.index for cell in grid] == list(range(8))


def test_each_cell_is_asked_once_before_any_is_asked_twice() -> None:
    jobs = Experiment(Plan("p", ("a/x", "b/y"), "Hi", samples=2, params={"seed": 7})).jobs
    assert [(job.sample, job.cell.index, job.params["seed"]) for job in jobs] == [
        (0, 0, 7), (0, 1, 7), (1, 0, 8), (1, 1, 8)], "equal seeds would give equal samples"


def test_a_request_has_its_messages_and_its_checks() -> None:
    check = Check("contains", {"text": "{{what}}"})
    plan = Plan("p", ("a/x",), "About {{what}}", "Be {{how}}.", inputs=({"what": "tea", "how": "kind"},),
                checks=(check,))
    (job,) = Experiment(plan).jobs
    assert [(message.role, message.text) for message in job.messages] == [("system", "Be kind."), ("user", "About tea")]
    assert [one.fields for one in job.checks(plan)] == [{"text": "tea"}] and job.prompt == "About tea"


def test_equal_rows_and_versions_have_names_of_their_own() -> None:
    plan = Plan("p", ("a/x",), "Hi {{who}}", samples=2, inputs=({"who": "you"}, {"who": "you"}),
                axes={"system": ({"name": "one", "text": "Be brief."}, {"name": "two", "text": "Be brief."})})
    jobs = Experiment(plan).jobs
    assert len({job.key for job in jobs}) == len(jobs) == 8


def test_numbers_are_the_same_however_they_are_written() -> None:
    one, other = (Plan("p", ("a/x",), "Hi", params={"logit_bias": {"5": bias}}, axes={"temperature": values})
                  for bias, values in ((1, (0, 1)), (1.0, (0.0, 1.0))))
    assert [job.key for job in Experiment(one).jobs] == [job.key for job in Experiment(other).jobs]


def test_the_same_question_of_two_cases_is_not_the_same_request() -> None:
    plan = Plan("p", (), cases=(Case("One", (user("Hi"),), model="a/x"), Case("Two", (user("Hi"),), model="a/x")))
    assert len({job.key for job in Experiment(plan).jobs}) == 2


def test_cells_of_an_axis_of_seeds_share_no_seed() -> None:
    plan = Plan("p", ("a/x",), "Hi", samples=3, axes={"seed": (1, 2, 3)})
    seeds = [job.params["seed"] for job in jobs(plan, cells(plan))]
    assert sorted(seeds) == list(range(1, 10))
