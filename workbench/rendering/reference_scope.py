"""Reference scopes: the definitions that the inline content of a leaf may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .addresses import normal_label


@dataclass(slots=True)
class Scope:
    """The definitions of a text. ``missed`` collects the labels that it refers to without a definition (yet), ``marks``
    the footnotes that it refers to, in order."""

    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    footnotes: Mapping[str, str] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    marks: list[str] = field(default_factory=list)

    def reference(self, label: str) -> tuple[str, str] | None:
        """Returns address and title of a link label."""
        label = normal_label(label)
        found = self.references.get(label)
        if found is None and label:
            self.missed.add(label)
        return found

    def footnote(self, label: str) -> str | None:
        """Returns what the reader sees for a footnote of that label."""
        self.marks.append(label)
        return self.footnotes.get(label)
