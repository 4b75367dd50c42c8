"""The report of a probe: Markdown for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from workbench import __version__
from workbench.core.json_types import JsonObject
from workbench.core.ports.providers import ProbeRow

from .models import ModelRef


def report_markdown(ref: ModelRef, base_url: str, rows: Sequence[ProbeRow], when: str) -> str:
    """Returns the report as Markdown. ``when`` is a date as it is to be shown. Holds no key and nothing of any
    conversation."""
    lines = [
        f"# What {ref} accepts", "",
        f"Measured at {base_url} on {when} with Chat Workbench {__version__}.", "",
        "| ability | verdict | evidence |", "|---|---|---|",
    ]
    lines += [f"| {row.name} | {row.verdict} | {_cell(row.evidence)} |" for row in rows]
    tokens, cost = total(rows)
    lines += ["", f"{tokens} tokens in all{'' if cost is None else f', about ${cost:.4f}'}."]
    return "\n".join(lines) + "\n"


def report_json(ref: ModelRef, base_url: str, rows: Sequence[ProbeRow], when: str) -> JsonObject:
    """Returns the report as one object."""
    tokens, cost = total(rows)
    return {
        "model": str(ref), "base_url": base_url, "when": when, "version": __version__, "tokens": tokens,
        "cost": cost,
        "rows": [{"name": row.name, "verdict": row.verdict, "evidence": row.evidence, "tokens": row.tokens,
                  "cost": row.cost} for row in rows],
    }


def total(rows: Sequence[ProbeRow]) -> tuple[int, float | None]:
    """Returns the tokens, and the dollars as far as they are known."""
    costs = [row.cost for row in rows if row.cost is not None]
    return sum(row.tokens for row in rows), sum(costs) if costs else None


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
