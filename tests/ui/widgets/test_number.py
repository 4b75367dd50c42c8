"""The number field: exact, locale-proof, never losing the number that was in force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from workbench.ui.widgets import NumberField, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.3", 0.3), ("0,3", 0.3), ("4 096", 4096), ("4 096", 4096), ("4_096", 4096),
        ("−2", -2), ("1e-3", 0.001), (" 7 ", 7), ("", None), ("x", None), ("NaN", None),
        ("inf", None), ("1,2,3", None),
    ],
)  # fmt: skip
def test_what_people_write_is_read(text: str, number: float | None) -> None:
    assert parse_number(text, integer=False) == number


def test_whole_numbers_are_whole() -> None:
    assert parse_number("4.0", integer=True) == 4
    assert parse_number("4.5", integer=True) is None


@given(st.integers(-(2**63), 2**63 - 1))
def test_seeds_of_64_bits_keep_every_digit(number: int) -> None:
    assert parse_number(str(number), integer=True) == number


@pytest.fixture
def field(show):
    made = show(NumberField("temperature value", low=0, high=2, step=0.05))
    made.set_number(0.3)
    made.heard = []
    made.picked.connect(made.heard.append)
    made.refused.connect(lambda text: made.heard.append(f"refused {text}"))
    return made


def test_typing_picks_each_number_in_range(field) -> None:
    field.lineEdit().selectAll()
    QTest.keyClicks(field.lineEdit(), "1,25")
    assert field.heard[-1] == 1.25 and field.number() == 1.25
    QTest.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    assert field.lineEdit().text() == "1.25"


def test_a_finer_number_than_the_step_stays_as_typed(field) -> None:
    field.lineEdit().setText("0.123456")
    field.editingFinished.emit()
    assert field.number() == 0.123456 and field.lineEdit().text() == "0.123456"


@pytest.mark.parametrize("wrong", ["3", "-1", "warm", "nan", ""])
def test_what_is_no_number_in_range_is_refused_and_the_old_one_stays(field, wrong: str) -> None:
    field.lineEdit().setText(wrong)
    assert field.number() == 0.3
    field.editingFinished.emit()
    assert field.heard == [f"refused {wrong}"]
    assert field.lineEdit().text() == "0.30" and not field.property("wrong")


def test_arrows_step_without_rounding_dust_and_stop_at_the_ends(field) -> None:
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.heard == [0.35, 0.4, 0.45]
    QTest.keyClick(field, Qt.Key.Key_PageUp)
    assert field.number() == 0.95
    field.stepBy(1000)
    assert field.number() == 2


def test_showing_a_number_tells_nobody(field) -> None:
    field.set_number(1.0)
    assert field.heard == [] and field.lineEdit().text() == "1.00"


def test_what_is_being_typed_is_not_written_over(field) -> None:
    field.activateWindow()
    field.lineEdit().setFocus()
    field.picked.connect(field.set_number)  # as a form does that is shown anew after each change
    field.lineEdit().selectAll()
    QTest.keyClicks(field.lineEdit(), "1.05")
    assert field.lineEdit().text() == "1.05" and field.number() == 1.05


def test_an_optional_field_may_be_empty(show) -> None:
    field = show(NumberField("retries", integer=True, low=0, high=10, optional=True))
    field.set_number(3)
    heard: list[object] = []
    field.picked.connect(heard.append)
    field.lineEdit().clear()
    field.editingFinished.emit()
    assert heard == [None] and field.number() is None


def test_assistive_technology_reads_and_sets_the_value(field) -> None:
    from PySide6.QtGui import QAccessible

    interface = QAccessible.queryAccessibleInterface(field)
    assert interface.role() == QAccessible.Role.SpinBox
    assert interface.text(QAccessible.Text.Name) == "temperature value"
    assert interface.valueInterface().currentValue() == pytest.approx(0.3)
    interface.valueInterface().setCurrentValue(0.7)
    assert field.number() == pytest.approx(0.7) and field.heard[-1] == pytest.approx(0.7)
