"""``workbench bench``: measures speed and memory."""

from __future__ import annotations

import argparse
import asyncio
import importlib

from workbench.core.errors import BadInput

from .output import DONE, result_json, table

BENCHMARKS = {
    "start": "workbench.bench.start",
}
"""Name → the module whose ``run(size)`` returns the figures."""


async def run(args: argparse.Namespace) -> int:
    if args.name not in BENCHMARKS:
        raise BadInput(f"There is no benchmark {args.name}. There are: {', '.join(BENCHMARKS)}.")
    module = importlib.import_module(BENCHMARKS[args.name])
    figures = await asyncio.to_thread(module.run, args.size)
    if args.json:
        result_json(figures)
    else:
        table([(name, str(value)) for name, value in figures.items()])
    return DONE
