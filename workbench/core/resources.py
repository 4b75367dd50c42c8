"""Resource files that are shipped with the program: icons, help pages, presets, model facts."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def resource(*parts: str) -> Path:
    """Returns the path of a resource, for example ``resource("help", "start.md")``.

    The same call finds it in a wheel and in a frozen build (``workbench/_resources``; PyInstaller gives modules a
    ``__file__`` below its folder) and in a checkout (``resources`` beside the package). It does not check that the file
    exists.

    Raises FileNotFoundError when the installation has no resources at all.
    """
    return _folder(Path(__file__).parent.parent).joinpath(*parts)


@cache
def _folder(package: Path) -> Path:
    for folder in (package / "_resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"Chat Workbench lacks its resource files beside {package}. Install it again.")
