"""The dialog and the pages that are made from the declarations."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLabel, QLineEdit, QListWidget, QMessageBox, QPushButton

from tests.support.finding import find, nameless
from tests.support.waiting import until
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.settings import Settings
from workbench.ui.settings.about_page import components
from workbench.ui.settings.data_page import BackupList
from workbench.ui.settings.dialog import PAGES
from workbench.ui.settings.setting_rows import SettingsForm, declared_on
from workbench.ui.widgets import Button, ComboBox, Field, NumberField, Segmented


def test_every_setting_has_a_page_or_is_hidden_on_purpose() -> None:
    pages = {one.metadata.get("page") for one in dataclasses.fields(Settings)}
    assert pages <= {*PAGES, ""}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_all_its_widgets_have_names(open_dialog, run, page: str) -> None:
    dialog = open_dialog(page)
    QApplication.processEvents()
    assert nameless(dialog) == []
    for setting in declared_on(page):
        assert find(dialog, setting.metadata["title"]).isVisible()
    chosen = find(dialog, "Settings pages", QListWidget).currentItem()
    assert chosen.text() == PAGES[page]
    assert dialog.minimumSizeHint().width() <= 860, "it must fit into a window of 900 pixels"


def test_a_change_counts_at_once_and_is_on_disk(open_dialog, services, run) -> None:
    dialog = open_dialog("general")
    find(dialog, "Warn before sending what looks like a key", QCheckBox).click()
    find(dialog, "Send with: Ctrl + enter", QPushButton).click()
    length = find(dialog, "Attach pasted text longer than", NumberField)
    length.lineEdit().setText("5000")
    settings = services.settings.value
    assert (settings.check_secrets, settings.send_key, settings.paste_as_file) == (False, "ctrl+enter", 5000)
    assert "paste_as_file = 5000" in (services.data_folder / "settings.toml").read_text("utf-8")


def test_the_code_font_is_one_of_those_that_are_there(open_dialog, services) -> None:
    dialog = open_dialog("appearance")
    fonts = find(dialog, "Code font", ComboBox)
    assert fonts.currentData() == "" and fonts.findData("DejaVu Sans Mono") > 0
    fonts.setCurrentIndex(fonts.findData("DejaVu Sans Mono"))
    fonts.activated.emit(fonts.currentIndex())
    assert services.settings.value.code_font == "DejaVu Sans Mono"


def test_a_change_from_elsewhere_is_shown(open_dialog, services) -> None:
    dialog = open_dialog("appearance")
    services.settings.change(theme="dark", font_size=18)
    assert find(dialog, "Theme", Segmented).value() == "dark"
    assert find(dialog, "Text size", NumberField).number() == 18


def test_wrong_values_are_refused_with_a_sentence_and_the_old_one_stays(open_dialog, services) -> None:
    dialog = open_dialog("network")
    retries = find(dialog, "Retries before the first token", NumberField)
    retries.lineEdit().setText("99")
    retries.editingFinished.emit()
    assert services.settings.value.retries == 2 and retries.number() == 2
    assert find(dialog, "Network") is not None
    assert dialog.findChild(SettingsForm).rows["retries"].mistake() == (
        "Retries before the first token must be a number from 0 to 10; “99” is not."
    )


def test_enter_in_a_field_does_not_close_the_dialog(open_dialog) -> None:
    dialog = open_dialog("network")
    QTest.keyClick(find(dialog, "Proxy", Field), Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_escape_closes_it(open_dialog) -> None:
    dialog = open_dialog("general")
    QTest.keyClick(find(dialog, "Settings pages", QListWidget), Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_escape_on_the_page_of_shortcuts_leaves_the_page_whole(open_dialog) -> None:
    dialog = open_dialog("shortcuts")
    page = dialog._made["shortcuts"]
    QTest.keyClick(find(page, "Filter shortcuts", QLineEdit), Qt.Key.Key_Escape)
    assert not dialog.isVisible() or find(page, "Shortcuts").isVisible()
    assert page.findChildren(QDialog) == []


def test_return_clicks_the_focused_button(open_dialog) -> None:
    dialog = open_dialog("general")
    close = find(dialog, "Close settings")
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_aliases_are_added_changed_and_removed(open_dialog, services) -> None:
    dialog = open_dialog("models")
    find(dialog, "Alias", Field).setText("chat-fast")
    find(dialog, "Model of the alias", Field).setText("grok")
    find(dialog, "Add alias").click()
    assert services.settings.value.aliases == {}, "a model without a provider is refused"
    find(dialog, "Model of the alias", Field).setText("xai/grok-4-fast")
    find(dialog, "Add alias").click()
    assert services.settings.value.aliases == {"chat-fast": "xai/grok-4-fast"}
    field = find(dialog, "Model of chat-fast", Field)
    field.setText("xai/grok-4")
    field.editingFinished.emit()
    assert services.settings.value.aliases == {"chat-fast": "xai/grok-4"}
    field = find(dialog, "Model of chat-fast", Field)
    field.setText("xai/grok-4,builtin/guide")
    field.editingFinished.emit()
    assert services.settings.value.aliases == {"chat-fast": "xai/grok-4, builtin/guide"}
    field = find(dialog, "Model of chat-fast", Field)
    field.setText("xai/grok-4, guide")
    field.editingFinished.emit()
    assert services.settings.value.aliases == {"chat-fast": "xai/grok-4, builtin/guide"}, "no half of a list is kept"
    find(dialog, "Remove chat-fast").click()
    assert services.settings.value.aliases == {}


def test_the_model_of_a_new_chat_must_be_one(open_dialog, services) -> None:
    dialog = open_dialog("models")
    field = find(dialog, "Model of a new chat", Field)
    for wrong in ("nowhere/model", "nonsense"):
        field.setText(wrong)
        field.editingFinished.emit()
        assert services.settings.value.default_model == ""
    field.setText("builtin/ngram")
    field.editingFinished.emit()
    assert services.providers.default_model() == "builtin/ngram"


def test_shortcuts_are_rebound(open_dialog, services) -> None:
    dialog = open_dialog("shortcuts")
    sheet = dialog._made["shortcuts"]
    assert find(sheet, "Shortcuts").isVisible()
    tree = find(sheet, "Shortcuts")
    wide = tree.fontMetrics().horizontalAdvance(tree.topLevelItem(0).child(0).text(0))
    assert wide < tree.columnWidth(0) and tree.columnWidth(0) + tree.columnWidth(1) <= tree.viewport().width()
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    find(sheet, "None").click()
    assert services.settings.value.shortcuts == {"chat.new": ""}


def test_a_backup_is_made_and_brought_back(open_dialog, services, run, tmp_path) -> None:
    from workbench.core.chat.chats import Chat, ChatQuery

    dialog = open_dialog("data")
    said: list[str] = []
    dialog._data.done.connect(said.append)
    dialog._data.failed.connect(said.append)

    async def there_and_back() -> None:
        chat = await services.store.create_chat(Chat("", "Kept"))
        dialog._data.back_up(tmp_path / "copy.sqlite3")
        await until(lambda: said, what="the backup")
        await services.store.delete_chats([chat.id])
        dialog._data.restore(tmp_path / "copy.sqlite3", "replace")
        await until(lambda: len(said) == 2, what="the restore")
        assert [one.title for one in await services.store.chats(ChatQuery())] == ["Kept"]
        (tmp_path / "bad.sqlite3").write_text("no database")
        dialog._data.restore(tmp_path / "bad.sqlite3", "merge")
        await until(lambda: len(said) == 3, what="the refusal")

    run(there_and_back())
    assert said[0] == "Everything is in copy.sqlite3, without your keys."
    assert said[1].startswith("copy.sqlite3 was restored.") and said[2].endswith(".")


def test_the_licences_of_what_it_stands_on_are_named() -> None:
    found = {name: licence for name, _, licence in components()}
    assert "LGPL" in found["PySide6_Essentials"] and found["Markdown"].startswith("BSD")


def test_kept_backups_are_listed_and_lead_back(open_dialog, services, run) -> None:
    store = services.store

    async def make() -> None:
        await store.create_chat(Chat("", "Before"))
        await store.maintain(backups=True, now=datetime(2026, 5, 4, 12))
        await store.delete_chats([chat.id for chat in await store.chats(ChatQuery())])

    run(make())
    dialog = open_dialog("data")
    copies = dialog.findChild(BackupList)
    run(until(lambda: len(copies.findChildren(Button)) == 2, what="the daily and the weekly copy"))
    assert {"daily", "weekly"} <= {label.text() for label in copies.findChildren(QLabel)}
    assert nameless(dialog) == []
    copies.findChildren(Button)[0].click()
    box = dialog.findChild(QMessageBox)
    next(button for button in box.buttons() if button.text() == "Replace").click()

    async def back() -> bool:
        return [chat.title for chat in await store.chats(ChatQuery())] == ["Before"]

    while not run(back()):
        pass
    run(until(lambda: len(copies.findChildren(Button)) == 3, what="the copy of what was replaced"))


def test_a_folder_that_was_named_says_why_it_cannot_be_moved(open_dialog, run) -> None:
    dialog = open_dialog("data")
    button = find(dialog, "Move the data folder", QPushButton)
    run(until(lambda: not button.isEnabled()))
    assert "WORKBENCH_DATA_DIR" in button.accessibleDescription()
    assert any("WORKBENCH_DATA_DIR" in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_moving_asks_first_and_refuses_a_folder_with_something_in_it(
    open_dialog, services, run, tmp_path, monkeypatch
) -> None:
    monkeypatch.delenv("WORKBENCH_DATA_DIR")
    monkeypatch.setattr("workbench.storage.relocate_data.platform_folder", lambda: services.data_folder)
    dialog = open_dialog("data")
    said: list[str] = []
    moved: list[object] = []
    dialog._data.failed.connect(said.append)
    dialog.move_requested.connect(moved.append)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()

    async def ask(name: str) -> None:
        dialog._data.check_move(tmp_path / name)

    run(ask("full"))
    run(until(lambda: said and "not an empty folder" in said[0]))
    run(ask("new"))
    run(until(lambda: dialog.findChild(QMessageBox) is not None))
    find(dialog.findChild(QMessageBox), "Move", QPushButton).click()
    assert moved == [tmp_path / "new"]
