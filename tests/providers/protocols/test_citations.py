"""Citations: every form that servers send, as a source and a passage of it."""

from __future__ import annotations

import pytest

from workbench.core.json_types import Json
from workbench.core.reply.events import Cited
from workbench.providers.protocols.citations import cited_from


@pytest.mark.parametrize(("item", "cited"), [
    ("https://a", Cited("https://a")),
    ({"url": "https://a", "title": " A  b ", "type": "web"}, Cited("https://a", "A b")),
    ({"url": "https://a", "title": "A", "date": "2026-01-01", "snippet": "s", "last_updated": None},
     Cited("https://a", "A", {"date": "2026-01-01", "snippet": "s"})),
    ({"type": "url_citation", "url_citation": {"url": "https://a", "title": "A", "start_index": 1, "end_index": 5}},
     Cited("https://a", "A", {"type": "url_citation", "start_index": 1, "end_index": 5})),
    ({"type": "web_search_result_location", "url": "https://a", "title": "A", "cited_text": "c",
      "encrypted_index": "x"}, Cited("https://a", "A", {"type": "web_search_result_location", "cited_text": "c"})),
    ({"type": "content_block_location", "document_title": "D", "cited_text": "c", "start_block_index": 0},
     Cited("", "D", {"type": "content_block_location", "document_title": "D", "cited_text": "c",
                     "start_block_index": 0})),
    ({"type": "page_location", "document_title": "D", "start_page_number": 2},
     Cited("", "D, p. 2", {"type": "page_location", "document_title": "D", "start_page_number": 2})),
    ({"type": "file_citation", "file_citation": {"filename": "a.pdf", "index": 3}},
     Cited("", "a.pdf", {"type": "file_citation", "filename": "a.pdf", "index": 3})),
    ("", None), ({}, None), ({"url": 3}, None), ({"type": "x"}, None), (None, None), (7, None), ([], None),
])
def test_every_form(item: Json, cited: Cited | None) -> None:
    assert cited_from(item) == cited


def test_the_place_in_the_reply_and_long_texts() -> None:
    cited = cited_from({"url": "https://a", "content": "x" * 10_000}, 2, {"start_index": 4})
    assert cited == Cited("https://a", "", {"content": "x" * 2000, "start_index": 4}, 2)
