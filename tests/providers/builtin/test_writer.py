"""The writer of the n-gram model: free text, probabilities, schemas and calls."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from workbench.providers.builtin.body import ApiError, parse
from workbench.providers.builtin.ngram import NGram
from workbench.providers.builtin.pieces import Piece
from workbench.providers.builtin.writer import Writer

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {
    "type": "object", "properties": {"far": {"type": "boolean"}}, "required": ["far"]}}}]


def written(model: NGram, choice: int = 0, most: int = 30, **fields: Any) -> tuple[list[Piece], str]:
    """The first pieces of an answer, and its finish reason if it ended."""
    body = {"model": "ngram", "messages": [{"role": "user", "content": "The program"}], "seed": 1, **fields}
    answer = Writer(model, parse(body)).answer(choice)
    pieces: list[Piece] = []
    for _ in range(most):
        try:
            pieces.append(next(answer))
        except StopIteration as end:
            return pieces, str(end.value)
    return pieces, ""


def text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_a_seed_repeats_an_answer_and_choices_differ(ngram: NGram) -> None:
    assert written(ngram) == written(ngram)
    assert text(written(ngram)[0]) != text(written(ngram, choice=1)[0])
    assert text(written(ngram)[0]) != text(written(ngram, seed=2)[0])


def test_the_end_is_held_back(ngram: NGram) -> None:
    pieces, reason = written(ngram, most=300, ignore_eos=True)
    assert len(pieces) == 300 and reason == ""
    pieces, reason = written(ngram, most=5000)
    assert reason == "stop" and len(pieces) < 5000


def test_probabilities_come_only_when_asked_for(ngram: NGram) -> None:
    assert all(piece.logprob is None for piece in written(ngram)[0])
    for piece in written(ngram, logprobs=True, top_logprobs=3)[0]:
        entry = piece.logprob
        assert entry is not None and entry["token"] == piece.text
        assert math.exp(float(str(entry["logprob"]))) <= 1 and len(entry["top_logprobs"]) == 3  # type: ignore[arg-type]


def test_an_answer_by_a_schema_is_certain(ngram: NGram) -> None:
    schema = {"type": "object", "properties": {"yes": {"const": True}}, "required": ["yes"]}
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    pieces, reason = written(ngram, response_format=form, logprobs=True)
    assert json.loads(text(pieces)) == {"yes": True} and reason == "stop"
    assert all(piece.logprob is not None and piece.logprob["logprob"] == 0.0 for piece in pieces)


def test_a_call_begins_with_its_name(ngram: NGram) -> None:
    pieces, reason = written(ngram, tools=TOOLS, tool_choice="required")
    assert (pieces[0].name, pieces[0].kind, reason) == ("look", "call", "tool_calls")
    assert set(json.loads(text(pieces))) == {"far"}


def test_a_token_id_beyond_the_vocabulary_is_refused(ngram: NGram) -> None:
    with pytest.raises(ApiError, match="Token ids go from 0 to"):
        written(ngram, logit_bias={str(len(ngram.vocabulary)): 1})


def test_a_beginning_is_continued_with_its_space(ngram: NGram) -> None:
    begun = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "The program"}]}
    assert text(written(ngram, **begun)[0]).startswith(" ")
    begun["messages"][1]["content"] = "The program "
    assert not text(written(ngram, **begun)[0]).startswith(" ")
