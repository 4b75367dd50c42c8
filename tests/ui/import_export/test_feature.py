"""Export and import without the window: real chats and files, and the sidebar as three callables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QVBoxLayout, QWidget

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.messages import user
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.import_export.export_dialog import ExportDialog
from workbench.ui.import_export.feature import ImportExportFeature
from workbench.ui.import_export.import_dialog import ImportDialog
from workbench.ui.shell.progress import Progress


@pytest.fixture
def button(shell: RecordingShell) -> QPushButton:
    return QPushButton("Export", shell.dialog_parent)


@pytest.fixture
def progress(shell: RecordingShell) -> Progress:
    made = Progress()
    QVBoxLayout(shell.dialog_parent).addWidget(made)
    return made


@pytest.fixture
def listed() -> list[Chat]:
    """The chats of the sidebar, which are all selected."""
    return []


@pytest.fixture
def feature(
    services: Services, conversation: Conversation, button: QPushButton, progress: Progress, shell: RecordingShell,
    listed: list[Chat],
) -> ImportExportFeature:
    return ImportExportFeature(
        services, conversation, button, progress, shell, shell.dialog_parent, selected_chats=lambda: listed,
        chat_of=lambda chat_id: next((chat for chat in listed if chat.id == chat_id), None),
        folder_name=lambda _: "Work")


def open_chat(services: Services, conversation: Conversation, run: Run, title: str, **settings: str) -> Chat:
    """A chat with one message, which is the open one now."""
    chat = run(services.store.create_chat(Chat("", title, **settings)))
    run(services.store.add_message(chat.id, None, user("Hello.")))
    run(_open(conversation, chat.id))
    return chat


async def _open(conversation: Conversation, chat_id: str) -> None:
    await conversation.open(chat_id)


def shown(shell: RecordingShell, run: Run, kind: type[QWidget]) -> QWidget:
    def visible() -> list[QWidget]:
        return [each for each in shell.dialog_parent.findChildren(kind) if each.isVisible()]

    run(until(visible))
    return visible()[0]


def answer(shell: RecordingShell, run: Run, path: Path) -> None:
    """Answers the question where to."""
    dialog = shown(shell, run, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_the_menu_exports_the_open_chat_as_it_was_exported_last(
    feature: ImportExportFeature, services: Services, conversation: Conversation, button: QPushButton,
    shell: RecordingShell, run: Run, tmp_path: Path,
) -> None:
    open_chat(services, conversation, run, "Trip")
    feature.controller().keep_choices({"options": {"json": {"branches": False}}})
    shell.keys["chat.export"] = "Ctrl+E"
    button.click()
    menu = shown(shell, run, QMenu)
    assert menu.actions()[-1].text() == "More options…\tCtrl+E"
    next(action for action in menu.actions() if action.text() == "JSON").trigger()
    menu.close()
    answer(shell, run, tmp_path / "trip.json")
    run(until(lambda: shell.notices))
    assert shell.notices[0].text == "Exported to trip.json." and shell.notices[0].action == "Show folder"
    assert json.loads((tmp_path / "trip.json").read_text("utf-8"))["format"] == "chat-workbench"
    run(until(lambda: not services.tasks.running("keep the export choices")))
    kept = run(services.store.recall("export"))
    assert kept == {"options": {"json": {"branches": False}}, "folder": str(tmp_path)}


def test_the_dialog_offers_what_is_open_selected_and_around_it(
    feature: ImportExportFeature, services: Services, conversation: Conversation, shell: RecordingShell,
    listed: list[Chat], run: Run,
) -> None:
    folder = run(services.store.save_folder(Folder("", "Work")))
    opened = open_chat(services, conversation, run, "Trip", folder_id=folder.id)
    listed += [opened, run(services.store.create_chat(Chat("", "Other")))]
    feature.actions()[0].run()
    dialog = shown(shell, run, ExportDialog)
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


def test_a_message_is_copied_and_saved_as_a_picture(
    feature: ImportExportFeature, services: Services, conversation: Conversation, shell: RecordingShell, run: Run,
    tmp_path: Path,
) -> None:
    chat = open_chat(services, conversation, run, "Trip")
    node = run(services.store.nodes([run(services.store.chat(chat.id)).tip]))[0]
    QGuiApplication.clipboard().clear()
    copy, save = (action.run for action in feature.message_actions())
    run(copy(node))
    assert shell.notices[0].text == "Copied as a picture." and QGuiApplication.clipboard().image().height() > 50
    run(save(node))
    answer(shell, run, tmp_path / "trip.png")
    run(until(lambda: len(shell.notices) == 2))
    assert (tmp_path / "trip.png").read_bytes().startswith(b"\x89PNG")


def test_chats_of_another_program_come_in(
    feature: ImportExportFeature, services: Services, shell: RecordingShell, run: Run, tmp_path: Path,
) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([{"uuid": "u", "name": "From Claude", "chat_messages": [
        {"uuid": "m", "sender": "human", "text": "Hello there"}]}]), "utf-8")
    imported: list[int] = []
    feature.imported.connect(lambda: imported.append(1))
    feature.open_import([path])
    dialog = shown(shell, run, ImportDialog)
    run(until(dialog.go.isVisible))
    assert dialog.heading.text().startswith("This would bring 1 new chat") and not imported
    dialog.go.click()
    run(until(lambda: dialog.heading.text().startswith("Imported: 1 new chat")))
    assert imported and [chat.title for chat in run(services.store.chats(ChatQuery()))] == ["From Claude"]
    dialog.close()


def test_what_is_stopped_before_it_has_begun_ends_too(
    feature: ImportExportFeature, shell: RecordingShell, run: Run, tmp_path: Path
) -> None:
    feature.open_import([tmp_path / "none.json"])
    dialog = next(iter(shell.dialog_parent.findChildren(ImportDialog)))
    assert dialog.working
    dialog.close_.click()  # before the loop runs again
    run(until(lambda: not dialog.working))
    assert dialog.start.isVisible()
    dialog.close_.click()
