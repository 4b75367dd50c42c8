"""Lanes as a user meets them, in the real window."""

from __future__ import annotations

import json
import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QWidget

from tests.conftest import Run
from tests.support.server import Gate, Reply, Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import texts, write
from workbench.core.chat.messages import MessageNode
from workbench.core.experiments.votes import KEPT, Vote, player
from workbench.ui.compare.compare_controller import MOST, Lane
from workbench.ui.compare.compare_view import CompareView
from workbench.ui.compare.lane_view import LaneView, settings_word
from workbench.ui.compare.pairs import blind_pairs
from workbench.ui.compare.scores import ScoresDialog
from workbench.ui.window import MainWindow


def compare(window: MainWindow, *temperatures: float) -> CompareView:
    """Two or more lanes of the chat's model."""
    window.chat.header.compare.click()
    view = window.compare.view.made
    assert view is not None
    while len(window.compare.controller.lanes) < len(temperatures):
        view.add.click()
    for lane, temperature in zip(window.compare.controller.lanes, temperatures, strict=True):
        window.compare.controller.choose(lane.id, params={"temperature": temperature})
    return view


def lane_views(window: MainWindow) -> list[LaneView]:
    view = window.compare.view.made
    assert view is not None
    return [view.views[lane.id] for lane in window.compare.controller.lanes]


def ask_all(window: MainWindow, run: Run, text: str = "Hi") -> None:
    before = [lane.tip for lane in window.compare.controller.lanes]
    write(window, text)
    run(until(lambda: not window.compare.controller.busy and not window.chat.replies.chats() and all(
        lane.tip != tip for lane, tip in zip(window.compare.controller.lanes, before, strict=True)), what="all lanes"))


def replies(window: MainWindow, run: Run) -> list[MessageNode]:
    return list(run(window.services.store.nodes([lane.tip or "" for lane in window.compare.controller.lanes])))


def player_of(window: MainWindow, lane_id: str) -> str:
    lane = window.compare.controller.lane(lane_id)
    return player(lane.model, lane.params)


def by_temperature(server: Server) -> dict[float, dict]:
    return {request.json["temperature"]: request.json for request in server.requests}


def test_lanes_answer_the_same_question_on_branches(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("One."), chat("Two."), chat("Three."))
    view = compare(window, 0.1, 0.2, 0.3)
    assert view.isVisible() and not window.chat.header.model.isVisible()
    ask_all(window, run)
    assert sorted(by_temperature(scripted)) == [0.1, 0.2, 0.3]
    nodes = replies(window, run)
    assert len({node.parent_id for node in nodes}) == 1 and {node.origin for node in nodes} == {
        "lane 1", "lane 2", "lane 3"}
    assert sorted(node.message.text for node in nodes) == ["One.", "Three.", "Two."]
    assert sorted(lane.text() for lane in lane_views(window)) == ["One.", "Three.", "Two."]
    assert window.composer.view.editor.toPlainText() == ""


def test_the_composer_says_how_many_are_asked(window: MainWindow, scripted: Server, run: Run) -> None:
    composer = window.composer.view
    compare(window, 0.1, 0.2, 0.3)
    composer.editor.setPlainText("Twelve letters and more of them")
    composer.flush()
    assert composer.send.text() == "Send to all" and composer.send.accessibleName() == "Send"
    assert composer.estimate.accessibleDescription().startswith("3 requests · ≈ ")
    window.models.controller.load()  # as opening a lane's picker does
    run(until(window.models.known, what="the models"))
    assert composer.editor.placeholderText().startswith("Message 3 lanes")
    window.chat.header.compare.click()
    assert composer.send.text() == "Send" and composer.estimate.accessibleDescription().startswith("≈ ")


def test_each_lane_goes_on_with_its_own_answer(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("A."), chat("B."), chat("C."), chat("D."))
    compare(window, 0.1, 0.2)
    ask_all(window, run)
    first = {
        lane.params["temperature"]: node.message.text
        for lane, node in zip(window.compare.controller.lanes, replies(window, run), strict=True)
    }
    ask_all(window, run, "And then?")
    for request in scripted.requests[2:]:
        said = [message["content"] for message in request.json["messages"]]
        assert said == ["Hi", first[request.json["temperature"]], "And then?"]


def test_lanes_stream_in_parallel(window: MainWindow, scripted: Server, run: Run) -> None:
    gates = (Gate(), Gate())
    scripted.on("POST", "/v1/chat/completions",
                *(sse(*chat_chunks("Half ", finish=None), gate, *chat_chunks("done.")[1:]) for gate in gates))
    compare(window, 0.1, 0.2)
    write(window, "Hi")
    run(until(lambda: len(scripted.requests) == 2 and all(lane.streaming for lane in lane_views(window))))
    assert window.composer.view.send.accessibleName() == "Stop"
    for gate in gates:
        gate.open()
    run(until(lambda: not window.compare.controller.busy))
    assert [lane.text() for lane in lane_views(window)] == ["Half done."] * 2


