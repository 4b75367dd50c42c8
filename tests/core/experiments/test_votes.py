from __future__ import annotations

import pytest

from workbench.core.experiments.votes import Vote, player, scores, votes_to_tell
from workbench.core.json_types import Json


def test_a_vote_survives_json() -> None:
    vote = Vote("a", "b", 0.5, ("mail",), "c1", "n1", 12.5)
    assert Vote.from_json(vote.to_json()) == vote


@pytest.mark.parametrize("data", [None, [], {}, {"left": "a", "right": "b", "score": 3}, "text"])
def test_what_is_no_vote_is_none(data: Json) -> None:
    assert Vote.from_json(data) is None


def test_players_are_models_with_their_settings() -> None:
    assert player("p/m", {"top_p": 1, "temperature": 0.5}) == "p/m · temperature 0.5 · top_p 1"


def test_who_wins_more_is_stronger_and_ties_count_half() -> None:
    votes = [Vote("a", "b", 1), Vote("b", "a", 0), Vote("a", "b", 0.5), Vote("c", "b", 0, ("mail",))]
    found = scores(votes)
    assert found[0].player == "a" and found[-1].player == "c"
    assert sum(each.value for each in found) == pytest.approx(0)
    assert {each.player for each in scores(votes, "mail")} == {"b", "c"}
    assert not scores(votes, "code") and not scores([])
    equal = scores([Vote("a", "b", 0.5)])
    assert [each.value for each in equal] == pytest.approx([0, 0])


def test_how_many_more_votes_tell_the_best_from_the_second() -> None:
    """3 wins of 5 leave it open. With so many more votes of the same kind it is decided, with a fifth fewer not."""
    some = [Vote("a", "b", 1)] * 3 + [Vote("a", "b", 0)] * 2
    more = votes_to_tell(some)
    assert more is not None and more > 20
    assert votes_to_tell(some * ((len(some) + more) // len(some) + 1)) == 0
    assert votes_to_tell(some * round(0.8 * (len(some) + more) / len(some))) != 0
    assert votes_to_tell([]) is None and votes_to_tell([Vote("a", "b", 0.5)]) is None
    assert votes_to_tell([Vote("a", "b", 1, ("mail",))] * 40, "code") is None
