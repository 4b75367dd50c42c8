"""Refused plans: each is shown as it is written, kept until it is mended, and keeps its answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.conftest import OpenWindow
from tests.ui.experiments.test_drafts import entries, settled
from workbench.core.errors import BadInput
from workbench.core.experiments.checks import Check
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.ui.experiments.case_dialog import CaseDialog
from workbench.ui.experiments.page import ExperimentsPage
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.experiments.refused_plans import draft_of_plan, left_out
from workbench.ui.window import MainWindow

PLAN: dict[str, Any] = {"name": "Old", "models": ["builtin/ngram"], "prompt": "The {{what}}", "samples": 2,
                        "inputs": [{"what": "request", "label": "ja"}], "params": {"max_tokens": 4}}


def stored(window: MainWindow, **changes: Any) -> tuple[str, Path]:
    """Keeps an experiment whose file says something else by now."""
    store = window.services.experiments()
    experiment = store.create(Plan.from_json(PLAN))
    for job in Experiment(Plan.from_json(PLAN)).jobs:
        store.keep(experiment, Result(job.key, 0, job.cell.model, job.params, dict(job.row.values), job.sample, "No."))
    path = window.services.data_folder / "experiments" / experiment / "plan.json"
    path.write_text(json.dumps({**PLAN, **changes}), "utf-8")
    return experiment, path


def opened(window: MainWindow, run: Run, experiment: str) -> ExperimentsPage:
    window.experiments.open()
    run(settled(window))
    page = window.experiments.page()
    page._choose(experiment)
    run(settled(window))
    run(settled(window))
    return page


@pytest.mark.process
def test_a_refused_plan_is_mended_where_it_is_shown_and_keeps_its_answers(window: MainWindow, run: Run) -> None:
    checks = [{"kind": "contains", "text": "{{label}}", "case": True}, {"kind": "regex", "pattern": "(a"}]
    experiment, path = stored(window, checks=checks)
    page = opened(window, run, experiment)
    said = page.form._mistake.text()
    assert "case" in said and "Change it here" in said and page.experiment_id == experiment
    assert page.form.inputs.names() == ["what", "label"] and page.form.samples.text() == "2"
    assert [row.text.toPlainText() for row in page.form.checks.rows.rows] == ["{{label}}", "(a"]
    page.save_changes()
    run(settled(window))
    assert json.loads(path.read_text("utf-8"))["checks"] == checks, "nothing was changed yet"
    page.form.checks.rows.rows[1].text.setPlainText("No")
    page.save_changes()
    run(settled(window))
    store = window.services.experiments()
    assert [check.kind for check in store.plan(experiment).checks] == ["contains", "regex"]
    assert [[check.passed for check in one.checks] for one in store.results(experiment)] == [[False, True]] * 2
    assert "cannot be used" not in entries(page)[0] and page.form._mistake.text() == ""
    kept = [json.loads(old.read_text("utf-8")) for old in (path.parent / "runs").glob("*/plan.json")]
    assert [old["checks"] for old in kept] == [checks], "as it was"


def test_what_is_half_mended_is_kept_as_a_draft(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    experiment, path = stored(window, samples="many")
    before = path.read_text("utf-8")
    page = opened(window, run, experiment)
    assert page.form.samples.text() == "many"
    page.form.samples.setText("few")
    page = opened(open_window(), run, experiment)
    assert page.form.samples.text() == "few" and path.read_text("utf-8") == before
    page.form.samples.setText("2")
    page.form.run.click()
    run(settled(open_window()))


def test_a_check_of_a_case_is_mended_in_its_dialog(window: MainWindow, run: Run) -> None:
    case = {"name": "one", "messages": [{"role": "user", "content": "Hi"}], "model": "builtin/ngram",
            "checks": [{"kind": "max_words", "words": "few"}]}
    experiment, _ = stored(window, prompt="", inputs=[], cases=[case])
    page = opened(window, run, experiment)
    with pytest.raises(BadInput, match="The case “one” has a check that cannot be used"):
        page.form.plan()
    window.experiments._edit_case(page.form.cases.cases[0])
    dialog = window.findChild(CaseDialog)
    assert dialog is not None and dialog.checks.rows.rows[0].text.toPlainText() == "few"
    dialog.checks.rows.rows[0].text.setPlainText("20")
    dialog._confirm.click()
    page.save_changes()
    run(settled(window))
    assert window.services.experiments().plan(experiment).cases[0].checks == (Check("max_words", {"words": 20}),)


def test_a_damaged_plan_says_so_and_leaves_the_one_that_is_open(window: MainWindow, run: Run) -> None:
    damaged, path = stored(window)
    path.write_text('{"name": "Cut', "utf-8")
    fine = window.services.experiments().create(Plan.from_json(PLAN))
    page = opened(window, run, fine)
    page._choose(damaged)
    run(settled(window))
    assert "is damaged" in page.form._mistake.text() and page.experiment_id == fine
    assert path.read_text("utf-8") == '{"name": "Cut'


@pytest.mark.parametrize("changes", [
    {"models": "builtin/ngram"}, {"models": [1, None]}, {"prompt": ["a", "b"]}, {"samples": None, "parallel": [4]},
    {"max_cost": "much", "min_pass_rate": "most"}, {"params": ["a"]}, {"axes": ["temperature"]},
    {"axes": {"temperature": {"from": 0, "to": 1}, "prompt": "x", "top_p": [[1], "a"]}}, {"inputs": "none"},
    {"inputs": [{"what": {"a": 1}}, 7]}, {"checks": [{"kind": "contians", "text": "a"}, 5, {"kind": None}]},
    {"checks": [{"kind": "similarity", "text": 5, "at_least": "high", "weight": [1], "transform": ["json", 7]}]},
    {"cases": "all"}, {"gate": {"bar": 7}}, {"gate": 5, "tools": [{"name": 1}]}, {"tools": {}}, {"name": 5},
])
def test_whatever_a_file_says_is_shown_and_kept_as_a_draft(qapp: QApplication, changes: dict[str, Any]) -> None:
    form, again = PlanForm(), PlanForm()
    form.show_draft(draft_of_plan({**PLAN, **changes}))
    again.show_draft(json.loads(json.dumps(form.draft())))
    assert again.draft() == form.draft()
    assert bool(left_out({**PLAN, **changes})) == bool({"gate"} & set(changes))
    for one in (form, again):
        one.deleteLater()
