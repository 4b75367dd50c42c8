"""The sidebar without the window: a real store, a real conversation, and what others are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QVBoxLayout

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import user
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.sidebar.feature import SidebarFeature


@pytest.fixture
def sidebar(
    services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell
) -> Iterator[SidebarFeature]:
    made = SidebarFeature(services, conversation, replies, shell, shell.dialog_parent)
    column = QVBoxLayout(shell.dialog_parent)
    column.addWidget(made.view)
    yield made
    made.close()


def make_chats(services: Services, run: Run, *titles: str) -> list[str]:
    async def make() -> list[str]:
        ids = []
        for title in titles:
            chat = await services.store.create_chat(Chat("", title=title, model="builtin/guide"))
            await services.store.add_message(chat.id, None, user(f"About {title}"))
            ids.append(chat.id)
        return ids

    return run(make())


def listed(sidebar: SidebarFeature) -> list[str]:
    return [chat.title for chat in sidebar.chats()]


def do(sidebar: SidebarFeature, action_id: str) -> None:
    next(spec for spec in sidebar.actions() if spec.id == action_id).run()


def enabled(sidebar: SidebarFeature) -> set[str]:
    return {spec.id for spec in sidebar.actions() if spec.enabled is not None and spec.enabled()}


def answer(shell: RecordingShell, run: Run, text: str) -> None:
    """Answers the question that is open with a line."""
    run(until(lambda: shell.dialog_parent.findChildren(QInputDialog), what="a question"))
    (dialog,) = shell.dialog_parent.findChildren(QInputDialog)
    dialog.setTextValue(text)
    dialog.accept()
    run(until(lambda: not shell.dialog_parent.findChildren(QInputDialog)))


def test_steps_through_the_list_round_its_ends(
    sidebar: SidebarFeature, services: Services, conversation: Conversation, run: Run
) -> None:
    one, two, three = make_chats(services, run, "One", "Two", "Three")
    sidebar.load()
    run(until(lambda: listed(sidebar) == ["Three", "Two", "One"]))
    for action_id, opened in (
        ("chat.3", one), ("chat.next", three), ("chat.next", two), ("chat.previous", three), ("chat.previous", one),
        ("chat.9", one),
    ):
        do(sidebar, action_id)
        run(until(lambda opened=opened: conversation.chat.id == opened, what=action_id))
        assert [chat.id for chat in sidebar.selected()] == [opened]


def test_what_can_be_done_with_the_open_chat(
    sidebar: SidebarFeature, services: Services, conversation: Conversation, shell: RecordingShell, run: Run
) -> None:
    assert not enabled(sidebar), "a new chat is not stored"
    run(conversation.open_temporary())
    assert enabled(sidebar) == {"chat.delete"}
    do(sidebar, "chat.delete")
    run(until(lambda: not conversation.chat.id))
    assert not shell.notices, "a temporary chat goes without a word"

    (one,) = make_chats(services, run, "One")
    sidebar.load()
    run(conversation.open(one))
    assert enabled(sidebar) == {"chat.duplicate", "chat.pin", "chat.archive", "chat.delete"}
    do(sidebar, "chat.pin")
    run(until(lambda: conversation.chat.pinned and sidebar.chats()[0].pinned))
    do(sidebar, "chat.duplicate")
    run(until(lambda: conversation.chat.title == "One (copy)"))
    do(sidebar, "chat.archive")
    run(until(lambda: listed(sidebar) == ["One"] and conversation.chat.archived))
    assert [notice.text for notice in shell.notices] == ["Chat archived."]


def test_deleted_and_restored_chats_are_told(
    sidebar: SidebarFeature, services: Services, conversation: Conversation, shell: RecordingShell, run: Run
) -> None:
    facts: list[tuple[str, list[str]]] = []
    sidebar.deleted.connect(lambda ids: facts.append(("deleted", ids)))
    sidebar.restored.connect(lambda ids: facts.append(("restored", ids)))
    (one,) = make_chats(services, run, "One")
    sidebar.load()
    run(conversation.open(one))
    do(sidebar, "chat.delete")
    run(until(lambda: shell.notices))
    assert not sidebar.chats()
    assert (shell.notices[0].text, shell.notices[0].action) == ("Chat deleted.", "Undo")
    assert shell.notices[0].run is not None
    shell.notices[0].run()
    run(until(lambda: listed(sidebar) == ["One"] and len(facts) == 2))
    assert facts == [("deleted", [one]), ("restored", [one])]


def test_the_first_chat_is_told_once(sidebar: SidebarFeature, services: Services, run: Run) -> None:
    told: list[int] = []
    sidebar.first_listed.connect(lambda: told.append(1))
    sidebar.load()
    run(until(lambda: not services.tasks.running("load the chats")))
    assert not told
    (one,) = make_chats(services, run, "One")
    run(until(lambda: listed(sidebar) == ["One"]))
    sidebar.chat_list.change([one], title="Other")
    run(until(lambda: listed(sidebar) == ["Other"]))
    assert told == [1]


def test_a_hit_opens_its_message_and_tells_what_was_found_there(
    sidebar: SidebarFeature, services: Services, conversation: Conversation, shell: RecordingShell, run: Run
) -> None:
    one, _ = make_chats(services, run, "Gardens", "Birds")
    shown: list[tuple[str, str]] = []
    sidebar.hit_shown.connect(lambda words, message_id: shown.append((words, message_id)))
    sidebar.reveal_requested.connect(sidebar.view.show)
    sidebar.view.hide()
    sidebar.load()
    shell.dialog_parent.activateWindow()
    do(sidebar, "search.all")
    assert sidebar.view.search.hasFocus()
    QTest.keyClicks(sidebar.view.search, "about gard")
    QTest.keyClick(sidebar.view.search, Qt.Key.Key_Return)
    run(until(sidebar.view.hits.hasFocus))
    sidebar.view.hits.setCurrentRow(0)
    QTest.keyClick(sidebar.view.hits, Qt.Key.Key_Return)
    run(until(lambda: shown))
    assert conversation.chat.id == one and shown == [("About", conversation.keys[0])]


def test_names_of_folders_and_tags_are_asked_for(
    sidebar: SidebarFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    (one,) = make_chats(services, run, "One")
    sidebar.load()
    run(until(lambda: sidebar.chats()))
    sidebar.view.chats.new_folder_requested.emit([one])
    answer(shell, run, " Work ")
    run(until(lambda: (chat := sidebar.view.model.chat(one)) and chat.folder_id))
    (work,) = run(services.store.folders())
    assert sidebar.folder_name(work.id) == "Work" and sidebar.folder_name("gone") == ""
    sidebar.view.folders.subfolder_requested.emit(work.id)
    answer(shell, run, "Inner")
    run(until(lambda: sidebar.view.folders.findItems("Inner", Qt.MatchFlag.MatchRecursive)))
    assert {folder.name: folder.parent_id for folder in run(services.store.folders())} == {
        "Work": None, "Inner": work.id}
    sidebar.view.chats.new_tag_requested.emit([one])
    answer(shell, run, "later")
    run(until(lambda: sidebar.view.tags))
    sidebar.view.tag_rename_requested.emit("later")
    answer(shell, run, "soon")
    run(until(lambda: (chat := sidebar.view.model.chat(one)) and chat.tags == ("soon",)))


def test_keys_stand_in_the_tool_tips_and_settings_open(sidebar: SidebarFeature, shell: RecordingShell) -> None:
    sidebar.view.set_keys("", "", "", "")
    assert sidebar.view.temporary.toolTip() == "New temporary chat: nothing of it is kept"
    sidebar.view.set_keys("", "Ctrl+Shift+F", "", "Ctrl+Shift+N")
    assert sidebar.view.search.toolTip() == "Search all chats (Ctrl+Shift+F)"
    assert sidebar.view.temporary.toolTip() == "New temporary chat: nothing of it is kept (Ctrl+Shift+N)"
    sidebar.view.settings.click()
    assert shell.settings_opened == [("", "")]
