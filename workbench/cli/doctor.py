"""``workbench doctor``: what the program finds on this machine."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

from workbench import __version__
from workbench.core.errors import WorkbenchError
from workbench.core.services import Services

from .output import DONE, FAILED, result_json, table

LIBRARIES = ("PySide6-Essentials", "httpx", "qasync", "keyring", "Markdown", "Pygments", "ziamath")

QT_CHECK = (
    "from PySide6.QtGui import QGuiApplication as App; from PySide6.QtCore import qVersion; "
    "app = App([]); print(qVersion(), app.platformName())"
)
"""Runs in a process of its own, because Qt ends the process when it finds no platform."""


async def run(args: argparse.Namespace, services: Services) -> int:
    rows = [("Chat Workbench", __version__), ("Python", platform.python_version()),
            ("System", platform.platform()), ("SQLite", sqlite3.sqlite_version)]
    rows += [(name, _version(name)) for name in LIBRARIES]
    rows.append(("Qt platform", _qt_platform()))
    try:
        rows.append(("Keyring", await services.secrets.backend()))
    except WorkbenchError as error:
        rows.append(("Keyring", f"none: {error}"))
    rows.append(("Data folder", str(services.data_folder)))
    sound, sentence = await services.store.check()
    rows.append(("Database", sentence))
    rows.append(("Providers", ", ".join(config.id for config in services.providers.configs())))
    proxies = [name for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
               if os.environ.get(name) or os.environ.get(name.lower())]
    rows.append(("Proxy variables", ", ".join(proxies) or "none"))
    if args.json:
        result_json(dict(rows))
    else:
        table(rows)
    return DONE if sound else FAILED


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _qt_platform() -> str:
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, "--qt-check"] if frozen else [sys.executable, "-c", QT_CHECK]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"could not be tried: {error}"
    if done.returncode == 0:
        return done.stdout.strip()
    reason = done.stderr.strip().splitlines()
    return f"no window can be opened: {reason[-1] if reason else f'exit code {done.returncode}'}"
