"""The dialog of all templates: what is written is saved, older versions are kept, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from tests.ui.templates.conftest import shown
from workbench.core.chat.templates import Template
from workbench.core.services import Services
from workbench.ui.templates.feature import TemplatesFeature
from workbench.ui.templates.templates_dialog import TemplatesDialog


def opened(templates: TemplatesFeature, shell: RecordingShell, key: str = "") -> TemplatesDialog:
    templates.edit(key)
    return shown(shell.dialog_parent, TemplatesDialog)


def test_versions_are_kept_shown_and_restored(
    templates: TemplatesFeature, services: Services, shell: RecordingShell, run: Run, isolated: Path
) -> None:
    file = isolated / "templates" / "two-words.md"
    dialog = opened(templates, shell)
    dialog.editor.body.setPlainText("One {{a}}")
    assert not dialog.save() and "name" in dialog._error.text()
    dialog.editor.name.setText("Two words")
    dialog._save.click()
    run(until(lambda: dialog.list.count() == 1 and dialog._key == "two-words"))
    dialog.editor.body.setPlainText("Two {{a}}")
    dialog._save.click()
    run(until(lambda: dialog.editor.history.count() == 2))
    assert "Two {{a}}" in file.read_text("utf-8")
    dialog.editor.history.setCurrentIndex(1)
    assert dialog.editor.diff.accessibleDescription() == "1 words gone, 1 new"
    dialog.editor.restore.click()
    assert dialog.editor.body.toPlainText() == "One {{a}}"
    dialog.close()
    run(until(lambda: not services.tasks.running("versions of a template") and "One {{a}}" in file.read_text("utf-8")))


def test_a_new_template_does_not_take_the_place_of_one_without_a_name(
    templates: TemplatesFeature, shell: RecordingShell, run: Run
) -> None:
    dialog = opened(templates, shell)
    dialog.editor.body.setPlainText("Not named yet")
    dialog._new.click()
    assert dialog.editor.body.toPlainText() == "Not named yet" and "name" in dialog._error.text()
    dialog.editor.name.setText("Named")
    dialog._new.click()
    run(until(lambda: dialog.list.count() == 1))
    assert dialog.editor.template() == Template("", "")
    dialog.close()


def test_a_template_that_cannot_be_saved_stays_in_its_dialog(
    templates: TemplatesFeature, services: Services, shell: RecordingShell, run: Run, isolated: Path
) -> None:
    other = run(services.templates().save(Template("Other", "Something else")))
    place = isolated / "templates"
    aside = place.rename(isolated / "aside")
    aside.rename(place)
    dialog = opened(templates, shell)
    run(until(lambda: dialog.list.count() == 1))
    dialog.editor.name.setText("Kept")
    dialog.editor.body.setPlainText("A long text")
    place.rename(aside)
    place.write_text("a file where the folder was")
    dialog.close()
    run(until(lambda: "cannot be" in dialog._error.text()))
    dialog.list.setCurrentRow(0)
    run(until(lambda: dialog._save.isEnabled() and dialog.list.currentRow() == -1))
    assert dialog.isVisible() and dialog.editor.template() == Template("Kept", "A long text")
    place.unlink()
    aside.rename(place)
    dialog.list.setCurrentRow(0)
    run(until(lambda: dialog._key == other))
    assert dialog.editor.template().body == "Something else" and (place / "kept.md").is_file()
    dialog.close()
    assert not dialog.isVisible()


def test_a_deleted_template_comes_back_by_undo(
    templates: TemplatesFeature, services: Services, shell: RecordingShell, run: Run, isolated: Path
) -> None:
    greet = Template("Greet", "Greet {{who}}")
    key = run(services.templates().save(greet))
    file = isolated / "templates" / f"{key}.md"
    dialog = opened(templates, shell, key)
    dialog._delete.click()  # nothing yet: the list has not come
    run(until(dialog._delete.isEnabled))
    dialog._delete.click()
    run(until(lambda: shell.notices))
    assert not file.exists() and shell.notices[0].text == "The template “Greet” was deleted."
    undo = shell.notices[0].run
    assert undo is not None
    undo()
    run(until(file.exists))
    assert run(services.templates().listed()).templates[key].body == greet.body
