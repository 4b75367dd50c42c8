"""Switch, slider, segmented choice, combo box and fields, used by keyboard and pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStyleOptionComboBox, QWidget

from tests.support.finding import find
from workbench.ui.theme import style
from workbench.ui.theme.tokens import DARK, LIGHT
from workbench.ui.widgets import (
    Button,
    CheckBox,
    ComboBox,
    IconButton,
    SearchField,
    Segmented,
    ToggleSwitch,
    ValueSlider,
)  # fmt: skip


def wheel(widget: QWidget) -> bool:
    """Turns the wheel one notch over a widget; whether it took it."""
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, QPointF(widget.mapToGlobal(centre)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.mark.parametrize("kind", [ToggleSwitch, CheckBox])
def test_switches_obey_space_and_a_click_anywhere(show, kind) -> None:
    box = show(kind("Send temperature"))
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 3, box.height() // 2))
    assert not box.isChecked()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", [ToggleSwitch, CheckBox])
def test_on_off_and_focus_look_different(qapp, show, kind, theme) -> None:
    style.apply(qapp, theme)
    box = show(kind("x"))
    off = box.grab().toImage()
    box.setChecked(True)
    on = box.grab().toImage()
    box.setFocus()
    focused = box.grab().toImage()
    box.clearFocus()
    assert off != on and focused != box.grab().toImage()
    style.apply(qapp, LIGHT)


def test_a_slider_moves_by_steps_pages_and_ends(show) -> None:
    slider = show(ValueSlider(0, 2, 0.05, name="temperature"), 200)
    picked: list[float] = []
    slider.picked.connect(picked.append)
    slider.set_number(0.3)
    assert picked == [] and slider.number() == 0.3
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    QTest.keyClick(slider, Qt.Key.Key_End)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert picked == [0.35, 0.75, 2.0, 0.0]


def test_assistive_technology_reads_and_sets_the_number_of_a_slider(show) -> None:
    slider = show(ValueSlider(0, 2, 0.05, name="temperature"), 200)
    slider.set_number(0.3)
    picked: list[float] = []
    slider.picked.connect(picked.append)
    interface = QAccessible.queryAccessibleInterface(slider)
    assert (interface.role(), interface.text(QAccessible.Text.Name)) == (QAccessible.Role.Slider, "temperature")
    value = interface.valueInterface()
    assert (value.minimumValue(), value.maximumValue(), value.currentValue()) == (0, 2, 0.3)
    value.setCurrentValue(0.7)
    assert slider.number() == 0.7 and picked == [0.7]


def test_a_logarithmic_slider_covers_its_range_in_round_numbers(show) -> None:
    slider = show(ValueSlider(1, 131072, 1, logarithmic=True, name="max_tokens"))
    numbers = [slider._number_at(place) for place in range(slider.maximum() + 1)]
    assert numbers[0] == 1 and numbers[-1] == 131072 and numbers == sorted(numbers)
    assert all(number == round(number) for number in numbers)
    slider.set_number(4096)
    assert slider.number() == pytest.approx(4096, rel=0.05)


def test_a_click_on_a_slider_goes_there_and_mirrors_in_right_to_left(show) -> None:
    slider = show(ValueSlider(0, 1, 0.01, name="top_p"), 200)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(195, 10))
    assert slider.number() == 1.0
    slider.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(195, 10))
    assert slider.number() == 0.0


def test_the_wheel_changes_nothing_that_has_no_focus(show) -> None:
    other = ToggleSwitch("first")
    slider, box = ValueSlider(0, 2, 0.05, name="s"), ComboBox("c")
    box.set_items([("one", 1), ("two", 2)])
    host = QWidget()
    for child in (other, slider, box):
        child.setParent(host)
    show(host, 300, 100)
    host.activateWindow()
    other.setFocus()
    assert not wheel(slider) and slider.number() == 0
    assert not wheel(box) and box.currentData() == 1
    slider.setFocus()
    wheel(slider)
    assert slider.number() > 0


def test_segments_are_walked_with_the_arrow_keys(show) -> None:
    effort = show(Segmented(["low", "medium", "high"], "reasoning_effort"))
    picked: list[str] = []
    effort.picked.connect(picked.append)
    assert effort.value() == ""
    effort.set_value("medium")
    assert picked == [] and effort.value() == "medium"
    QTest.keyClick(find(effort, "reasoning_effort: medium"), Qt.Key.Key_Right)
    QTest.keyClick(find(effort, "reasoning_effort: high"), Qt.Key.Key_Right)
    assert picked[0] == "high" and effort.value() == "high"
    effort.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QTest.keyClick(find(effort, "reasoning_effort: high"), Qt.Key.Key_Right)
    assert effort.value() == "medium"


def test_new_items_of_a_combo_box_keep_the_choice(show) -> None:
    box = show(ComboBox("Preset"))
    heard: list[int] = []
    box.currentIndexChanged.connect(heard.append)
    box.set_items([("None", ""), ("Precise", "precise")])
    box.set_data("precise")
    box.set_items([("None", ""), ("Bold", "bold"), ("Precise", "precise")])
    assert box.currentData() == "precise" and heard == []


def test_escape_empties_a_search_first(show) -> None:
    field = show(SearchField("Filter models"))
    field.setText("llama")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "" and field.placeholderText() == "Filter models"


def test_every_widget_that_is_offered_is_there() -> None:
    from workbench.ui import widgets

    assert sorted(widgets._HOME_OF) == sorted(widgets.__all__)
    for name in widgets.__all__:
        assert getattr(widgets, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = widgets.Nothing


@pytest.mark.parametrize("make", [lambda: Button("Ask"), lambda: IconButton("x", "Close")], ids=["words", "icon"])
def test_a_click_leaves_no_ring_and_a_key_brings_it(show, make) -> None:
    window = QWidget()
    row = QHBoxLayout(window)
    clicked, tabbed = make(), make()
    for button in (clicked, tabbed):
        row.addWidget(button)
    show(window)
    tabbed.setFocus(Qt.FocusReason.OtherFocusReason)
    plain = picture(clicked)
    clicked.setFocus(Qt.FocusReason.MouseFocusReason)
    assert clicked.hasFocus() and picture(clicked) == plain
    QTest.keyClick(clicked, Qt.Key.Key_Shift)
    ringed = picture(clicked)
    assert ringed != plain, "whoever goes on with keys sees where"
    tabbed.setFocus(Qt.FocusReason.TabFocusReason)
    assert picture(tabbed) == ringed


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_a_choice_that_has_no_room_ends_in_dots(show) -> None:
    box = ComboBox("Reply")
    box.set_items([("1 · ngram · 21:08 · and an error as its own documents give them", 1)])
    show(box, 160)
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    assert option.currentText.endswith("…") and box.currentText().endswith("give them")
