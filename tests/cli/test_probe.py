"""The command probe, on the built-in model."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli


def test_a_model_is_measured_and_the_report_saved(cli: Cli, tmp_path: Path) -> None:
    done = cli("probe", "builtin/ngram", "-o", str(tmp_path / "report.md"))
    assert done.code == 0 and "Measuring builtin/ngram with at most" in done.err and "free of charge" in done.err
    rows = {line.split()[0]: line.split()[1] for line in done.out.splitlines()}
    assert rows["streaming"] == "yes" and rows["temperature"] == "yes"
    assert f"{len(rows)} rows" in done.err and f"The report is in {tmp_path / 'report.md'}." in done.err
    report = (tmp_path / "report.md").read_text("utf-8")
    assert "builtin/ngram" in report and all(name in report for name in rows)


def test_json_holds_the_same_as_a_report_in_json(cli: Cli, tmp_path: Path) -> None:
    done = cli("probe", "builtin/ngram", "--json", "-o", str(tmp_path / "report.json"))
    assert done.json == json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert {"yes"} <= {row["verdict"] for row in done.json["rows"]} <= {"yes", "refused", "ignored", "unknown"}


def test_a_report_that_cannot_be_written_is_a_sentence(cli: Cli, tmp_path: Path) -> None:
    done = cli("probe", "builtin/ngram", "-o", str(tmp_path / "missing" / "report.md"))
    assert done.code == 2 and "Choose another place." in done.err


def test_a_model_that_is_not_there_is_wrong_usage(cli: Cli) -> None:
    assert cli("probe", "nowhere/m").code == 2
