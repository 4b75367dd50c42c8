from __future__ import annotations

import random
from dataclasses import replace

import pytest

from workbench.core.reply.records import RequestRecord
from workbench.core.text.differences import Piece, same_body, setting_differences, word_diff


@pytest.mark.parametrize(("old", "new", "pieces"), [
    ("", "", ()),
    ("same", "same", (Piece("same", "same"),)),
    ("a cat sat", "a dog sat", (Piece("same", "a "), Piece("gone", "cat"), Piece("new", "dog"), Piece("same", " sat"))),
    ("one old thing", "one brand new thing",
     (Piece("same", "one "), Piece("gone", "old"), Piece("new", "brand new"), Piece("same", " thing"))),
    ("", "new", (Piece("new", "new"),)),
])
def test_words_that_came_and_went(old: str, new: str, pieces: tuple[Piece, ...]) -> None:
    assert word_diff(old, new) == pieces


def test_pieces_add_up_to_both_texts() -> None:
    chance = random.Random(7)
    words = ["alpha", "beta", "gamma", ",", "\n", " ", "δέλτα", "漢字"]
    for _ in range(200):
        old, new = ("".join(chance.choices(words, k=chance.randrange(30))) for _ in range(2))
        pieces = word_diff(old, new)
        assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
        assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_long_texts_without_a_common_line_are_told_apart_as_wholes() -> None:
    old, new = "a " * 20_000 + "a", "b " * 20_000 + "b"
    assert word_diff(old, new) == (Piece("gone", old), Piece("new", new))


def record(model: str = "p/m", system: str = "", **params: object) -> RequestRecord:
    messages = [*([{"role": "system", "content": system}] if system else []), {"role": "user", "content": "Hi"}]
    return RequestRecord(model, body={"model": model, "messages": messages, **params})  # type: ignore[dict-item,list-item]


def test_only_what_differs_in_the_settings_is_listed() -> None:
    old, new = record(temperature=0.2, top_p=1), record("p/other", "Be brief.", temperature=0.7, top_p=1)
    found = [(each.name, each.old, each.new) for each in setting_differences(old, new)]
    assert found == [("model", "p/m", "p/other"), ("temperature", "0.2", "0.7"), ("system", "", "Be brief.")]
    assert setting_differences(old, old) == ()


def test_the_versions_of_templates_are_settings_too() -> None:
    old = replace(record(), template={"name": "Greet", "version": "a1"})
    new = replace(old, template={"name": "Greet", "version": "b2", "system": {"name": "Brief", "version": "c3"}})
    assert [(each.name, each.old, each.new) for each in setting_differences(old, new)] == [
        ("template", "Greet · version a1", "Greet · version b2"), ("system template", "", "Brief · version c3")]


def test_the_order_of_fields_is_no_difference() -> None:
    assert same_body({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})
    assert not same_body({"a": 1}, {"a": 2})
