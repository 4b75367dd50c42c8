"""``workbench bench sweep``: many requests at once over real HTTP, while the window's frames are watched.

The server runs in a process of its own; the window shows the experiment as a user would see it. Two figures of a
frame: the time that passed, in which other programs had their share of the processor too, and the processor time
that the window took of it.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from typing import Any

from workbench.core.processes import child_process

PARALLEL, PACE, TOKENS, FEW = 64, 100, 300, (3, 4, 5, 6, 7)
"""Requests at once, tokens per second of each, tokens of each answer, and of the short ones whose cost is all but
the cost of a request."""

_CODE = """
import asyncio, json, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from workbench.window_app import run_window
from workbench.bench.measure import cpu_seconds
from workbench.cli.parser import parse
from workbench.core.experiments.plan import Plan
from workbench.core.settings import ProviderConfig
from workbench.storage.settings_file import open_settings

folder, url, watch = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "watch"
sizes = json.loads(sys.argv[4])  # [requests at once, tokens] of each run; the first warms up
config = ProviderConfig("local", "local", "custom", url, "openai-chat", needs_key=False)
open_settings(folder).change(providers={"local": config})
frames = []

def ready(window):
    window.resize(1440, 900)
    last = [0.0, 0.0]
    def now():
        return [time.perf_counter(), time.thread_time()]
    def beat():
        at = now()
        frames.append([at[0] - last[0], at[1] - last[1]])
        last[:] = at
    pulse = QTimer(window)
    pulse.timeout.connect(beat)

    def go():
        window.experiments.open()
        working = window.experiments.controller()
        began = [0.0, 0.0]
        def change(on):
            if on:
                began[:] = [cpu_seconds(), time.perf_counter()]
                last[:] = now()
                frames.clear()
                if watch:
                    pulse.start(1)
                return
            pulse.stop()
            taken = [cpu_seconds() - began[0], time.perf_counter() - began[1]]
            times, costs = (sorted(frame[kind] for frame in frames) or [0.0] for kind in (0, 1))
            print(json.dumps({
                "cpu_s": round(taken[0], 4), "wall_s": round(taken[1], 3),
                "longest_frame_ms": round(times[-1] * 1000, 1), "longest_frame_cpu_ms": round(costs[-1] * 1000, 1),
                "p99_frame_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
                "done": len(working.results), "errors": sum(bool(r.error) for r in working.results),
            }), flush=True)
            QTimer.singleShot(300, again)
        working.current_run.changed.connect(change)
        def again():
            if not sizes:
                window.close()
                return
            parallel, tokens = sizes.pop(0)
            working.close()
            working.run(Plan("Load", ("local/ngram",), "The request", samples=parallel, parallel=parallel,
                             params={"max_tokens": tokens, "ignore_eos": True}, axes={"temperature": (1,)}))
        again()
    QTimer.singleShot(800, go)

sys.exit(run_window(parse(["--data-dir", str(folder)]), ready))
"""


def run(name: str, size: int | None) -> dict[str, Any]:
    """Measures a sweep; ``size`` is the number of requests at once.

    Frames are watched in one run; the CPU time is taken in another, which the watching does not burden, of long and of
    short answers: what a request costs, and a token.
    """
    parallel = size or PARALLEL
    command = child_process.program("serve", "--port", "0", "--pace", str(PACE))
    with tempfile.TemporaryDirectory() as data, child_process.Child(command, {"WORKBENCH_DATA_DIR": data}) as server:
        url = server.stdout.readline().decode().strip()
        _, watched = _child(url, "watch", [[1, 2], [parallel, TOKENS]])
        sizes = [[1, 2], *([parallel, few] for few in FEW), [parallel, TOKENS]]
        _, *short, plain = _child(url, "plain", sizes)
    few, brief = statistics.median(FEW), statistics.median(run["cpu_s"] for run in short)
    token = (plain["cpu_s"] - brief) / parallel / (TOKENS - few)
    return {
        "parallel": parallel, "tokens_per_second_each": PACE, "tokens_each": TOKENS,
        **{figure: watched[figure] for figure in ("longest_frame_ms", "longest_frame_cpu_ms", "p99_frame_ms")},
        "wall_s": plain["wall_s"], "cpu_s": plain["cpu_s"], "done": plain["done"], "errors": plain["errors"],
        "cpu_ms_per_request": round((brief / parallel - token * few) * 1000, 2),
        "cpu_us_per_token": round(token * 1e6, 1),
    }


def _child(url: str, mode: str, sizes: list[list[int]]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        command = child_process.python("-c", _CODE, folder, url, mode, json.dumps(sizes))
        done = child_process.run(command, environment=child_process.display_environment(), seconds=300)
    lines = [line for line in done.output.splitlines() if line.startswith("{")]
    if len(lines) != len(sizes):
        raise RuntimeError(f"The measured process said too little: {done.errors[-2000:]}")
    return [json.loads(line) for line in lines]
