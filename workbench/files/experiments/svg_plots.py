"""Small plots as SVG text, coloured by the page's own style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.core.experiments.curves import Line, Point, ticks
from workbench.core.palette import LIGHT

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 260, 44, 12, 12, 32
MOST_NAMED = 12
LETTER = 6.5
"""Pixels that a letter of a label takes, about."""


def plot(title: str, x_label: str, lines: Sequence[Line], names: Sequence[str] = (), *, top: float = 1.0) -> str:
    """Draws lines or points over a y axis from 0 to ``top``, with intervals; returns ``""`` when there is nothing to
    draw. ``names`` are those of the places 0, 1, 2 … of the x axis, when these are not numbers."""
    shown = [line for line in lines if line.points]
    if not shown:
        return ""
    scale = _Scale([point.x for line in shown for point in line.points], len(names), top)
    marks = "".join(_line(line, index, scale) for index, line in enumerate(shown))
    return (f"<figure><figcaption>{escape(title)}</figcaption>"
            f'<svg role="img" aria-label="{escape(title)}" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}">{_axes(scale, x_label, names)}{marks}</svg>'
            f'<div class="dim">{_legend(shown)}</div></figure>')


class _Scale:
    def __init__(self, xs: Sequence[float], places: int, top: float) -> None:
        self.top = top
        self.low, self.high = (-0.5, places - 0.5) if places else (min(xs), max(xs))
        if self.low == self.high:
            self.low, self.high = self.low - 0.5, self.high + 0.5

    def x(self, value: float) -> float:
        return LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return TOP + (1 - value / self.top) * (HEIGHT - TOP - BOTTOM)


def _legend(lines: Sequence[Line]) -> str:
    return "".join(f'<span style="color:var(--series-{index % len(LIGHT.series)})">■</span> {escape(line.name)}<br>'
                   for index, line in enumerate(lines[:MOST_NAMED]))


def _axes(scale: _Scale, x_label: str, names: Sequence[str]) -> str:
    parts = []
    for step in range(5):
        y = scale.y(scale.top * step / 4)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="var(--line)"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{scale.top * step / 4:g}</text>')
    labels = list(enumerate(_short(names))) if names else [
        (value, f"{value:g}") for value in ticks(scale.low, scale.high)]
    parts += [f'<text x="{scale.x(value):.1f}" y="{HEIGHT - 16}" text-anchor="middle">{escape(text)}</text>'
              for value, text in labels]
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 2}" text-anchor="end">{escape(x_label)}</text>')
    return "".join(parts)


def _short(names: Sequence[str]) -> list[str]:
    """Returns as much of each name as fits; numbers where that would be next to nothing."""
    letters = int((WIDTH - LEFT - RIGHT) / len(names) / LETTER)
    if letters < 6:
        return [str(number) for number in range(1, len(names) + 1)]
    return [name if len(name) <= letters else f"{name[: letters - 1]}…" for name in names]


def _line(line: Line, index: int, scale: _Scale) -> str:
    colour = f"var(--series-{index % len(LIGHT.series)})"
    parts = []
    if line.joined:
        path = " ".join(f"{scale.x(point.x):.1f},{scale.y(point.y):.1f}" for point in line.points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    if not line.joined or len(line.points) <= 40:
        parts += [_mark(point, colour, scale) for point in line.points]
    return "".join(parts)


def _mark(point: Point, colour: str, scale: _Scale) -> str:
    x, bar = scale.x(point.x), ""
    if point.low is not None and point.high is not None:
        bar = (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{scale.y(point.low):.1f}" y2="{scale.y(point.high):.1f}" '
               f'stroke="{colour}" stroke-opacity=".5"/>')
    return f'{bar}<circle cx="{x:.1f}" cy="{scale.y(point.y):.1f}" r="3" fill="{colour}"/>'
