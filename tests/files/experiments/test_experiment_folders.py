"""Experiments as files: kept, found again, exported."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.core.errors import BadInput
from workbench.core.experiments.cases import Case
from workbench.core.experiments.check_kinds.kind import Call, CheckResult
from workbench.core.experiments.checks import Check
from workbench.core.experiments.grid import cells
from workbench.core.experiments.outcome import outcome_of
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise
from workbench.core.json_types import Json
from workbench.files.experiments.experiment_folders import ExperimentFolders
from workbench.files.experiments.plan_file import read_plan
from workbench.files.experiments.report import report_html
from workbench.files.experiments.run_folder import results_csv

PLAN = Plan("Tone", ("a/x",), "Hi {{who}}", samples=3, inputs=({"who": "you"},), axes={"temperature": (0, 1)})


def result(sample: int, text: str = "Yes, <b>indeed</b>") -> Result:
    return Result(str(sample), 0, "a/x", {"temperature": 0}, {"who": "you"}, sample, text, "stop", total=1.0)


def test_kept_and_found_again(tmp_path: Path) -> None:
    experiments = ExperimentFolders(tmp_path / "experiments")
    assert experiments.listed() == []
    experiment = experiments.create(PLAN)
    for sample in range(2):
        experiments.keep(experiment, result(sample))
    again = ExperimentFolders(tmp_path / "experiments")
    assert again.plan(experiment) == PLAN and again.results(experiment) == [result(0), result(1)]
    assert [(one.name, one.done, one.total) for one in again.listed()] == [("Tone", 2, 6)]
    again.delete(experiment)
    assert again.listed() == []
    again.restore(experiment)
    assert again.results(experiment) == [result(0), result(1)]
    again.delete(experiment)
    old = time.time() - 31 * 24 * 3600
    os.utime(tmp_path / "experiments" / ".deleted" / experiment, (old, old))
    again.delete(again.create(PLAN))
    with pytest.raises(BadInput, match="too long ago"):
        again.restore(experiment)


def test_a_cut_off_line_is_mended(tmp_path: Path) -> None:
    experiments = ExperimentFolders(tmp_path)
    experiment = experiments.create(PLAN)
    experiments.keep(experiment, result(0))
    experiments.keep(experiment, result(1))
    path = tmp_path / experiment / "results.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert experiments.results(experiment) == [result(0)]
    experiments.keep(experiment, result(2))
    assert experiments.results(experiment) == [result(0), result(2)]


def test_nothing_is_lost_that_is_kept_while_others_read(tmp_path: Path) -> None:
    """Each line that replaces another makes the next reader write the file again."""
    experiments = ExperimentFolders(tmp_path)
    experiment = experiments.create(PLAN)
    experiments.keep(experiment, result(0))

    def rate_all() -> None:
        for sample in range(300):
            experiments.keep(experiment, result(sample))
            ExperimentFolders(tmp_path).keep(experiment, result(sample).rated(1.0))

    with ThreadPoolExecutor(1) as writer:
        rating = writer.submit(rate_all)
        while not rating.done():
            experiments.results(experiment)
        rating.result()
    assert [one.rating for one in experiments.results(experiment)] == [1.0] * 300


def test_earlier_runs_are_kept(tmp_path: Path) -> None:
    experiments = ExperimentFolders(tmp_path)
    experiment = experiments.create(PLAN)
    assert experiments.runs(experiment) == []
    for sample, changed in enumerate((PLAN, replace(PLAN, system="Be brief."), PLAN)):
        experiments.save_plan(experiment, changed)
        experiments.keep(experiment, result(sample))
        experiments.archive_run(experiment)
        assert experiments.results(experiment) == []
    latest, middle, _ = experiments.runs(experiment)
    assert (latest.plan, latest.results) == (PLAN, [result(2)])
    assert (middle.plan.system, middle.results) == ("Be brief.", [result(1)])
    (tmp_path / experiment / "runs" / middle.id / "plan.json").write_text("{")
    assert len(experiments.runs(experiment)) == 2
    assert [one.done for one in experiments.listed()] == [0]


CASE = Case("Größe “x” \\ \n", (user("Hi\x7f"), Message("assistant", (Text("😀 da"),)), user('"""')), "S", "a/x",
            {"logit_bias": {"1": -1.5}}, {"who": "Ada"}, (Check("max_words", {"words": 3}),), {"ab": b"\x00"},
            {"chat": "c"})


