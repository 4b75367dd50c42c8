"""The benchmarks of the transcript: that they run, and what they report."""

from __future__ import annotations

import json

from workbench.ui.transcript.bench import bench_open, bench_resize, bench_scroll, bench_stream
from workbench.ui.transcript.bench.measure import exponent
from workbench.ui.transcript.bench.texts import SHAPES, text_of


def test_stream(qapp) -> None:
    out = bench_stream(shapes=("mixed", "table"), sizes=(2000, 4000), rates=(200,), seconds=0.3)
    assert json.loads(json.dumps(out)) == out
    run = out["full_speed"]["table"]["runs"]["4000"]
    assert set(run) == {"cpu_s", "wall_s", "longest_stall_ms", "p99_frame_ms"}
    assert out["at_rate"]["200"]["chunk_to_paint_p95_ms"] > 0
    assert out["naive_setMarkdown"]["naive"]["cpu_s"] > out["naive_setMarkdown"]["ours"]["cpu_s"]


def test_open_scroll_resize(qapp) -> None:
    opened = bench_open((10, 50))
    assert opened["runs"]["50"]["first_paint_ms"] > 0
    assert bench_scroll(40)["wheel"]["p99_ms"] > 0
    assert bench_resize(20)["p50_ms"] > 0


def test_texts_are_seeded_and_as_long_as_asked() -> None:
    for shape in SHAPES:
        assert len(text_of(shape, 5000)) == 5000
        assert text_of(shape, 3000, 5) == text_of(shape, 3000, 5)
    assert " " not in text_of("line", 5000)


def test_exponent() -> None:
    assert round(exponent([10, 100, 1000], [1, 10, 100]), 6) == 1
    assert round(exponent([10, 100, 1000], [1, 100, 10_000]), 6) == 2
