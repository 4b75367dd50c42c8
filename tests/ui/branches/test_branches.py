"""The tree of the conversation in the real window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu

from tests.conftest import Run
from tests.support.finding import find, nameless
from tests.support.server import Gate, Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import ask, line, texts, write
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.ui.branches.model import ROLE_ROW, BranchesModel
from workbench.ui.branches.view import BranchesView
from workbench.ui.reply_variants.diff_dialog import DiffDialog
from workbench.ui.reply_variants.diff_text import DiffText
from workbench.ui.shell.notices import Notice
from workbench.ui.window import MainWindow


def answer(text: str, model: str = "test/m") -> Message:
    return Message("assistant", (Text(text),), model)


async def bushy(window: MainWindow) -> dict[str, str]:
    """A chat with two questions and three replies to the first, the second of which goes on; it is opened."""
    store = window.services.store
    made = await store.create_chat(Chat("", "Bushy", "test/m"))
    ids: dict[str, str] = {}

    async def add(name: str, parent: str, message: Message, origin: str = "") -> None:
        ids[name] = (await store.add_message(made.id, ids.get(parent), message, origin=origin)).id

    await add("q", "", user("Question"))
    for number, origin in ((1, ""), (2, "regenerate"), (3, "lane 3")):
        await add(f"r{number}", "q", answer(f"Reply {number}"), origin)
    await add("more", "r2", user("More"))
    await add("rest", "more", answer("The rest"))
    await window.chat.conversation.open(made.id)
    return ids


def tree(window: MainWindow, run: Run) -> BranchesView:
    window.branches.show()
    pane = window.branches.pane
    assert pane is not None
    run(until(lambda: pane.model.rowCount() or not window.chat.conversation.chat.id))
    return pane.view


def rows(view: BranchesView) -> list[str]:
    """The excerpts of the messages, set in as they are drawn, with a mark on the main line."""
    model = view.model()
    assert isinstance(model, BranchesModel)
    found = []
    for place in range(model.rowCount()):
        row = model.row(place)
        said = f"{len(row.folded)} folded" if row.folded else model._excerpts.get(row.summary.id, "?")
        found.append(f"{'  ' * row.depth}{said}{' *' if row.shown else ''}")
    return found


def shows(view: BranchesView, expected: list[str]) -> Callable[[], bool]:
    def look() -> bool:
        view.viewport().repaint()  # who is painted asks for its words
        return rows(view) == expected

    return look


def choose(view: BranchesView, *ids: str) -> None:
    model = view.model()
    assert isinstance(model, BranchesModel)
    view.go_to(model.place(ids[0]))
    for id in ids[1:]:
        view.selectionModel().select(
            model.index(model.place(id)), view.selectionModel().SelectionFlag.Select)


def pick(view: BranchesView, text: str) -> None:
    """Chooses from the menu of what is selected."""
    menu: QMenu = view._menu(view.chosen())
    next(action for action in menu.actions() if action.text().partition("\t")[0] == text).trigger()
    menu.deleteLater()


def detail(window: MainWindow, id: str) -> str:
    """What stands beside the author of a message in the transcript."""
    message = window.chat.transcript.document.get(id)
    return message.entry.detail if message is not None and message.entry is not None else ""


def undo(window: MainWindow, notices: list[Notice]) -> None:
    run = notices[-1].run
    assert run is not None
    run()


@pytest.fixture
def notices(window: MainWindow) -> list[Notice]:
    heard: list[Notice] = []
    window.branches.controller().noticed.connect(heard.append)
    window.chat.chat_actions.noticed.connect(heard.append)
    return heard


FULL = ["Question *", "  Reply 1", "  Reply 3", "Reply 2 *", "More *", "The rest *"]


def test_the_tree_shows_every_branch_and_the_main_line(window: MainWindow, run: Run) -> None:
    run(bushy(window))
    view = tree(window, run)
    run(until(shows(view, FULL)))
    assert window.branches.pane is not None
    assert window.branches.pane._summary.text() == "6 messages · 3 branches"
    assert view.currentIndex().data(ROLE_ROW).last
    spoken = view.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "m: Reply 3, branch 3 of 3, lane 3"
    assert find(window, "Branches").isVisible() and not nameless(window.branches.pane)


def test_an_empty_chat_says_what_to_do(window: MainWindow, run: Run) -> None:
    window.branches.show()
    pane = window.branches.pane
    assert pane is not None
    assert find(pane, "Insert a message").isVisible() and not pane.view.isVisible()


def test_return_shows_a_branch_with_the_message_in_view(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    choose(view, ids["r1"])
    QTest.keyClick(view, Qt.Key.Key_Return)
    run(until(lambda: list(window.chat.conversation.keys) == [ids["q"], ids["r1"]]))
    run(until(shows(view, ["Question *", "  Reply 1 *", "  Reply 3", "Reply 2", "More", "The rest"])))
    assert view.currentIndex().data(ROLE_ROW).summary.id == ids["r1"]
    assert run(window.services.store.chat(window.chat.conversation.chat.id)).tip == ids["r1"]
    assert view.hasFocus()


def test_going_back_to_a_branch_goes_to_its_end(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    run(window.services.store.set_tip(window.chat.conversation.chat.id, ids["r3"]))
    run(window.chat.conversation.reload())
    view = tree(window, run)
    choose(view, ids["r2"])
    pick(view, "Set as main line")
    run(until(lambda: list(window.chat.conversation.keys) == [ids[name] for name in ("q", "r2", "more", "rest")]))


def test_a_streaming_reply_appears_and_ends(window: MainWindow, scripted: Server, run: Run) -> None:
    gate = Gate()
    first, *others = chat_chunks("One ", "two.")
    scripted.on("POST", "/v1/chat/completions", sse(first, others[0], gate, *others[1:]))
    view = tree(window, run)
    write(window, "Count")
    run(until(lambda: view.model().rowCount() == 2))
    run(until(lambda: view.model().index(1, 0).data(ROLE_ROW).summary.status == "streaming"))
    gate.open()
    run(until(shows(view, ["Count *", "One two. *"])))
    run(until(lambda: view.model().index(1, 0).data(ROLE_ROW).summary.status == "complete"))


def test_a_name_is_given_in_place_and_shown_in_the_chat(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    choose(view, ids["r2"])
    window.registry.run("chat.rename")  # F2 belongs to where the keyboard is
    field = find(view, "Name of the branch", QLineEdit)
    QTest.keyClicks(field, "the good one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    run(until(lambda: view.currentIndex().data() == "the good one"))
    run(until(lambda: "the good one" in detail(window, ids["r2"])))
    assert (run(window.services.store.nodes([ids["r2"]])))[0].label == "the good one"


def test_the_palette_names_the_branch_where_it_leaves_the_others(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    window.registry.run("branch.name")
    run(until(lambda: window.findChildren(QInputDialog)))
    dialog = window.findChildren(QInputDialog)[-1]
    dialog.setTextValue("second")
    dialog.accept()
    run(until(lambda: "second" in detail(window, ids["r2"])))


def test_pruning_takes_a_branch_and_undo_brings_it_back(
    window: MainWindow, run: Run, notices: list[Notice]
) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    run(until(shows(view, FULL)))
    choose(view, ids["r2"])
    QTest.keyClick(view, Qt.Key.Key_Delete)
    run(until(shows(view, ["Question *", "  Reply 1", "Reply 3 *"])))
    assert list(window.chat.conversation.keys) == [ids["q"], ids["r3"]]
    undo(window, notices)
    run(until(shows(view, FULL)))
    assert len(window.chat.conversation.keys) == 4


def test_what_hangs_below_another_that_is_pruned_is_no_branch_of_its_own(
    window: MainWindow, run: Run, notices: list[Notice]
) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    run(until(shows(view, FULL)))
    choose(view, ids["r1"], ids["r2"], ids["more"], ids["rest"])
    pick(view, "Prune these branches")
    run(until(shows(view, ["Question *", "Reply 3 *"])))
    assert notices[-1].text == "2 branches pruned."
    undo(window, notices)
    run(until(shows(view, FULL)))


@pytest.mark.parametrize(("name", "left"), [
    ("r3", ["Question *", "Reply 3 *"]),
    ("q", ["Question *", "Reply 2 *", "More *", "The rest *"]),
])
def test_all_other_branches_of_a_fork_are_pruned(
    window: MainWindow, run: Run, notices: list[Notice], name: str, left: list[str]
) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    run(until(shows(view, FULL)))
    choose(view, ids[name])
    pick(view, "Prune all others")
    run(until(shows(view, left)))
    undo(window, notices)
    run(until(shows(view, FULL)))


def test_only_the_main_line_is_kept(window: MainWindow, run: Run, notices: list[Notice]) -> None:
    ids = run(bushy(window))
    run(window.services.store.set_tip(window.chat.conversation.chat.id, ids["r2"]))
    run(window.chat.conversation.reload())
    view = tree(window, run)
    window.branches.controller().prune_all()
    run(until(shows(view, ["Question *", "Reply 2 *"])))
    undo(window, notices)
    run(until(lambda: view.model().rowCount() == 6))


def test_two_messages_and_two_branches_are_compared(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    for text, said in (("Compare the two messages", "Reply 12"), ("Compare the two branches", "m\nReply 12\n\nYou")):
        choose(view, ids["r1"], ids["r2"])
        pick(view, text)
        run(until(lambda: [d for d in window.findChildren(DiffDialog) if d.isVisible()]))
        dialog = window.findChildren(DiffDialog)[-1]
        shown = dialog.findChild(DiffText)
        assert shown is not None and shown.toPlainText().startswith(said)
        dialog.close()


def test_messages_of_one_branch_do_not_part(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    said: list[str] = []
    window.reply_variants.controller.warned.connect(said.append)
    choose(view, ids["q"], ids["more"])
    pick(view, "Compare the two branches")
    run(until(lambda: said))
    assert "one branch" in said[0]


def test_a_new_branch_begins_at_any_message(window: MainWindow, scripted: Server, run: Run) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    choose(view, ids["r1"])
    pick(view, "Continue from here")
    run(until(lambda: list(window.chat.conversation.keys) == [ids["q"], ids["r1"]]))
    run(until(window.composer.view.editor.hasFocus))
    ask(window, run, "And then?", 4)
    assert texts(window, run) == ["Question", "Reply 1", "And then?", "Hello there."]


def test_a_long_stretch_folds_and_unfolds_by_mouse_and_key(window: MainWindow, run: Run) -> None:
    async def talk() -> None:
        store = window.services.store
        made = await store.create_chat(Chat("", "Long"))
        parent = None
        for number in range(12):
            message = answer(f"a{number}") if number % 2 else user(f"q{number}")
            parent = (await store.add_message(made.id, parent, message)).id
        await window.chat.conversation.open(made.id)

    run(talk())
    view = tree(window, run)
    run(until(shows(view, ["q0 *", "10 folded *", "a11 *"])))
    place: QPoint = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    run(until(lambda: view.model().rowCount() == 12))
    view.go_to(4)
    QTest.keyClick(view, Qt.Key.Key_Left)
    run(until(shows(view, ["q0 *", "10 folded *", "a11 *"])))
    view.go_to(1)
    QTest.keyClick(view, Qt.Key.Key_Return)
    run(until(lambda: view.model().rowCount() == 12))


def test_nothing_is_read_while_the_tree_is_out_of_sight(window: MainWindow, run: Run) -> None:
    run(bushy(window))
    view = tree(window, run)
    told: list[object] = []
    window.branches.controller().laid_out.connect(lambda *_: told.append(1))
    window.panel.show_tab("Prompt")
    run(window.services.store.add_message(window.chat.conversation.chat.id, None, user("new"), move_tip=False))
    run(window.chat.conversation.reload())
    assert not told and not window.branches.controller()._clock.isActive()
    window.branches.show()
    run(until(lambda: view.model().rowCount() == 7))


def test_the_tree_follows_the_chat_that_is_open(window: MainWindow, run: Run) -> None:
    run(bushy(window))
    view = tree(window, run)
    run(window.chat.conversation.open_new())
    run(until(lambda: not view.isVisible()))
    run(bushy(window))
    run(until(shows(view, FULL)))


def test_showing_a_branch_leaves_the_comparison(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    window.compare.controller.start()
    view = tree(window, run)
    choose(view, ids["r3"])
    QTest.keyClick(view, Qt.Key.Key_Return)
    run(until(lambda: not window.compare.controller.lanes and list(
        window.chat.conversation.keys) == [ids["q"], ids["r3"]]))


def test_lanes_are_numbered_in_the_tree(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("One."), chat("Two."))
    window.compare.controller.start()
    write(window, "Which?")
    run(until(lambda: len(scripted.requests) == 2 and not window.chat.replies.chats()))
    view = tree(window, run)
    run(until(lambda: view.model().rowCount() == 3))
    origins = {view.model().index(place, 0).data(ROLE_ROW).summary.origin for place in range(3)}
    assert origins == {"lane", "lane 1", "lane 2"}


def test_a_window_opened_anew_shows_the_tree_again(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    run(bushy(window))
    again = open_window()
    view = tree(again, run)
    run(until(shows(view, FULL)))
    assert len(line(again, run)) == 4
