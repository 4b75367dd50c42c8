"""Math: TeX as vector pictures, by ziamath. No TeX installation, no network, one font that comes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any
from warnings import catch_warnings, simplefilter

MAX_LENGTH = 1_000  # characters; a glyph takes about a millisecond
MAX_BRACES = 40  # in each other
MAX_EXTENT = 6_000.0  # pixels; what is larger comes of input that ziamath misreads

_MATRIX_WITH_SCRIPT = re.compile(
    r"\\begin\{(?P<name>[a-zA-Z]*matrix\*?)\}(?:(?!\\begin\{|\\end\{).)*\\end\{(?P=name)\}(?=\s*[\^_])", re.DOTALL
)
_TEXT = re.compile(r"\\(?:text(?:tt|bf|it|rm|sf)?|mathrm|operatorname)\{[^{}]*\}")
_CHEMISTRY = re.compile(r"\\ce\{((?:[^{}]|\{[^{}]*\})*)\}")
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_ATOMS = re.compile(
    r"(?<=[A-Za-z)\]])(\d+)|\^(\{[^{}]*\}|\d*[+-])|(?<=[A-Za-z0-9)\]])([+-])(?=\s|$)|<=>|<->|->|<-|([A-Z][a-z]*)")
_ARROWS = {"<=>": r"\rightleftharpoons ", "<->": r"\leftrightarrow ", "->": r"\rightarrow ", "<-": r"\leftarrow "}
_ALIGNMENT = re.compile(r"(?<!\\)&|\\\\")


class MathError(ValueError):
    """A formula that cannot be drawn. The message says why; the view shows the source instead."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A drawn formula: an SVG of ``width`` × ``height`` pixels whose baseline lies ``ascent`` below its top."""

    svg: str
    width: float
    height: float
    ascent: float


def render_math(tex: str, *, size: float, colour: str, display: bool) -> Formula:
    """Draws a formula.

    ``size`` is the text's in pixels, ``colour`` a ``#rrggbb``; ``display`` sets it large, on its own line. Takes
    milliseconds for a short formula, up to a second or two for one of MAX_LENGTH. Raises MathError.
    """
    drawn = _draw(tex.strip(), size, colour, display)
    if isinstance(drawn, str):
        raise MathError(drawn)
    return drawn


@lru_cache(maxsize=512)
def _draw(tex: str, size: float, colour: str, display: bool) -> Formula | str:
    """Returns the picture, or why there is none: failures are cached as well."""
    if not tex:
        return "The formula is empty."
    if len(tex) > MAX_LENGTH:
        return f"The formula is longer than {MAX_LENGTH} characters."
    if _depth(tex) > MAX_BRACES:
        return f"The formula has more than {MAX_BRACES} braces in each other."
    try:
        latex = _ziamath().Latex(_rewritten(tex), size=size, color=colour, inline=not display)
        if "\\" in latex.mathmlstr():
            return "The formula uses a command that is not known."
        svg = latex.svg()
        _, top, width, height = map(float, latex.svgxml().get("viewBox").split())
    except Exception as error:  # noqa: BLE001 - what its parser raises on strange input has no common base
        return f"The formula cannot be drawn ({type(error).__name__})."
    if not (0 < width < MAX_EXTENT and 0 < height < MAX_EXTENT):
        return "The formula is too large to be drawn."
    return Formula(svg, width, height, -top)


@cache
def _ziamath() -> Any:
    with catch_warnings():
        simplefilter("ignore", DeprecationWarning)  # it finds its font in an old way
        ziamath: Any = import_module("ziamath")
    ziamath.config.svg2 = False  # Qt's SVG renderer draws blanks for SVG 2
    return ziamath


def _depth(tex: str) -> int:
    depth = deepest = 0
    for character in tex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _chemistry(source: str) -> str:
    r"""Returns a formula of mhchem's ``\ce`` as TeX: atoms upright, counts below, charges above, arrows."""
    def part(found: re.Match[str]) -> str:
        count, charge, sign, atom = found.groups()
        if count:
            return f"_{{{count}}}"
        if charge or sign:
            return f"^{{{(charge or sign).strip('{}')}}}"
        return rf"\mathrm{{{atom}}}" if atom else _ARROWS[found[0]]

    return _ATOMS.sub(part, source).replace(" + ", r" \; + \; ")


def _rewritten(tex: str) -> str:
    """Returns TeX that ziamath understands for what it does not: a matrix with a power, an escaped underscore in a
    word, lines aligned without an environment."""
    tex = _CHEMISTRY.sub(lambda found: _chemistry(found[1]), tex)
    tex = _TAG.sub(lambda found: rf"\qquad\text{{({found[1]})}}", tex)
    tex = _TEXT.sub(lambda text: text.group().replace("\\_", "_"), tex)
    tex = _MATRIX_WITH_SCRIPT.sub(lambda matrix: f"{{{matrix.group()}}}", tex)
    if "\\begin" not in tex and _ALIGNMENT.search(tex):
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex
