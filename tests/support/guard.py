"""What a test must not leave behind: errors in the log, Qt warnings, running tasks, generators in the middle, open
windows; and the programs that it starts, which it must announce."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

QT_LOGGER = "qt"  # that of ``workbench.ui.shell.qt_log``

# Said by Qt's offscreen platform about what it has no use for; nothing that a program could do about it.
_HARMLESS = re.compile(r"This plugin does not support ")


started: list[str] = []
"""The programs that this process has started since the test began, as command lines."""


def watch_processes() -> None:
    """Notes from now on in ``started`` every program that this process starts."""
    start = subprocess.Popen.__init__

    def noted(self: subprocess.Popen[Any], args: Any, *rest: Any, **more: Any) -> None:
        started.append(args if isinstance(args, str) else " ".join(map(str, args)))
        start(self, args, *rest, **more)

    subprocess.Popen.__init__ = noted  # type: ignore[method-assign]


class LogGuard(logging.Handler):
    """Collects records of ERROR and above, and every warning of Qt; `expect` allows what a test provokes."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.name.split(".")[0] == QT_LOGGER:
            self._records.append(record)

    def expect(self, pattern: str) -> None:
        """Something whose text matches this regular expression must be logged, and may be."""
        self._expected.append(re.compile(pattern))

    def complaints(self) -> list[str]:
        texts = [_text(record) for record in self._records]
        found = [f"unexpected log record: {text}" for text in texts if not self._allowed(text)]
        missing = [p.pattern for p in self._expected if not any(p.search(text) for text in texts)]
        return found + [f"expected in the log, but not there: {pattern}" for pattern in missing]

    def _allowed(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in [*self._expected, _HARMLESS])


def _text(record: logging.LogRecord) -> str:
    return logging.Formatter("%(levelname)s %(name)s: %(message)s").format(record)


def leaked_tasks(loop: asyncio.AbstractEventLoop) -> list[str]:
    return [f"a task was left running: {task!r}" for task in asyncio.all_tasks(loop) if not task.done()]


def watch_generators(loop: asyncio.AbstractEventLoop) -> None:
    """Logs an error from now on for each asynchronous generator that the loop must close, because nobody else did."""
    close: Callable[[AsyncGenerator[Any, Any]], None] = loop._asyncgen_finalizer_hook  # type: ignore[attr-defined]

    def noted(generator: AsyncGenerator[Any, Any]) -> None:
        if not _of_a_library(generator):
            log.error("left in the middle, without aclose(): %r", generator)
        close(generator)

    loop._asyncgen_finalizer_hook = noted  # type: ignore[attr-defined]


def left_generators(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Names the asynchronous generators that are still in the middle."""
    known: Iterable[AsyncGenerator[Any, Any]] = loop._asyncgens  # type: ignore[attr-defined]
    return [f"left in the middle, without aclose(): {one!r}" for one in list(known)
            if one.ag_frame is not None and not _of_a_library(one)]


def _of_a_library(generator: AsyncGenerator[Any, Any]) -> bool:
    """Returns whether a generator is one that a library leaves to the loop: those of the HTTP library of MCP's SDK, and
    the body of a request of httpx that is given up while it is sent. It holds nothing but bytes."""
    code = generator.ag_code
    parts = {*Path(code.co_filename).parts}
    return bool({"httpx2", "httpcore2", "mcp"} & parts) or (
        "httpx" in parts and code.co_qualname == "ByteStream.__aiter__")


def top_level_widgets() -> list[Any]:
    """The windows that are open now, without loading Qt where the test did not."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    # Qt keeps one window for all tool tips.
    return [w for w in widgets.QApplication.topLevelWidgets() if w.metaObject().className() != "QTipLabel"]


def leaked_widgets(before: list[Any]) -> list[str]:
    """Names the windows that were not open `before`, and closes them, so that only one test fails."""
    known = {id(widget) for widget in before}
    if not [w for w in top_level_widgets() if id(w) not in known]:
        return []
    gc.collect()  # a widget in a reference cycle is not a leak
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    leaked = [w for w in top_level_widgets() if id(w) not in known]
    names = [f"{type(w).__name__} {w.objectName() or w.windowTitle()!r}" for w in leaked]
    for widget in leaked:
        widget.deleteLater()
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    return [f"a window was left open: {name}" for name in names]