@pytest.mark.parametrize("plan", [
    PLAN, Plan("Suite", (), cases=(CASE,), axes={"system": ("", {"name": "v2 · 3 Oct", "text": "Be\nbrief."})}),
    Plan("Odd", ("a/x",), "x", params={"stop": ["\n", "#"], "seed": 1}, max_cost=0.5, parallel=2,
         checks=(Check("json_schema", {"schema": {"type": "object", "a.b": [1, 2.5, True]}}),)),
])
def test_a_plan_as_toml_is_read_back_the_same(tmp_path: Path, plan: Plan) -> None:
    experiments = ExperimentFolders(tmp_path / "experiments")
    experiments.export(experiments.create(plan), "toml", tmp_path / "plan.toml")
    assert read_plan(tmp_path / "plan.toml") == plan


def test_a_table_of_a_suite_names_its_cases_and_versions(tmp_path: Path) -> None:
    versions: tuple[Json, ...] = ({"name": "short", "text": "Be brief."}, "Be kind.")
    plan = Plan("Suite", (), cases=(CASE,), axes={"system": versions})
    rows = list(csv.DictReader(io.StringIO(results_csv(plan, [replace(result(0), case=CASE.name)]))))
    assert (rows[0]["case"], rows[0]["system"]) == (CASE.name, "short")
    summary = summarise(cells(plan)[0], [replace(result(0), case=CASE.name)])
    page = report_html(plan, [summary], [replace(result(0), case=CASE.name)], outcome_of(plan, {}))
    assert "😀 da" in page and "System prompt: 2 versions" in page and "Be brief." in page
    assert "AA==" not in page, "bytes of attachments stay out"


def test_exports(tmp_path: Path) -> None:
    experiments = ExperimentFolders(tmp_path / "experiments")
    experiment = experiments.create(PLAN)
    experiments.keep(experiment, result(0, 'A "quoted"\nline'))
    for format in ("csv", "jsonl", "html"):
        experiments.export(experiment, format, tmp_path / f"out.{format}")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_bytes().decode())))
    assert rows[0]["text"] == 'A "quoted"\nline' and rows[0]["temperature"] == "0"
    page = (tmp_path / "out.html").read_text()
    assert "<script" not in page and "Tone" in page
    with pytest.raises(BadInput, match="could not be written"):
        experiments.export(experiment, "csv", tmp_path / "none" / "x.csv")
    with pytest.raises(BadInput, match="not the id of an experiment"):
        experiments.plan("../etc")


