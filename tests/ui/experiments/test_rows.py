"""The rows of the form: checks, axes and versions of texts."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from workbench.core.chat.templates import Template
from workbench.core.errors import BadInput
from workbench.core.experiments.checks import KINDS, Check
from workbench.core.experiments.plan import Plan
from workbench.core.ports.templates import TemplateVersion
from workbench.ui.experiments.axis_rows import AxisRows
from workbench.ui.experiments.check_rows import CheckRows
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.experiments.versions_dialog import VersionsDialog, version_label

CHECKS = (
    Check("contains", {"text": "tea", "ignore_case": True}), Check("similarity", {"text": "a\nb", "at_least": 0.6}),
    Check("similarity", {"text": "x"}), Check("judge", {"model": "a/x", "rubric": "Short: yes?", "at_least": 0.9}),
    Check("max_words", {"words": 20}), Check("json_schema", {"schema": {"type": "object"}}),
    Check("regex", {"pattern": r"\\d+"}), Check("contains_any", {"texts": ["a", "b c"], "weight": 0.0}),
    Check("number", {"value": "{{n}}", "tolerance": 0.5}), Check("number", {"value": 3}),
    Check("one_of", {"options": ["yes", "no"], "expected": "{{label}}", "anywhere": True, "transform": "last_line"}),
    Check("json_path", {"path": "$.a", "value": "{{x}}"}), Check("json_path", {"path": "$.a", "value": [1]}),
    Check("calls", {"name": "find", "arguments": {"a": 1}, "schema": {"required": ["a"]}}), Check("no_calls"),
    Check("call_order", {"names": ["find", "send"], "exactly": True}), Check("call_order", {"names": ["find"]}),
    Check("latency", {"at_most": 2.5, "of": "first_token"}), Check("latency", {"at_most": 2}),
    Check("finish_reason", {"reason": "stop"}), Check("language", {"language": "de"}),
    Check("code", {"code": "len(answer) < 5", "at_least": 0.9}), Check("cost", {"at_most": 0.01}),
    Check("preferred", {"text": "Hi", "rubric": "Kind?", "model": "a/j", "params": {"temperature": 0}}),
    Check("pairwise", {"rubric": "Kind?", "model": "a/j", "than": {"temperature": 0}}),
    Check("meaning", {"text": "{{x}}", "model": "a/e", "at_least": 0.7}),
    Check("equals", {"text": "a", "transform": ["take_json", "last_line"]}),
    Check("meaning", {"text": "{{label}}", "model": "a/e", "at_least": 0.7}),
)


def test_checks_come_back_as_they_were_shown(qapp: QApplication) -> None:
    rows = CheckRows()
    rows.show_checks(CHECKS)
    assert rows.checks() == CHECKS
    assert {check.kind for check in CHECKS} >= set(KINDS) - {"not_contains", "contains_all", "contains_none"}
    rows.rows.rows[0].remove_requested.emit()
    rows.rows.add()  # says nothing yet
    assert rows.checks() == CHECKS[1:]
    rows.deleteLater()


@pytest.mark.parametrize(("kind", "text", "least", "sentence"), [
    ("max_words", "few", "", "whole number"), ("json_schema", "{", "", "is not valid JSON"),
    ("judge", "is it good?", "", "needs model"), ("regex", "(", "", "not a regular expression"),
    ("cost", "cheap", "", "needs a number"), ("similarity", "x", "much", "number from 0 to 1"),
    ("similarity", "x", "7", "between 0 and 1"),
])
def test_checks_that_make_no_sense_are_told(
    qapp: QApplication, kind: str, text: str, least: str, sentence: str
) -> None:
    rows = CheckRows()
    row = rows.rows.add()
    row.kind.setCurrentIndex(row.kind.findData(kind))
    row.text.setPlainText(text)
    row.min_score.setText(least)
    with pytest.raises(BadInput, match=sentence):
        rows.checks()
    rows.deleteLater()


def test_another_kind_keeps_what_was_written(qapp: QApplication) -> None:
    rows = CheckRows()
    row = rows.rows.add()
    row.text.setPlainText("tea")
    for kind in ("regex", "not_contains", "judge", "contains"):
        row.kind.setCurrentIndex(row.kind.findData(kind))
        assert row.text.toPlainText() == "tea"
    assert rows.checks() == (Check("contains", {"text": "tea"}),)
    row.text.setPlainText("{{what}} or {{who}}")
    assert list(rows.variables()) == ["what", "who"]
    rows.deleteLater()


def test_a_check_on_similarity_says_what_it_lets_pass(qapp: QApplication) -> None:
    rows = CheckRows()
    assert rows.rows.add().meaning.isHidden()
    rows.show_checks(CHECKS[1:2])
    row = rows.rows.rows[0]
    assert "at most about 1 word in 5 is another" in row.meaning.text() and not row.meaning.isHidden()
    row.min_score.setText("")
    assert "1 word in 10" in row.meaning.text()
    row.min_score.setText("1")
    assert "wording must be the same" in row.meaning.text()
    row.min_score.setText("much")
    assert row.meaning.text() == ""
    rows.deleteLater()


def test_axes_of_numbers_and_of_texts(qapp: QApplication) -> None:
    axes = {"temperature": (0, 1), "system": ("", {"name": "v2", "text": "Be brief, please."})}
    rows = AxisRows()
    rows.show_axes(axes)
    assert {name: tuple(values) for name, values in rows.axes().items()} == axes
    assert rows.rows.rows[1].button.text() == "2 versions…" and rows.rows.rows[1].field.isHidden()
    rows.deleteLater()


def test_versions_are_written_and_taken_from_templates(qapp: QApplication) -> None:
    home = QWidget()
    home.resize(900, 600)
    dialog = VersionsDialog("system", ["Be kind."], home)
    chosen: list[list[object]] = []
    dialog.chosen.connect(chosen.append)
    versions = [TemplateVersion(Template("Tone", text, kind="system"), 1_700_000_000.0) for text in ("One", "Two")]
    dialog._choose("tone")
    dialog.show_versions("other", versions)
    assert dialog.list.count() == 1
    dialog._add_versions(versions)
    dialog.list.setCurrentRow(0)
    dialog.name.setText("kind")
    dialog.name.textEdited.emit("kind")
    dialog.list.setCurrentRow(2)
    dialog._remove.click()
    dialog._accept()
    assert chosen == [[{"name": "kind", "text": "Be kind."}, {"name": version_label(versions[0]), "text": "One"}]]
    assert version_label(versions[0]).startswith("Tone · version ")
    home.deleteLater()


def test_the_text_in_the_form_is_the_first_version_of_its_axis(qapp: QApplication) -> None:
    form = PlanForm()
    form.show_plan(Plan("p", ("a/x",), "About {{what}}", inputs=({"what": "tea"},)))
    asked: list[tuple[str, list[object], object]] = []
    form.versions_requested.connect(lambda *given: asked.append(given))
    row = form.axes.rows.add()
    row.name.setCurrentText("prompt")
    row.button.click()
    ((axis, versions, take),) = asked
    assert (axis, versions) == ("prompt", ["About {{what}}"])
    take([*versions, {"name": "Long", "text": "All about {{what}} for {{who}}"}])  # type: ignore[operator]
    assert not form.prompt.isEnabled() and form.inputs.names() == ["what", "who"]
    with pytest.raises(BadInput, match="no value for"):
        form.inputs.show_rows((), ())
        form.plan()
    form.inputs.show_rows(["what", "who"], [{"what": "tea", "who": "Ada"}])
    plan = form.plan()
    assert plan.prompt == "" and len(plan.axes["prompt"]) == 2
    again = PlanForm()
    again.show_plan(plan)
    assert again.plan() == plan
    for each in (form, again):
        each.deleteLater()


def test_the_form_fits_where_the_page_puts_it(qapp: QApplication) -> None:
    form = PlanForm()
    form.show_plan(Plan("p", ("a/x",), "{{text}}", inputs=({"text": "a", "label": "yes", "n": "3", "x": "1"},),
                        axes={"temperature": (0, 1)}, checks=CHECKS))
    form.resize(330, 600)  # as the page begins
    form.show()
    area = form.findChildren(QScrollArea)[0]
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()
    form.deleteLater()