def test_continue_here_makes_a_lane_the_chat(window: MainWindow, scripted: Server, run: Run) -> None:
    compare(window, 0.1, 0.9)
    ask_all(window, run)
    lane = window.compare.controller.lanes[1]
    lane_views(window)[1]._go.click()
    run(until(lambda: not window.compare.controller.lanes and window.chat.conversation.chat.tip == lane.tip))
    assert window.chat.conversation.chat.params == {"temperature": 0.9}
    assert window.chat.transcript.isVisible() and window.chat.header.model.isVisible()
    assert texts(window, run) == ["Hi", "Hello there."]
    header = window.chat.conversation.header(window.chat.conversation.keys[-1])
    assert header is not None and header.siblings == 2


def test_differences_are_to_a_chosen_lane(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("The cat sat."), chat("The cat sat."))
    view = compare(window, 0.1, 0.2)
    ask_all(window, run)
    view.diff.click()
    one, other = lane_views(window)
    assert one.transcript.isVisible() and other.diff.isVisible()
    assert other.diff.accessibleDescription() == "The texts are the same"
    view.against.setCurrentIndex(1)
    assert one.diff.isVisible() and other.transcript.isVisible()
    view.diff.click()
    assert one.transcript.isVisible() and other.transcript.isVisible()


def test_blind_votes_hide_who_answers_until_all_are_judged(window: MainWindow, scripted: Server, run: Run) -> None:
    view = compare(window, 0.1, 0.2)
    window.chat.conversation.change(tags=("mail",))
    view.blind.click()
    ask_all(window, run)
    views = lane_views(window)
    assert view._votes.isVisible()
    assert {lane._mask.text() for lane in views} == {"Left", "Right"}
    assert not any(lane.model.isVisible() or lane._metrics.isVisible() for lane in views)
    left = next(lane for lane in views if lane._mask.text() == "Left")
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert not view._votes.isVisible() and all(lane.model.isVisible() for lane in views)
    kept = run(window.services.store.values(KEPT))
    vote = Vote.from_json(next(iter(kept.values())))
    assert vote is not None
    assert (vote.left, vote.score, vote.tags) == (player_of(window, left.id), 1.0, ("mail",))
    view._scores.click()
    run(until(lambda: window.findChildren(ScoresDialog)))
    dialog = window.findChildren(ScoresDialog)[-1]
    rows = [[dialog.table.item(row, column).text() for column in range(5)] for row in range(2)]
    assert rows[0][0] == vote.left and [row[1:3] for row in rows] == [["1", "100\u00a0%"], ["1", "0\u00a0%"]]
    assert rows[0][3] == "68\u00a0%"  # where the slope of one vote and of half a win and half a loss each is 0
    assert "not told apart yet" in dialog._count.text()
    dialog.close()


@pytest.mark.parametrize(("won", "lost", "ends"), [(30, 20, ("[48, 62]", "[38, 52]")), (5, 5, ("[35, 65]",) * 2)])
def test_scores_stand_with_their_intervals(window: MainWindow, won: int, lost: int, ends: tuple[str, ...]) -> None:
    """Of 5 to 5, a vote tells a quarter of the difference and the prior a quarter of each strength: the error is
    1 / √10.5, and 1.96 of it are chances of 35 and 65 %."""
    dialog = ScoresDialog([Vote("a", "b", 1.0)] * won + [Vote("b", "a", 1.0)] * lost, window)
    assert [dialog.table.item(row, 4).text() for row in range(2)] == [f"{one}\u00a0%" for one in ends]
    assert dialog.table.horizontalHeaderItem(4).text() == "95 % interval"
    dialog.close()


def test_blind_means_blind_after_answers_that_were_seen_with_their_names(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    gate = Gate()
    scripted.on("POST", "/v1/chat/completions", chat("Seen of one."), chat("Seen of the other."),
                sse(gate, *chat_chunks("Blind.")), sse(gate, *chat_chunks("Blind too.")))
    view = compare(window, 0.1, 0.2)
    ask_all(window, run, "First")
    view.blind.click()
    write(window, "Second")
    run(until(lambda: len(scripted.requests) == 4))
    assert all(lane._hidden.isVisible() for lane in lane_views(window)), "speed and length tell as much as a name"
    gate.open()
    run(until(view._votes.isVisible))
    for lane in lane_views(window):
        shown = [part.text for message in lane.transcript.document.messages for part in message.entry.parts]
        assert shown[0] == "Second" and not [text for text in shown if "Seen" in text]
        assert {message.entry.author for message in lane.transcript.document.messages} == {"You", "Reply"}
    spoken = [widget.accessibleName() + widget.accessibleDescription() for widget in view.findChildren(QWidget)
              if widget.isVisible()]
    assert not [text for text in spoken if "test/m" in text or "0.1" in text]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert window.compare.lanes and view._votes.isVisible(), "not in the middle of a vote"
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert {message.entry.parts[0].text for message in lane_views(window)[0].transcript.document.messages} & {
        "Seen of one.", "Seen of the other."}


def test_escape_ends_differences_then_the_comparison_and_nothing_stays_switched_on(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    view = compare(window, 0.1, 0.2)
    ask_all(window, run)
    view.blind.click()
    view.diff.click()
    window.composer.view.editor.setFocus()
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Escape)
    assert not view.diff.isChecked() and window.compare.lanes
    window.composer.view.editor.setPlainText("half a thought")
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Escape)
    assert window.compare.lanes, "something is written"
    window.composer.view.editor.clear()
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Escape)
    assert not window.compare.lanes
    window.chat.header.compare.click()
    assert not view.blind.isChecked()


