"""Holds the rooms of the window: a feature names what it needs, and nobody but ``window.py`` knows the window."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import PACKAGE, ROOT, tree_of

UI = PACKAGE / "ui"
MODULES = sorted(UI.rglob("*.py"))
FEATURES = sorted(UI.glob("*/feature.py"))
SIGNAL_METHODS = {"connect", "disconnect"}


def name_of(path: Path) -> str:
    return path.relative_to(UI).as_posix()


def test_nobody_knows_the_window() -> None:
    wrong = [name_of(module) for module in MODULES
             if module.name != "window.py" and "workbench.ui.window" in imported_by(tree_of(module))]
    assert not wrong, (f"{', '.join(wrong)} import the window. Name what is needed in the constructor: a service, a "
                       "feature, a callable or Shell. window.py hands it in.")


def imported_by(tree: ast.Module) -> set[str]:
    """Returns the modules that a module imports, and the names that it imports from packages, with their packages."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("source", [
    "from workbench.ui.window import MainWindow", "from workbench.ui import window", "import workbench.ui.window as w",
])
def test_every_way_to_import_the_window_is_seen(source: str) -> None:
    assert "workbench.ui.window" in imported_by(ast.parse(source))


@pytest.mark.parametrize("feature", FEATURES, ids=name_of)
def test_each_feature_has_a_test_of_its_own(feature: Path) -> None:
    assert (ROOT / "tests" / "ui" / feature.parent.name / "test_feature.py").is_file()


def test_no_feature_reaches_through_another_into_a_third() -> None:
    wrong = [f"{name_of(module)}:{line}: {chain}" for module in MODULES if module.name != "window.py"
             for line, chain in chains(tree_of(module), features_held(tree_of(module)))]
    assert not wrong, "Ask the feature for what is needed, or have it handed in:\n" + "\n".join(wrong)


def features_held(tree: ast.Module) -> set[str]:
    """Returns the names and the attributes of ``self`` that hold features: parameters and annotated names, what a
    feature's class is called for, and other names for one of these."""
    held: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            held |= {argument.arg for argument in arguments if is_feature(argument.annotation)}
        elif isinstance(node, ast.ClassDef):
            held |= {f"self.{ast.unparse(field.target)}" for field in node.body
                     if isinstance(field, ast.AnnAssign) and is_feature(field.annotation)}
        elif isinstance(node, ast.AnnAssign) and is_feature(node.annotation):
            held.add(ast.unparse(node.target))
    pairs = [pair for node in ast.walk(tree) if isinstance(node, ast.Assign) for pair in assigned(node)]
    while new := {target for target, value in pairs if (value in held or made(value)) and target not in held}:
        held |= new
    return held


def is_feature(annotation: ast.expr | None) -> bool:
    return annotation is not None and re.search(r"\w+Feature\b", ast.unparse(annotation)) is not None


def made(value: str) -> bool:
    return re.match(r"\w+Feature\(", value) is not None


def assigned(node: ast.Assign) -> Iterator[tuple[str, str]]:
    """Pairs of a name, or an attribute of ``self``, and what it is set to."""
    for target in node.targets:
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(targets)
        for one, value in zip(targets, values, strict=False):
            if isinstance(one, ast.Attribute | ast.Name):
                yield ast.unparse(one), ast.unparse(value)


def chains(tree: ast.Module, held: set[str]) -> Iterator[tuple[int, str]]:
    """Every access to an attribute of an attribute of a feature, but to a signal's methods."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            base = ast.unparse(node.value.value)
            if base in held and node.attr not in SIGNAL_METHODS:
                yield node.lineno, ast.unparse(node)


@pytest.mark.parametrize("code", [
    "def f(*, room: RoomFeature | None):\n    room.view.hide()",
    "async def f(self, room: 'RoomFeature'):\n    self._room = room\n    self._room.view.hide()",
    "class A:\n    room: RoomFeature\n    def f(self):\n        self.room.view.hide()",
    "def f(self):\n    self.room: RoomFeature = make()\n    self.room.view.hide()",
    "def f(self):\n    room = RoomFeature(1)\n    other = room\n    other.view.hide()",
    "def f(self, given: tuple[RoomFeature, int]):\n    given.view.hide()",
])
def test_every_way_to_hold_a_feature_is_seen(code: str) -> None:
    tree = ast.parse(code)
    assert [chain.rpartition(".view.")[2] for _, chain in chains(tree, features_held(tree))] == ["hide"]


def test_the_check_sees_through_tuples_and_parameters() -> None:
    tree = ast.parse(
        "class A:\n"
        "    def __init__(self, models: ModelsFeature, chat: Chat) -> None:\n"
        "        self._models, self._chat = models, chat\n"
        "        models.controller.load()\n"
        "    def go(self) -> None:\n"
        "        self._models.pick()\n"
        "        self._models.view.hide()\n"
        "        self._models.chosen.connect(print)\n"
        "        self._chat.params.get('x')\n")
    assert [chain for _, chain in chains(tree, features_held(tree))] == [
        "models.controller.load", "self._models.view.hide"]


def test_text_reaches_the_clipboard_cleaned() -> None:
    """``copy_text`` takes out what would act in a terminal; ``transcript/copying.py`` does so for its other forms."""
    wrong = [name_of(module) for module in MODULES if module.name not in ("clipboard.py", "copying.py")
             and re.search(r"clipboard\(\)\.set(Text|MimeData)", module.read_text("utf-8"))]
    assert not wrong, f"Use workbench.ui.widgets.clipboard.copy_text in {', '.join(wrong)}."


MOST_SHOWN = 6
OFFERED = {"actions", "message_actions", "tab", "tabs"}
"""What features offer to the registries and to the panel; the others are for other features and the window."""


@pytest.mark.parametrize("feature", FEATURES, ids=name_of)
def test_a_feature_shows_few_methods_to_others(feature: Path) -> None:
    (made,) = [node for node in tree_of(feature).body
               if isinstance(node, ast.ClassDef) and node.name.endswith("Feature")]
    shown = [node.name for node in made.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
             and not node.name.startswith("_") and node.name not in OFFERED]
    assert len(shown) <= MOST_SHOWN, f"Make some private, or move them to what they are about: {', '.join(shown)}"
