"""``workbench bench picker``: typing in the model picker, with 60 providers of 500 models each, in a fresh process."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

from workbench.bench.start import child

if TYPE_CHECKING:
    from workbench.ui.models.picker import Picker

PROVIDERS, MODELS = 60, 500
_TYPED = ("gpt-4o mini", "claude sonnet", "llama 70b", "qwen coder", "zzqxw", "p7/m")
_CODE = """
import sys
from PySide6.QtWidgets import QApplication
from workbench.bench import picker
from workbench.core.gc_policy import collect_rarely
from workbench.ui.theme import style
app = QApplication(["bench", *style.STYLE])
style.apply(app, style.system_theme())
collect_rarely()
picker.measure(int(sys.argv[1]))
"""


def run(name: str, size: int | None) -> dict[str, Any]:
    """Measures the picker. ``size`` is the number of models of each provider."""
    return child(_CODE, str(size or MODELS))[0]


def measure(models: int) -> None:
    """Measures in the measured process; prints its figures, in processor time, as one line of JSON. A key lasts until
    its rows are painted; a slice is the time that a search for letters in order keeps the window's thread."""
    from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

    from workbench.ui.models.picker import Picker

    window, button = QMainWindow(), QPushButton("Model")
    window.setCentralWidget(button)
    window.resize(1200, 800)
    window.show()
    picker = Picker(window)
    groups = _groups(models)
    picker.open_at(button)
    QApplication.processEvents()
    started = time.thread_time()
    picker.show_models(groups, ["p1/gpt-4o-1"], ["p2/claude-sonnet-2"], "p1/gpt-4o-1", False)
    QApplication.processEvents()
    shown = time.thread_time() - started
    keys, slices = _type(picker)
    print(json.dumps({  # noqa: T201
        "models": len(groups) * models, "show_lists_ms": round(1000 * shown, 1),
        "key_p50_ms": round(1000 * statistics.median(keys), 1), "key_worst_ms": round(1000 * max(keys), 1),
        "slice_worst_ms": round(1000 * max(slices, default=0.0), 1),
    }))
    window.close()


def _groups(models: int) -> list[Any]:
    from workbench.core.request.models import ModelInfo, ModelRef
    from workbench.ui.models.model_lists import ModelGroup

    names = ("gpt-4o", "claude-sonnet", "llama-3.3-70b", "qwen3-coder", "mistral-large", "gemini-flash", "mini")
    return [
        ModelGroup(f"p{number}", f"Provider {number}", tuple(
            ModelInfo(ModelRef(f"p{number}", f"{names[at % 7]}-{at}"), f"Model {at}", context=128_000)
            for at in range(models)))
        for number in range(PROVIDERS)
    ]


def _type(picker: Picker) -> tuple[list[float], list[float]]:
    """Types letter by letter; returns the seconds of each key, and of each slice of the searches that go on."""
    from PySide6.QtWidgets import QApplication, QLineEdit

    field = next(each for each in picker.window().findChildren(QLineEdit) if each.accessibleName() == "Filter models")
    keys, slices = [], []
    for text in _TYPED:
        field.clear()
        QApplication.processEvents()
        for end in range(1, len(text) + 1):
            started = time.thread_time()
            field.setText(text[:end])
            QApplication.sendPostedEvents()
            picker.window().repaint()
            keys.append(time.thread_time() - started)
        while picker.model.searching:
            started = time.thread_time()
            QApplication.processEvents()
            slices.append(time.thread_time() - started)
    return keys, slices
