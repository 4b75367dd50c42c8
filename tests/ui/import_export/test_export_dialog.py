"""The export dialog in the real window: what goes out, as what, where to, and what is remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from tests.conftest import Run
from tests.support.finding import find, nameless
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.import_export.conftest import answer
from tests.ui.import_export.test_import_export_controller import converse, exported
from workbench.core.chat.chats import Chat, Folder
from workbench.ui.import_export.export_dialog import ExportDialog
from workbench.ui.settings.dialog import SettingsDialog
from workbench.ui.widgets import Button, CheckBox, ComboBox, Segmented
from workbench.ui.window import MainWindow


def opened(window: MainWindow, run: Run) -> ExportDialog:
    def shown() -> list[ExportDialog]:
        return [each for each in window.findChildren(ExportDialog) if each.isVisible()]

    run(until(shown))
    dialog: ExportDialog = shown()[0]
    return dialog


def test_the_open_chat_by_the_keyboard(window: MainWindow, run: Run, tmp_path: Path) -> None:
    converse(window, run)
    window.registry.run("chat.export")
    dialog = opened(window, run)
    assert dialog.accessibleName() == "Export" and nameless(dialog) == []
    assert "What can you do?" in find(dialog, "Chats", ComboBox).currentText()
    QTest.keyClick(dialog.formats, Qt.Key.Key_Down)
    assert dialog.formats.format().id == "html" and find(dialog, "Export", Button).isDefault()
    QTest.keyClick(dialog.formats, Qt.Key.Key_Return)
    place = answer(window, run, tmp_path / "out.html")
    assert place.selectedFiles()[0].endswith("What can you do.html")
    assert exported(window, run) == [tmp_path / "out.html"]


def test_options_reach_the_file_and_are_remembered(open_window: OpenWindow, run: Run, tmp_path: Path) -> None:
    window = open_window()
    chat_id = converse(window, run)
    run(window.services.store.update_chat(chat_id, params={"temperature": 0.25}))
    window.registry.run("chat.export")
    dialog = opened(window, run)
    find(dialog, "Parameters", CheckBox).click()
    dialog.accept_button.click()
    answer(window, run, tmp_path / "out.md")
    exported(window, run)
    assert "temperature" not in (tmp_path / "out.md").read_text("utf-8")

    window = open_window()
    window.registry.run("chat.export")
    dialog = opened(window, run)
    assert not find(dialog, "Parameters", CheckBox).isChecked()
    dialog.formats.choose("json")
    assert find(dialog, "Parameters", CheckBox).isChecked(), "what holds for one format does not for another"
    assert find(dialog, "Branches", Segmented).value() == "all"
    run(until(lambda: not window.services.tasks.running("keep the export choices")))
    kept: Any = run(window.services.store.value("export"))
    assert kept["folder"] == str(tmp_path)


def test_what_a_format_cannot_follow_is_off_and_says_why(window: MainWindow, run: Run) -> None:
    converse(window, run)
    window.registry.run("chat.export")
    dialog = opened(window, run)
    assert find(dialog, "Images", Segmented).isEnabled() and not find(dialog, "Width", Segmented).isVisible()
    for format in window.services.import_export.formats():
        dialog.formats.choose(format.id)
        for name, control in (("branches", find(dialog, "Branches", Segmented)),
                              ("parameters", find(dialog, "Parameters", CheckBox)),
                              ("images_inside", find(dialog, "Images", Segmented))):
            assert control.isEnabled() == (name not in format.refused), (format.id, name)
            assert control.accessibleDescription() == format.refused.get(name, "")
            assert name not in format.refused or name not in dialog.choice().options
    assert find(dialog, "Width", Segmented).isVisible(), "a picture has a width"


def test_all_chats_into_a_new_folder(window: MainWindow, run: Run, tmp_path: Path) -> None:
    for title, archived in (("One", False), ("Two", True)):
        run(window.services.store.create_chat(Chat("", title, archived=archived)))
    window.import_export.export_all()
    dialog = opened(window, run)
    assert dialog.summary.text() == "A folder with 2 .md files"
    dialog.archived.click()
    assert dialog.summary.text() == "One .md file"
    dialog.archived.click()
    dialog.accept_button.click()
    taken = dialog.choice().scope.name
    (tmp_path / taken).mkdir()
    answer(window, run, tmp_path)
    paths = exported(window, run)
    assert {path.parent for path in paths} == {tmp_path / f"{taken} 2"}, "what is there is not written into"


def test_the_selection_and_a_folder(window: MainWindow, run: Run) -> None:
    folder = run(window.services.store.save_folder(Folder("", "Work")))
    ids = [run(window.services.store.create_chat(Chat("", title, folder_id=folder.id))).id for title in "AB"]
    run(until(lambda: window.sidebar.view.folders.name_of(folder.id)))
    window.sidebar.view.chats.export_requested.emit(ids)
    dialog = opened(window, run)
    assert dialog.choice().scope.chat_ids == tuple(ids) and dialog.choice().scope.title == "2 selected chats"
    dialog.reject()
    run(until(lambda: not window.findChildren(ExportDialog)))
    window.sidebar.view.folders.export_requested.emit(folder.id)
    dialog = opened(window, run)
    assert (dialog.choice().scope.name, dialog.choice().scope.count) == ("Work", 2)


def test_without_a_chat_there_is_nothing_to_export(window: MainWindow, run: Run) -> None:
    window.registry.run("chat.export")
    dialog = opened(window, run)
    assert not dialog.accept_button.isEnabled() and dialog.summary.text() == "There is no chat to export."


@pytest.mark.parametrize("title", ["Markdown", "JSON", "Picture"])
def test_the_menu_below_the_button_exports_at_once(window: MainWindow, run: Run, tmp_path: Path, title: str) -> None:
    converse(window, run)
    window.chat.header.export.click()
    menu = next(each for each in window.findChildren(QMenu) if each.isVisible())
    next(each for each in menu.actions() if each.text() == title).trigger()
    answer(window, run, tmp_path / "out")
    assert exported(window, run) == [tmp_path / ("out.png" if title == "Picture" else "out")]
    if title == "JSON":
        assert json.loads((tmp_path / "out").read_text("utf-8"))["format"] == "chat-workbench"


def test_from_the_settings_which_give_way(window: MainWindow, run: Run) -> None:
    run(window.services.store.create_chat(Chat("", "One")))
    window.settings.open("data")
    settings = next(iter(window.findChildren(SettingsDialog)))
    find(settings, "Export all chats", Button).click()
    dialog = opened(window, run)
    assert [dialog.scope.itemText(at) for at in range(dialog.scope.count())] == ["All chats"]
    run(until(lambda: not window.findChildren(SettingsDialog)))
