from __future__ import annotations

import math
import random
from collections import defaultdict

import pytest

from workbench.core.experiments.bradley_terry import chance
from workbench.core.experiments.e_values import evidence_below
from workbench.core.experiments.votes import ALPHA, MOST_VOTES, Vote, player, scores, standing
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


def ballots(chance_of_a: float, count: int, rng: random.Random) -> list[Vote]:
    return [Vote("a", "b", 1.0 if rng.random() < chance_of_a else 0.0) for _ in range(count)]


def test_the_first_is_told_from_the_second_when_the_votes_say_so() -> None:
    few = standing([Vote("a", "b", 1)] * 3 + [Vote("a", "b", 0)] * 2)
    assert few is not None and not few.told and few.more > 100
    many = standing([Vote("a", "b", 1)] * 40 + [Vote("a", "b", 0)] * 10)
    assert many is not None and many.told and many.more == 0
    assert standing([]) is None and standing([Vote("a", "b", 1, ("mail",))] * 40, "code") is None
    even = standing([Vote("a", "b", 1), Vote("b", "a", 1)] * 20_000)
    assert even is not None and even.more == MOST_VOTES + 1


@pytest.mark.parametrize("count", [8, 20, 2000])
def test_votes_that_all_go_one_way_tell_the_two_apart(count: int) -> None:
    one_way = standing([Vote("a", "b", 1)] * count)
    assert one_way is not None and one_way.told
    assert standing([Vote("b", "a", 0)] * count) == one_way  # on whichever side it was shown


def test_few_votes_one_way_and_ties_tell_nothing() -> None:
    few = standing([Vote("a", "b", 1)] * 7)
    assert few is not None and not few.told and few.more < 100
    ties = standing([Vote("a", "b", 0.5)] * 500)
    assert ties is not None and not ties.told and ties.more > 1000


def test_players_are_also_told_apart_by_those_whom_both_have_met() -> None:
    """The first two never met; one always beats the third, the other never does."""
    found = standing([Vote("a", "c", 1), Vote("b", "c", 1), Vote("a", "c", 1), Vote("b", "c", 0)] * 60)
    assert found is not None and found.told
    equal = standing([Vote("a", "c", 1), Vote("b", "c", 1)] * 60)
    assert equal is not None and not equal.told


def test_several_equal_players_are_rarely_told_apart_however_often_one_looks() -> None:
    rng, told = random.Random(11), 0
    for _ in range(40):
        votes: list[Vote] = []
        for _ in range(90):
            left, right = rng.sample("abc", 2)
            votes.append(Vote(left, right, float(rng.random() < 0.5)))
        told += any((found := standing(votes[:count])) is not None and found.told for count in range(6, 91, 6))
    assert told <= 2


def test_two_equal_players_are_told_apart_in_at_most_one_of_twenty_rankings_whenever_one_looks() -> None:
    """Exactly, over all courses of 120 votes: the chance that there is ever so much evidence for either."""
    open_yet, told, needed = {0: 1.0}, 0.0, math.log10(2 / ALPHA)
    for count in range(1, 121):
        after: dict[int, float] = defaultdict(float)
        for won, share in open_yet.items():
            after[won] += share / 2
            after[won + 1] += share / 2
        open_yet = {}
        for won, share in after.items():
            if evidence_below({0: max(won, count - won), 1: min(won, count - won)}, 0.5) >= needed:
                told += share
            else:
                open_yet[won] = share
    assert 0.01 < told <= ALPHA


@pytest.mark.costly
def test_votes_may_be_watched() -> None:
    """Two that are equal are told apart in the course of 200 votes in far fewer than 5 % of rankings, at whichever
    vote one looks; with intervals that are made for one look it is a quarter of them."""
    rng, told, naive = random.Random(5), 0, 0
    for _ in range(60):
        votes = ballots(0.5, 200, rng)
        looks = [votes[:count] for count in (*range(4, 40, 3), *range(40, 201, 16))]
        told += any((found := standing(look)) is not None and found.told for look in looks)
        naive += any(each.value - 1.96 * each.error > 0 for look in looks for each in scores(look)[:1])
    assert told <= 3 and naive >= 6


def test_so_many_more_votes_do_with_the_chance_that_is_said() -> None:
    """Whatever the two are worth: strengths are drawn, some votes cast, then as many more as were asked for."""
    rng, done, of = random.Random(7), 0, 0
    while of < 150:
        truth = chance(rng.gauss(0, 1))
        votes = ballots(truth, 20, rng)
        found = standing(votes)
        if found is not None and not found.told and found.more <= 1000:
            of += 1
            after = standing([*votes, *ballots(truth, found.more, rng)])
            done += after is not None and after.told
    assert 0.7 < done / of < 0.9
