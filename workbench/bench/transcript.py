"""``workbench bench stream``, ``open``, ``scroll`` and ``resize``: the transcript in a fresh process."""

from __future__ import annotations

import json
from typing import Any

from workbench.core.processes import child_process

SHAPES = ("mixed", "code", "table", "list", "paragraph", "line")
_SECONDS = 3600
SIZES = (20_000, 100_000, 400_000)
_CODE = """
import json, sys
from PySide6.QtWidgets import QApplication
from workbench.core.gc_policy import collect_rarely
from workbench.ui.theme import style
from workbench.ui.transcript import bench
app = QApplication(["bench", *style.STYLE])
style.apply(app, style.system_theme())
collect_rarely()  # as the program does once its window is shown
print(json.dumps(getattr(bench, sys.argv[1])(*json.loads(sys.argv[2]))))
"""


def run(name: str, size: int | None) -> dict[str, Any]:
    """Measures the transcript. ``size`` is the largest reply in characters for ``stream``, and the number of messages
    for ``scroll`` and ``resize``."""
    arguments: list[Any] = []
    if size is not None:
        by_name: dict[str, list[Any]] = {
            "stream": [SHAPES, [*(each for each in SIZES if each < size), size]], "open": [[10, 100, 1000, size]]}
        arguments = by_name.get(name, [size])
    command = child_process.python("-c", _CODE, f"bench_{name}", json.dumps(arguments))
    done = child_process.run(command, environment=child_process.display_environment(), seconds=_SECONDS)
    if done.code:
        raise RuntimeError(f"The measured process failed: {done.errors[-2000:]}")
    figures: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return figures
