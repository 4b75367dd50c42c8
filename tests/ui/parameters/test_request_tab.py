"""The Request tab: everything about the request of one reply."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from tests.support.finding import find, nameless
from workbench.core.reply.records import Adjustment, RequestRecord, Retry
from workbench.core.reply.usage import Usage
from workbench.core.request.snippets import as_httpx, as_openai
from workbench.ui.parameters.request_tab import RequestTab, facts, status_text
from workbench.ui.parameters.timings import arrivals_per_slot, phases
from workbench.ui.widgets import Label, Section

RECORD = RequestRecord(
    "openrouter/anthropic/claude", url="https://openrouter.ai/api/v1/chat/completions",
    headers={"Authorization": "Bearer $API_KEY"},
    body={"model": "anthropic/claude", "messages": [{"role": "user", "content": "Hi"}], "stream": True},
    adjustments=(Adjustment("max_tokens", "renamed", "", "max_completion_tokens"),
                 Adjustment("top_k", "dropped", "this model does not take it.")),
    retries=(Retry(1.25, "The server was overloaded (529)."),), status=200,
    response_headers={"x-request-id": "req_1"}, first_byte=0.4, first_token=0.8, ended=6.8,
    arrivals=(0.8, 1.0, 6.8), usage=Usage(1204, 600, cached=1024), cost=0.0128, finish_reason="stop",
    info={"model": "claude-1", "system_fingerprint": "fp_1"},
)  # fmt: skip


def words(tab: RequestTab) -> str:
    return "\n".join(label.text() for label in tab.findChildren(Label) if label.isVisible())


@pytest.fixture
def tab(show) -> RequestTab:
    made = show(RequestTab(), 316, 800)
    made.show_record(RECORD)
    QApplication.processEvents()
    return made


def test_a_reply_says_everything_about_its_request(tab) -> None:
    text = words(tab)
    for part in (
        "200 OK · 6.80 s", "POST https://openrouter.ai/api/v1/chat/completions",
        "max_tokens is sent as max_completion_tokens", "top_k is not sent: this model does not take it.",
        "Tried again after 1.25 s: The server was overloaded (529).", "$0.0128", "100 tokens/s", "fp_1",
        "1\u202f204 in, 600 out", "claude-1",
    ):  # fmt: skip
        assert part in text
    assert json.loads(find(tab, "Request body", QPlainTextEdit).toPlainText()) == RECORD.body
    assert nameless(tab) == []


def test_headers_are_there_when_unfolded(tab) -> None:
    for section in tab.findChildren(Section):
        section.set_open(True)
    assert find(tab, "Authorization: Bearer $API_KEY").isVisible()
    assert find(tab, "x-request-id: req_1").isVisible()


def test_copies_go_to_the_clipboard(tab) -> None:
    copied: list[str] = []
    tab.copied.connect(copied.append)
    find(tab, "Copy as cURL", QPushButton).click()
    assert QApplication.clipboard().text().startswith("curl ")
    tab.copy("httpx program", as_httpx)
    assert "httpx.stream" in QApplication.clipboard().text()
    assert copied == ["cURL command", "httpx program"]


def test_what_cannot_be_copied_says_why(show) -> None:
    tab = show(RequestTab())
    failed: list[str] = []
    tab.failed.connect(failed.append)
    tab.show_record(RequestRecord("anthropic/x", url="https://api.anthropic.com/v1/messages"))
    tab.copy("openai-python program", as_openai)
    assert failed == ["This request is not a chat completion, so openai-python cannot send it. Copy it as httpx."]


def test_without_a_record_it_says_what_to_do(show) -> None:
    tab = show(RequestTab(), 300, 400)
    assert "No request yet" in words(tab)
    tab.show_record(RECORD)
    QApplication.processEvents()
    assert "No request yet" not in words(tab)
    tab.show_record(None)
    assert "No request yet" in words(tab)


@pytest.mark.parametrize(
    ("record", "state", "said"),
    [
        (RequestRecord("m"), "bad", "Not reached"),
        (RequestRecord("m", status=429, ended=0.084), "bad", "429 Too Many Requests · 84 ms"),
        (RequestRecord("m", status=529), "bad", "529"),
        (RequestRecord("m", status=200), "warn", "200 OK"),
    ],
)
def test_what_became_of_it(record: RequestRecord, state: str, said: str) -> None:
    assert status_text(record) == (state, said)


def test_only_what_is_known_is_told() -> None:
    assert facts(RequestRecord("m/x")) == {"Model": "m/x"}


def test_phases_add_up_to_the_whole() -> None:
    assert phases(RECORD) == [
        ("to first byte", pytest.approx(0.4)), ("to first token", pytest.approx(0.4)),
        ("streaming", pytest.approx(6.0)),
    ]  # fmt: skip
    assert phases(RequestRecord("m")) == []
    assert arrivals_per_slot(RECORD.arrivals, 6.8, 4) == [2, 0, 0, 1]


def test_a_large_image_in_a_request_is_shown_as_its_length(show) -> None:
    tab = show(RequestTab(), 316, 800)
    body = {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 8_000_000}}]}]}  # fmt: skip
    tab.show_record(RequestRecord("m", status=200, body=body))
    QApplication.processEvents()
    text = find(tab, "Request body", QPlainTextEdit).toPlainText()
    assert "8,000,022 characters" in text and len(text) < 1000
