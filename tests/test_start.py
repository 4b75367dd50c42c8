"""The start of the window: what its first picture does without is loaded when it is first needed.

Modules are counted, not milliseconds: ``workbench bench start`` measures.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOT_AT_THE_START = (
    "PySide6.QtNetwork", "httpx", "keyring", "truststore", "markdown", "pygments", "ziamath", "jsonschema", "PIL",
    "csv", "mcp",
    "workbench.core.chat.templates", "workbench.core.experiments", "workbench.core.ports.import_export",
    "workbench.core.ports.secrets", "workbench.core.ports.store", "workbench.core.ports.templates",
    "workbench.core.reply.events", "workbench.core.reply.reply_run",
    "workbench.files.attachments", "workbench.files.experiments", "workbench.files.exports.exporter",
    "workbench.files.imports",
    "workbench.providers.probe", "workbench.providers.probing", "workbench.providers.protocols",
    "workbench.providers.streaming", "workbench.providers.wire",
    "workbench.rendering.highlight", "workbench.rendering.math", "workbench.storage.templates",
    "workbench.ui.branches.pane", "workbench.ui.chat.reply_watcher", "workbench.ui.compare.compare_view",
    "workbench.ui.context.dialog", "workbench.ui.experiments.page", "workbench.ui.import_export.export_dialog",
    "workbench.ui.models.picker", "workbench.ui.parameters.parameters_tab", "workbench.ui.settings.dialog",
    "workbench.ui.shell.palette", "workbench.ui.shell.recovery", "workbench.ui.shell.single_instance",
    "workbench.ui.templates.picker", "workbench.ui.transcript.blocks.code", "workbench.ui.transcript.blocks.failure",
    "workbench.ui.transcript.blocks.image", "workbench.ui.transcript.blocks.math",
    "workbench.ui.transcript.blocks.table",
)
"""Modules, and packages with all that is in them. They are loaded with the first reply, page, dialog or block."""

MOST_MODULES = 275
"""Modules of the program when its window can be used; each takes about a quarter of a millisecond to load. Raise it
when a part that every window shows from its first moment gets a module more."""

MOST_ENUMERATIONS = 310
"""Enumerations of Qt. Asked for a style, or for a widget that Qt made, PySide makes all that styles and widgets have:
90 more, which takes 25 ms. That is why the application is given its style as an argument."""

CODE = """
import enum, sys
made = 0
new = enum.EnumType.__new__
def count(*arguments, **options):
    global made
    made += 1
    return new(*arguments, **options)
enum.EnumType.__new__ = count
from workbench.cli.parser import parse
from workbench.window_app import run_window
def ready(window):
    from PySide6.QtCore import QTimer
    def usable():
        print(made, *sys.modules)
        window.close()
    QTimer.singleShot(0, usable)
sys.exit(run_window(parse(["--data-dir", sys.argv[1]]), ready))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, set[str]]:
    """Returns the number of enumerations and the modules of a window that can just be used."""
    folder = tmp_path_factory.mktemp("start")
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(folder)], capture_output=True, text=True, timeout=120, check=False,
        cwd=Path(__file__).parents[1], env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr
    number, *modules = done.stdout.split()
    return int(number), set(modules)


@pytest.mark.process
def test_what_the_first_picture_does_without_is_not_loaded(started: tuple[int, set[str]]) -> None:
    _, modules = started
    early = sorted(module for module in modules if any(
        module == name or module.startswith(f"{name}.") for name in NOT_AT_THE_START))
    assert not early, "Import these where they are used:\n" + "\n".join(early)


@pytest.mark.process
def test_few_modules_are_loaded(started: tuple[int, set[str]]) -> None:
    _, modules = started
    own = [module for module in modules if module.partition(".")[0] == "workbench"]
    assert len(own) <= MOST_MODULES


@pytest.mark.process
def test_few_enumerations_of_qt_are_made(started: tuple[int, set[str]]) -> None:
    number, _ = started
    assert number <= MOST_ENUMERATIONS


TWO_MISTAKES = """
import sys
from workbench.cli.parser import parse
from workbench.window_app import run_window
def ready(window):
    from workbench.ui.widgets.notices import Toast
    print([toast.accessibleName() for toast in window.findChildren(Toast) if toast.isVisible()])
    window.close()
sys.exit(run_window(parse(["--data-dir", sys.argv[1]]), ready))
"""


@pytest.mark.process
def test_all_that_is_wrong_with_the_settings_is_shown_at_once(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('font_size = "large"\nbackups = 7\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", TWO_MISTAKES, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False,
        cwd=Path(__file__).parents[1], env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr
    (shown,) = ast.literal_eval(done.stdout)
    assert "font_size" in shown and "backups" in shown
