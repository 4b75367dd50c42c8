"""Modules are imported without a look into their source text."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from workbench.ui.features import ignore_features


@pytest.mark.parametrize("ignored", [False, True])
def test_the_source_of_a_module_is_not_kept(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignored: bool
) -> None:
    """Without it the source is kept: should PySide no longer do that, this module can go."""
    support = sys.modules["shibokensupport.feature"]
    monkeypatch.setattr(support, "_mod_uses_pyside", support._mod_uses_pyside)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / f"imported_{ignored}.py").write_text("from PySide6.QtCore import QTimer\n")
    if ignored:
        ignore_features()
    __import__(f"imported_{ignored}")
    assert (str(tmp_path / f"imported_{ignored}.py") in linecache.cache) is not ignored
