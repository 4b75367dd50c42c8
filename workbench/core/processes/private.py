"""Privacy of this process: while foreign code runs beside it, what it was started with is not read from outside.

On Linux any process of the same user may read the environment and the memory of another one, where keys may be. A
process that is not dumpable is readable for the administrator alone (prctl(2), PR_SET_DUMPABLE). Other systems have no
such switch.
"""

from __future__ import annotations

import sys
import threading

_SET_DUMPABLE = 4

_lock = threading.Lock()
_wanted = 0


def hide() -> None:
    """Makes this process unreadable until each that called it has called ``show``."""
    _change(1)


def show() -> None:
    _change(-1)


def _change(by: int) -> None:
    global _wanted
    with _lock:
        _wanted += by
        if sys.platform == "linux" and _wanted == max(by, 0):
            import ctypes

            ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0 if _wanted else 1, 0, 0, 0)
