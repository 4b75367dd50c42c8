"""The token view, on the built-in model's real probabilities and on a server that cannot go on."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.conftest import Run, Show
from tests.support.server import Server, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import ask
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Text
from workbench.core.reply.records import RequestRecord, TokenChance, TokenLogprob
from workbench.ui.reply_variants.confidence import before, least_sure, spots, summary, visible
from workbench.ui.reply_variants.token_dialog import TokenDialog
from workbench.ui.reply_variants.token_text import TokenText
from workbench.ui.widgets import Toast
from workbench.ui.window import MainWindow

HALF, QUARTER = math.log(0.5), math.log(0.25)
TOKENS = (
    TokenLogprob("So", HALF, (TokenChance("So", HALF), TokenChance("No", HALF))),
    TokenLogprob(" it", QUARTER, (TokenChance(" is", HALF), TokenChance(" it", QUARTER))),
    TokenLogprob(" is", 0.0),
)


def test_the_figures_of_a_reply() -> None:
    places = spots(TOKENS)
    assert [(spot.start, spot.end) for spot in places] == [(0, 2), (2, 5), (5, 8)]
    assert [spot.index for spot in least_sure(places, 2)] == [1, 0]
    assert [round(spot.bits, 3) for spot in places] == [1.0, 1.5, 0.0]
    assert [round(spot.doubt("probability"), 3) for spot in places] == [0.5, 0.75, 0.0]
    assert [other.token for other in places[1].alternatives] == [" is", " it"]
    # The perplexity of chances 1/2, 1/4 and 1 is (2 · 4 · 1) to the power of 1/3.
    assert summary(places) == "3 tokens · perplexity 2.00 · 0.83 bits per token"
    assert "set top_logprobs" in summary(spots(TOKENS[2:]))


@pytest.mark.parametrize("unknown", [-9999.0, -3.4e38, -math.inf])
def test_tokens_of_unknown_probability_are_left_out_and_told(unknown: float, show: Show) -> None:
    """OpenAI's API writes −9999 for a token that is not among the likeliest."""
    tokens = (TOKENS[0], TokenLogprob(" odd", unknown, (TokenChance(" is", HALF),)), TOKENS[2])
    assert summary(spots(tokens)) == (
        "3 tokens · perplexity 1.41 · 1 token of unknown probability left out · 0.67 bits per token")
    message = Message("assistant", (Text("So odd is"),))
    node = MessageNode("1", "chat", None, message, record=RequestRecord("a/m", logprobs=tokens))
    dialog = show(TokenDialog(node, show(QWidget())))
    assert dialog.text.current == 1 and "0.0\u00a0%" in dialog._place.text()
    assert dialog.alternatives.count() == 2


def test_the_beginning_that_a_reply_was_given_is_told_from_its_tokens() -> None:
    places = spots(TOKENS)
    assert before("Well: So it is", places) == "Well: "
    assert before("Something else", places) == ""
    assert [visible(token) for token in (" a", "\n", "")] == ["␣a", "⏎", "∅"]


def dialog_of(window: MainWindow, run: Run) -> TokenDialog:
    window.registry.run("reply.tokens")
    run(until(lambda: window.findChildren(TokenDialog), what="the token view"))
    return window.findChildren(TokenDialog)[-1]


def last(window: MainWindow, run: Run) -> MessageNode:
    return run(window.services.store.nodes([window.chat.conversation.last("assistant")]))[0]


def test_another_token_leads_to_another_branch(open_window: OpenWindow, run: Run) -> None:
    window = open_window(model="builtin/ngram")
    window.chat.conversation.change(params={"seed": 1, "max_tokens": 20, "logprobs": True, "top_logprobs": 5})
    ask(window, run, "The request")
    first = last(window, run)
    assert first.record is not None and first.record.logprobs
    dialog = dialog_of(window, run)
    assert dialog.text.toPlainText() == first.message.text
    QTest.keyClick(dialog.text, Qt.Key.Key_Home)
    for _ in range(3):
        QTest.keyClick(dialog.text, Qt.Key.Key_Right)
    assert dialog.text.current == 3
    tokens = [token.token for token in first.record.logprobs]
    rows = [dialog.alternatives.item(row) for row in range(dialog.alternatives.count())]
    other = next(row for row in rows if row.data(Qt.ItemDataRole.UserRole) != tokens[3])
    dialog.alternatives.setCurrentItem(other)
    prefix = "".join(tokens[:3]) + other.data(Qt.ItemDataRole.UserRole)
    QTest.keyClick(dialog.alternatives, Qt.Key.Key_Return)
    run(until(lambda: window.chat.conversation.last("assistant") != first.id and not window.chat.replies.chats()))
    branch = last(window, run)
    assert branch.message.text.startswith(prefix) and len(branch.message.text) > len(prefix)
    assert (branch.parent_id, branch.origin) == (first.parent_id, "token")


def test_it_says_where_a_provider_cannot_go_on(window: MainWindow, scripted: Server, run: Run) -> None:
    chunks = chat_chunks("So it is")
    chunks[1]["choices"][0]["logprobs"] = {"content": [
        {"token": token.token, "logprob": token.logprob,
         "top_logprobs": [{"token": other.token, "logprob": other.logprob} for other in token.top]}
        for token in TOKENS
    ]}
    scripted.on("POST", "/v1/chat/completions", sse(*chunks))
    ask(window, run)
    dialog = dialog_of(window, run)
    assert dialog.text.current == 1  # the least sure place
    run(until(dialog._word.text))
    assert "cannot continue the beginning of a reply" in dialog._word.text()
    dialog.close()


def test_the_mouse_points_at_tokens(show: Show) -> None:
    text = show(TokenText(), 400, 200)
    text.show_spots(spots(TOKENS), "Well: ", "probability")
    pointed: list[int] = []
    text.pointed.connect(pointed.append)
    cursor = text.textCursor()
    for index, position in ((0, 6), (1, 9), (2, 12)):
        cursor.setPosition(position)
        place = text.cursorRect(cursor).center() + QPoint(3, 0)
        QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert (text.current, pointed[-1]) == (index, index)
    cursor.setPosition(1)
    QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=text.cursorRect(cursor).center())
    assert text.current == 2  # the beginning that was given has no token


def test_characters_of_two_units_keep_tokens_apart(show: Show) -> None:
    text = show(TokenText(), 400, 200)
    text.show_spots(spots((TokenLogprob("😀", HALF), TokenLogprob(" yes", HALF))), "", "entropy")
    text.go_to(1)
    assert text.extraSelections()[0].cursor.selectedText() == " yes"
    text.go_to(0)
    assert text.extraSelections()[0].cursor.selectedText() == "😀"


@pytest.mark.parametrize("by", ["probability", "entropy"])
def test_colours_follow_the_measure(by: str, open_window: OpenWindow, run: Run) -> None:
    window = open_window(model="builtin/ngram")
    window.chat.conversation.change(params={"seed": 1, "max_tokens": 8, "logprobs": True, "top_logprobs": 3})
    ask(window, run, "The request")
    dialog = dialog_of(window, run)
    dialog._by.set_value(by)
    dialog._by.picked.emit(by)
    assert dialog.text.toPlainText() == last(window, run).message.text
    dialog.close()


def test_a_reply_without_probabilities_says_what_to_do(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run)
    window.registry.run("reply.tokens")
    run(until(lambda: window.findChildren(Toast), what="a notice"))
    assert "switch on" in window.findChildren(Toast)[-1].accessibleName()
