"""The QApplication of the tests. Importing this loads Qt."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from workbench.ui.shell.qt_log import log_qt_messages


def application() -> QApplication:
    """The one QApplication: Fusion, offscreen, with what Qt says going to the log."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    log_qt_messages()
    app = QApplication.instance() or QApplication([sys.argv[0], "-style", "Fusion"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    return app


def show(widget: QWidget, width: int | None = None, height: int | None = None) -> None:
    """Show a widget at a size (in pixels) and let Qt lay it out and paint it."""
    if width is not None or height is not None:
        widget.resize(width or widget.width(), height or widget.height())
    widget.show()
    QApplication.processEvents()


def destroy(widget: QWidget) -> None:
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def event_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """The window's loop for tests that run it piece by piece.

    The ``run_until_complete`` of qasync processes Qt's events once more after the loop has ended. A coroutine that
    goes on then finds no running loop and fails; a program that runs the loop once never meets this.
    """
    from workbench.ui.shell.event_loop import EventLoop

    class Loop(EventLoop):
        def run_until_complete(self, future: Any) -> Any:
            task = asyncio.ensure_future(future, loop=self)
            task.add_done_callback(self._ended)
            try:
                self.run_forever()
            finally:
                task.remove_done_callback(self._ended)
            if not task.done():
                raise RuntimeError("The loop was stopped before the coroutine had ended.")
            return task.result()

        def _ended(self, _: object) -> None:
            self.stop()

    loop: asyncio.AbstractEventLoop = Loop(app)
    return loop
