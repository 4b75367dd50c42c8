"""Parts of a report on single checks: how far judges can be trusted, and which classes were taken for which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from workbench.core.experiments.calibration import calibrations
from workbench.core.experiments.classification import Confusion
from workbench.core.experiments.results import Summary
from workbench.core.text.formatting import interval, percent


def judges(summaries: Sequence[Summary]) -> Iterable[str]:
    """Yields a line for each judge: whether it agrees with the user's own ratings."""
    found = calibrations(summary.judged for summary in summaries)
    if found:
        yield "<h2>Judges</h2>"
    for judge in found:
        yield f"<p>{escape(judge.words)}</p>"


def preferences(summaries: Sequence[Summary]) -> Iterable[str]:
    """Yields a table of the cells whose answers were compared with another cell's."""
    rows = [(escape(summary.cell.name), escape(one.name), f"{percent(one.share.value)}",
             interval(one.share.low, one.share.high), one.won, one.tied, one.lost, one.verdict)
            for summary in summaries for one in summary.preferences]
    if rows:
        head = ("Cell", "Check", "Preferred", "95\u00a0%", "Won", "Tied", "Lost", "Verdict")
        lines = ["".join(f"<th>{name}</th>" for name in head),
                 *("".join(f"<td>{value}</td>" for value in row) for row in rows)]
        yield "<h2>Pairwise comparisons</h2>"
        yield "<table>" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def confusion_tables(summaries: Sequence[Summary]) -> Iterable[str]:
    """Yields the confusion matrix of each classification in each cell."""
    if any(summary.confusions for summary in summaries):
        yield "<h2>Classification</h2>"
    for summary in summaries:
        for confusion in summary.confusions:
            title = escape(f"{summary.cell.name} · {confusion.name}: {confusion.words}")
            yield f"<details><summary>{title}</summary>{_matrix(confusion)}</details>"


def _matrix(confusion: Confusion) -> str:
    head = "".join(f"<th>{escape(got or 'none of them')}</th>" for got in confusion.given)
    rows = "".join(
        f"<tr><th>{escape(expected)}</th>"
        + "".join(f'<td class="n">{confusion.count(expected, got)}</td>' for got in confusion.given)
        + f'<td class="n">{confusion.f1(expected):.2f}</td></tr>' for expected in confusion.classes)
    return f"<table><tr><th>expected ╲ given</th>{head}<th>F1</th></tr>{rows}</table>"
