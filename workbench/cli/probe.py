"""``workbench probe``: measures what an endpoint and model accept."""

from __future__ import annotations

import argparse
import json
from contextlib import aclosing
from datetime import date
from pathlib import Path

from workbench.core.errors import BadInput
from workbench.core.file_replacement import write_named
from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelRef
from workbench.core.request.probe_report import report_json, report_markdown, total
from workbench.core.services import Services

from .output import DONE, result_json, say, table


async def run(args: argparse.Namespace, services: Services) -> int:
    ref = services.providers.resolve(args.model)
    requests, tokens, cost = services.providers.estimate(ref)
    say(f"Measuring {ref} with at most {requests} tiny requests, about {tokens} tokens{_dollars(cost)}.")
    rows: list[ProbeRow] = []
    async with aclosing(services.providers.probe(ref)) as found:
        async for row in found:
            rows.append(row)
            if not args.json:
                table([(f"{row.name:<22}", f"{row.verdict:<8}", row.evidence)])
    spent, cost = total(rows)
    say(f"{len(rows)} rows, {spent} tokens{_dollars(cost)}.")
    address, when = _address(ref, services), date.today().isoformat()
    if args.json:
        result_json(report_json(ref, address, rows, when))
    if args.output:
        _save(args.output, ref, address, rows, when)
    return DONE


def _dollars(cost: float | None) -> str:
    if cost is None:
        return ""
    return f", ${cost:.4f}" if cost else ", free of charge"


def _address(ref: ModelRef, services: Services) -> str:
    """Returns where the model was measured."""
    preset = next((one for one in services.providers.presets() if one.id == ref.provider), None)
    config = next((one for one in services.providers.configs() if one.id == ref.provider), None)
    return (config.base_url if config else "") or (preset.base_url if preset else "") or ref.provider


def _save(path: Path, ref: ModelRef, address: str, rows: list[ProbeRow], when: str) -> None:
    as_json = path.suffix == ".json"
    text = (json.dumps(report_json(ref, address, rows, when), indent=2, ensure_ascii=False) + "\n" if as_json
            else report_markdown(ref, address, rows, when))
    try:
        write_named(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}. Choose another place.") from None
    say(f"The report is in {path}.")
