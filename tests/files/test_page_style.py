"""Style sheets of exported pages: they use only colours that the palette names, light and dark."""

from __future__ import annotations

import re

import pytest

from workbench.core.palette import DARK, LIGHT
from workbench.files.experiments import report
from workbench.files.exports import html, print_page
from workbench.files.page_style import palette_css


def test_every_colour_has_a_name_in_both_schemes() -> None:
    css = palette_css()
    light, dark = re.findall(r":root \{([^}]*)\}", css)
    assert re.findall(r"--[\w-]+(?=:)", light) == re.findall(r"--[\w-]+(?=:)", dark)
    for name, colour in (("accent-soft", LIGHT.accent_soft), ("code-keyword", LIGHT.code_colours["keyword"]),
                         ("series-0", LIGHT.series[0])):
        assert f"--{name}:{colour};" in light
    assert f"--text:{DARK.text};" in dark and "prefers-color-scheme: dark" in css


@pytest.mark.parametrize("style", [html._STYLE, report._STYLE], ids=["html", "report"])
def test_pages_use_names_that_exist(style: str) -> None:
    defined = set(re.findall(r"(--[\w-]+):", palette_css()))
    used = set(re.findall(r"var\((--[\w-]+)\)", style))
    assert used and used <= defined
    plotted = {f"--series-{number}" for number in range(len(LIGHT.series))}
    assert plotted <= defined


def test_the_printed_page_has_the_colours_themselves() -> None:
    assert "$" not in print_page._STYLE and LIGHT.accent in print_page._STYLE and DARK.accent not in print_page._STYLE
