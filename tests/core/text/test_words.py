"""Which words of a message are judged."""

from __future__ import annotations

import pytest

from workbench.core.text.words import scripts_of, words_to_judge

LATIN = frozenset({"LATIN"})


def judged(line: str, scripts: frozenset[str] = LATIN) -> list[str]:
    return [word for _, word in words_to_judge(line, scripts)]


@pytest.mark.parametrize(("line", "words"), [
    ("Thiss is wrnog, isn’t it?", ["Thiss", "is", "wrnog", "isn’t", "it"]),
    ("see https://example.org/pgae, www.exmple.com and me@exmple.org", ["see", "and"]),
    ("run `pyhton -m` in /usr/lcoal/bin or C:\\Porgrams", ["run", "in", "or"]),
    ("snake_csae camelCsae HTTP x86 2nd I", []),
    ("fill {{nmae}} with $\\frca{a}{b}$ @hanlde #tga", ["fill", "with"]),
    ("Grüße naïve", ["Grüße", "naïve"]),
    ("", []),
])
def test_code_addresses_and_names_are_not(line: str, words: list[str]) -> None:
    assert judged(line) == words


def test_only_scripts_with_a_dictionary_are() -> None:
    assert judged("привет world 你好 γειά") == ["world"]
    assert judged("привет world", scripts_of(["ru_RU", "en_US"])) == ["привет", "world"]


def test_places_are_those_of_the_line() -> None:
    line = "a `b c` wrnog 😀 wodr"
    assert [line[start : start + len(word)] for start, word in words_to_judge(line, LATIN)] == ["wrnog", "wodr"]
