"""The folders of providers: in order and documented."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench import providers

ROOT = Path(providers.__file__).parent
ORDER = ("endpoints", "wire", "limits", "protocols", "http", "builtin", "catalogue", "probe")
"""A folder imports itself and folders before it; the modules beside the folders import any of them."""


def imported_folders(module: Path) -> Iterator[tuple[int, str]]:
    """The folders of providers (``""``: the top) that a module imports from, under ``TYPE_CHECKING`` too."""
    package = ["workbench", "providers", *module.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names = [".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names]
        for name in names:
            match name.split("."):
                case ["workbench", "providers", folder, *_]:
                    yield node.lineno, folder if (ROOT / folder).is_dir() else ""


def test_the_order_names_every_folder() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == set(ORDER)


@pytest.mark.parametrize("folder", ORDER)
def test_a_folder_imports_only_folders_before_it(folder: str) -> None:
    allowed = ORDER[: ORDER.index(folder) + 1]
    wrong = [f"{module.relative_to(ROOT)}:{line} imports from {other or 'the top'}"
             for module in (ROOT / folder).rglob("*.py") for line, other in imported_folders(module)
             if other not in allowed]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", ORDER)
def test_a_folder_says_what_belongs_there(folder: str) -> None:
    doc = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text("utf-8"))) or ""
    assert "A module belongs here when" in doc
