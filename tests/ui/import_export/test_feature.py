"""The import and export feature without the window: its menu, its dialogs, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.import_export.conftest import answer, shown
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.messages import user
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.import_export.export_dialog import ExportDialog
from workbench.ui.import_export.feature import ImportExportFeature
from workbench.ui.import_export.import_dialog import ImportDialog
from workbench.ui.shell.progress import Progress


def open_chat(services: Services, conversation: Conversation, run: Run, title: str, **settings: str) -> Chat:
    """A chat with one message, which is the open one now."""
    chat = run(services.store.create_chat(Chat("", title, **settings)))
    run(services.store.add_message(chat.id, None, user("Hello.")))
    run(_open(conversation, chat.id))
    return chat


async def _open(conversation: Conversation, chat_id: str) -> None:
    await conversation.open(chat_id)


def test_the_menu_exports_the_open_chat_as_it_was_exported_last(
    feature: ImportExportFeature, services: Services, conversation: Conversation, button: QPushButton,
    shell: RecordingShell, run: Run, tmp_path: Path,
) -> None:
    open_chat(services, conversation, run, "Trip")
    feature.controller().save_choices({"options": {"json": {"branches": False}}})
    shell.keys["chat.export"] = "Ctrl+E"
    button.click()
    menu = shown(shell.dialog_parent, run, QMenu)
    assert menu.actions()[-1].text() == "More options…\tCtrl+E"
    next(action for action in menu.actions() if action.text() == "JSON").trigger()
    menu.close()
    answer(shell.dialog_parent, run, tmp_path / "trip.json")
    run(until(lambda: shell.notices))
    assert shell.notices[0].text == "Exported to trip.json." and shell.notices[0].action == "Show folder"
    assert json.loads((tmp_path / "trip.json").read_text("utf-8"))["format"] == "chat-workbench"
    run(until(lambda: not services.tasks.running("keep the export choices")))
    kept = run(services.store.value("export"))
    assert kept == {"options": {"json": {"branches": False}}, "folder": str(tmp_path)}


def test_without_a_chat_the_menu_says_that_there_is_none(
    feature: ImportExportFeature, button: QPushButton, shell: RecordingShell, run: Run
) -> None:
    button.click()
    menu = shown(shell.dialog_parent, run, QMenu)
    menu.actions()[0].trigger()
    menu.close()
    run(until(lambda: shell.notices))
    assert shell.notices[0].text == "There is no chat to export."
    assert not shell.dialog_parent.findChildren(QFileDialog)


def test_the_dialog_offers_what_is_open_selected_and_around_it(
    feature: ImportExportFeature, services: Services, conversation: Conversation, shell: RecordingShell,
    listed: list[Chat], run: Run,
) -> None:
    folder = run(services.store.save_folder(Folder("", "Work")))
    opened = open_chat(services, conversation, run, "Trip", folder_id=folder.id)
    listed += [opened, run(services.store.create_chat(Chat("", "Other")))]
    feature.actions()[0].run()
    dialog = shown(shell.dialog_parent, run, ExportDialog)
    offered = [dialog.scope.itemText(at) for at in range(dialog.scope.count())]
    assert offered == ["This chat: Trip", "2 selected chats", "Folder Work, with those inside it", "All chats"]
    assert [dialog.scope.itemData(at).count for at in range(dialog.scope.count())] == [1, 2, 1, 2]
    dialog.reject()


def test_a_place_that_cannot_be_written_is_told_until_an_export_works(
    feature: ImportExportFeature, services: Services, conversation: Conversation, progress: Progress,
    shell: RecordingShell, run: Run, tmp_path: Path,
) -> None:
    chat = open_chat(services, conversation, run, "Trip")
    (tmp_path / "file").touch()
    feature.controller().export([chat.id], "md", tmp_path / "file" / "trip.md")
    run(until(lambda: shell.banners))
    assert "could not be written" in shell.banners["export"] and not shell.notices
    feature.controller().export([chat.id], "md", tmp_path / "trip.md")
    run(until(lambda: shell.notices))
    assert not shell.banners and progress.isHidden()


@pytest.mark.process
def test_characters_without_a_font_stay_told_after_the_export(
    feature: ImportExportFeature, services: Services, conversation: Conversation, shell: RecordingShell, run: Run,
    tmp_path: Path,
) -> None:
    chat = open_chat(services, conversation, run, "\U00010600")  # of Linear A
    feature.controller().export([chat.id], "pdf", tmp_path / "trip.pdf")
    run(until(lambda: shell.banners.get("export"), timeout=60))
    assert shell.notices and "no font for “\U00010600”" in shell.banners["export"]
    feature.controller().export([chat.id], "md", tmp_path / "trip.md")
    run(until(lambda: not shell.banners))


def test_chats_of_another_program_come_in(
    feature: ImportExportFeature, services: Services, shell: RecordingShell, run: Run, tmp_path: Path,
) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([{"uuid": "u", "name": "From Claude", "chat_messages": [
        {"uuid": "m", "sender": "human", "text": "Hello there"}]}]), "utf-8")
    imported: list[int] = []
    feature.imported.connect(lambda: imported.append(1))
    feature.open_import([path])
    dialog = shown(shell.dialog_parent, run, ImportDialog)
    run(until(dialog.import_button.isVisible))
    assert dialog.heading.text().startswith("This would bring 1 new chat") and not imported
    dialog.import_button.click()
    run(until(lambda: dialog.heading.text().startswith("Imported: 1 new chat")))
    assert imported and [chat.title for chat in run(services.store.chats(ChatQuery()))] == ["From Claude"]
    dialog.close()


def test_what_is_stopped_before_it_has_begun_ends_too(
    feature: ImportExportFeature, shell: RecordingShell, run: Run, tmp_path: Path
) -> None:
    feature.open_import([tmp_path / "none.json"])
    dialog = next(iter(shell.dialog_parent.findChildren(ImportDialog)))
    assert dialog.working
    dialog.close_button.click()  # before the loop runs again
    run(until(lambda: not dialog.working))
    assert dialog.start.isVisible()
    dialog.close_button.click()
