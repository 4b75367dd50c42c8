"""The JSON editor: valid values are told, mistakes are placed, text is never thrown away."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from tests.support.finding import find
from tests.support.work import calls
from workbench.ui.theme import style
from workbench.ui.theme.tokens import LIGHT
from workbench.ui.widgets import JsonEdit, JsonView, parse_json


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1,\n "b": }', "Line 2, column 7: Expecting value."),
        ("[NaN]", "NaN is no JSON number."),
        ("[1, -Infinity]", "-Infinity is no JSON number."),
        ("[" * 100_000, "This is nested too deeply."),
    ],
)
def test_mistakes_are_placed(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence.replace("[", r"\[") + "$"):
        parse_json(text)


def test_only_valid_values_are_told_and_the_text_stays(show) -> None:
    edit = show(JsonEdit("logit_bias value", objects_only=True), 300, 200)
    heard: list[object] = []
    edit.picked.connect(heard.append)
    edit.editor.setPlainText('{"50256": -100}')
    edit.editor.setPlainText('{"50256": -100,')
    assert heard == [{"50256": -100}] and edit.value() == {"50256": -100}
    assert edit.mistake().startswith("Line 1, column 16") and edit.editor.toPlainText() == '{"50256": -100,'
    edit.editor.setPlainText("[1]")
    assert edit.mistake() == "This must be a JSON object: { … }."
    edit.editor.setPlainText("")
    assert heard == [{"50256": -100}, None] and edit.mistake() == ""


def test_a_value_that_is_shown_is_not_told(show) -> None:
    edit = show(JsonEdit("x"))
    heard: list[object] = []
    edit.picked.connect(heard.append)
    edit.set_value({"a": [1, 2]})
    assert heard == [] and parse_json(edit.editor.toPlainText()) == {"a": [1, 2]}


def test_the_editor_grows_with_its_lines(show) -> None:
    edit = show(JsonEdit("x"), 300, 100)
    before = edit.editor.height()
    edit.set_value({str(number): number for number in range(10)})
    assert edit.editor.height() > before


def test_the_view_shortens_images_and_colours_keys(qapp, show) -> None:
    style.apply(qapp, LIGHT)
    view = show(JsonView("Request"), 400, 300)
    view.set_json({"model": "m", "image": "data:image/png;base64," + "A" * 5000})
    text = view.toPlainText()
    assert '"model": "m"' in text and "(5,022 characters)" in text and len(text) < 400
    formats = view.document().findBlockByNumber(1).layout().formats()
    assert formats[0].format.foreground().color() == QColor(LIGHT.code_colours["function"])


def test_a_chat_of_ten_thousand_messages_is_shown_with_little_work(show) -> None:
    view = show(JsonView("Request"), 400, 300)
    messages = [{"role": "user", "content": f"{number} " + "words " * 300} for number in range(10_000)]
    assert calls(lambda: view.set_json({"messages": messages})) < 10_000
    text = view.toPlainText()
    assert '"… 9,976 more …"' in text and '"9999 words' in text and text.count('"role"') == 24


def test_it_is_found_by_its_name(show) -> None:
    edit = show(JsonEdit("tools value"))
    assert find(edit, "tools value") is edit.editor
