"""The log file, without keys: those that the program knows, and whatever looks like one."""

from __future__ import annotations

import base64
import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import quote

from .paths import LOGS

HIDDEN = "[hidden]"
_FIELD = re.compile(
    r"""(?ix) (\b(?:authorization|x-api-key|api-key|x-goog-api-key|proxy-authorization|cookie|api_?key|key
    |access_token|token|password)["']?\s*[:=]\s*["']?) (?:bearer\s+|basic\s+)? [^\s"'&,;)}\]]+"""
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}")
_known: set[str] = set()
_open: list[logging.Handler] = []


def hide(key: str) -> None:
    """From now on the key, also in base 64, hexadecimal or URL form, comes into no log."""
    if len(key) >= 6:
        _known.update((key, quote(key, safe=""), key.encode().hex(), base64.b64encode(key.encode()).decode()))


def redacted(text: str) -> str:
    """The text with everything hidden that is a key or looks like one."""
    from workbench.core.text.secrets_scan import scan  # loaded when there is something to say

    for key in sorted(_known, key=len, reverse=True):
        text = text.replace(key, HIDDEN)
    text = _FIELD.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1{HIDDEN}", text)
    for finding in reversed(scan(text)):
        text = text[: finding.start] + HIDDEN + text[finding.end :]
    return text


class Redacting(logging.Formatter):
    """Formats a record, tracebacks included, and hides keys in the result."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def configure_logging(folder: Path, level: int = logging.INFO, *, debug: bool = False) -> RotatingFileHandler | None:
    """Writes the program's log to ``logs/workbench.log`` of the data folder, 3 files of 1 MB at most, none of
    it on a screen; a log that was written before is closed. Returns the handler; None when the file cannot be
    written, which is no reason to stop."""
    root = logging.getLogger()
    while _open:
        old = _open.pop()
        root.removeHandler(old)
        old.close()
    for name in ("httpx", "httpcore"):  # they log whole addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        (folder / LOGS).mkdir(mode=0o700, exist_ok=True)
        handler = RotatingFileHandler(
            folder / LOGS / "workbench.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        return None
    if debug:
        level = logging.DEBUG
        debug_to_stderr()
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    _open.append(handler)
    root.setLevel(level)
    return handler


def debug_to_stderr() -> None:
    """Writes debug messages to stderr, without keys, and has asyncio watch for slow callbacks and lost coroutines."""
    os.environ.setdefault("PYTHONASYNCIODEBUG", "1")
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    _open.append(handler)
    root.setLevel(logging.DEBUG)
