"""The spelling of words by the Hunspell dictionaries of the system, and the English one that comes along."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from workbench.core.ports.spelling import Speller

_MOST = 4
"""Dictionaries that are open at once: each takes some megabytes."""


class Dictionaries:
    """Implements ``Speller``."""

    def __init__(self, files: Sequence[Path]) -> None:
        from hunspell import Hunspell  # loaded when somebody writes

        self.languages = tuple(path.stem for path in files)
        self._open = [Hunspell(path.stem, hunspell_data_dir=str(path.parent)) for path in files]

    def knows(self, word: str) -> bool:
        plain = word.replace("’", "'")
        return any(each.spell(plain) for each in self._open)

    def suggest(self, word: str) -> Sequence[str]:
        plain = word.replace("’", "'")
        return tuple(dict.fromkeys(found for each in self._open for found in each.suggest(plain)))


def open_speller(wanted: Sequence[str]) -> Speller | None:
    """Implements ``OpenSpeller``."""
    try:
        files = choose(wanted, find_dictionaries())
        return Dictionaries(files) if files else None
    except (ImportError, OSError):  # the library has no build for this system
        return None


def find_dictionaries() -> dict[str, Path]:
    """Returns the ``.dic`` files by language (``de_DE``): the user's own before the system's."""
    found: dict[str, Path] = {}
    for folder in reversed(_folders()):
        if folder.is_dir():
            found.update((path.stem, path) for path in sorted(folder.glob("*.dic"))
                         if path.with_suffix(".aff").is_file() and not path.stem.startswith("hyph_"))
    return found


def _folders() -> list[Path]:
    named = [Path(name) for name in os.environ.get("DICPATH", "").split(os.pathsep) if name]
    if sys.platform == "win32":
        system: list[Path] = []
    elif sys.platform == "darwin":
        system = [Path.home() / "Library/Spelling", Path("/Library/Spelling")]
    else:
        data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        system = [Path.home() / ".local/share/hunspell", *(
            Path(folder) / kind for folder in data.split(":") for kind in ("hunspell", "myspell", "myspell/dicts"))]
    return [*named, *system, *_bundled()]


def _bundled() -> list[Path]:
    import hunspell

    return [Path(hunspell.__file__).parent / "dictionaries"]


def choose(wanted: Sequence[str], there: dict[str, Path]) -> list[Path]:
    """Returns the files for languages in their order: that of the region, else any of the language."""
    chosen: dict[Path, None] = {}
    for name in (each.replace("-", "_") for each in wanted):
        language = name.partition("_")[0]
        exact = there.get(name) or there.get(language)
        near = next((path for stem, path in sorted(there.items()) if stem.partition("_")[0] == language), None)
        if (found := exact or near) is not None:
            chosen[found] = None
    return list(chosen)[:_MOST]
