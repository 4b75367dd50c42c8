"""Modules are imported without a look into their source text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import linecache, sys
import PySide6.QtCore
from workbench.ui.shell.pyside_features import ignore_features
if sys.argv[2] == "ignored":
    ignore_features()
sys.path.insert(0, sys.argv[1])
import imported_late
print(imported_late.__file__ in linecache.cache)
"""


@pytest.mark.parametrize(("how", "kept"), [("ignored", "False"), ("as it is", "True")])
@pytest.mark.process
def test_the_source_of_a_module_is_not_kept(tmp_path: Path, how: str, kept: str) -> None:
    """As it is, PySide has it kept: should it no longer do so, ``workbench.ui.shell.pyside_features`` can go."""
    (tmp_path / "imported_late.py").write_text("from PySide6.QtCore import QTimer\n")
    run = [sys.executable, "-c", CODE, str(tmp_path), how]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == kept