def test_a_table_has_all_that_checks_found(tmp_path: Path) -> None:
    """Scores, preferences, classes and tool calls have columns of their own; what found none of them has none."""
    plan = Plan("P", ("a/x",), "Hi", samples=4, max_cost=1.0, axes={"temperature": (0, 1)}, checks=(
        Check("contains", {"text": "Yes"}), Check("judge", {"rubric": "Good?", "model": "a/j"}),
        Check("pairwise", {"rubric": "Warm?", "model": "a/j", "than": {"temperature": 1}}),
        Check("one_of", {"options": ["yes", "no"], "expected": "yes"})))
    results = [replace(result(sample), checks=(
        CheckResult("contains", True), CheckResult("judge", score >= 0.7, score, "=why"),
        CheckResult("pairwise", score >= 0.5, score, got="answer", weight=0.0),
        CheckResult("one_of", bool(got), expected="yes", got=got)))
        for sample, (score, got) in enumerate([(1.0, "yes"), (0.5, "no"), (0.0, "")])]
    results[1] = replace(results[1], calls=(Call("weather", '{"city": "Bern"}'),))
    refused = replace(result(3, ""), error="Not today")
    experiments = ExperimentFolders(tmp_path)
    experiment = experiments.create(plan)
    for one in (*results, refused):
        experiments.keep(experiment, one)
    experiments.export(experiment, "csv", tmp_path / "out.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_bytes().decode())))
    contains, judge, pairwise, one_of = cells(plan)[0].check_names
    assert [row[f"check {contains}"] for row in rows] == ["True"] * 3 + [""]
    assert [row[f"score {judge}"] for row in rows] == ["1.0", "0.5", "0.0", ""]
    assert [row[f"preference {pairwise}"] for row in rows] == ["won", "tied", "lost", ""]
    assert [row[f"expected class {one_of}"] for row in rows] == ["yes"] * 3 + [""]
    assert [row[f"given class {one_of}"] for row in rows] == ["yes", "no", "", ""]
    assert [row["tool calls"] and json.loads(row["tool calls"]) for row in rows] == [
        "", [{"name": "weather", "arguments": '{"city": "Bern"}'}], "", ""]
    assert not {f"score {contains}", f"score {pairwise}", f"preference {judge}", f"given class {judge}"} & set(rows[0])


def test_plans_in_the_making_are_kept(tmp_path: Path) -> None:
    folders = ExperimentFolders(tmp_path)
    assert folders.drafts() == []
    folders.save_draft("one", {"name": "Tone", "samples": "many"})
    folders.save_draft("two", {"name": ""})
    (tmp_path / ".drafts" / "broken.json").write_text("{")
    assert {draft.id: draft.name for draft in folders.drafts()} == {"one": "Tone", "two": "Experiment"}
    assert folders.listed() == []
    folders.save_draft("one", None)
    folders.save_draft("one", None)
    assert [draft.form for draft in folders.drafts()] == [{"name": ""}]
    with pytest.raises(BadInput):
        folders.save_draft("../x", {})


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://127.0.0.1")', "@SUM(1)", "-1+cmd|' /C calc'!A0", "+1", "\t=1", " =1"])
def test_no_cell_of_a_table_is_a_formula(text: str) -> None:
    plan = Plan("P", (text,), "x")
    rows = list(csv.DictReader(io.StringIO(results_csv(plan, [replace(result(0), text=text, model=text, cost=-1.5)]))))
    assert rows[0]["text"] == rows[0]["model"] == "'" + text
    assert rows[0]["cost"] == "-1.5", "numbers stay numbers"


@pytest.mark.parametrize(("written", "name", "reason"), [
    ('{"name": "Old", "models": ["a/x"], "prompt": "Hi", "checks": [{"kind": "contains", "text": "a", "case": 1}]}',
     "Old", "checks[1].case"),
    ('{"name": "Old", "models": ["a/x"], "prompt": "Hi", "checks": [{"kind": "regex", "pattern": "("}]}', "Old",
     "checks[1].pattern"),
    ('{"name": "Cut', "Experiment", "damaged"), ("[]", "Experiment", "damaged"),
])
def test_an_experiment_that_cannot_be_opened_is_listed_with_the_reason(
    tmp_path: Path, written: str, name: str, reason: str
) -> None:
    experiments = ExperimentFolders(tmp_path)
    other, experiment = experiments.create(PLAN), experiments.create(PLAN)
    experiments.keep(experiment, result(0))
    (tmp_path / experiment / "plan.json").write_text(written)
    listed = {one.id: one for one in experiments.listed()}
    assert listed[other].problem == "" and (listed[experiment].name, listed[experiment].done) == (name, 1)
    assert reason in listed[experiment].problem and str(tmp_path / experiment) in listed[experiment].problem
    assert experiments.results(experiment) == [result(0)]
