"""The folder of an experiment's run: ``results.jsonl``, ``summary.json`` and ``report.html``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Protocol

from workbench.core import file_replacement
from workbench.core.errors import BadInput
from workbench.core.experiments.axes import TEXT_AXES, label_of
from workbench.core.experiments.calibration import calibrations
from workbench.core.experiments.check_kinds.judge import PAIRWISE
from workbench.core.experiments.check_kinds.kind import CheckResult
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.gate_run import Earlier
from workbench.core.experiments.grid import cells
from workbench.core.experiments.outcome import Outcome, outcome_of_results
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary, latest, named_checks, same_requests
from workbench.core.experiments.tally import summaries_of
from workbench.core.text.formatting import adjustment

from .report import report_html

RESULTS, SUMMARY, REPORT = "results.jsonl", "summary.json", "report.html"


class RunFolder:
    """Keeps results as they come: each is a line that is in the file when ``keep`` returns."""

    def __init__(self, folder: Path, experiment: Experiment, *, resume: bool) -> None:
        """Raises ``BadInput`` when there are results already and ``resume`` was not asked for, or when they answer
        another plan."""
        self.folder, self._experiment = folder, experiment
        path = folder / RESULTS
        if path.exists() and not resume:
            raise BadInput(f"{folder} holds results already. Add --resume to go on, or choose another one.")
        folder.mkdir(parents=True, exist_ok=True)
        self.results = self._known(read_results(path)) if path.exists() else []
        self._failed = {result.key: at for at, result in enumerate(self.results) if result.error}
        self._file = self._begin(path)

    def _known(self, results: Sequence[Result]) -> list[Result]:
        """Returns the results that are there, in their places of the grid, which may have grown since. Of a plan that
        asked for more samples they stay, and count in no figure but the cost."""
        places = self._experiment.places(max((result.sample + 1 for result in results), default=0))
        known = [result for result in results if not result.error or result.key in places]
        if any(result.key not in places for result in known):
            raise BadInput(f"{self.folder} holds answers to another plan. Choose another folder.")
        return [replace(result, cell=places[result.key]) for result in known]

    @property
    def failed(self) -> Collection[str]:
        """The keys of the requests that failed, and were not made again since."""
        return self._failed.keys()

    def _begin(self, path: Path) -> IO[str]:
        """Opens the file with one line for each request, and without a half-written one."""
        write_whole(path, "".join(_line(result) for result in self.results))
        return path.open("a", encoding="utf-8")

    def keep(self, result: Result) -> None:
        self._file.write(_line(result))
        self._file.flush()
        at = self._failed.pop(result.key, None)
        if at is None:
            self.results.append(result)
        else:
            self.results[at] = result

    def close(self, since: Earlier | None = None) -> tuple[Sequence[Summary], Outcome]:
        """Writes the summary and the report, and returns the summaries of all cells and what they come to, also against
        another run."""
        self._file.close()
        plan = self._experiment.plan
        order = {cell.index: place for place, cell in enumerate(self._experiment.cells)}
        self.results.sort(key=lambda result: (result.sample, order.get(result.cell, 0)))
        summaries = summaries_of(plan, self.results)
        twins = same_requests(summaries)
        outcome = outcome_of_results(plan, self.results, twins, since)
        changes = outcome.comparison.changes
        judges = calibrations(summary.judged for summary in summaries)
        data = {"plan": plan.to_json(), **outcome.to_json(), "judges": [judge.to_json() for judge in judges], "cells": [
            {**summary.to_json(), "same_request_as": twins.get(index := summary.cell.index),
             "since": changes[index].to_json() if index in changes else None} for summary in summaries]}
        write_whole(self.folder / SUMMARY, json.dumps(data, ensure_ascii=False, indent=1))
        write_whole(self.folder / REPORT, report_html(plan, summaries, self.results, outcome))
        return summaries, outcome


def read_results(path: Path) -> list[Result]:
    """Reads the results in a file: of each request the answer, or why it failed last; without a last line that a crash
    cut off. Raises ``BadInput``."""
    results = []
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            results.append(Result.from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise BadInput(f"{path}: line {number} is not a result. Choose another folder.") from None
    return latest(results)


def read_run(folder: Path) -> tuple[Plan, list[Result]]:
    """Reads the plan and the results in the folder of a run. Raises ``BadInput`` when there are none."""
    try:
        data = json.loads((folder / SUMMARY).read_text("utf-8"))
        return Plan.from_json(data["plan"]), read_results(folder / RESULTS)
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{folder} holds no finished run: choose a folder that “workbench sweep” wrote.") from None


class _Writer(Protocol):
    def writerow(self, row: Iterable[object], /) -> object: ...


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


_FINDINGS: Mapping[str, Callable[[CheckResult], object]] = {
    "score": lambda check: None if check.kind == PAIRWISE else check.score,
    "preference": lambda check: None if check.kind != PAIRWISE or check.score is None
    else {1.0: "won", 0.0: "lost"}.get(check.score, "tied"),
    "expected class": lambda check: check.expected or None,
    "given class": lambda check: check.got if check.expected else None,
}
"""What the columns of a check have besides whether it passed, None for nothing."""


def results_csv(plan: Plan, results: Iterable[Result]) -> str:
    """Returns a table with a row per answer and a column per parameter, per axis of texts and per check. Behind them
    are the scores, preferences and classes of the checks that have some, and the tool calls where there are any."""
    rows, grid = list(results), cells(plan)
    texts = [name for name in TEXT_AXES if name in plan.axes]
    cases = ["case"] if plan.cases else []
    params = sorted({name for result in rows for name in result.params})
    inputs = sorted({name for result in rows for name in result.input})
    checks = list(dict.fromkeys(name for cell in grid for name in cell.check_names))
    made = [dict(named_checks(grid[result.cell], result)) if result.cell < len(grid) else {} for result in rows]
    findings = [(name, title) for name in checks for title in _FINDINGS
                if any(_finding(found, name, title) is not None for found in made)]
    calls = ["tool calls"] if any(result.calls for result in rows) else []
    out = io.StringIO()
    writer = _Inert(csv.writer(out))
    writer.writerow([*cases, "model", *params, *texts, *(f"input {name}" for name in inputs), "sample", "text", "error",
                     "finish_reason", "input_tokens", "output_tokens", "cost", "first_token", "total",
                     *(f"check {name}" for name in checks), "rating", "not sent as planned",
                     *(f"{title} {name}" for name, title in findings), *calls])
    for result, found in zip(rows, made, strict=True):
        axis = grid[result.cell].axis if result.cell < len(grid) else {}
        writer.writerow([
            *(result.case for _ in cases), result.model, *(_cell(result.params.get(name)) for name in params),
            *(label_of(axis.get(name, "")) for name in texts),
            *(result.input.get(name, "") for name in inputs), result.sample, result.text, result.error,
            result.finish_reason, result.usage.input, result.usage.output, result.cost, result.first_token,
            result.total, *(found[name].passed if name in found else "" for name in checks), result.rating,
            "; ".join(adjustment(change, "was") for change in result.adjustments),
            *(_finding(found, name, title) for name, title in findings),
            *(_cell([asdict(call) for call in result.calls]) if result.calls else "" for _ in calls),
        ])
    return out.getvalue()


def _finding(found: Mapping[str, CheckResult], name: str, title: str) -> object:
    return _FINDINGS[title](found[name]) if name in found else None


class _Inert:
    """Writes rows of which a spreadsheet runs nothing: text that begins like a formula gets an apostrophe before it, as
    OWASP advises for CSV injection."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer

    def writerow(self, row: Iterable[object]) -> None:
        self._writer.writerow(["'" + value if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA)
                               else value for value in row])


def results_jsonl(results: Iterable[Result]) -> str:
    return "".join(_line(result) for result in results)


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _line(result: Result) -> str:
    return json.dumps(result.to_json(), ensure_ascii=True) + "\n"


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is the old one or the new one, never a mixture."""
    file_replacement.write_whole(path, text.encode("utf-8", "replace"))
