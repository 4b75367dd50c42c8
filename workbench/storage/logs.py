"""The log file, without keys: those that the program knows, and whatever looks like one."""

from __future__ import annotations

import base64
import logging
import os
import re
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from workbench.core.settings import Settings

from .paths import LOGS

HIDDEN = "[hidden]"
TALKATIVE = ("workbench", "asyncio", "qt")
"""Loggers that write debug messages with ``--debug``; those of libraries would drown them."""
_FIELD = re.compile(
    r"""(?ix) (\b(?:authorization|x-api-key|api-key|x-goog-api-key|proxy-authorization|cookie|api_?key|key
    |access_token|token|password)["']?\s*[:=]\s*["']?) (?:bearer\s+|basic\s+)? [^\s"'&,;)}\]]+"""
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}")
_known: set[str] = set()
_open: list[logging.Handler] = []


def hide(key: str) -> None:
    """Hides a key from now on in every log, also in base 64, hexadecimal or URL form."""
    if len(key) >= 6:
        _known.update((key, quote(key, safe=""), key.encode().hex(), base64.b64encode(key.encode()).decode()))


def hide_settings(settings: Settings) -> None:
    """Hides what providers are configured to send in headers and in the query of their address, and what servers of
    tools are given."""
    for config in settings.providers.values():
        query = urlsplit(config.base_url).query if "?" in config.base_url else ""
        for value in (*config.headers.values(), *(value for name, value in parse_qsl(query) if name != "api-version")):
            hide(value)
    for server in settings.tool_servers.values():
        for value in (*server.headers.values(), *server.env.values()):
            hide(value)


def redacted(text: str) -> str:
    """Returns the text with everything hidden that is a key or looks like one."""
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


class PrivateFileHandler(RotatingFileHandler):
    """Files that only their owner may read, from the first byte."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab", buffering=0), encoding=self.encoding, write_through=True)


def configure_logging(folder: Path, *, debug: bool = False) -> RotatingFileHandler | None:
    """Writes the program's log to ``logs/workbench.log`` of the data folder, 3 files of 1 MB at most; a log that was
    written before is closed. Nothing goes to a screen, but for ``debug``: then far more is written, to stderr as well.

    Returns the handler; None when the file cannot be written, which is no reason to stop.
    """
    _begin()
    if debug:
        log_to_stderr()
    try:
        (folder / LOGS).mkdir(mode=0o700, exist_ok=True)
        handler = PrivateFileHandler(
            folder / LOGS / "workbench.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        return None
    _add(handler)
    return handler


def log_to_stderr() -> None:
    """Writes to stderr what helps to find a fault: what the program itself, asyncio and Qt have to say."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    if sys.stderr is not None:  # a window without a terminal on Windows has none
        _add(logging.StreamHandler())


def _begin() -> None:
    """Closes what was written before."""
    root = logging.getLogger()
    while _open:
        old = _open.pop()
        root.removeHandler(old)
        old.close()


def _add(handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for name in ("httpx", "httpcore"):  # they log whole addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    _open.append(handler)
