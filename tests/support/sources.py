"""Sources of the package as the tests of its structure read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "workbench"
MODULES = tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def tree_of(module: Path) -> ast.Module:
    """A module's syntax tree, parsed once for all tests: it must not be changed."""
    return ast.parse(module.read_text("utf-8"))
