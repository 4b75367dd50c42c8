"""Experiments as files: kept, found again, exported."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.exchange.sweep_shelf import SweepShelf

PLAN = Plan("Tone", ("a/x",), "Hi {{who}}", samples=3, inputs=({"who": "you"},), axes={"temperature": (0, 1)})


def result(sample: int, text: str = "Yes, <b>indeed</b>") -> Result:
    return Result(str(sample), 0, "a/x", {"temperature": 0}, {"who": "you"}, sample, text, "stop", total=1.0)


def test_kept_and_found_again(tmp_path: Path) -> None:
    shelf = SweepShelf(tmp_path / "experiments")
    assert shelf.listed() == []
    experiment = shelf.create(PLAN)
    for sample in range(2):
        shelf.keep(experiment, result(sample))
    again = SweepShelf(tmp_path / "experiments")
    assert again.plan(experiment) == PLAN and again.results(experiment) == [result(0), result(1)]
    assert [(one.name, one.done, one.total) for one in again.listed()] == [("Tone", 2, 6)]
    again.delete(experiment)
    assert again.listed() == []


def test_a_cut_off_line_is_mended(tmp_path: Path) -> None:
    shelf = SweepShelf(tmp_path)
    experiment = shelf.create(PLAN)
    shelf.keep(experiment, result(0))
    shelf.keep(experiment, result(1))
    path = tmp_path / experiment / "results.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert shelf.results(experiment) == [result(0)]
    shelf.keep(experiment, result(2))
    assert shelf.results(experiment) == [result(0), result(2)]


def test_exports(tmp_path: Path) -> None:
    shelf = SweepShelf(tmp_path / "shelf")
    experiment = shelf.create(PLAN)
    shelf.keep(experiment, result(0, 'A "quoted"\nline'))
    for format in ("csv", "jsonl", "html"):
        shelf.export(experiment, format, tmp_path / f"out.{format}")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_bytes().decode())))
    assert rows[0]["text"] == 'A "quoted"\nline' and rows[0]["temperature"] == "0"
    page = (tmp_path / "out.html").read_text()
    assert "<script" not in page and "Tone" in page
    with pytest.raises(BadInput, match="could not be written"):
        shelf.export(experiment, "csv", tmp_path / "none" / "x.csv")
    with pytest.raises(BadInput, match="no experiment's id"):
        shelf.plan("../etc")
