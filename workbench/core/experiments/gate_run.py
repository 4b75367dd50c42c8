"""A run under a gate: what its answers prove, and which cells are asked again until it is decided."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence

from .clusters import FEW_ROWS
from .comparison import matched_cells
from .e_values import evidence_below, evidence_of_drop, evidence_of_fall
from .experiment import Experiment
from .gate import FAILED, NOT_ASKED, NOT_PROVEN, PASSED, CellEvidence, Gate, Judgement, WholeFall
from .plan import Plan
from .results import Result
from .runner import Progress
from .same_questions import same_questions
from .statistics import mean

Earlier = tuple[Plan, Sequence[Result]]

FEWEST_MORE = 5
"""Answers that a cell which seems to have fallen is asked for in a round."""

_Answers = Mapping[str, Mapping[tuple[int, str], bool]]
"""Row → sample, and which of the rows that ask the same → whether its answer passed."""


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
        found = await asyncio.to_thread(judge, plan, plan.gate, list(results), since)  # the window goes on meanwhile
        again = undecided(plan, found, asked)
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
        stuck = one.steady or (one.cell in asked and one.samples < asked[one.cell].stop)
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
    same = same_questions(plan)
    new = _answers(results, same)
    old = _answers(since[1], same) if since else {}
    matches = dict(matched_cells(since[0], plan)) if since else {}
    questions = bool(gate.bar) + 2 * bool(since) or 1
    needed = gate.needed(questions * max(len(experiment.cells), 1))
    rows = 1 if plan.cases else len(plan.rows)
    found = [_cell_evidence(gate, cell.index, new.get(cell.index, {}), old.get(matches.get(cell.index, -1)),
                            plan.samples, rows, needed) for cell in experiment.cells]
    if since is None:
        return Judgement(gate, needed, found)
    pairs: defaultdict[str, list[int]] = defaultdict(list)
    for index, other in matches.items():
        for row, differences in _pairs(old.get(other, {}), new.get(index, {}), plan.samples).items():
            pairs[row] += differences
    changes = [mean(differences) for differences in pairs.values()]
    return Judgement(gate, needed, found, WholeFall(
        len(changes), sum(change < 0 for change in changes), sum(change > 0 for change in changes),
        _evidence_of_pairs(gate, pairs), gate.needed(questions)))


def _answers(results: Sequence[Result], same: Mapping[str, str]) -> Mapping[int, _Answers]:
    found: defaultdict[int, defaultdict[str, dict[tuple[int, str], bool]]] = defaultdict(lambda: defaultdict(dict))
    for result in results:
        if result.decided:
            row = same.get(result.row, result.row)
            found[result.cell][row][result.sample, result.row] = result.passed
    return found


def _cell_evidence(
    gate: Gate, index: int, answers: _Answers, old: _Answers | None, samples: int, rows: int, needed: float
) -> CellEvidence:
    first = sum(sample < samples for row in answers.values() for sample, _ in row)
    asked = max((sample + 1 for row in answers.values() for sample, _ in row), default=0)
    counts = _counts(answers, asked)
    passed, total = _sums(counts)
    if not total or first * 2 < samples * rows:
        return CellEvidence(index, NOT_ASKED, passed, total, asked, 0.0)
    below, fall = gate.evidence(counts), _fall(gate, answers, old, samples, asked)
    if max(below, fall or 0.0) >= needed:
        verdict = FAILED
    elif gate.is_good(passed, total, at_first=asked <= samples) and (fall is None or fall <= 0 or len(answers) > 1):
        verdict = PASSED
    else:
        verdict = NOT_PROVEN
    grew: list[tuple[int, float, float | None]] = []
    if verdict != PASSED or asked > samples:
        for upto in range(samples, asked + 1):
            some = _counts(answers, upto)
            grew.append((_sums(some)[1], gate.evidence(some), _fall(gate, answers, old, samples, upto)))
    return CellEvidence(index, verdict, passed, total, asked, below, fall, grew, _is_steady(counts, gate.bar))


_Counts = Sequence[tuple[int, int]]
"""For each row the number of answers that passed, and of all."""


def _counts(answers: _Answers, upto: int) -> _Counts:
    """Returns the counts of the first ``upto`` samples of each row."""
    known = [[passed for (sample, _), passed in row.items() if sample < upto] for row in answers.values()]
    return [(sum(row), len(row)) for row in known if row]


def _sums(counts: _Counts) -> tuple[int, int]:
    return sum(passed for passed, _ in counts), sum(of for _, of in counts)


def _is_steady(counts: _Counts, bar: float) -> bool:
    """Returns whether many rows have been asked so often that their answers no longer vary by enough to bring the cell
    up to the bar: it is these rows that are bad, and only others could tell whether that is chance."""
    if len(counts) < FEW_ROWS or min(of for _, of in counts) < _ENOUGH:
        return False
    rates = [((passed + 0.5) / (of + 1), of) for passed, of in counts]
    error = math.sqrt(math.fsum(rate * (1 - rate) / of for rate, of in rates)) / len(counts)
    return mean([passed / of for passed, of in counts]) + 3 * error < bar


_ENOUGH = 3
"""Answers to a row from which on it is known about how often it passes."""


def _fall(gate: Gate, answers: _Answers, old: _Answers | None, samples: int, upto: int) -> float | None:
    """Returns the evidence that a cell has fallen, from its first ``upto`` answers to each row: from all answers to its
    one row, or from pairs of answers to one of several rows, whose rates are not the same. Of many rows only the first
    ``samples`` count, since their bets may be looked at once."""
    if not old:
        return None
    if len(answers) == len(old) == 1 and answers.keys() == old.keys():
        return evidence_of_fall(_sums(_counts(old, gate.most_samples)), _sums(_counts(answers, upto)), gate.min_effect)
    pairs = _pairs(old, answers, upto)
    return _evidence_of_pairs(gate, _pairs(old, answers, samples) if len(pairs) >= FEW_ROWS else pairs)


_Pairs = Mapping[str, Sequence[int]]
"""Row → the differences of the answers of both runs to one sample, the later less the earlier: −1, 0 or 1."""


def _pairs(old: _Answers, new: _Answers, upto: int) -> _Pairs:
    found = {row: [passed - old[row][sample] for sample, passed in samples.items()
                   if sample[0] < upto and sample in old[row]] for row, samples in new.items() if row in old}
    return {row: differences for row, differences in found.items() if differences}


def _evidence_of_pairs(gate: Gate, pairs: _Pairs) -> float:
    """Returns the evidence that answers pass less often by more than ``min_effect``.

    Of many rows, one bet on the mean difference of each: in a run in which nothing has changed it is as likely to be
    above 0 as below, however alike the answers to a row are. Of few rows nothing could be proven so; there each pair is
    a bet, its difference brought to 0 to 1, and what is proven is about these rows.
    """
    if len(pairs) >= FEW_ROWS:
        return evidence_of_drop([mean(differences) + gate.min_effect for differences in pairs.values()])
    counts = Counter((1 + difference) / 2 for differences in pairs.values() for difference in differences)
    return evidence_below(counts, (1 - gate.min_effect) / 2)
