"""The gate of a plan: when a run fails a build, and how sure that must be."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.json_types import JsonObject

from .clusters import FEW_ROWS
from .e_values import evidence_below
from .fields import PlanError, at, meant, number_of, whole_of

PASSED, FAILED, NOT_PROVEN, NOT_ASKED = "passed", "failed", "not proven", "not asked"
MAX_MORE = 10
"""Answers of a cell that are asked for in one round."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A cell fails when its pass rate is proven to be below ``bar``, or with an earlier run to compare with, when it is
    proven to have fallen by more than ``min_effect``; so does the whole. ``alpha`` is the greatest chance that a run
    fails in which nothing is so. A cell that is neither good nor proven bad is asked again, up to ``most_samples``
    answers to each row."""

    bar: float
    alpha: float = 0.01
    most_samples: int = 60
    min_effect: float = 0.0

    def to_json(self) -> JsonObject:
        return {"bar": self.bar, "alpha": self.alpha, "most_samples": self.most_samples, "min_effect": self.min_effect}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], samples: int) -> Gate:
        """Returns the gate of a plan that asks each row ``samples`` times. Raises ``BadInput`` with what is wrong."""
        for name in sorted(set(data) - set(cls.__slots__)):
            with at(name):
                raise BadInput(f"The gate has {name}, which no gate has. Known are: {', '.join(cls.__slots__)}."
                               + meant(name, cls.__slots__))
        bar, alpha, effect = (number_of(data, name) for name in ("bar", "alpha", "min_effect"))
        if bar is None or not 0 <= bar <= 1:
            raise PlanError("The gate needs a bar between 0 and 1: the pass rate that each cell must have.", ("bar",))
        if alpha is not None and not 0 < alpha <= 0.5:
            raise PlanError("alpha of the gate must be above 0 and at most 0.5.", ("alpha",))
        if effect is not None and not 0 <= effect < 1:
            raise PlanError("min_effect of the gate must be between 0 and 1.", ("min_effect",))
        most = whole_of(data, "most_samples", max(60, samples))
        if most < samples:
            raise PlanError(f"most_samples of the gate must be at least {samples}, the samples of the plan.",
                            ("most_samples",))
        return cls(bar, 0.01 if alpha is None else alpha, most, effect or 0.0)

    def needed(self, hypotheses: int) -> float:
        """Returns the evidence from which on one of so many hypotheses is disproven (Bonferroni)."""
        return math.log10(hypotheses / self.alpha)

    def is_good(self, passed: int, answers: int, *, at_first: bool) -> bool:
        """Returns whether a cell need not be asked (again): it is above the bar with its first answers, or comes within
        half an answer of it later. So one that has fallen far is rarely let pass by luck, and one that was unlucky
        costs little. Without a bar every cell is good."""
        if passed == answers or not self.bar:
            return True
        return passed > self.bar * answers if at_first else passed + 0.5 > self.bar * answers

    def more_answers(self, passed: int, answers: int) -> int:
        """Returns how many more answers to ask for next: as many as would make the cell good if all of them pass."""
        more = 1
        while more < MAX_MORE and not self.is_good(passed + more, answers + more, at_first=False):
            more += 1
        return more

    def evidence(self, rows: Sequence[tuple[int, int]]) -> float:
        """Returns the evidence that the pass rate is below the bar, each row given as how many passed of how many.

        Of many rows one bet is made on the rate of each: answers to a row are alike, and what is proven is to hold for
        rows like these. It may be looked at however often they are asked again, since for given bets the product is a
        martingale that runs backwards as answers are added (Manole and Ramdas 2023, Martingale methods for sequential
        estimation of convex functionals and divergences). Of few rows nothing could ever be proven so: there each
        answer is a bet, and what is proven is about these rows.
        """
        if len(rows) >= FEW_ROWS:
            return evidence_below(Counter(passed / of for passed, of in rows if of), self.bar)
        passed, answers = (sum(numbers) for numbers in zip(*rows, strict=True))
        return evidence_below({1.0: passed, 0.0: answers - passed}, self.bar)


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """What the gate found of one cell. Evidence is the decimal logarithm of an e-value: ``below`` that the rate is
    under the bar, ``fall`` that it is lower than in the earlier run, None where there is nothing to compare with.
    ``grew`` has both after so many answers, for a cell that was not good at once. Asking a ``steady`` one again would
    bring nothing new."""

    cell: int
    verdict: str
    passed: int
    answers: int
    samples: int
    below: float
    fall: float | None = None
    grew: Sequence[tuple[int, float, float | None]] = ()
    steady: bool = False

    @property
    def asked_again(self) -> bool:
        return len(self.grew) > 1

    def to_json(self) -> JsonObject:
        return {"cell": self.cell, "verdict": self.verdict, "passed": self.passed, "answers": self.answers,
                "evidence_below_bar": _finite(self.below), "evidence_of_fall": _finite(self.fall),
                "grew": [[answers, _finite(below), _finite(fall)] for answers, below, fall in self.grew]}


@dataclass(frozen=True, slots=True)
class WholeFall:
    """The evidence that the whole has fallen since the earlier run: of so many ``rows`` that both have answered, some
    ``fell`` and some ``rose``."""

    rows: int
    fell: int
    rose: int
    evidence: float
    needed: float

    @property
    def proven(self) -> bool:
        return self.evidence >= self.needed

    def to_json(self) -> JsonObject:
        return {"rows": self.rows, "fell": self.fell, "rose": self.rose, "evidence": _finite(self.evidence),
                "needed": self.needed, "proven": self.proven}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of a run. A cell whose evidence reaches ``needed`` has failed."""

    gate: Gate
    needed: float
    cells: Sequence[CellEvidence]
    whole: WholeFall | None = None

    @property
    def verdict(self) -> str:
        """That of the run: the worst that is certain."""
        found = {one.verdict for one in self.cells}
        if FAILED in found or (self.whole is not None and self.whole.proven):
            return FAILED
        if self.compares_nothing:
            return NOT_ASKED
        return next((verdict for verdict in (NOT_ASKED, NOT_PROVEN) if verdict in found), PASSED)

    @property
    def compares_nothing(self) -> bool:
        """Whether there is an earlier run that has answered none of these rows."""
        return self.whole is not None and not self.whole.rows

    def of(self, cell: int) -> CellEvidence | None:
        return next((one for one in self.cells if one.cell == cell), None)

    def to_json(self) -> JsonObject:
        return {**self.gate.to_json(), "verdict": self.verdict, "needed": self.needed,
                "cells": [one.to_json() for one in self.cells],
                "since": self.whole.to_json() if self.whole else None}


def _finite(value: float | None) -> float | None:
    """Returns a number that JSON can hold: it has no infinity, and a thousand zeros are as sure."""
    return None if value is None else round(min(value, 1000.0), 4)
