"""Item views have their style before they are measured: heights that were asked for early are right, everywhere."""

from __future__ import annotations

import ast
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QListWidget, QVBoxLayout
from shiboken6 import delete

import workbench.ui
from tests.conftest import Show
from workbench.ui.theme import style
from workbench.ui.widgets.item_views import polished

VIEWS = {f"Q{kind}{form}" for kind in ("List", "Tree", "Table") for form in ("Widget", "View")}


def early_height(dialog: QDialog, view: QListWidget) -> int:
    """Returns the height of a row as assistive technology asks for it, before the dialog is shown."""
    for name in ("General", "Appearance"):
        view.addItem(name)
    QVBoxLayout(dialog).addWidget(view)
    return view.visualItemRect(view.item(0)).height()


def test_rows_have_their_height_before_they_are_shown(show: Show, qapp: QApplication) -> None:
    style.apply(qapp, style.theme())
    bare, dialog = QDialog(), QDialog()
    too_early = early_height(bare, QListWidget(bare))
    view = polished(QListWidget(dialog))
    early = early_height(dialog, view)
    show(dialog, 300, 200)
    assert too_early < early == view.visualItemRect(view.item(0)).height()
    delete(bare)


def test_every_view_of_the_window_is_polished_when_it_is_made() -> None:
    bare: list[str] = []
    for path in sorted(Path(workbench.ui.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        wrapped = [node.args[0] for node in ast.walk(tree)
                   if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "polished" and node.args]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in VIEWS and node not in wrapped:
                bare.append(f"{path.name}:{node.lineno}")
            if isinstance(node, ast.ClassDef) and VIEWS & {getattr(base, "id", "") for base in node.bases}:
                calls = [ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Call)]
                if "polished(self)" not in calls:
                    bare.append(f"{path.name}:{node.lineno}")
    assert bare == []
