"""A run under a gate: what its answers prove, and which cells are asked again until it is decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence

from .comparison import matched_cells
from .e_values import evidence_below, evidence_of_fall
from .experiment import Experiment
from .gate import FAILED, NOT_ASKED, NOT_PROVEN, PASSED, CellEvidence, Gate, Judgement, WholeFall
from .plan import Plan
from .results import Result
from .runner import Progress

Earlier = tuple[Plan, Sequence[Result]]

FEWEST_MORE = 5
"""Answers that a cell which seems to have fallen is asked for in a round."""

_Answers = Mapping[str, Mapping[int, bool]]
"""Row → sample → whether its answer passed."""


async def run_gated(
    experiment: Experiment, run: Callable[[Experiment], Awaitable[Progress]], results: Sequence[Result],
    since: Earlier | None = None, *, on_round: Callable[[Experiment], None],
) -> Progress:
    """Asks what is left of the plan, and then cells again while the gate is undecided about them. ``run`` asks what an
    experiment has that is not answered, and adds to ``results``; ``on_round`` is told each further round. Returns the
    progress of the plan, with the reason when the cap on the cost stopped a later round."""
    plan = experiment.plan
    assert plan.gate is not None
    progress = await run(experiment)
    asked: Mapping[int, range] = {}
    while not progress.stopped_because:
        again = undecided(plan, judge(plan, plan.gate, results, since), asked)
        if not again:
            break
        asked = again
        further = Experiment(plan, again)
        on_round(further)
        progress.stopped_because = (await run(further)).stopped_because
    return progress


def undecided(plan: Plan, found: Judgement, asked: Mapping[int, range]) -> Mapping[int, range]:
    """Returns the samples of each cell that are to be asked next; none for a cell of which the last round, ``asked``,
    brought no answer."""
    again: dict[int, range] = {}
    rows = 1 if plan.cases else len(plan.rows)
    for one in found.cells:
        begun = max(one.samples, plan.samples)
        stuck = one.cell in asked and one.samples < asked[one.cell].stop
        if one.verdict == NOT_PROVEN and begun < found.gate.most_samples and not stuck:
            answers = max(found.gate.more_answers(one.passed, one.answers), FEWEST_MORE if (one.fall or 0) > 0 else 1)
            more = -(-answers // rows)
            again[one.cell] = range(begun, min(begun + more, found.gate.most_samples))
    return again


def judge(plan: Plan, gate: Gate, results: Sequence[Result], since: Earlier | None = None) -> Judgement:
    """Returns what the answers of a run prove. Requests that failed are no answers; a cell of which fewer than half of
    the first requests were answered counts as not asked.

    There is a hypothesis for each cell (its rate is at least the bar); with an earlier run one more for each (it has
    not fallen), and one for the whole: the run fails when any is disproven, each at its share of ``alpha``.
    """
    experiment = Experiment(plan)
    new = _answers(results)
    old = _answers(since[1]) if since else {}
    matches = dict(matched_cells(since[0], plan)) if since else {}
    questions = 3 if since else 1
    needed = gate.needed(questions * max(len(experiment.cells), 1))
    rows = 1 if plan.cases else len(plan.rows)
    found = [_cell_evidence(gate, cell.index, new.get(cell.index, {}), old.get(matches.get(cell.index, -1)),
                            plan.samples, rows, needed) for cell in experiment.cells]
    pairs = [pair for index, other in matches.items()
             for pair in _pairs(old.get(other, {}), new.get(index, {}), plan.samples)]
    whole = _whole(gate, pairs, gate.needed(questions)) if since else None
    return Judgement(gate, needed, found, whole)


def _answers(results: Sequence[Result]) -> Mapping[int, _Answers]:
    found: defaultdict[int, defaultdict[str, dict[int, bool]]] = defaultdict(lambda: defaultdict(dict))
    for result in results:
        if result.decided:
            found[result.cell][result.row][result.sample] = result.passed
    return found


def _cell_evidence(
    gate: Gate, index: int, answers: _Answers, old: _Answers | None, samples: int, rows: int, needed: float
) -> CellEvidence:
    first = sum(sample < samples for row in answers.values() for sample in row)
    asked = max((sample + 1 for row in answers.values() for sample in row), default=0)
    passed, total = _counts(answers, asked)
    if not total or first * 2 < samples * rows:
        return CellEvidence(index, NOT_ASKED, passed, total, asked, 0.0)
    below, fall = gate.evidence(passed, total), _fall(gate, answers, old, asked)
    if max(below, fall or 0.0) >= needed:
        verdict = FAILED
    elif gate.is_good(passed, total, at_first=asked <= samples) and (fall is None or fall <= 0 or len(answers) > 1):
        verdict = PASSED
    else:
        verdict = NOT_PROVEN
    grew: list[tuple[int, float, float | None]] = []
    if verdict != PASSED or asked > samples:
        for upto in range(samples, asked + 1):
            some, of = _counts(answers, upto)
            grew.append((of, gate.evidence(some, of), _fall(gate, answers, old, upto)))
    return CellEvidence(index, verdict, passed, total, asked, below, fall, grew)


def _counts(answers: _Answers, upto: int) -> tuple[int, int]:
    """Returns how many of the first ``upto`` samples of each row passed, of how many."""
    known = [passed for row in answers.values() for sample, passed in row.items() if sample < upto]
    return sum(known), len(known)


def _fall(gate: Gate, answers: _Answers, old: _Answers | None, upto: int) -> float | None:
    """Returns the evidence that a cell has fallen: from all answers to its one row, or from pairs of answers to one of
    several rows, whose rates are not the same."""
    if not old:
        return None
    if len(answers) == len(old) == 1 and answers.keys() == old.keys():
        return evidence_of_fall(_counts(old, gate.most_samples), _counts(answers, upto), gate.min_effect)
    return _evidence_of_pairs(gate, _pairs(old, answers, upto))


def _pairs(old: _Answers, new: _Answers, upto: int) -> list[tuple[bool, bool]]:
    """Returns the answers of both runs to one row and sample."""
    return [(old[row][sample], passed) for row, samples in new.items() if row in old
            for sample, passed in samples.items() if sample < upto and sample in old[row]]


def _evidence_of_pairs(gate: Gate, pairs: Sequence[tuple[bool, bool]]) -> float:
    """Returns the evidence that the mean difference of pairs is below −``min_effect``; differences, from −1 to 1, are
    brought to 0 to 1."""
    counts = Counter((1 + new - old) / 2 for old, new in pairs)
    return evidence_below(counts, (1 - gate.min_effect) / 2)


def _whole(gate: Gate, pairs: Sequence[tuple[bool, bool]], needed: float) -> WholeFall:
    fell, rose = sum(old and not new for old, new in pairs), sum(new and not old for old, new in pairs)
    return WholeFall(len(pairs), fell, rose, _evidence_of_pairs(gate, pairs), needed)
