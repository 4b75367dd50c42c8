"""The templates feature without the window: picking, filling in, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from tests.ui.templates.conftest import shown
from workbench.core.chat.template_provenance import SYSTEM_TEMPLATE
from workbench.core.chat.templates import Template, Variable
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.composer import Composer
from workbench.ui.templates.feature import TemplatesFeature
from workbench.ui.templates.fill_dialog import FillDialog
from workbench.ui.templates.picker import TemplatePicker
from workbench.ui.templates.templates_dialog import TemplatesDialog

GREET = Template("Greet", "Greet {{who}} {{times}} times", (Variable("times", "number", "2"),))
BRIEF = Template("Be brief", "Answer briefly.", kind="system")


def choose(shell: RecordingShell, run: Run, letters: str) -> None:
    """Chooses in the open picker by a few letters."""
    picker = shown(shell.dialog_parent, TemplatePicker)
    run(until(picker.list.count))
    QTest.keyClicks(picker.field, letters)
    QTest.keyClick(picker.field, Qt.Key.Key_Return)


def test_a_template_is_picked_filled_and_filled_again(
    templates: TemplatesFeature, composer: Composer, services: Services, shell: RecordingShell, run: Run
) -> None:
    run(services.templates().save(GREET))
    composer.set_text("/")
    templates.pick_by_slash()
    choose(shell, run, "gre")
    shown(shell.dialog_parent, FillDialog).rows["who"].control.setPlainText("Ada")
    shown(shell.dialog_parent, FillDialog)._accept()
    draft = composer.draft()
    assert draft.text == "Greet Ada 2 times"
    assert draft.template == {"name": "Greet", "version": GREET.version, "values": {"who": "Ada", "times": "2"}}

    templates.fill_again(draft.template)
    run(until(lambda: [each for each in shell.dialog_parent.findChildren(FillDialog) if each.isVisible()]))
    form = shown(shell.dialog_parent, FillDialog)
    assert form.values() == {"who": "Ada", "times": "2"}
    form.rows["times"].control.setText("3")
    form._accept()
    assert composer.draft().text == "Greet Ada 3 times"


def test_the_list_closed_without_a_choice_puts_its_letters_behind_the_slash(
    templates: TemplatesFeature, composer: Composer, services: Services, shell: RecordingShell, run: Run
) -> None:
    composer.set_text("/")
    templates.pick_by_slash()
    run(until(lambda: not services.tasks.running("list templates")))
    QTest.keyClicks(shown(shell.dialog_parent, TemplatePicker).field, "tmp")
    QTest.keyClick(shown(shell.dialog_parent, TemplatePicker).field, Qt.Key.Key_Escape)
    assert composer.draft().text == "/tmp"


def test_a_template_without_variables_becomes_the_system_prompt_at_once(
    templates: TemplatesFeature, composer: Composer, services: Services, conversation: Conversation,
    shell: RecordingShell, run: Run,
) -> None:
    for template in (GREET, BRIEF):
        run(services.templates().save(template))
    templates.pick_system(composer.attach)
    choose(shell, run, "")
    assert conversation.chat.system == "Answer briefly." and composer.draft().text == ""
    assert conversation.chat.extra[SYSTEM_TEMPLATE]["version"] == BRIEF.version


def test_a_template_that_is_gone_is_told(
    templates: TemplatesFeature, shell: RecordingShell, run: Run
) -> None:
    templates.fill_again({"name": "Greet", "version": "1"})
    run(until(lambda: shell.notices))
    assert shell.notices[0].text == "There is no template “Greet” any more."


def test_the_system_prompt_is_saved_as_a_template(
    templates: TemplatesFeature, services: Services, shell: RecordingShell, run: Run, isolated: Path
) -> None:
    templates.save_system("Answer in rhyme.")
    dialog = shown(shell.dialog_parent, TemplatesDialog)
    assert not dialog.save() and dialog.isVisible(), "it lacks a name"
    QTest.keyClicks(dialog.editor.name, "Rhymes")
    dialog.close()
    run(until(lambda: list((isolated / "templates").glob("*.md"))))
    saved = next(iter(run(services.templates().listed()).templates.values()))
    assert (saved.name, saved.body, saved.kind) == ("Rhymes", "Answer in rhyme.", "system")
