"""The port for checks that may never come to an end: patterns, schemas with patterns, and code of the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from workbench.core.errors import WorkbenchError
from workbench.core.json_types import Json, JsonObject


class CheckNotMade(WorkbenchError):
    """A check could not be made, so it was neither passed nor failed; the sentence says why."""


class CheckWorker(Protocol):
    """Makes checks in a process of its own, each within a time limit. For a worker thread: every call waits.

    Each method raises ``CheckNotMade`` when the limit is reached, or when ``close`` has ended the process.
    """

    def search(self, pattern: str, text: str, *, ignore_case: bool) -> bool:
        """Returns whether a regular expression matches anywhere in the text."""
        ...

    def validate(self, instance: Json, schema: Json) -> str:
        """Returns what is wrong with an instance of a JSON schema, ``""`` when nothing is."""
        ...

    def schema_fault(self, schema: Json) -> tuple[Sequence[str | int], str]:
        """Returns where in a JSON schema something is wrong, and what: ``""`` when it can be used."""
        ...

    def run_code(self, source: str, reply: Mapping[str, Json]) -> JsonObject:
        """Runs the user's code on a reply; returns its ``value`` and a ``note``. Raises ``CheckNotMade`` where
        code was not allowed."""
        ...

    def close(self) -> None:
        """Ends the process at once; a call under way raises ``CheckNotMade``."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


MakeCheckWorker: TypeAlias = Callable[[bool], CheckWorker]
"""Makes a worker; the argument says whether it may run code of the user."""
