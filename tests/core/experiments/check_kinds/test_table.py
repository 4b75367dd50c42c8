"""The table of kinds, and what is made from it."""

from __future__ import annotations

import re

import pytest

from workbench.core.experiments.check_kinds.kind import CheckKind
from workbench.core.experiments.checks import COMMON, KINDS
from workbench.core.resources import resource

ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
HELP = {name: (passes, fields) for name, passes, fields in ROW.findall(
    resource("help/experiments.md").read_text("utf-8"))}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_help_has_a_row_for_each_kind(kind: CheckKind) -> None:
    fields = ", ".join(f"`{field.name}`" for field in kind.fields) or "–"
    assert HELP[kind.name] == (kind.passes, fields)


def test_names_are_found_once() -> None:
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)
    assert all(field.name not in COMMON for kind in KINDS.values() for field in kind.fields)
