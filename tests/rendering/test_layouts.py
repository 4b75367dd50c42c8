"""Layouts as models produce them, and what they must become."""

from __future__ import annotations

import pytest

from tests.rendering.corpus import Layout, layouts
from workbench.rendering.page import render_html

LAYOUTS = layouts()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
def test_layout(layout: Layout) -> None:
    assert render_html(layout.markdown) == layout.html


def test_there_are_enough_and_no_two_have_one_name() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS) >= 140
