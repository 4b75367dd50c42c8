"""Experiments in the data folder: a folder each, with ``plan.json`` and ``results.jsonl``, and the same for each
earlier run in ``runs/``."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from workbench.core.errors import BadInput
from workbench.core.experiments.experiment_store import StoredDraft, StoredExperiment, StoredRun
from workbench.core.experiments.fields import PlanError
from workbench.core.experiments.outcome import outcome_of_results
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, same_requests
from workbench.core.experiments.tally import summaries_of
from workbench.core.ids import new_id
from workbench.core.json_types import JsonObject

from .plan_toml import plan_toml
from .report import report_html
from .run_folder import RESULTS, read_results, results_csv, results_jsonl, write_whole

PLAN, RUNS, TRASH, DRAFTS = "plan.json", "runs", ".deleted", ".drafts"
MOST_RUNS = 20
"""So many are read to compare with; older ones stay in their folders."""
KEPT_SECONDS = 30 * 24 * 3600
"""Seconds in which a deleted experiment can be brought back."""

_writing = threading.Lock()
"""Held while results are written: those of a run come in the window's thread, a rating in another."""


class ExperimentFolders:
    """An ``ExperimentStore`` in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listed(self) -> Sequence[StoredExperiment]:
        found = []
        for path in self._folder.glob(f"*/{PLAN}"):
            folder = path.parent
            if not folder.name.isalnum():
                continue  # somebody else put it there
            changed = max(file.stat().st_mtime for file in folder.iterdir())
            done = _lines(folder / RESULTS)
            try:
                plan = _read_plan(folder)
                found.append(StoredExperiment(folder.name, plan.name, changed, min(done, plan.requests), plan.requests,
                                              len(plan.cases)))
            except BadInput as error:
                found.append(StoredExperiment(folder.name, _name(path), changed, done, done, problem=str(error)))
        return sorted(found, key=lambda one: -one.changed)

    def create(self, plan: Plan) -> str:
        experiment_id = new_id()
        (self._folder / experiment_id).mkdir(parents=True)
        self.save_plan(experiment_id, plan)
        return experiment_id

    def plan(self, experiment_id: str) -> Plan:
        return _read_plan(self._place(experiment_id))

    def written_plan(self, experiment_id: str) -> JsonObject:
        folder = self._place(experiment_id)
        try:
            written = json.loads((folder / PLAN).read_text("utf-8"))
        except OSError as error:
            raise _unreadable(folder, error) from None
        except ValueError as error:
            raise _damaged(folder, error) from None
        if not isinstance(written, dict):
            raise _damaged(folder, "it is no object")
        return written

    def save_plan(self, experiment_id: str, plan: Plan) -> None:
        write_whole(self._place(experiment_id) / PLAN, json.dumps(plan.to_json(), ensure_ascii=False, indent=1))

    def results(self, experiment_id: str) -> list[Result]:
        path = self._place(experiment_id) / RESULTS
        if not path.exists():
            return []
        data = path.read_bytes()
        results = read_results(path)
        if data[-1:] not in (b"", b"\n") or data.count(b"\n") > len(results):
            # A crash cut the last line off, or requests that failed were made again: a line for each is enough.
            with _writing:  # what was kept after the reading above is read as well
                results = read_results(path)
                write_whole(path, results_jsonl(results))
        return results

    def keep(self, experiment_id: str, result: Result) -> None:
        with _writing, (self._place(experiment_id) / RESULTS).open("a", encoding="utf-8") as file:
            file.write(results_jsonl([result]))

    def rewrite(self, experiment_id: str, results: Sequence[Result]) -> None:
        with _writing:
            write_whole(self._place(experiment_id) / RESULTS, results_jsonl(results))

    def drafts(self) -> Sequence[StoredDraft]:
        found = []
        for path in (self._folder / DRAFTS).glob("*.json"):
            try:
                form = json.loads(path.read_text("utf-8"))
                moment = path.stat().st_mtime
            except (OSError, ValueError):
                continue  # gone meanwhile, or somebody changed it by hand
            if isinstance(form, dict):
                found.append(StoredDraft(path.stem, moment, form))
        return sorted(found, key=lambda one: -one.changed)

    def save_draft(self, draft_id: str, form: JsonObject | None) -> None:
        path = self._place(draft_id).parent / DRAFTS / f"{draft_id}.json"
        if form is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(form, ensure_ascii=False))

    def archive_run(self, experiment_id: str) -> None:
        place = self._place(experiment_id)
        run = place / RUNS / new_id()
        run.mkdir(parents=True)
        shutil.copyfile(place / PLAN, run / PLAN)
        if (place / RESULTS).exists():
            (place / RESULTS).replace(run / RESULTS)

    def runs(self, experiment_id: str) -> Sequence[StoredRun]:
        ended = [(path.stat().st_mtime, path) for path in (self._place(experiment_id) / RUNS).glob(f"*/{RESULTS}")]
        found = []
        for moment, path in sorted(ended, reverse=True)[:MOST_RUNS]:
            try:
                found.append(StoredRun(path.parent.name, moment, _read_plan(path.parent), read_results(path)))
            except BadInput:
                continue  # somebody changed it by hand; the others can still be compared with
        return found

    def delete(self, experiment_id: str) -> None:
        trash = self._folder / TRASH
        for old in trash.glob("*"):
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        trash.mkdir(exist_ok=True)
        gone = self._place(experiment_id).rename(trash / experiment_id)
        os.utime(gone)

    def restore(self, experiment_id: str) -> None:
        place = self._place(experiment_id)
        try:
            (self._folder / TRASH / experiment_id).rename(place)
        except FileNotFoundError:
            raise BadInput("The experiment was deleted too long ago.") from None

    def export(self, experiment_id: str, format: str, path: Path) -> None:
        plan, results = self.plan(experiment_id), self.results(experiment_id)
        match format:
            case "csv":
                text = results_csv(plan, results)
            case "jsonl":
                text = results_jsonl(results)
            case "toml":
                text = plan_toml(plan)
            case _:
                text = _report(plan, results)
        try:
            write_whole(path, text)
        except OSError as error:
            raise BadInput(f"{path} could not be written: {error.strerror}. Choose another place.") from None

    def _place(self, experiment_id: str) -> Path:
        if not experiment_id.isalnum():
            raise BadInput(f"“{experiment_id}” is not the id of an experiment.")
        return self._folder / experiment_id


def _report(plan: Plan, results: Sequence[Result]) -> str:
    summaries = summaries_of(plan, results)
    return report_html(plan, summaries, results, outcome_of_results(plan, results, same_requests(summaries)))


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _name(path: Path) -> str:
    """Returns the name in a plan's file that cannot be used."""
    try:
        return str(json.loads(path.read_text("utf-8"))["name"])
    except (OSError, ValueError, TypeError, KeyError):
        return "Experiment"


def _read_plan(folder: Path) -> Plan:
    try:
        return Plan.from_json(json.loads((folder / PLAN).read_text("utf-8")))
    except PlanError as error:
        place = f" ({error.place})" if error.place else ""
        raise BadInput(f"The plan in {folder / PLAN} cannot be used any more{place}: {error} {_KEPT}") from None
    except OSError as error:
        raise _unreadable(folder, error) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(folder, error) from None


_KEPT = "It and its answers are kept."


def _unreadable(folder: Path, error: OSError) -> BadInput:
    return BadInput(f"The experiment in {folder} cannot be read: {error.strerror}.")


def _damaged(folder: Path, reason: object) -> BadInput:
    return BadInput(f"The plan in {folder / PLAN} is damaged ({reason}). {_KEPT}")
