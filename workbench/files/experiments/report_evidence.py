"""The evidence in the report of an experiment: what the gate says, which setting is best, and what has changed since
another run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape

from workbench.core.experiments.best import Contender, Ranking, best_words
from workbench.core.experiments.comparison import change_words
from workbench.core.experiments.curves import Line, Point
from workbench.core.experiments.gate import Judgement
from workbench.core.experiments.gate_words import judgement_words
from workbench.core.experiments.outcome import Outcome
from workbench.core.text.formatting import counted, interval, percent, signed

from .svg_plots import plot

MAX_SETTINGS = 100
"""Of a ranking that are listed."""
MAX_LINES, MAX_EVIDENCE = 11, 100
"""Cells in the plot of the gate, and the evidence up to which a figure says more than “proven”."""


def evidence(outcome: Outcome, names: Mapping[int, str]) -> Iterable[str]:
    """Yields the sections, those of which there is something to say."""
    if outcome.judgement is not None:
        yield "<h2>Gate</h2>" if outcome.judgement.gate.bar else "<h2>Has it fallen?</h2>"
        yield f"<p>{escape(judgement_words(outcome.judgement))}</p>"
        yield from _gate(outcome.judgement, names)
    if outcome.comparison.overall is not None:
        better, worse = (outcome.comparison.count(word) for word in ("better", "worse"))
        yield "<h2>Since the other run</h2>"
        yield (f"<p>{escape(change_words(outcome.comparison.overall))}. "
               f"{counted(better, '{n} cell is better', '{n} cells are better')}, "
               f"{counted(worse, '{n} cell is worse', '{n} cells are worse')}.</p>"
               '<p class="dim">Better or worse: the 95\u00a0% interval of the difference, row by row, leaves zero out. '
               "Of twenty cells that stayed the same one will look changed.</p>")
    if outcome.ranking is not None:
        yield "<h2>Which setting is best?</h2>"
        yield f"<p>{escape(best_words(outcome.ranking))}</p>"
        yield _ranking(outcome.ranking)
        yield ('<p class="dim">The setting that comes first of several was lucky too, and does less well when it is '
               "asked again. The honest estimate takes that out: it shrinks all rates towards their mean by as much as "
               "their differences are chance. Behind the best is the mean difference of the rows, with its 95\u00a0% "
               "interval; p is adjusted for all comparisons (Holm), and below 0.05 the setting is proven behind.</p>")


def _gate(judgement: Judgement, names: Mapping[int, str]) -> Iterable[str]:
    """Yields how the evidence of each cell grew that was not good at once, as a plot and as a table."""
    doubtful = [one for one in judgement.cells if one.grew]
    if doubtful:
        lines = [Line(names[one.cell], tuple(Point(float(answers), _height(below, fall))
                                             for answers, below, fall in one.grew)) for one in doubtful[:MAX_LINES]]
        ends = [float(answers) for one in doubtful for answers, *_ in one.grew]
        lines.append(Line("proven", (Point(min(ends), judgement.needed), Point(max(ends), judgement.needed))))
        top = max(point.y for line in lines for point in line.points)
        picture = plot("Evidence against each doubtful cell", "answers", lines, top=math.ceil(top))
        yield f'<div class="plots">{picture}</div>'
    head = ("Cell", "Verdict", "Passed", "Evidence below the bar", "Evidence of a fall")
    rows = ["<tr>" + "".join(f"<th>{name}</th>" for name in head) + "</tr>"]
    for one in judgement.cells:
        fall = "–" if one.fall is None else _evidence(one.fall)
        rows.append(f'<tr><td>{escape(names[one.cell])}</td><td>{one.verdict}</td><td class="n">{one.passed} of '
                    f'{one.answers}</td><td class="n">{_evidence(one.below)}</td><td class="n">{fall}</td></tr>')
    yield "<table>" + "\n".join(rows) + "</table>"
    yield (f'<p class="dim">A cell has failed when its evidence reaches {judgement.needed:.1f}: a bet against it would '
           "have grown 10 to that power times. In a run in which nothing is bad that happens with a probability of at "
           f"most {percent(judgement.gate.alpha, 1)}, however often cells are asked again. Rates elsewhere in this "
           "report are of the first answers alone: what is asked again are the unlucky cells.</p>")


def _height(below: float, fall: float | None) -> float:
    return min(max(0.0, below, fall or 0.0), MAX_EVIDENCE)


def _evidence(value: float) -> str:
    return "proven" if value > MAX_EVIDENCE else f"{max(value, 0.0):.1f}"


def _ranking(ranking: Ranking) -> str:
    within = "95\u00a0%"
    head = ("", "Setting", "Passed", within, "Honest estimate", within, "Behind the best", within, "p", "")
    rows = ["<tr>" + "".join(f"<th>{name}</th>" for name in head) + "</tr>"]
    rows += [_contender(place, one, proven=ranking.proven)
             for place, one in enumerate(ranking.contenders[:MAX_SETTINGS], 1)]
    left = len(ranking.contenders) - MAX_SETTINGS
    more = counted(left, "<p>{n} more setting is in summary.json.</p>", "<p>{n} more settings are in summary.json.</p>")
    return "<table>" + "\n".join(rows) + "</table>" + (more if left > 0 else "")


def _contender(place: int, one: Contender, *, proven: bool) -> str:
    behind, p_value, word = ("–", "–"), "–", "proven best" if proven else "best so far"
    if one.behind is not None:
        difference = one.behind.interval
        behind = (f"{signed(-round(100 * difference.value))}\u00a0%",
                  f"[{signed(-round(100 * difference.high))}, {signed(-round(100 * difference.low))}]\u00a0%")
        p_value = f"{one.p_value:.3f}" if one.p_value >= 0.0005 else "&lt; 0.001"
        word = "proven behind" if one.proven_behind else "may be as good"
    figures = (percent(one.raw.value), interval(one.raw.low, one.raw.high), percent(one.honest.value),
               interval(one.honest.low, one.honest.high), *behind, p_value)
    cells = "".join(f'<td class="n">{figure}</td>' for figure in figures)
    return f'<tr><td class="n">{place}</td><td>{escape(one.name)}</td>{cells}<td>{word}</td></tr>'
