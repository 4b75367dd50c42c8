"""Pieces of an answer: limits and stop sequences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.providers.builtin.pieces import Answer, Meter, Piece, metered, stopped_at


def saying(*texts: str, reason: str = "stop") -> Answer:
    for text in texts:
        yield Piece(text, logprob={"token": text, "logprob": -1.0, "bytes": [], "top_logprobs": []})
    return reason


def heard(answer: Answer) -> tuple[list[str], str]:
    texts = []
    while True:
        try:
            texts.append(next(answer).text)
        except StopIteration as end:
            return texts, end.value


def test_a_stop_sequence_over_several_tokens_is_not_shown() -> None:
    assert heard(stopped_at(saying("one", " two", " END", " OF", " it", reason="length"), ["END OF"])) == (
        ["one", " two", " "], "stop")


def test_what_looks_like_a_stop_and_is_none_is_shown_in_the_end() -> None:
    assert heard(stopped_at(saying("a", "EN", "Dx", "EN"), ["END."])) == (["a", "EN", "Dx", "EN"], "stop")


def test_the_first_of_several_stops_to_be_complete_counts() -> None:
    texts, reason = heard(stopped_at(saying("alpha", " beta", " gamma"), ["gamma", "et"]))
    assert ("".join(texts), reason) == ("alpha b", "stop")


def test_a_cut_token_says_what_is_left_of_it() -> None:
    answer = stopped_at(saying("one", " two."), ["."])
    pieces = list(answer)
    assert [piece.logprob and piece.logprob["token"] for piece in pieces] == ["one", " two"]


@given(st.lists(st.text("ab.", max_size=4), max_size=12), st.lists(st.text("ab.", min_size=1, max_size=4),
                                                                   min_size=1, max_size=4))
def test_stopping_is_the_same_however_the_text_is_cut(texts: list[str], stops: list[str]) -> None:
    whole = "".join(texts)
    ends = [(whole.find(stop) + len(stop), whole.find(stop)) for stop in stops if stop in whole]
    got, reason = heard(stopped_at(saying(*texts, reason="length"), stops))
    assert "".join(got) == (whole[: min(ends)[1]] if ends else whole)
    assert reason == ("stop" if ends else "length")


@pytest.mark.parametrize(("most", "reason"), [(2, "length"), (3, "stop"), (4, "stop")])
def test_the_limit_says_length_only_when_something_was_cut(most: int, reason: str) -> None:
    meter = Meter()
    texts, said = heard(metered(saying("a", "b", "c"), most, meter))
    assert said == reason
    assert meter.tokens == len(texts) == min(most, 3)
