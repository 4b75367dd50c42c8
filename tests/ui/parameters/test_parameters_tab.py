"""The Parameters tab, used as a person does: by accessible names, keyboard and pointer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QPlainTextEdit, QPushButton, QToolButton

from tests.support.finding import find, nameless
from workbench.core.ports.providers import Limit
from workbench.core.request.parameters import PARAMETERS
from workbench.ui.parameters.parameters_tab import ParametersTab
from workbench.ui.widgets import Button, ComboBox, Field, Label, NumberField, SearchField, Section, ValueSlider


@pytest.fixture
def tab(show) -> ParametersTab:
    made = show(ParametersTab(), 316, 800)
    made.heard = []
    made.changed.connect(made.heard.append)
    return made


def write(field: NumberField, text: str) -> None:
    field.lineEdit().setText(text)
    field.editingFinished.emit()


def row_mistake(tab: ParametersTab, name: str) -> str:
    return tab._rows[name].mistake()


def test_nothing_is_sent_that_nobody_set(tab) -> None:
    assert tab.values() == {} and tab.heard == []
    assert not find(tab, "Send temperature", QCheckBox).isChecked()
    assert find(tab, "temperature value", NumberField).number() == 1.0


def test_slider_field_and_switch_go_in_step(tab) -> None:
    field, slider = find(tab, "temperature value", NumberField), find(tab, "temperature", ValueSlider)
    switch = find(tab, "Send temperature", QCheckBox)
    write(field, "0.3")
    assert tab.heard[-1] == {"temperature": 0.3} and slider.number() == 0.3 and switch.isChecked()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert tab.values() == {"temperature": 0.35} and field.number() == 0.35
    switch.click()
    assert tab.values() == {} and field.number() == 1.0
    switch.click()
    assert tab.values() == {"temperature": 0.35}, "switching on again brings the value back"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("temperature", "3", "temperature must be between 0 and 2; 3 is not."),
        ("temperature", "NaN", "temperature needs a number, not NaN."),
        ("temperature", "hot", "temperature needs a number, not “hot”."),
        ("max_tokens", "0", "max_tokens must be at least 1; 0 is not."),
        ("max_tokens", "1.5", "max_tokens needs a whole number, not 1.5."),
    ],
)
def test_wrong_values_are_refused_with_a_sentence_and_the_old_one_stays(tab, name, text, sentence) -> None:
    tab.set_values({name: 1})
    write(find(tab, f"{name} value", NumberField), text)
    assert row_mistake(tab, name) == sentence
    assert tab.values() == {name: 1} and tab.heard == []
    assert find(tab, f"{name} value", NumberField).number() == 1


def test_seeds_keep_all_their_digits(tab) -> None:
    write(find(tab, "seed value", NumberField), "9007199254740993")
    assert tab.values() == {"seed": 9007199254740993}


def test_stop_sequences_hold_line_breaks_and_at_most_four(tab) -> None:
    editor = find(tab, "stop value", QPlainTextEdit)
    editor.setPlainText("END\n\\n\\n\n\\\\n")
    assert tab.values() == {"stop": ["END", "\n\n", "\\n"]}
    editor.setPlainText("1\n2\n3\n4\n5\n6\n7")
    assert tab.values()["stop"] == ["END", "\n\n", "\\n"]
    assert row_mistake(tab, "stop") == "stop takes at most 4 texts; these are 7."
    assert editor.toPlainText() == "1\n2\n3\n4\n5\n6\n7", "what was typed stays to be mended"
    editor.setPlainText("")
    assert tab.values() == {}


def test_what_another_chat_sets_is_shown_and_told_to_nobody(tab) -> None:
    tab.set_values({"temperature": 0.2, "stop": ["a\tb"], "reasoning_effort": "low"})
    assert tab.heard == []
    assert find(tab, "stop value", QPlainTextEdit).toPlainText() == "a\\tb"
    assert find(tab, "reasoning_effort value", ComboBox).currentData() == "low"
    assert find(tab, "Send reasoning_effort", QCheckBox).isChecked()
    tab.set_values({})
    assert not find(tab, "Send temperature", QCheckBox).isChecked()


def test_undo_takes_back_whole_changes_and_reset_can_be_undone(tab) -> None:
    undo = find(tab, "Undo the last change", QToolButton)
    assert not undo.isEnabled()
    slider = find(tab, "temperature", ValueSlider)
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    find(tab, "Send seed", QCheckBox).click()
    find(tab, "Reset all parameters", QPushButton).click()
    assert tab.values() == {}
    undo.click()
    assert tab.values() == {"temperature": 0.75, "seed": 0}
    undo.click()
    assert tab.values() == {"temperature": 0.75}
    undo.click()
    assert tab.values() == {} and not undo.isEnabled() and slider.number() == 1.0


def test_another_chat_has_its_own_past(tab) -> None:
    write(find(tab, "temperature value", NumberField), "0.3")
    tab.set_values({"top_p": 0.5})
    assert not find(tab, "Undo the last change", QToolButton).isEnabled()


def test_a_refused_parameter_is_grey_with_the_reason_and_can_be_tried_again(tab) -> None:
    tab.set_limits({"temperature": Limit("temperature", "refused", "not accepted by o3", "learned")})
    switch = find(tab, "Send temperature", QCheckBox)
    assert not switch.isEnabled() and not find(tab, "temperature", ValueSlider).isEnabled()
    assert find(tab, "Send seed", QCheckBox).isEnabled()
    assert "not accepted by o3" in [label.text() for label in tab._rows["temperature"].findChildren(type(
        tab._help))]
    forgotten: list[str] = []
    tab.forget_requested.connect(forgotten.append)
    find(tab, "Try temperature anyway", Button).click()
    assert forgotten == ["temperature"]
    tab.set_limits({})
    assert switch.isEnabled()


def test_what_is_set_and_refused_can_be_taken_back(tab) -> None:
    tab.set_values({"temperature": 0.2})
    tab.set_limits({"temperature": Limit("temperature", "refused", "not accepted", "facts")})
    switch = find(tab, "Send temperature", QCheckBox)
    assert switch.isEnabled() and not find(tab, "Try temperature anyway", Button).isVisible()
    switch.click()
    assert tab.values() == {} and not switch.isEnabled()


def test_a_reason_that_holds_for_many_is_said_once(tab) -> None:
    names = ("temperature", "top_p", "seed")
    tab.set_limits({name: Limit(name, "refused", "The guide does not sample.", "facts") for name in names})
    said = [label for label in tab.findChildren(Label) if label.text() == "The guide does not sample."]
    assert len(said) == 1 and said[0].isVisible()
    assert not find(tab, "Send temperature", QCheckBox).isEnabled()
    folded = ("top_k", "min_p", "typical_p")
    tab.set_limits({name: Limit(name, "refused", "It has no use for this.", "facts") for name in folded})
    assert not said[0].isVisible(), "it would seem to be said of the parameters below it"


def test_a_model_narrows_ranges_and_choices(tab) -> None:
    tab.set_limits({
        "temperature": Limit("temperature", "range", "0 to 1 on this server", "facts", low=0, high=1),
        "reasoning_effort": Limit("reasoning_effort", "range", "", "facts", choices=("low", "high")),
        "max_tokens": Limit("max_tokens", "renamed", "", "facts", sent_as="max_completion_tokens"),
    })  # fmt: skip
    write(find(tab, "temperature value", NumberField), "1.5")
    assert row_mistake(tab, "temperature") == "temperature must be between 0 and 1; 1.5 is not."
    slider = find(tab, "temperature", ValueSlider)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert tab.values() == {"temperature": 1.0}
    effort = find(tab, "reasoning_effort value", ComboBox)
    assert [effort.itemData(index) for index in range(effort.count())] == ["low", "high"]
    notes = [label.text() for label in tab._rows["max_tokens"].findChildren(type(tab._help))]
    assert "sent as max_completion_tokens" in notes


def test_the_search_finds_by_name_title_and_description(tab) -> None:
    search = find(tab, "Search parameters", SearchField)
    search.setText("penalty")
    visible = {name for name, row in tab._rows.items() if row.isVisible()}
    assert {"frequency_penalty", "presence_penalty"} <= visible and "seed" not in visible
    search.setText("zzz")
    assert not any(row.isVisible() for row in tab._rows.values())
    search.clear()
    assert tab._rows["seed"].isVisible()


def test_free_fields_are_kept_apart_and_known_names_are_not_taken(tab) -> None:
    tab.set_values({"temperature": 0.2, "mirostat": 2})
    tab._sections[""].set_open(True)
    editor = find(tab, "Other fields", QPlainTextEdit)
    assert json.loads(editor.toPlainText()) == {"mirostat": 2}
    editor.setPlainText('{"mirostat": 1, "grammar": "x"}')
    assert tab.values() == {"temperature": 0.2, "mirostat": 1, "grammar": "x"}
    editor.setPlainText('{"top_p": 0.2}')
    assert tab._fields.mistake() == "top_p has a row of its own: “Top P”."
    assert "top_p" not in tab.values()
    editor.setPlainText("")
    assert tab.values() == {"temperature": 0.2}


def test_presets_are_saved_applied_marked_and_deleted(tab) -> None:
    bar, box = tab.presets, find(tab, "Preset", ComboBox)
    saved: list[tuple[str, dict]] = []
    deleted: list[str] = []
    bar.save_requested.connect(lambda name, values: saved.append((name, values)))
    bar.delete_requested.connect(deleted.append)
    write(find(tab, "temperature value", NumberField), "0.3")
    find(tab, "Save preset", QPushButton).click()
    field = find(tab.window(), "Preset name", Field)
    assert field.hasFocus()
    field.setText("Precise")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert saved == [("Precise", {"temperature": 0.3})]
    bar.set_presets({"Precise": {"temperature": 0.3}, "Wild": {"temperature": 1.8}})
    assert box.currentText() == "Precise" and not find(tab, "Save preset", QPushButton).isEnabled()
    box.setCurrentIndex(box.findData("Wild"))
    box.activated.emit(box.currentIndex())
    assert tab.heard[-1] == {"temperature": 1.8}
    assert find(tab, "temperature", ValueSlider).number() == 1.8
    QTest.keyClick(find(tab, "temperature", ValueSlider), Qt.Key.Key_Left)
    assert box.currentText() == "Wild, changed"
    next(action for action in bar.menu().actions() if action.text() == "Delete “Wild”").trigger()
    assert deleted == ["Wild"]
    bar.set_presets({})
    assert box.currentText() == "Preset: none", "no preset was changed: there is none"


def test_a_preset_can_be_left_and_renamed(tab) -> None:
    bar, box = tab.presets, find(tab, "Preset", ComboBox)
    renamed: list[tuple[str, str]] = []
    bar.rename_requested.connect(lambda name, new: renamed.append((name, new)))
    bar.set_presets({"Wild": {"temperature": 1.8}})
    box.setCurrentIndex(box.findData("Wild"))
    box.activated.emit(box.currentIndex())
    next(action for action in bar.menu().actions() if action.text() == "Rename “Wild”…").trigger()
    field = find(tab.window(), "Preset name", Field)
    assert field.text() == "Wild"
    field.setText("Wilder")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert renamed == [("Wild", "Wilder")]
    bar.set_presets({"Wilder": {"temperature": 1.8}})
    assert box.currentText() == "Wilder"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert tab.heard[-1] == {} and box.currentText() == "Preset: none"


def test_return_in_the_search_presses_no_button_around_it(tab) -> None:
    field = find(tab, "Search parameters", SearchField)
    field.setText("logprob")
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(field, event)
    assert event.isAccepted()
    tab.clear_search()
    assert field.text() == ""


def test_presets_travel_as_a_file_and_bad_files_are_refused(tab, tmp_path: Path) -> None:
    bar = tab.presets
    bar.set_presets({"Precise": {"temperature": 0.3, "mirostat": 2}})
    bar.export_file(tmp_path / "presets.json")
    saved: list[tuple[str, dict]] = []
    failed: list[str] = []
    bar.save_requested.connect(lambda name, values: saved.append((name, values)))
    bar.failed.connect(failed.append)
    bar.import_file(tmp_path / "presets.json")
    assert saved == [("Precise", {"temperature": 0.3, "mirostat": 2})]
    (tmp_path / "bad.json").write_text('{"X": {"temperature": 9}}')
    (tmp_path / "worse.json").write_bytes(b"\xff")
    for name in ("bad.json", "worse.json", "absent.json"):
        bar.import_file(tmp_path / name)
    assert failed == [
        "bad.json holds no presets. temperature must be between 0 and 2; 9 is not.",
        "worse.json holds no presets. It is not JSON.",
        "absent.json cannot be read: No such file or directory.",
    ]
    assert len(saved) == 1


def test_every_parameter_has_its_widgets_and_they_have_names(tab) -> None:
    for section in tab.findChildren(Section):
        section.set_open(True)
    assert set(tab._rows) == {parameter.name for parameter in PARAMETERS}
    for parameter in PARAMETERS:
        assert find(tab, f"Send {parameter.name}", QCheckBox)
        assert find(tab, f"{parameter.name} value")
    assert nameless(tab) == []


def test_switching_on_every_parameter_gives_values_that_pass_their_checks(tab) -> None:
    for section in tab.findChildren(Section):
        section.set_open(True)
    for parameter in PARAMETERS:
        find(tab, f"Send {parameter.name}", QCheckBox).click()
    for name, value in tab.values().items():
        assert next(p for p in PARAMETERS if p.name == name).check(value) == value
    empty = {parameter.name for parameter in PARAMETERS if parameter.initial in (None, "", [])}
    assert set(tab.values()) == {parameter.name for parameter in PARAMETERS} - empty
    assert empty == {"stop", "user"}, "there is nothing to send before something is written"


def test_json_that_does_not_fit_its_parameter_is_refused(tab) -> None:
    editor = find(tab, "response_format value", QPlainTextEdit)
    find(tab, "Send response_format", QCheckBox).click()
    good = tab.values()["response_format"]
    editor.setPlainText('{"type": "jsn"}')
    assert row_mistake(tab, "response_format").startswith("response_format") and tab.values() == {
        "response_format": good
    }
    editor.setPlainText('{"type": ')
    assert tab.values() == {"response_format": good}


def test_the_help_line_tells_of_what_has_the_focus(tab) -> None:
    tab.activateWindow()
    find(tab, "Send top_p", QCheckBox).setFocus()
    assert tab._help.text().startswith("top_p (0 to 1): Only the likeliest words")


def test_the_narrowest_panel_cuts_nothing_off(show) -> None:
    tab = show(ParametersTab(), 280, 700)
    for section in tab.findChildren(Section):
        section.set_open(True)
    assert tab.minimumSizeHint().width() <= 280
    assert tab._area.inside.minimumSizeHint().width() <= tab._area.viewport().width()
