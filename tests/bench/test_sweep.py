"""The benchmark of many requests at once: the measured process, with few."""

from __future__ import annotations

import pytest

from tests.support.server import Server, chat
from workbench.bench.sweep import _child


@pytest.mark.process
def test_every_request_is_answered_and_frames_are_counted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.on("POST", "/v1/chat/completions", *[chat("One", " two") for _ in range(3)])
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    first, second = _child(f"{server.url}/v1", "watch", [[1, 2], [2, 4]])
    assert (first["done"], first["errors"]) == (1, 0) and (second["done"], second["errors"]) == (2, 0)
    assert second["cpu_s"] > 0 and second["wall_s"] > 0 and second["longest_frame_ms"] >= second["p99_frame_ms"] > 0
    assert sorted(request.json["max_tokens"] for request in server.requests if request.body) == [2, 4, 4]


@pytest.mark.process
def test_a_process_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")  # without one the platform is offscreen, whatever is said
    monkeypatch.setenv("QT_QPA_PLATFORM", "no such mode")
    with pytest.raises(RuntimeError, match="no such mode"):
        _child("http://127.0.0.1:9/v1", "raise", [[1, 2]])
