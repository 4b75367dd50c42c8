"""Text for what an import brings."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.ports.import_export import ImportReport
from workbench.core.text.formatting import count


def summary(report: ImportReport) -> str:
    """Returns the counts: “2 new chats, 1 chat with something new, 40 new messages in 5 branches, 1 left out”."""
    branches = f" in {_count(report.branches, 'branch', 'branches')}" if report.branches > report.chats else ""
    facts = [
        _count(report.chats, "new chat"), _count(report.updated, "chat with something new", "chats with something new"),
        _count(report.unchanged, "chat that is here already", "chats that are here already"),
        _count(report.messages, "new message") + (branches if report.messages else ""),
        _count(report.images, "image"), f"{count(report.skipped)} left out" if report.skipped else "",
    ]
    return ", ".join(fact for fact in facts if fact) or "nothing"


def lines(report: ImportReport) -> Iterator[str]:
    """Yields lines that say of each file its format, what it brings, and what was not understood."""
    for number, file in enumerate(report.files):
        if number:
            yield ""
        yield f"{file.name} · {file.format or 'not known'}"
        yield f"    {summary(file)}"
        yield from (f"    – {note}" for note in file.notes)


def brings_something(report: ImportReport) -> bool:
    """Returns whether anything is new."""
    return bool(report.chats or report.updated)


def _count(number: int, one: str, many: str = "") -> str:
    return "" if not number else f"1 {one}" if number == 1 else f"{count(number)} {many or one + 's'}"
