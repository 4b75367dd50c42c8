"""The cached answers of experiments: a file each, in a folder of the data folder."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from workbench.core.experiments.results import Result

from .run_folder import write_whole

KEPT_SECONDS = 30 * 24 * 3600
"""Seconds for which an answer is served; models change behind their names."""
FOLDER = "answers"


class AnswerFiles:
    """An ``AnswerStore``. What cannot be read is asked for again, and what cannot be written is not kept: a cache must
    not stop a run."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder / FOLDER
        self._take_old_ones_away()

    def find(self, name: str) -> Result | None:
        try:
            return Result.from_json(json.loads(self._place(name).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, name: str, answer: Result) -> None:
        place = self._place(name)
        with suppress(OSError):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(place, json.dumps(answer.to_json()))

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name[2:]}.json"

    def _take_old_ones_away(self) -> None:
        oldest = time.time() - KEPT_SECONDS
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
