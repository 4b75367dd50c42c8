"""The benchmark of an import, with one megabyte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.bench.importing import generate, run


@pytest.mark.process
def test_an_export_is_imported_in_a_fresh_process() -> None:
    figures = run("import", 1)
    assert figures["mb"] >= 1 and figures["chats"] > 10 and figures["seconds"] > 0 and figures["mb_per_s"] > 0


def test_the_export_is_the_same_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.json", "two.json")]
    assert [generate(path, 50_000) for path in paths] == [len(json.loads(paths[0].read_text("utf-8")))] * 2
    assert paths[0].read_bytes() == paths[1].read_bytes()
