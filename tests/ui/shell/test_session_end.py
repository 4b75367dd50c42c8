"""The end of the session: the system waits until what is unsaved is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from workbench.ui.shell.session_end import SessionEnd


def test_the_system_waits_for_what_is_unsaved(run: Run, qapp: QApplication) -> None:
    """``tests/end_to_end/test_endings.py`` ends whole programs so."""
    written: list[str] = []

    async def write() -> None:
        await asyncio.sleep(0)
        written.append("the draft")

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        answered = loop.create_future()

        def save() -> Callable[[], bool]:
            return loop.create_task(write()).done

        session = SessionEnd(qapp, save)

        def ask() -> None:  # by the system: outside of any task
            session._commit(None)
            answered.set_result(list(written))

        loop.call_soon(ask)
        assert await answered == ["the draft"], "before the system goes on"
        session.close()

    run(scene())
