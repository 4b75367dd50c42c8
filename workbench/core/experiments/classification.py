"""Classification: which classes a model gave to answers of which expected ones, and the figures that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.core.json_types import JsonObject
from workbench.core.text.formatting import percent

from .statistics import mean

Counts = Mapping[tuple[str, str], int]
"""(expected class, class that was given, "" for none of them) → how many answers."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """The confusion matrix of one check, by its name in the plan."""

    name: str
    counts: Counts

    @property
    def classes(self) -> Sequence[str]:
        """The classes that were expected or given, without none."""
        return sorted({name for pair in self.counts for name in pair if name})

    @property
    def given(self) -> Sequence[str]:
        """The classes, and "" where an answer was none of them."""
        return [*self.classes, *([""] if any(got == "" for _, got in self.counts) else [])]

    def count(self, expected: str, got: str) -> int:
        return self.counts.get((expected, got), 0)

    @property
    def accuracy(self) -> float:
        """The share of the answers that were given the class expected."""
        right = sum(count for (expected, got), count in self.counts.items() if expected == got)
        return right / sum(self.counts.values())

    def f1(self, name: str) -> float:
        """Returns the F1 of a class, the harmonic mean of its precision and recall (van Rijsbergen 1979): 0 where it
        was never given rightly."""
        right = self.count(name, name)
        expected = sum(count for (one, _), count in self.counts.items() if one == name)
        given = sum(count for (_, one), count in self.counts.items() if one == name)
        return 2 * right / (expected + given) if expected + given else 0.0

    @property
    def macro_f1(self) -> float:
        """The mean of the F1 of the classes, each as important as the others (Sokolova and Lapalme 2009)."""
        return mean([self.f1(name) for name in self.classes])

    @property
    def words(self) -> str:
        return f"accuracy {percent(self.accuracy)}, F1 {self.macro_f1:.2f}"

    def to_json(self) -> JsonObject:
        return {
            "check": self.name, "accuracy": round(self.accuracy, 6), "macro_f1": round(self.macro_f1, 6),
            "f1": {name: round(self.f1(name), 6) for name in self.classes},
            "matrix": {expected: {got: self.count(expected, got) for got in self.given} for expected in self.classes},
        }
