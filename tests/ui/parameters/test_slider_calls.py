"""The cost of one step of a slider: what is called for it, in the whole window."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from types import FrameType

from PySide6.QtWidgets import QCheckBox

from tests.conftest import Run
from tests.support.finding import find
from workbench.ui.widgets import ValueSlider
from workbench.ui.window import MainWindow

MOST_CALLS = 80  # once 376, when one signal made every listener set again what it already showed


def test_a_step_of_a_slider_asks_nobody_whom_it_does_not_concern(window: MainWindow, run: Run) -> None:
    window.show_panel("Parameters")
    run(asyncio.sleep(0))
    find(window.panel, "Send temperature", QCheckBox).click()
    slider = find(window.panel, "temperature", ValueSlider)
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and "/workbench/" in name:
            calls[f"{name.rpartition('/workbench/')[2]}:{frame.f_code.co_qualname}"] += 1

    sys.setprofile(count)
    try:
        slider.triggerAction(ValueSlider.SliderAction.SliderSingleStepAdd)
    finally:
        sys.setprofile(None)
    assert "temperature" in window.chat.conversation.chat.params
    assert 0 < calls.total() <= MOST_CALLS, calls.most_common()
