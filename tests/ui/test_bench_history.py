"""``workbench bench history``, on a window of few chats."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.sidebar.test_sidebar import make_chats
from workbench.bench.history import measure
from workbench.ui.window import MainWindow


def test_it_scrolls_opens_and_searches(window: MainWindow, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    make_chats(window, run, *(f"Information {number}" for number in range(25)))
    closed: list[int] = []
    window.closed.connect(lambda: closed.append(1))
    run(measure(window), 60)
    run(until(lambda: closed))
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["scroll_to_end_chats"] == 25 and figures["open_chat_count"] == 20
    assert figures["search_count"] > 20 and figures["search_p95_ms"] > 0
