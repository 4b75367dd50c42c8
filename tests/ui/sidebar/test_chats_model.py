"""The model of the list of chats: order, headings, and changes that keep the view in place."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QDate, QDateTime, QModelIndex, QTime
from PySide6.QtTest import QAbstractItemModelTester

from workbench.core.chat.chats import Chat
from workbench.ui.sidebar.chats_model import ROLE_RUNNING, ChatsModel, Heading, rows_of

NOW = time.time()


def chat(name: str, age: float = 0, **fields: object) -> Chat:
    """``age`` in days."""
    return Chat(name, title=name, updated=NOW - age * 86400, **fields)


@pytest.fixture
def model(qapp: object) -> ChatsModel:
    made = ChatsModel()
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return made


def shown(model: ChatsModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_groups_by_date_with_the_pinned_first() -> None:
    today = QDate(2026, 3, 1)

    def at(age: int) -> Chat:
        noon = QDateTime(today.addDays(-age), QTime(12, 0)).toSecsSinceEpoch()
        return Chat(str(age), updated=noon, pinned=age == 90)

    rows = rows_of([at(age) for age in (90, 0, 1, 2, 7, 8, 30, 31)], today)
    assert [row.text if isinstance(row, Heading) else row.id for row in rows] == [
        "Pinned", "90", "Today", "0", "Yesterday", "1", "Previous 7 days", "2", "7",
        "Previous 30 days", "8", "30", "Older", "31"]


def test_a_chat_that_changes_goes_to_its_place(model: ChatsModel) -> None:
    model.reset([chat("a", 0.001), chat("b", 40), chat("c", 41)], has_more=False)
    assert shown(model) == ["Today", "a", "Older", "b", "c"]
    model.update_chat(chat("c"))
    assert shown(model) == ["Today", "c", "a", "Older", "b"]
    model.update_chat(chat("b", 40, pinned=True))
    assert shown(model) == ["Pinned", "b", "Today", "c", "a"]
    model.update_chat(chat("new"))
    model.remove_chat("b")
    assert set(shown(model)[1:3]) == {"new", "c"} and shown(model)[0] == "Today"


def test_renaming_changes_a_row_in_place(model: ChatsModel) -> None:
    model.reset([chat("a")], has_more=False)
    told: list[tuple[str, str]] = []
    model.rename_requested.connect(lambda chat_id, title: told.append((chat_id, title)))
    assert model.setData(model.index(1, 0), "  A new\nname ")
    assert not model.setData(model.index(1, 0), "   ")
    assert told == [("a", "A new name")]
    first = model.chats()[0]
    model.update_chat(Chat("a", title="A new name", updated=first.updated))
    assert shown(model)[1] == "A new name"


def test_more_is_asked_for_once_and_old_chats_wait_for_their_page(qapp: object) -> None:
    model = ChatsModel()  # without the tester, which asks for more itself
    asked: list[int] = []
    model.more_requested.connect(asked.append)
    model.reset([chat("p", pinned=True), chat("a"), chat("b", 1)], has_more=True)
    parent = QModelIndex()
    assert model.canFetchMore(parent)
    model.fetchMore(parent)
    assert asked == [2] and not model.canFetchMore(parent)
    model.append([chat("b", 1), chat("c", 2)], has_more=True)
    assert [one.id for one in model.chats()] == ["p", "a", "b", "c"]
    model.update_chat(chat("old", 300))
    assert model.row_of("old") == -1, "it comes with the page that it is on"


def test_a_running_reply_is_marked(model: ChatsModel) -> None:
    model.reset([chat("a"), chat("b", 1)], has_more=False)
    model.set_running({"b"})
    assert [model.index(model.row_of(name), 0).data(ROLE_RUNNING) for name in "ab"] == [False, True]


def test_one_chat_of_ten_thousand_changes_without_a_reset(qapp: object) -> None:
    model = ChatsModel()
    model.reset([chat(str(number), number / 100) for number in range(10_000)], has_more=True)
    rows: list[int] = []
    model.rowsInserted.connect(lambda _, first, last: rows.append(last - first + 1))
    model.rowsRemoved.connect(lambda _, first, last: rows.append(last - first + 1))
    model.modelReset.connect(lambda: rows.append(10_000))
    model.update_chat(chat("5000", -0.001))
    assert rows == [1, 1]
    assert shown(model)[:3] == ["Today", "5000", "0"]
