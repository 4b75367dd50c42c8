"""What the panel shows of values that came from elsewhere: a chat of an older version, another program's file."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from tests.support.finding import find
from workbench.core.json_types import Json
from workbench.core.request.parameters import PARAMETERS, Parameter
from workbench.ui.parameters.parameter_row import ParameterRow


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_any_value_can_be_shown_and_replaced(parameter: Parameter, show) -> None:
    row = show(ParameterRow(parameter), 316)
    picked: list[tuple[str, Json]] = []
    row.picked.connect(lambda name, value: picked.append((name, value)))
    strange: list[Json] = ["warm", "", None, True, [], [0.2, "a"], [[]], {}, {"a": [1]}, -1, 1.5, 10**400,
                           float("nan")]
    for value in strange:
        row.set_value(value, custom=True)
        assert not picked, "what is shown is told to nobody"
    row.set_value(parameter.initial, custom=True)
    assert row.mistake() == ""


@pytest.mark.parametrize(("value", "text"), [("END", "END"), (["a", "b"], "a\nb"), ([1, "b", None], "b"), (7, "")])
def test_stop_texts_are_shown_whether_one_or_several(value: Json, text: str, show) -> None:
    row = show(ParameterRow(next(one for one in PARAMETERS if one.name == "stop")), 316)
    row.set_value(value, custom=True)
    assert find(row, "stop value", QPlainTextEdit).toPlainText() == text
