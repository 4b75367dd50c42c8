"""The editor of a template: what it shows is what it returns."""

from __future__ import annotations

from tests.conftest import Show
from workbench.core.chat.templates import Template, Variable
from workbench.ui.templates.editor import TemplateEditor

TEMPLATE = Template("Greet", "Greet {{who}} {{times}} times in a {{tone}} way: {{note}}", (
    Variable("times", "number", "2"), Variable("tone", "choice", "kind", ("dry", "kind")), Variable("note", "file")))


def test_the_editor_returns_what_it_shows(show: Show) -> None:
    editor = show(TemplateEditor())
    shown = Template(TEMPLATE.name, TEMPLATE.body, TEMPLATE.variables, "prompt", "For greeting", {"author": "me"})
    editor.show_template(shown)
    assert editor.template() == shown
    editor.body.setPlainText("{{tone}} and {{new}}")
    assert [variable.name for variable in editor.template().declared] == ["tone", "new"]
    editor.body.setPlainText("{{times}}")
    assert editor.template().declared == (Variable("times", "number", "2"),)


def test_only_edits_of_the_user_are_changes(show: Show) -> None:
    editor = show(TemplateEditor())
    changes: list[int] = []
    editor.changed.connect(lambda: changes.append(1))
    editor.show_template(TEMPLATE)
    assert not changes
    editor.body.insertPlainText("Please: ")
    assert changes
