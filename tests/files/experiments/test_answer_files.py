"""Cached answers as files: kept for a while, and never in the way of a run."""

from __future__ import annotations

import os
import time
from pathlib import Path

from workbench.core.experiments.results import Result
from workbench.files.experiments.answer_files import FOLDER, KEPT_SECONDS, AnswerFiles

ANSWER = Result("k", 0, "a/m", {}, {}, 0, "Yes 😀 \ud83d", cost=0.5)
NAME = "ab" + "0" * 62


def test_an_answer_is_found_again_until_it_is_too_old(tmp_path: Path) -> None:
    store = AnswerFiles(tmp_path)
    assert store.find(NAME) is None
    store.keep(NAME, ANSWER)
    assert AnswerFiles(tmp_path).find(NAME) == ANSWER
    (path,) = (tmp_path / FOLDER).glob("*/*")
    before = time.time() - KEPT_SECONDS - 60
    os.utime(path, (before, before))
    assert AnswerFiles(tmp_path).find(NAME) is None


def test_what_is_damaged_or_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    store = AnswerFiles(tmp_path)
    store.keep(NAME, ANSWER)
    (path,) = (tmp_path / FOLDER).glob("*/*")
    for damaged in ("", "{", "[]", '{"key": 1}', "null"):
        path.write_text(damaged)
        assert store.find(NAME) is None
    store.keep(NAME, ANSWER)
    assert store.find(NAME) == ANSWER
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / FOLDER).write_text("a file in the place of the folder")
    blocked = AnswerFiles(tmp_path / "other")
    blocked.keep(NAME, ANSWER)
    assert blocked.find(NAME) is None
