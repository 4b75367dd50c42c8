"""Servers of tools on the window's event loop: the same as on asyncio's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.tools.conftest import BAD, GOOD, MakeServer

pytestmark = pytest.mark.process


def test_calls_and_deaths(qapp: QApplication, run: Run, make: MakeServer, over_http: Callable[..., str]) -> None:
    async def play() -> None:
        for server in (make(GOOD), make(url=over_http())):
            found = await asyncio.gather(*(server.call("add", {"a": number, "b": 1}) for number in range(20)))
            assert [one.text for one in found] == [str(number + 1) for number in range(20)]
            stopped = asyncio.ensure_future(server.call("wait", {"seconds": 600}))
            await asyncio.sleep(0)
            stopped.cancel()
            with pytest.raises(asyncio.CancelledError):
                await stopped
            await server.close()
        dying = make(GOOD)
        assert (await dying.call("die", {})).kind == "unknown"
        assert (await dying.call("echo", {"text": "again"})).text == "again"
        assert (await make(BAD, "endless-line").call("go", {})).kind == "unknown"

    run(play())
