"""``workbench bench sweep``: many requests at once over real HTTP, while the window's frames are watched.

The server runs in a process of its own; the window shows the experiment as a user would see it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

PARALLEL, PACE, TOKENS = 64, 100, 300
"""Requests at once, tokens per second of each, and tokens of each answer."""

_CODE = """
import asyncio, json, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from workbench.app import run_window
from workbench.bench.measure import cpu_seconds
from workbench.cli.parser import parse
from workbench.core.experiments.plan import Plan
from workbench.core.settings import ProviderConfig
from workbench.storage.settings_file import open_settings

folder, url, parallel, tokens = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
config = ProviderConfig("local", "local", "custom", url, "openai-chat", needs_key=False)
open_settings(folder).change(providers={"local": config})
plan = Plan("Load", ("local/ngram",), "The request", samples=parallel, parallel=parallel,
            params={"max_tokens": tokens, "ignore_eos": True}, axes={"temperature": (1,)})
gaps = []

def ready(window):
    window.resize(1440, 900)
    last = [time.perf_counter()]
    def beat():
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now
    pulse = QTimer(window, interval=0)
    pulse.timeout.connect(beat)

    def go():
        window.experiments.open()
        working = window.experiments.working
        began = [0.0, 0.0]
        def change(on):
            if on:
                began[:] = [cpu_seconds(), time.perf_counter()]
                last[0] = time.perf_counter()
                gaps.clear()
                if sys.argv[5] == "watch":
                    pulse.start(1)
                return
            pulse.stop()
            ordered = sorted(gaps) or [0.0]
            print(json.dumps({
                "cpu_s": round(cpu_seconds() - began[0], 3), "wall_s": round(time.perf_counter() - began[1], 3),
                "longest_frame_ms": round(ordered[-1] * 1000, 1),
                "p99_frame_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
                "done": len(working.results), "errors": sum(bool(r.error) for r in working.results),
            }), flush=True)
            QTimer.singleShot(0, window.close)
        working.running.connect(change)
        working.run(plan)
    QTimer.singleShot(800, go)

sys.exit(run_window(parse(["--data-dir", str(folder)]), ready))
"""


def run(name: str, size: int | None) -> dict[str, Any]:
    """``size`` is the number of requests at once. Frames are watched in one run; the CPU time is taken in
    another, which the watching does not burden."""
    parallel = size or PARALLEL
    environment = {word: value for word, value in os.environ.items() if word != "PYTHONDONTWRITEBYTECODE"}
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    with subprocess.Popen([sys.executable, "-m", "workbench", "serve", "--port", "0", "--pace", str(PACE)],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            watched, plain = (_child(url, parallel, mode, environment) for mode in ("watch", "plain"))
        finally:
            server.terminate()
    return {
        "parallel": parallel, "tokens_per_second_each": PACE, "tokens_each": TOKENS,
        "longest_frame_ms": watched["longest_frame_ms"], "p99_frame_ms": watched["p99_frame_ms"],
        "wall_s": plain["wall_s"], "cpu_s": plain["cpu_s"], "done": plain["done"], "errors": plain["errors"],
        "cpu_ms_per_request": round(plain["cpu_s"] * 1000 / parallel, 2),
        "cpu_us_per_token": round(plain["cpu_s"] * 1e6 / parallel / TOKENS, 1),
    }


def _child(url: str, parallel: int, mode: str, environment: dict[str, str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        done = subprocess.run([sys.executable, "-c", _CODE, folder, url, str(parallel), str(TOKENS), mode],
                              capture_output=True, text=True, env=environment, timeout=300, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"The measured process said nothing: {done.stderr[-2000:]}")
    figures: dict[str, Any] = json.loads(lines[-1])
    return figures
