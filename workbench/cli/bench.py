"""``workbench bench``: measures speed and memory."""

from __future__ import annotations

import argparse
import asyncio
import importlib

from workbench.core.errors import BadInput

from .output import DONE, result_json, table

BENCHMARKS = {
    "start": "workbench.bench.start", "stream": "workbench.bench.transcript", "open": "workbench.bench.transcript",
    "scroll": "workbench.bench.transcript", "resize": "workbench.bench.transcript",
    "store": "workbench.bench.store", "search": "workbench.bench.store", "sweep": "workbench.bench.sweep",
    "import": "workbench.bench.importing", "history": "workbench.bench.history",
    "coverage": "workbench.bench.coverage", "fuzz": "workbench.bench.fuzz", "long": "workbench.bench.long",
    "picker": "workbench.bench.picker",
}
"""Name → the module whose ``run(name, size)`` returns the figures."""


async def run(args: argparse.Namespace) -> int:
    if args.name not in BENCHMARKS:
        raise BadInput(f"There is no benchmark {args.name}. There are: {', '.join(BENCHMARKS)}.")
    module = importlib.import_module(BENCHMARKS[args.name])
    figures = await asyncio.to_thread(module.run, args.name, args.size)
    if args.json:
        result_json(figures)
    else:
        table([(name, str(value)) for name, value in figures.items()])
    return DONE
