"""The palette: both schemes name the same colours, and no colour is written anywhere else."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import workbench
from workbench.core.palette import DARK, LIGHT, PAPER_LINE, Palette

PACKAGE = Path(workbench.__file__).parent
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|\b(?:rgb|hsl)a?\(\s*\d")


def colours_of(palette: Palette) -> list[str]:
    values = [getattr(palette, field.name) for field in fields(palette) if field.name not in ("name", "dark")]
    flat = [value for value in values if isinstance(value, str)]
    return [*flat, *palette.code_colours.values(), *palette.series]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_every_colour_is_six_digits(palette: Palette) -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in (*colours_of(palette), PAPER_LINE))


def test_both_schemes_name_the_same_roles_and_as_many_series() -> None:
    assert LIGHT.code_colours.keys() == DARK.code_colours.keys() and len(LIGHT.series) == len(DARK.series)
    assert len(set(LIGHT.series)) == len(LIGHT.series) and len(set(DARK.series)) == len(DARK.series)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's ratio of two colours."""
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_texts_and_lines_can_be_told_from_what_is_behind_them(palette: Palette) -> None:
    texts = (palette.text, palette.dim, palette.accent, palette.ok, palette.warn, palette.bad)
    assert min(contrast(text, palette.background) for text in texts) >= 4.5
    assert min(contrast(colour, palette.code) for colour in palette.code_colours.values()) >= 4.5
    assert min(contrast(colour, palette.background) for colour in palette.series) >= 3


def test_no_colour_is_written_elsewhere() -> None:
    wrong = [f"{module}:{node.lineno} {found}" for module in sorted(PACKAGE.rglob("*.py"))
             if module != PACKAGE / "core/palette.py" and COLOUR.search(text := module.read_text("utf-8"))
             for node in ast.walk(ast.parse(text))
             if isinstance(node, ast.Constant) and isinstance(node.value, str)
             for found in COLOUR.findall(node.value)]
    assert not wrong, "\n".join([*wrong, "take a colour of workbench/core/palette.py, or give it a name there"])
