"""Where the shipped data files lie: beside the package in a checkout, inside it when installed or frozen."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_INSTALLED = _PACKAGE / "_resources"  # pyproject.toml maps resources/ here; a frozen build does the same


def resource(name: str) -> Path:
    """The path of a shipped file or folder, for instance ``resource("help")``."""
    return (_INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "resources") / name
