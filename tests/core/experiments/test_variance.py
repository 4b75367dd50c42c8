"""Samples against each other."""

from __future__ import annotations

import pytest

from workbench.core.experiments.variance import MOST_SAMPLES, groups, sentences, stable, variance_of

CATS = "Cats sleep most of the day. They purr when they are content."


@pytest.mark.parametrize("text", [
    "", "One.", "One. Two!  Three?", "Pi is 3.14. Really.", "No end", "He said “yes.” Then he left.\n\n- a\n- b",
    "今天天气很好。明天下雨！", "...", "\n\n", "Wait… what?! v1.2.3 is out",
])
def test_sentences_add_up_to_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_sentences_end_where_readers_see_it() -> None:
    assert [piece.strip() for piece in sentences("Pi is 3.14. Really! He said “yes.” So")] == [
        "Pi is 3.14.", "Really!", "He said “yes.”", "So"]
    assert len(sentences("今天天气很好。明天下雨！")) == 2


def test_what_all_say_is_stable_and_what_one_says_drifts() -> None:
    found = stable([CATS, CATS.replace("when they are content", "when they are quite content"),
                    "Cats sleep most of the day. Dogs bark at the mailman instead."])
    assert [sentence.share for sentence in found[0]] == [1.0, 0.5]
    assert [sentence.share for sentence in found[2]] == [1.0, 0.0]
    assert [sentence.share for sentence in stable(["Alone."])[0]] == [1.0]


def test_answers_that_are_alike_are_a_group() -> None:
    assert groups(["Dogs bark loudly.", CATS, CATS + " Always.", CATS]) == [[1, 2, 3], [0]]
    assert groups([]) == []


def test_answers_to_different_inputs_are_not_compared() -> None:
    found = variance_of([CATS, "Dogs bark.", CATS, "Dogs bark."], ["cats", "dogs", "cats", "dogs"])
    assert found.groups == [[0, 2], [1, 3]] and found.agreement == 1.0
    assert all(sentence.share == 1.0 for sample in found.samples for sentence in sample)
    assert variance_of([], []).agreement is None


def test_more_samples_than_can_be_compared() -> None:
    found = variance_of([f"Answer number {number}." for number in range(MOST_SAMPLES + 5)])
    assert found.left_out == 5 and len(found.samples) == MOST_SAMPLES
