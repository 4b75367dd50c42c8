"""Search over the help pages."""

from __future__ import annotations

import pytest

from workbench.providers.builtin.pages import Section
from workbench.providers.builtin.search import Index, terms


@pytest.mark.parametrize(("one", "other"), [
    ("temperatures", "temperature"), ("queries", "query"), ("stopping", "stopped"), ("images", "pictures"),
    ("exporting", "export"), ("branches", "branch"),
])
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def index(*sections: tuple[str, str]) -> Index:
    return Index([Section("page", "Help", title, body) for title, body in sections])


PAGES = index(("Export a chat", "Choose a format and a folder."),
              ("Search chats", "Words and parts of words are found."),
              ("Keys", "A key is kept in the keyring. A key belongs to one address."))


def found(query: str, most: int = 5) -> list[str]:
    return [item.section.title for item in PAGES.search(dict.fromkeys(terms(query), 1.0), most)]


def test_a_heading_counts_more_than_text() -> None:
    titles = index(("Other", "export export export"), ("Export", "Something else entirely here"))
    assert titles.search({"export": 1.0})[0].section.title == "Export"


def test_the_best_section_comes_first() -> None:
    assert found("Where is my key kept?")[0] == "Keys"
    assert found("How can I search for words?")[0] == "Search chats"
    assert len(found("chats keys words", most=2)) == 2


def test_nothing_is_found_for_words_of_no_page() -> None:
    assert found("zebra") == []
    (word,) = terms("keyring")
    assert PAGES.knows(word) and not PAGES.knows("zebra")


def test_coverage_is_the_share_of_the_question_that_a_section_speaks_of() -> None:
    whole, part = (PAGES.search(dict.fromkeys(terms(words), 1.0))[0] for words in ("keyring", "keyring zebra"))
    assert whole.covered == pytest.approx(1) and 0 < part.covered < 0.6
