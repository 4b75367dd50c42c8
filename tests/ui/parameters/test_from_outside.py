"""The Parameters tab as a screen reader or another program uses it, over AT-SPI."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.support.accessible import Desktop, wait_for

ROOT = Path(__file__).parents[3]
PANEL = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from workbench.ui.theme import style
from workbench.ui.theme.tokens import LIGHT
from workbench.ui.parameters.parameters_tab import ParametersTab
from workbench.ui.shell.panel import Panel, PanelTab
style.apply(app, LIGHT)
def make(parent):
    tab = ParametersTab(parent)
    tab.changed.connect(lambda values: Path(sys.argv[1]).write_text(json.dumps(values)))
    return tab
panel = Panel([PanelTab("Parameters", make)])
panel.resize(316, 900)
panel.show()
app.exec()
"""


def test_parameters_are_set_by_switch_slider_and_field(desktop: Desktop, tmp_path: Path) -> None:
    told = tmp_path / "values.json"

    def values() -> dict[str, object]:
        return json.loads(told.read_text()) if told.exists() and told.read_text() else {}

    command = [sys.executable, "-c", PANEL, str(told)]
    with desktop.start(command, tmp_path / "log", {"PYTHONPATH": str(ROOT)}) as window:
        window.find("Preset").find("Preset: none", role="combo box")
        slider = window.find("temperature", role="slider")
        assert slider.value == 1.0
        slider.set_value(0.35)
        wait_for(lambda: values() == {"temperature": 0.35}, "the slider's value", 5)
        switch = window.find("Send temperature", role="check box")
        assert "checked" in switch.states
        field = window.find("temperature value", role="spin box")
        assert field.value == 0.35
        field.set_value(1.25)
        wait_for(lambda: values() == {"temperature": 1.25} and slider.value == 1.25, "the field's value", 5)
        switch.press()
        wait_for(lambda: values() == {}, "the switch", 5)
        window.find("stop value").write("END")
        wait_for(lambda: values() == {"stop": ["END"]}, "the texts", 5)
