"""Reruns: the answers of an older run that still hold when its plan has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from workbench.core.ports.check_worker import CheckWorker

from .checks import Check, CheckResult, run_check
from .experiment import Experiment
from .grid import Job
from .results import Result


def adopted(
    old: Experiment | None, new: Experiment, results: Iterable[Result], worker: CheckWorker
) -> list[Result]:
    """Returns the answers to requests that the new plan asks too, each in its cell of the new grid and checked anew.
    Waits for the worker: for a worker thread.

    A judge's verdict holds as long as the judges of the request are the same, and the request that they compare it
    with; an answer whose judges have changed is left out, to be asked again. So is what failed. ``old`` is None where
    its plan is refused: no verdict of a judge holds then.
    """
    known = {result.key: result for result in results if not result.error}
    judges = {job.key: _judges(old, job) for job in old.jobs if job.key in known} if old else {}
    found = []
    for job in new.jobs:
        result, checks = known.get(job.key), job.checks(new.plan)
        if result is not None and judges.get(job.key, ([], None)) == _judges(new, job):
            found.append(replace(result, cell=job.cell.index, case=job.cell.case,
                                 checks=checked_anew(result, checks, worker)))
    return found


def _judges(experiment: Experiment, job: Job) -> tuple[list[Check], str | None]:
    """Returns the judges of a request, and the request whose answer they compare its own with."""
    return [check for check in job.checks(experiment.plan) if check.is_judge], experiment.opponents.get(job.key)


def checked_anew(result: Result, checks: Sequence[Check], worker: CheckWorker) -> tuple[CheckResult, ...]:
    """Returns the checks of an answer, made anew but for the verdicts of judges, which stand in their order."""
    verdicts = iter([check for check in result.checks if is_verdict(check)])
    return tuple(next(verdicts) if check.is_judge else run_check(check, result.reply, worker) for check in checks)


def is_verdict(check: CheckResult) -> bool:
    """Returns whether a judge gave this result."""
    return Check(check.kind).is_judge
