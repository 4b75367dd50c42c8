"""The benchmarks of the transcript, on a real window. Each runs in a process of its own, with a QApplication, and
returns plain values for JSON: times in seconds unless a name says otherwise, sizes in characters."""

from .opening import bench_open, bench_resize, bench_scroll
from .streaming import bench_stream

__all__ = ["bench_open", "bench_resize", "bench_scroll", "bench_stream"]
