"""Process accounting: processor time and memory of a process."""

from __future__ import annotations

import os
import time
from pathlib import Path


def cpu_seconds() -> float:
    """Returns user and system time of this process so far."""
    return time.process_time()


def memory_mb() -> float | None:
    """Returns the proportional set size in MB (shared pages counted by share); None where the system does not tell."""
    try:
        text = Path("/proc/self/smaps_rollup").read_text("ascii")
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), None)


def seconds_since_start() -> float | None:
    """Returns the wall time since this process was started; None where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text("ascii").rsplit(")", 1)[1].split()
    except OSError:
        return None
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started
