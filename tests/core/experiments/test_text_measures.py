"""How alike texts are, and how many words they have."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from workbench.core.experiments.text_measures import (
    Distinctness,
    agreement,
    cosine,
    folded,
    similarity,
    word_count,
    words,
    words_per_change,
)


def test_texts() -> None:
    assert similarity("the cat sat", "The cat sat") == 1
    assert similarity("one two", "three four") == 0
    assert agreement(["a b", "a b", "c d"]) == pytest.approx(1 / 3)
    assert agreement(["alone"]) is None
    seen = Distinctness()
    seen.add("")
    assert seen.value is None
    seen.add("a b c")
    seen.add("a b d")
    assert seen.value == 0.75


@pytest.mark.parametrize(("one", "other"), [
    ("我们今天去学校上课", "我们明天去学校上课"), ("今日は学校へ行きます。", "今日は会社へ行きます。"),
    ("วันนี้เราไปโรงเรียน", "วันนี้เราไปตลาด"),
])
def test_scripts_without_spaces_are_measured_by_their_letters(one: str, other: str) -> None:
    assert 0.5 < similarity(one, other) < 1
    assert similarity(one, "Something else") == 0


def test_marks_belong_to_their_words() -> None:
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert words("Don’t e\u0301 🙂") == ["don", "’", "t", "é", "🙂"]


@pytest.mark.parametrize("text", ["café", "Ångström", "한국어", "số một", "ﬁne straße"])
def test_canonically_equivalent_texts_are_the_same(text: str) -> None:
    other = unicodedata.normalize("NFD", text)
    assert similarity(text, other) == 1 and words(text) == words(other)
    assert folded(text.upper()) == folded(other.casefold())


@pytest.mark.parametrize(("text", "count"), [
    ("", 0), ("Well — yes, co-op.", 4), ("我" * 380, 380), ("我用Python写code。", 5), ("한국어 문장 하나", 3),
    ("これは ペンです。", 7), ("สวัสดีครับ", 2), ("…", 1),
])
def test_words_are_counted_in_any_script(text: str, count: int) -> None:
    assert word_count(text) == word_count(unicodedata.normalize("NFD", text)) == count


def test_a_similarity_says_in_how_many_words_one_is_another() -> None:
    text = " ".join(f"word{number}" for number in range(40))
    changed = " ".join(f"{'other' if number % 10 == 5 else 'word'}{number}" for number in range(40))
    assert words_per_change(similarity(text, changed)) == pytest.approx(10, rel=0.05)
    assert words_per_change(1) == float("inf")


def test_long_words_take_linear_time() -> None:
    """A hundred thousand letters with marks are one word, at once."""
    assert len(words("हि" * 100_000)) == 1


def test_the_cosine_of_vectors() -> None:
    for one, other in (([1.0, 2.0, 3.0], [4.0, -5.0, 6.0]), ([1e-9, 0.0], [1e9, 1e9]), ([1.0], [-2.0])):
        right = np.dot(one, other) / np.linalg.norm(one) / np.linalg.norm(other)
        assert cosine(one, other) == pytest.approx(right)