def test_a_lane_that_is_added_comes_into_view(window: MainWindow, scripted: Server, run: Run) -> None:
    view = compare(window, 0.1, 0.2, 0.3, 0.4)
    view.add.click()
    last = lane_views(window)[-1]
    run(until(lambda: view._area.horizontalScrollBar().value() == view._area.horizontalScrollBar().maximum() > 0))
    assert last.mapTo(view, last.rect().topLeft()).x() >= 0


def test_every_control_has_a_name_of_its_own(window: MainWindow, scripted: Server, run: Run) -> None:
    view = compare(window, 0.1, 0.2, 0.3)
    ask_all(window, run)
    controls = [control for kind in (QAbstractButton, QComboBox, QAbstractScrollArea) for control in
                view.findChildren(kind) if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus]
    names = [control.accessibleName() for control in controls]
    assert "Add lane" in names and "Diff" in names and all(names)
    assert sorted(names) == sorted(set(names))


def test_equal_lanes_are_no_pair() -> None:
    lanes = [Lane("1", "p/m", {"seed": 1}), Lane("2", "p/m", {"seed": 1}), Lane("3", "p/m", {"seed": 2})]
    pairs = blind_pairs(lanes, random.Random(1))
    assert {frozenset(pair) for pair in pairs} == {frozenset("13"), frozenset("23")}


def test_lanes_are_there_again_after_a_restart(open_window: OpenWindow, run: Run) -> None:
    window = open_window(model="builtin/ngram")
    compare(window, 0.1, 0.9)
    ask_all(window, run, "The request")
    said = [lane.text() for lane in lane_views(window)]
    window = open_window()
    run(until(lambda: window.compare.controller.lanes and all(lane.text() for lane in lane_views(window))))
    assert [lane.text() for lane in lane_views(window)] == said
    window.chat.new_chat()
    run(until(lambda: not window.chat.conversation.chat.id))
    assert not window.compare.controller.lanes and window.welcome.view.isVisible()


def test_there_are_two_to_six_lanes(window: MainWindow, run: Run) -> None:
    view = compare(window, 0.1, 0.2)
    assert not any(lane._close.isVisible() for lane in lane_views(window))
    for _ in range(MOST):
        view.add.click()
    assert len(window.compare.controller.lanes) == MOST and not view.add.isEnabled()
    lane_views(window)[0]._close.click()
    assert len(window.compare.controller.lanes) == MOST - 1 and view.add.isEnabled()


def test_a_lane_that_comes_later_can_be_asked_the_same(window: MainWindow, scripted: Server, run: Run) -> None:
    view = compare(window, 0.1, 0.2)
    ask_all(window, run)
    view.add.click()
    late = lane_views(window)[2]
    run(until(lambda: late._entries, what="the question"))
    window.compare.controller.choose(late.id, params={"temperature": 0.7})
    assert len(scripted.requests) == 2  # nothing is asked, and billed, before the user says so
    late._again.click()
    run(until(late.text))
    assert scripted.requests[2].json["temperature"] == 0.7
    assert len({node.parent_id for node in replies(window, run)}) == 1


def test_a_model_that_is_gone_gives_the_draft_back(window: MainWindow, run: Run) -> None:
    compare(window, 0.1, 0.2)
    window.compare.controller.choose(window.compare.controller.lanes[1].id, model="nowhere/none")
    write(window, "keep me")
    run(until(lambda: window.composer.view.editor.toPlainText() == "keep me"))
    assert window.composer.view.note() and not window.chat.conversation.keys


def test_a_refused_lane_leaves_the_others_alone(window: MainWindow, scripted: Server, run: Run) -> None:
    refusal = Reply(400, {"Content-Type": "application/json"}, [json.dumps({"error": {"message": "No."}}).encode()])
    scripted.on("POST", "/v1/chat/completions", refusal, chat("Fine."))
    compare(window, 0.1, 0.2)
    ask_all(window, run)
    assert sorted(lane.text() for lane in lane_views(window)) == ["", "Fine."]


def test_settings_in_short() -> None:
    assert [settings_word(params) for params in ({}, {"temperature": 0.5}, {"temperature": 1, "seed": 2}, {"seed": 1})
            ] == ["Default", "T 0.5", "T 1 · 1 more", "1 set"]
