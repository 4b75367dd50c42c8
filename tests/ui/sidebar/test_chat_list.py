"""The controller of the list of chats on a real store: filter, changes, undo, folders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.chat.chats import Chat, ChatFields, Folder
from workbench.core.services import Services
from workbench.ui.shell.notices import Notice
from workbench.ui.sidebar.chat_list import ChatList


@pytest.fixture
def chat_list(services: Services) -> Iterator[ChatList]:
    made = ChatList(services)
    yield made
    made.close()


@pytest.fixture
def ids(services: Services, run: Run) -> list[str]:
    """Three chats: A, B and C."""
    return [run(services.store.create_chat(Chat("", title))).id for title in "ABC"]


@pytest.fixture
def notices(chat_list: ChatList) -> list[Notice]:
    found: list[Notice] = []
    chat_list.noticed.connect(found.append)
    return found


@pytest.mark.parametrize(("changes", "one", "many"), [
    ({"archived": True}, "Chat archived.", "2 chats archived."),
    ({"archived": False}, "Chat taken out of the archive.", "2 chats taken out of the archive."),
    ({"pinned": True}, "", "2 chats pinned."),
    ({"pinned": False}, "", "2 chats no longer pinned."),
    ({"folder_id": None}, "Chat moved.", "2 chats moved."),
    ({"title": "Other"}, "", ""),
])
def test_a_notice_is_one_sentence_for_one_and_for_many(
    chat_list: ChatList, services: Services, ids: list[str], notices: list[Notice], run: Run, changes: ChatFields,
    one: str, many: str,
) -> None:
    for count in (1, 2):
        chat_list.change(ids[:count], **changes)
        run(until(lambda: not services.tasks.running("change chats")))
    assert [notice.text for notice in notices] == [text for text in (one, many) if text]


def test_undo_gives_each_chat_its_own_value_again(
    chat_list: ChatList, services: Services, ids: list[str], notices: list[Notice], run: Run
) -> None:
    store = services.store
    run(store.update_chat(ids[0], archived=True))
    chat_list.change(ids, archived=True)
    run(until(lambda: notices))
    assert all(run(store.chat(chat_id)).archived for chat_id in ids)
    assert notices[0].run is not None
    notices[0].run()
    run(until(lambda: not services.tasks.running("change chats")))
    assert [run(store.chat(chat_id)).archived for chat_id in ids] == [True, False, False]


def test_the_filter_changes_one_part_at_a_time(
    chat_list: ChatList, services: Services, ids: list[str], run: Run
) -> None:
    lists: list[list[str]] = []
    chat_list.reset.connect(lambda chats, _: lists.append(sorted(chat.title for chat in chats)))

    def listed(**change: object) -> list[str]:
        lists.clear()
        chat_list.set_filter(**change)
        run(until(lambda: lists))
        return lists[-1]

    folder = run(services.store.save_folder(Folder("", "Work")))
    run(services.store.update_chat(ids[0], folder_id=folder.id, tags=("x",)))
    run(services.store.update_chat(ids[1], folder_id=folder.id))
    assert listed(folder_id=folder.id) == ["A", "B"]
    assert listed(tag="x") == ["A"]
    assert listed(tag="") == ["A", "B"]
    assert listed(title="b") == ["B"]
    assert listed(folder_id=None) == ["B"]
    assert listed(title="") == ["A", "B", "C"]


def test_what_leaves_the_filter_leaves_the_list(
    chat_list: ChatList, services: Services, ids: list[str], run: Run
) -> None:
    facts: list[str] = []
    chat_list.set_filter(title="a")
    run(until(lambda: not services.tasks.running("read changed chats")))
    chat_list.updated.connect(lambda chat: facts.append(f"updated {chat.title}"))
    chat_list.removed.connect(lambda chat_id: facts.append(f"removed {chat_id}"))
    run(services.store.update_chat(ids[1], title="Banana"))
    run(until(lambda: facts))
    run(services.store.update_chat(ids[1], title="B"))
    run(until(lambda: len(facts) == 2))
    assert facts == ["updated Banana", f"removed {ids[1]}"]


def test_many_changes_at_once_refresh_the_list_once(chat_list: ChatList, services: Services, run: Run) -> None:
    refreshed: list[int] = []
    chat_list.refreshed.connect(lambda chats, _: refreshed.append(len(chats)))

    async def fill() -> None:
        made = [await services.store.create_chat(Chat("", str(number))) for number in range(60)]
        await until(lambda: not services.tasks.running("read changed chats"))
        refreshed.clear()
        await services.store.update_chats({chat.id: {"pinned": True} for chat in made})
        await until(lambda: refreshed and not services.tasks.running("read changed chats"))

    run(fill())
    assert refreshed == [60]


def test_a_deleted_folder_keeps_its_chats_and_comes_back(
    chat_list: ChatList, services: Services, ids: list[str], notices: list[Notice], run: Run
) -> None:
    folders: list[list[str]] = []
    chat_list.folders_loaded.connect(lambda found: folders.append([folder.name for folder in found]))
    chat_list.save_folder(Folder("", "Work"), ids[:2])
    run(until(lambda: notices and folders))
    (work,) = run(services.store.folders())
    chat_list.set_filter(folder_id=work.id)
    chat_list.delete_folder(work.id)
    run(until(lambda: len(notices) == 2))
    assert chat_list.query.folder_id is None, "the folder that was shown is gone"
    assert run(services.store.chat(ids[0])).folder_id is None
    assert [notice.text for notice in notices] == ["2 chats moved.", "Folder deleted; its chats are kept."]
    assert notices[1].run is not None
    notices[1].run()
    run(until(lambda: not services.tasks.running("change chats")))
    assert folders[-1] == ["Work"] and run(services.store.chat(ids[0])).folder_id == work.id
