"""What will be sent, in the real window: seen, left out, pinned, and made to fit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.support.server import Server, chat
from tests.support.waiting import until
from tests.ui.compare.test_compare import ask_all, compare, lane_views
from tests.ui.test_window import ask, write
from workbench.core.chat.context import ContextItem, oldest_to_leave
from workbench.ui.context.context_controller import Context
from workbench.ui.context.dialog import ContextDialog, summary
from workbench.ui.context.model import PIN, SENT, TOKENS
from workbench.ui.window import MainWindow


def item(name: str, tokens: int, *, left_out: bool = False, pinned: bool = False) -> ContextItem:
    return ContextItem(name, "user", tokens, left_out, pinned, name)


def test_the_oldest_go_first_but_neither_pinned_ones_nor_the_last() -> None:
    items = [item("a", 40, pinned=True), item("b", 30), item("c", 30, left_out=True), item("d", 30), item("e", 50)]
    assert oldest_to_leave(items, 200) == ()
    assert oldest_to_leave(items, 120) == ("b",)
    assert oldest_to_leave(items, 1) == ("b", "d")


def test_the_sum_in_words() -> None:
    items = (item("a", 1200), item("b", 300), item("c", 999, left_out=True))
    assert summary(Context(items, "m", 3000, 0.000002)).replace("\u202f", " ") == (
        "≈ 1 500 tokens · 50 % of the 3 000 that m takes · ≈ $0.0030 before the answer")
    assert "500 tokens more than m takes" in summary(Context(items, "m", 1000, None))
    assert summary(Context(items, "m", None, None)).replace("\u202f", " ") == "≈ 1 500 tokens"


def opened(window: MainWindow, run: Run) -> ContextDialog:
    window.registry.run("message.context")
    run(until(lambda: window.findChildren(ContextDialog)))
    dialog = window.findChildren(ContextDialog)[-1]
    run(until(dialog.model.rowCount))
    return dialog


def words(dialog: ContextDialog) -> list[tuple[str, str]]:
    model = dialog.model
    return [(model.index(row, 2).data(), model.index(row, 3).data()) for row in range(model.rowCount())]


def test_everything_that_goes_is_listed_and_can_be_left_out(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    window.chat.conversation.change(system="Be brief.")
    ask(window, run, "First question")
    window.composer.view.editor.setPlainText("Second question")
    dialog = opened(window, run)
    assert words(dialog) == [
        ("System", "Be brief."), ("You", "First question"), ("Reply", "Hello there."), ("Draft", "Second question")]
    model = dialog.model
    assert not model.setData(model.index(0, SENT), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    first, reply = window.chat.conversation.keys
    QTest.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton,
                     pos=dialog.table.visualRect(model.index(1, SENT)).center())
    run(until(lambda: model.index(1, SENT).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked))
    dialog.table.setCurrentIndex(model.index(2, PIN))
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    run(until(lambda: model.index(2, PIN).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked))
    assert window.chat.conversation.choices == {first: "left_out", reply: "pinned"}
    dialog.close()
    ask(window, run, "Second question", messages=4)
    said = [message["content"] for message in scripted.requests[-1].json["messages"]]
    assert said == ["Be brief.", "Hello there.", "Second question"]


def shown(window: MainWindow) -> str:
    return window.composer.view.estimate.accessibleDescription().replace("\u202f", " ")


def tokens_in(dialog: ContextDialog) -> int:
    model = dialog.model
    return sum(int(model.index(row, TOKENS).data().replace("\u202f", "")) for row in range(model.rowCount()))


def test_composer_and_dialog_have_the_servers_count(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat(
        "Hello.", usage={"prompt_tokens": 36_900, "completion_tokens": 37}))
    ask(window, run, "How much?")
    assert shown(window).startswith("≈ 36 937 tokens")
    window.composer.view.editor.setPlainText("And now?")
    window.composer.view.flush()
    dialog = opened(window, run)
    said = dialog._summary.text().replace("\u202f", " ")
    assert said.split(" · ")[0] == shown(window).split(" · ")[0] == "≈ 36 943 tokens"
    assert tokens_in(dialog) == 36_943
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "Close").click()
    assert not dialog.isVisible()


def test_an_edit_is_counted_without_what_it_replaces(window: MainWindow, scripted: Server, run: Run) -> None:
    usage = {"prompt_tokens": 30, "completion_tokens": 10}
    scripted.on("POST", "/v1/chat/completions", chat("One.", usage=usage), chat(
        "Two.", usage={"prompt_tokens": 9000, "completion_tokens": 1}))
    ask(window, run, "First")
    ask(window, run, "word " * 4000, messages=4)
    assert shown(window).startswith("≈ 9 001 tokens")
    window.composer.view.editor.edit_last_requested.emit()
    run(until(lambda: window.composer.outbox.editing))
    window.composer.view.editor.setPlainText("Short")
    window.composer.view.flush()
    assert shown(window).startswith("≈ 45 tokens")
    dialog = opened(window, run)
    assert tokens_in(dialog) == 45 and [word for _, word in words(dialog)] == ["First", "One.", "Short"]
    dialog.close()
    window.composer.outbox.cancel_edit()
    assert shown(window).startswith("≈ 9 001 tokens")


def test_the_figure_follows_a_reply_that_is_asked_for_again(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", *(
        chat("Hello.", usage={"prompt_tokens": 5, "completion_tokens": count}) for count in (40, 7, 17)))
    ask(window, run, "Hi")
    assert shown(window).startswith("≈ 45 tokens")
    for total in (12, 22):
        regenerate(window, run)
        run(until(lambda total=total: shown(window).startswith(f"≈ {total} tokens"), what=f"{total} tokens"))


def sent(scripted: Server) -> list[str]:
    return [message["content"] for message in scripted.requests[-1].json["messages"]]


def choose(window: MainWindow, run: Run, key: str, action: str) -> None:
    before = dict(window.chat.conversation.choices)
    window.chat.message_actions.run(key, action)
    run(until(lambda: window.chat.conversation.choices != before))


def regenerate(window: MainWindow, run: Run) -> str:
    old = window.chat.conversation.keys[-1]
    window.chat.message_actions.run(old, "regenerate")
    run(until(lambda: window.chat.conversation.keys[-1] != old
              and not window.chat.replies.running(window.chat.conversation.chat.id)))
    return window.chat.conversation.keys[-1]


def test_a_choice_holds_for_its_branch_alone(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "One")
    ask(window, run, "Two", messages=4)
    first, old = window.chat.conversation.keys[0], window.chat.conversation.keys[-1]
    new = regenerate(window, run)
    assert sent(scripted) == ["One", "Hello there.", "Two"]
    choose(window, run, first, "leave-out")
    again = regenerate(window, run)
    assert sent(scripted) == ["Hello there.", "Two"] and window.chat.conversation.choices == {first: "left_out"}
    run(window.chat.conversation.show_branch(old))
    assert window.chat.conversation.choices == {}
    ask(window, run, "Three", messages=6)
    assert sent(scripted) == ["One", "Hello there.", "Two", "Hello there.", "Three"]
    run(window.chat.conversation.show_branch(new))
    ask(window, run, "Three", messages=6)
    assert sent(scripted) == ["Hello there.", "Two", "Hello there.", "Three"]
    run(window.chat.conversation.show_branch(again))
    choose(window, run, first, "include")
    ask(window, run, "Three", messages=6)
    assert sent(scripted)[0] == "One"


def test_an_edit_further_up_and_a_deletion_keep_the_choices_of_their_line(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    ask(window, run, "One")
    ask(window, run, "Two", messages=4)
    first, _, question, reply = window.chat.conversation.keys
    choose(window, run, first, "leave-out")
    window.chat.message_actions.run(question, "edit")
    run(until(lambda: window.composer.outbox.editing))
    asked = len(scripted.requests)
    write(window, "Two again")
    run(until(lambda: len(scripted.requests) > asked and not window.chat.replies.chats()))
    assert sent(scripted) == ["Hello there.", "Two again"]
    run(window.chat.conversation.show_branch(reply))
    window.chat.message_actions.run(reply, "delete")
    run(until(lambda: len(window.chat.conversation.keys) == 3 and window.chat.conversation.choices))
    assert window.chat.conversation.choices == {first: "left_out"}
    window.chat.message_actions.run(question, "branch-chat")
    run(until(lambda: first not in window.chat.conversation.keys))
    assert list(window.chat.conversation.choices.values()) == ["left_out"]
    assert set(window.chat.conversation.choices) == {window.chat.conversation.keys[0]}


def test_what_does_not_fit_is_said_and_left_out(window: MainWindow, run: Run) -> None:
    window.chat.conversation.change(model="builtin/guide")
    ask(window, run, "What can you do?")
    info = window.services.providers.info(window.services.providers.resolve("builtin/guide"))
    assert info.context
    window.composer.view.editor.setPlainText("word " * info.context)
    dialog = opened(window, run)
    assert dialog._summary.property("tone") == "bad" and dialog._oldest.isVisible()
    dialog._oldest.click()
    run(until(lambda: dialog._all.isVisible()))
    dialog._all.click()
    run(until(lambda: not dialog._all.isVisible()))
    window.composer.view.clear()
    dialog.close()


def test_a_choice_holds_in_every_lane_and_where_one_goes_on(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "One")
    first = window.chat.conversation.keys[0]
    choose(window, run, first, "leave-out")
    compare(window, 0.1, 0.2)
    ask_all(window, run, "Two")
    ask_all(window, run, "Three")
    asked = [[message["content"] for message in request.json["messages"]] for request in scripted.requests[1:]]
    assert asked == [["Hello there.", "Two"]] * 2 + [["Hello there.", "Two", "Hello there.", "Three"]] * 2
    lane_views(window)[1]._go.click()
    run(until(lambda: not window.compare.controller.lanes and len(window.chat.conversation.keys) == 6))
    assert window.chat.conversation.choices == {first: "left_out"}
    regenerate(window, run)
    assert sent(scripted) == ["Hello there.", "Two", "Hello there.", "Three"]
