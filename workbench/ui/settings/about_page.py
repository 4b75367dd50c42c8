"""The page About: versions, and the licences of the packages that the program needs."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from workbench import __version__
from workbench.ui.widgets import Button, Label
from workbench.ui.widgets.clipboard import copy_text

DISTRIBUTION = "chat-workbench"


def versions() -> dict[str, str]:
    return {
        "Chat Workbench": __version__,
        "Python": platform.python_version(),
        "Qt": f"{qVersion()} ({QApplication.platformName()})",
        "System": f"{platform.system()} {platform.release()}",
    }


def components() -> list[tuple[str, str, str]]:
    """Returns (name, version, licence) of the packages that the program needs, as they describe themselves."""
    try:
        needed = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for line in needed:
        match = re.match(r"[A-Za-z0-9_.-]+", line)
        if match is None or "extra ==" in line:
            continue
        try:
            about = metadata.metadata(match[0])
        except metadata.PackageNotFoundError:
            continue
        found.append((about["Name"], about["Version"], licence(about)))
    return sorted(found, key=lambda one: one[0].casefold())


def licence(about: metadata.PackageMetadata) -> str:
    """Returns the licence in one line: the expression, else the classifier, else the first line of the field."""
    if "License-Expression" in about:
        return about["License-Expression"]
    for classifier in about.get_all("Classifier") or []:
        if classifier.startswith("License ::"):
            return str(classifier.rpartition("::")[2]).strip()
    lines = about["License"].splitlines() if "License" in about else []
    return lines[0][:60] if lines else ""


class AboutPage(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        facts = versions()
        column.addLayout(_table([(name, value) for name, value in facts.items()], self))
        copy = Button("Copy", "", "copy", self)
        copy.setAccessibleName("Copy versions")
        text = "\n".join(f"{name} {value}" for name, value in facts.items())
        copy.clicked.connect(lambda: copy_text(text))
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeading)
        text = "Free software under the MIT licence. It has no account and sends nothing but your requests."
        column.addWidget(Label(text, "dim", wrap=True, parent=self))
        column.addWidget(Label("Built on", "strong", parent=self))
        column.addLayout(_table(components(), self))


def _table(rows: Sequence[tuple[str, ...]], parent: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            grid.addWidget(Label(text, "dim" if place else "", selectable=True, parent=parent), line, place)
    grid.setColumnStretch(9, 1)
    return grid
