"""``workbench doctor``: what the program finds on this machine."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version

from workbench import __version__
from workbench.core.errors import WorkbenchError
from workbench.core.processes.child_process import display_environment
from workbench.core.processes.worker import Limits, WorkerFailed, call
from workbench.core.services import Services
from workbench.providers.http.system_proxy import has_settings, proxy_for, script_in_settings
from workbench.storage.paths import unsafe_place

from .output import DONE, FAILED, result_json, say, table

LIBRARIES = ("PySide6-Essentials", "httpx", "qasync", "keyring", "Markdown", "Pygments", "ziamath")

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
    if has_settings():
        rows.append(("System's proxy", "yes" if proxy_for("https://example.com") else "none"))
        if await asyncio.to_thread(script_in_settings):
            rows.append(("Proxy script", "The system's settings name a script (PAC), which is not followed: if a proxy "
                         "is needed, enter it in Settings › Network."))
    if place := unsafe_place(services.data_folder):
        rows.append(("Note", place))
    if args.report is not None:
        from .bug_report import write_report

        await write_report(args.report, rows, services)
        say(f"{args.report} holds no messages, titles, keys or addresses; look through it before you send it.")
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
    """Asks Qt in a process of its own, because Qt ends the process when it finds no platform."""
    try:
        found, _ = call(qt_platform, limits=Limits(seconds=30, memory=None), environment=display_environment())
    except WorkerFailed as failed:
        lines = failed.detail.splitlines() or [failed.kind]
        return f"no window can be opened: {lines[-1]}"
    return str(found)


def qt_platform(data: bytes) -> tuple[str, bytes]:
    """Runs in the worker: returns Qt's version and platform."""
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication([])
    return f"{qVersion()} {app.platformName()}", b""
