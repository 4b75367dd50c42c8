"""Folding: what is the same word for somebody who searches."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.text.folding import find_folded, fold, without_case


@pytest.mark.parametrize(("one", "other"), [
    ("café", "cafe"), ("Köln", "koln"), ("naïve", "naive"), ("Fuß", "fuss"), ("İstanbul", "istanbul"),
    ("ёлка", "елка"), ("كِتَاب", "كتاب"), ("أحمد", "احمد"), ("ＡＢＣ", "abc"), ("it’s", "it's"), ("ｶﾞ", "ガ"),
    ("Ångström", "angstrom"), ("שָׁלוֹם", "שלום"), ("Łódź", "lodz"), ("co\u00adoperate", "cooperate"), ("ﬁne", "fine"),
    ("Æther", "aether"), ("ǽ", "ae"), ("œuvre", "oeuvre"), ("ẞ", "ss"), ("كـتاب", "كتاب"),
    ("zero\u200bwidth", "zerowidth"), ("\u202eabc\u202c", "abc"),
])
def test_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other) and without_case(one) != without_case(other)


@pytest.mark.parametrize(("one", "other"), [
    ("мой", "мои"), ("か", "が"), ("ไม้", "ไม"), ("कु", "क"), ("学", "學"), ("o", "0"), ("한", "하"),
])
def test_not_the_same(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("word", ["Müller", "Gespräch", "café", "학교", "が", "é", "ёлка", "Straße"])
def test_ways_to_write_the_same_letters(word: str) -> None:
    written = [unicodedata.normalize(form, word) for form in ("NFC", "NFD")]
    assert len({without_case(text) for text in written}) == len({fold(text) for text in written}) == 1


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(("text", "word", "found"), [
    ("A café, a CAFE\u0301.", "cafe", ["café", "CAFE\u0301"]), ("Fuß und fuss", "fuss", ["Fuß", "fuss"]),
    ("ＡＢＣ abc", "abc", ["ＡＢＣ", "abc"]), ("nothing", "word", []), ("x", "", []), ("Straße", "s", ["S", "ß", "ß"]),
])
def test_where_a_word_is(text: str, word: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_folded(text, word)] == found
