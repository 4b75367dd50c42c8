"""Summaries that took the place of what was said before are nobody's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.files.imports.conftest import Land, write_lines


def test_claude_code(land: Land, tmp_path: Path) -> None:
    def line(kind: str, uuid: str, parent: str | None, text: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "uuid": uuid, "parentUuid": parent, "sessionId": "s1", "cwd": "/p",
                "timestamp": "2026-01-02T03:04:05Z", "message": {"role": kind, "content": text}, **more}

    landed = land(write_lines(
        tmp_path / "s1.jsonl", line("user", "a", None, "Ask"), line("assistant", "b", "a", "Answer"),
        {"type": "system", "subtype": "compact_boundary", "uuid": "c", "parentUuid": None, "logicalParentUuid": "b"},
        line("user", "d", "c", "What was said: much.", isCompactSummary=True), line("user", "e", "d", "More")))
    assert landed["Ask"].line == [("user", "Ask"), ("assistant", "Answer"), ("developer", "What was said: much."),
                                  ("user", "More")]
    assert landed["Ask"].said("What was").message.extra == {"imported": {"kind": "context break"}}


def test_codex(land: Land, tmp_path: Path) -> None:
    def said(role: str, text: str) -> dict[str, Any]:
        return {"timestamp": "2026-01-02T03:04:05Z", "type": "response_item", "payload": {
            "type": "message", "role": role, "content": [{"type": "output_text", "text": text}]}}

    landed = land(write_lines(
        tmp_path / "r.jsonl", {"type": "session_meta", "payload": {"id": "c1"}}, said("user", "Ask"),
        said("assistant", "Answer"), {"type": "compacted", "payload": {"message": "Much.", "replacement_history": [
            said("user", "Ask")["payload"]]}}, said("user", "More"), {"type": "compacted", "payload": {}}))
    line = landed["Ask"].line
    assert line[:4] == [("user", "Ask"), ("assistant", "Answer"), ("developer", "Much."), ("user", "More")]
    assert line[4] == ("developer", "From here on, the messages above were no longer part of the context.")
