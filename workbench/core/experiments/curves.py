"""Curves: the data of an experiment's plots, for the window and for the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .axes import heading, value_text
from .grid import Cell
from .plan import Plan
from .results import Result, Summary
from .statistics import Interval

METRICS: dict[str, str] = {
    "pass_rate": "Pass rate", "score": "Score", "agreement": "Agreement", "distinctness": "Distinctness",
    "cost": "Cost", "first_token": "First token", "total": "Total time", "output_tokens": "Output tokens",
    "rating": "My rating",
}
LESS_IS_BETTER = ("cost", "first_token", "total", "output_tokens")


def metric_value(summary: Summary, metric: str) -> float | None:
    """Returns the number that heat maps and plots show; times are medians in seconds."""
    value: Interval | tuple[float, float] | float | None = getattr(summary, metric)
    if isinstance(value, Interval):
        return value.value
    return value[0] if isinstance(value, tuple) else value


MOST_POINTS = 300
"""Of a curve; more are not distinguishable on its few hundred pixels."""


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot. ``joined``: points are steps along an axis; else they are separate."""

    name: str
    points: tuple[Point, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Axis:
    """The x axis of a plot: a parameter, or ``prompt``, ``system``, ``model`` or ``case`` with the names of their
    values, whose points are 0, 1, 2 …"""

    name: str
    values: tuple[str, ...] = ()


def plot_axis(plan: Plan) -> Axis | None:
    """Returns the axis to plot a metric against: the first with several numbers, else the first with several values."""
    for name, values in plan.axes.items():
        if len(values) > 1 and all(isinstance(value, int | float) and value is not True for value in values):
            return Axis(name)
    named = {name: tuple(value_text(value) or "none" for value in values) for name, values in plan.axes.items()}
    named |= {"case": tuple(case.name for case in plan.cases), "model": tuple(plan.asked_models)}
    return next((Axis(name, values) for name, values in named.items() if len(values) > 1), None)


def metric_lines(plan: Plan, summaries: Sequence[Summary], axis: Axis, metric: str) -> list[Line]:
    """Returns one line per model and value of the other axes, with intervals where the metric has them."""
    lines: dict[str, list[Point]] = {}
    for summary in summaries:
        value = metric_value(summary, metric)
        if value is None:
            continue
        cell = summary.cell
        names = [cell.case if axis.name != "case" else "",
                 cell.model if plan.models[1:] and axis.name != "model" else "",
                 *(heading(name, other) for name, other in cell.axis.items() if name != axis.name)]
        interval = getattr(summary, metric) if metric in ("pass_rate", "score") else None
        lines.setdefault(", ".join(filter(None, names)) or METRICS[metric], []).append(Point(
            _x(cell, axis, plan), value, interval.low if interval else None,
            interval.high if interval else None))
    return [Line(name, _apart(points, number, len(lines)) if axis.values else tuple(sorted(points, key=_by_x)),
                 joined=not axis.values) for number, (name, points) in enumerate(lines.items())]


def _x(cell: Cell, axis: Axis, plan: Plan) -> float:
    if not axis.values:
        return float(str(cell.axis[axis.name]))
    if axis.name in plan.axes:
        return plan.axes[axis.name].index(cell.axis[axis.name])
    return axis.values.index(cell.case if axis.name == "case" else cell.model)


def _apart(points: Sequence[Point], number: int, of: int) -> tuple[Point, ...]:
    """Moves lines apart at named places, so that none hides another's interval."""
    step = (number - (of - 1) / 2) * min(0.12, 0.7 / of)
    return tuple(replace(point, x=point.x + step) for point in points)


def _by_x(point: Point) -> float:
    return point.x


def latency_lines(plan: Plan, results: Sequence[Result]) -> list[Line]:
    """Returns for each model the share of answers that were complete within a time."""
    lines = []
    for model in plan.asked_models:
        times = sorted(one.total for one in results
                       if one.model == model and one.total is not None and not one.error)
        step = -(-len(times) // MOST_POINTS)
        lines.append(Line(model, tuple(Point(times[at], (at + 1) / len(times)) for at in range(len(times))
                                       if (len(times) - 1 - at) % step == 0)))
    return lines


def cost_points(plan: Plan, summaries: Sequence[Summary], metric: str) -> list[Line]:
    """Returns each cell's cost against its quality."""
    return [
        Line(model, tuple(
            Point(one.cost, value) for one in summaries
            if one.cell.model == model and one.cost and (value := metric_value(one, metric)) is not None
        ), joined=False)
        for model in plan.asked_models
    ]


def title_of(metric: str, axis: str) -> str:
    return f"{METRICS[metric]} by {axis}"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Returns round numbers within a range: steps of 1, 2 or 5 times a power of ten (after Heckbert 1990)."""
    rough = (high - low) / (most - 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]
