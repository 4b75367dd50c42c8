from __future__ import annotations

from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelRef
from workbench.core.request.probe_report import report_json, report_markdown


def test_reports() -> None:
    rows = [ProbeRow("seed", "yes", "Two answers | with one seed\nare equal.", 10, 0.001),
            ProbeRow("n", "refused", "No.", 0, None)]
    text = report_markdown(ModelRef("a", "b"), "https://a.example/v1", rows, "21 November 2026")
    assert "# What a/b accepts" in text and "| seed | yes | Two answers \\| with one seed are equal. |" in text
    assert text.endswith("10 tokens in all, about $0.0010.\n")
    data = report_json(ModelRef("a", "b"), "https://a.example/v1", rows, "2026-11-21")
    assert data["model"] == "a/b" and data["tokens"] == 10 and len(data["rows"]) == 2  # type: ignore[arg-type]
