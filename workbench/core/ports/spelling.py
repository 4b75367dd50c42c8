"""The port for spelling: the dictionaries of this system, and what they know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Speller(Protocol):
    """Dictionaries that are open. A word is right when one of them knows it."""

    @property
    def languages(self) -> Sequence[str]:
        """The names of the open dictionaries: ``en_US``, ``de_DE``."""
        ...

    def knows(self, word: str) -> bool: ...

    def suggest(self, word: str) -> Sequence[str]:
        """Returns words that may be meant, the likeliest first. Takes a good part of a second: for a thread."""
        ...


class OpenSpeller(Protocol):
    def __call__(self, wanted: Sequence[str]) -> Speller | None:
        """Opens the dictionaries for the ``wanted`` languages (``de-AT``, ``en``), as far as there are some; None when
        there is none. Takes a fraction of a second: for a thread."""
        ...
