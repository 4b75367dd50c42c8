"""Everything that reads what strangers made, on some broken forms of it; ``workbench bench fuzz`` runs many more."""

from __future__ import annotations

import random

import pytest

from workbench.bench.fuzz import fuzz, inputs, targets

COUNTS = {"imports": 60, "settings": 100, "plans": 100, "attachments": 150}


@pytest.mark.costly
@pytest.mark.parametrize("title", list(targets()))
def test_what_is_broken_is_refused_or_read(title: str) -> None:
    seeds, target = targets()[title]
    findings, _ = fuzz(target, seeds, COUNTS.get(title, 300), random.Random(title))
    assert not findings


def test_the_same_number_gives_the_same_inputs() -> None:
    seeds = [b"one", b"another"]
    assert [*inputs(seeds, 50, random.Random(1))] == [*inputs(seeds, 50, random.Random(1))]
    assert [*inputs(seeds, 50, random.Random(1))] != [*inputs(seeds, 50, random.Random(2))]


def test_an_error_is_found_with_its_input() -> None:
    def broken(data: bytes) -> None:
        if b"null" in data:
            raise KeyError("null")

    findings, slowest = fuzz(broken, [b"{}"], 500, random.Random(1))
    assert [error for error, _ in findings] == ["KeyError: 'null'"] and b"null" in findings[0][1] and slowest >= 0
