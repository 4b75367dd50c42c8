"""Descriptions of a message in the tree: role, origin, and what is unusual about it."""

from __future__ import annotations

from workbench.core.chat.messages import MessageSummary, Status
from workbench.core.chat.tree_layout import TreeLayout, TreeRow
from workbench.core.text.formatting import count
from workbench.ui.chat.message_view_model import author
from workbench.ui.transcript.entries import joined

_ORIGINS = {
    "edit": "edited", "regenerate": "regenerated", "continue": "continued", "prefill": "prefilled",
    "token": "from another token", "reproduce": "reproduced", "insert": "inserted", "import": "imported",
    "lane": "lane", "sweep": "experiment",
}
_STATES: dict[str, str] = {
    Status.STREAMING: "writing…", Status.STOPPED: "stopped", Status.INTERRUPTED: "interrupted", Status.FAILED: "failed",
}


def origin(text: str) -> str:
    """Returns where a branch came from: ``lane 2``, ``experiment Tone``, ``edited``."""
    kind, _, which = text.partition(" ")
    return f"{_ORIGINS.get(kind, kind)} {which}".strip()


def state(summary: MessageSummary) -> str:
    """Returns what is unusual about a message, "" for one that is complete."""
    return _STATES.get(summary.status, "")


def detail(row: TreeRow) -> str:
    """Returns the line below the first words."""
    if row.folded:
        return ""
    place = f"{row.branch} / {row.branches}" if row.branches > 1 else ""
    return joined((speaker(row.summary), place, origin(row.summary.origin)))


def speaker(summary: MessageSummary) -> str:
    """Returns a model without its provider and its maker (there is little room), or a role."""
    return author(summary.role, summary.model.rpartition("/")[2])


def spoken(row: TreeRow, words: str) -> str:
    """Returns everything about a row for somebody who does not see the lines."""
    if row.folded:
        return f"{folded(row)}, folded"
    summary = row.summary
    facts = (
        f"named {summary.label}" if summary.label else "", f"{speaker(summary)}: {words}".rstrip(": "),
        f"branch {row.branch} of {row.branches}" if row.branches > 1 else "", origin(summary.origin), state(summary),
        "end of the main line" if row.last else "on the main line" if row.shown else "",
    )
    return ", ".join(fact for fact in facts if fact)


def folded(row: TreeRow) -> str:
    return f"{count(len(row.folded))} messages"


def tree_summary(layout: TreeLayout) -> str:
    """Returns the line above the tree: how many messages and branches there are."""
    messages = "1 message" if layout.messages == 1 else f"{count(layout.messages)} messages"
    return joined((messages, f"{count(layout.ends)} branches" if layout.ends > 1 else "no branches yet"))
