"""``workbench probe``: measures what an endpoint and model accept."""

from __future__ import annotations

import argparse
import dataclasses

from workbench.core.services import Services

from .output import DONE, result_json, say, table


async def run(args: argparse.Namespace, services: Services) -> int:
    ref = services.providers.resolve(args.model)
    price = services.providers.info(ref).price
    say(f"Measuring {ref} with a handful of tiny requests"
        + ("." if price and price.input == 0 else ", which cost a fraction of a cent at most prices."))
    rows = []
    async for row in services.providers.probe(ref):
        rows.append(row)
        if not args.json:
            table([(f"{row.name:<22}", f"{row.verdict:<8}", row.evidence)])
    costs = [row.cost for row in rows if row.cost is not None]
    total = f", ${sum(costs):.4f}" if costs else ""
    say(f"{len(rows)} rows, about {sum(row.tokens for row in rows)} tokens{total}.")
    if args.json:
        result_json({"model": str(ref), "rows": [dataclasses.asdict(row) for row in rows]})
    return DONE
