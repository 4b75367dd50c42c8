"""Small plots as SVG text, coloured by the page's own style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 260, 44, 12, 12, 32
COLOURS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """``low`` and ``high`` are the ends of an interval, where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: tuple[Point, ...]


def line_plot(title: str, x_label: str, series: Sequence[Series]) -> str:
    """Lines with intervals over a y axis from 0 to 1; ``""`` when there is no line to draw."""
    return _plot(title, x_label, series, lines=True)


def scatter_plot(title: str, x_label: str, series: Sequence[Series]) -> str:
    """Points over a y axis from 0 to 1; ``""`` when there is none."""
    return _plot(title, x_label, series, lines=False)


def _plot(title: str, x_label: str, series: Sequence[Series], *, lines: bool) -> str:
    shown = [one for one in series if one.points]
    xs = [point.x for one in shown for point in one.points]
    if not xs:
        return ""
    low, high = min(xs), max(xs)
    if low == high:
        low, high = low - 0.5, high + 0.5
    scale = _Scale(low, high)
    marks = "".join(_series(one, index, scale, lines) for index, one in enumerate(shown))
    legend = "".join(
        f'<span style="color:var(--s{index % COLOURS})">■</span> {escape(one.name)}<br>'
        for index, one in enumerate(shown[:12])
    )
    return (f"<figure><figcaption>{escape(title)}</figcaption>"
            f'<svg role="img" aria-label="{escape(title)}" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}">{_axes(scale, x_label)}{marks}</svg>'
            f'<div class="dim">{legend}</div></figure>')


class _Scale:
    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def x(self, value: float) -> float:
        return LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return TOP + (1 - value) * (HEIGHT - TOP - BOTTOM)


def _axes(scale: _Scale, x_label: str) -> str:
    parts = []
    for step in range(5):
        y = scale.y(step / 4)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="var(--line)"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{step / 4:g}</text>')
    for value in ticks(scale.low, scale.high):
        x = scale.x(value)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 16}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 2}" text-anchor="end">{escape(x_label)}</text>')
    return "".join(parts)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers within a range: steps of 1, 2 or 5 times a power of ten (after Heckbert 1990)."""
    rough = (high - low) / max(most - 1, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _series(one: Series, index: int, scale: _Scale, lines: bool) -> str:
    colour = f"var(--s{index % COLOURS})"
    parts = []
    if lines:
        path = " ".join(f"{scale.x(point.x):.1f},{scale.y(point.y):.1f}" for point in one.points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    for point in one.points if not lines or len(one.points) <= 40 else ():
        x = scale.x(point.x)
        if point.low is not None and point.high is not None:
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{scale.y(point.low):.1f}" '
                         f'y2="{scale.y(point.high):.1f}" stroke="{colour}" stroke-opacity=".5"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{scale.y(point.y):.1f}" r="3" fill="{colour}"/>')
    return "".join(parts)
