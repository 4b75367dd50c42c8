"""Formulas drawn by ziamath."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from workbench.rendering.math import MAX_LENGTH, MathError, render_math


def draw(tex: str, size: float = 16, display: bool = True) -> str:
    return render_math(tex, size=size, colour="#336699", display=display).svg


@pytest.mark.parametrize(
    "tex",
    [
        r"E = mc^2",
        r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
        r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{-1}",
        r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"a &= b \\ c &= d",
        r"\mathbb{R}^n \to \mathcal{L}, \mathbf{x} \mapsto \lVert \mathbf{x} \rVert_2",
        r"P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}",
        r"\text{learning\_rate} \times 10^{-3}",
        r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"50\% < x",
    ],
)
def test_formulas_are_drawn(tex: str) -> None:
    svg = ElementTree.fromstring(draw(tex))
    assert svg.tag.endswith("svg")
    assert "#336699" in draw(tex)


def test_geometry() -> None:
    small = render_math("x_y", size=16, colour="#000000", display=False)
    large = render_math("x_y", size=32, colour="#000000", display=False)
    assert 0 < small.ascent < small.height < 40
    assert small.width < large.width < 2.2 * small.width


def test_display_is_larger() -> None:
    tex = r"\sum_{i=1}^n \frac{1}{i}"
    inline, display = (render_math(tex, size=16, colour="#000000", display=way) for way in (False, True))
    assert display.height > inline.height


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        (r"\frac{a}{", "cannot be drawn"),
        (r"\nosuchcommand{x}", "not known"),
        ("x" * (MAX_LENGTH + 1), "longer than 1000"),
        ("{" * 300 + "}" * 300, "more than 40 braces"),
        (r"\\ a", "too large"),
    ],
)
def test_failures_say_why(tex: str, reason: str) -> None:
    for _ in range(2):  # the second answer is a remembered one
        with pytest.raises(MathError, match=reason):
            draw(tex)


@pytest.mark.parametrize("tex", [
    r"\ce{2H2 + O2 -> 2H2O}", r"\ce{SO4^2-}", r"\ce{Ca(OH)2 <=> Ca^{2+} + 2OH-}", r"\ce{[Fe(CN)6]^4-}",
    r"E = mc^2 \tag{1}", r"a \tag*{x}",
])
def test_chemistry_and_numbers_of_equations_are_drawn(tex: str) -> None:
    assert render_math(tex, size=14, colour="#000000", display=True).width > 10
