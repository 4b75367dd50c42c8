"""Finding in the transcript."""

from __future__ import annotations

import pytest

from tests.ui.transcript.conftest import entry, settled
from workbench.core.chat.parts import Reasoning
from workbench.ui.transcript import EntryHeader, TranscriptView
from workbench.ui.transcript.document import Place

FILLER = "Other words here.\n\n" * 40


@pytest.fixture
def chat(view) -> TranscriptView:
    view.set_entries([
        entry("0", "A needle.\n\n" + FILLER), entry("1", FILLER),
        entry("2", FILLER + "| a |\n|---|\n| Needle needle |\n\n```\nneedle()\n```\n"),
        entry("3", Reasoning("Where is the needle?", 1.0), FILLER),
    ])  # fmt: skip
    return settled(view)


def at(view: TranscriptView) -> Place:
    place = view.finder._place
    assert place is not None
    caret = view.canvas.caret_rect(place[0])
    assert 0 <= caret.top() < view.viewport().height()
    return place[0]


def test_counts_and_goes_through_all(chat) -> None:
    assert chat.find_text("NEEDLE") == 5
    seen = []
    chat.scroll_to("0")
    for _ in range(6):
        assert chat.find_next()
        settled(chat)
        seen.append((at(chat).message, chat.finder.number))
    assert [message for message, _ in seen] == [0, 2, 2, 2, 3, 0]
    assert [number for _, number in seen] == [1, 2, 3, 4, 5, 1]
    assert chat.find_next(-1) and at(chat).message == 3


def test_nothing_found(chat) -> None:
    assert chat.find_text("haystack") == 0
    assert not chat.find_next()
    assert chat.find_text("") == 0


def test_in_messages_that_are_not_loaded(view) -> None:
    texts = {str(n): f"Message {n}" + (" with a needle" if n % 100 == 50 else "") for n in range(500)}

    def load(keys: list[str]) -> None:
        view.provide([entry(key, texts[key]) for key in keys])

    view.set_search(lambda query: [(key, text.count(query)) for key, text in texts.items() if query in text])
    view.set_entries([EntryHeader(key, "assistant", 20) for key in texts], load)
    settled(view)
    assert view.find_text("needle") == 5
    seen = []
    for _ in range(5):
        assert view.find_next(-1)
        settled(view)
        seen.append(at(view).message)
    assert seen == [450, 350, 250, 150, 50]


def test_folded_and_shortened_text_is_found(view) -> None:
    long = "\n".join(f"line {n}" for n in range(400)) + "\nthe needle"
    view.set_entries([entry("q", long, role="user", markdown=False)])
    settled(view)
    assert view.find_text("needle") == 1
    assert view.find_next()
    settled(view)
    assert at(view).message == 0


def test_offsets_are_true_beside_letters_that_fold(view) -> None:
    view.set_entries([entry("r", "Straße, STRASSE and a needle İ needle")])
    settled(view)
    assert view.find_text("needle") == 2
    view.find_next()
    place, length = view.finder._place
    assert view.document.block(place).plain(place.offset, place.offset + length) == "needle"
