"""Markdown exports stay whole whatever a message leaves open."""

from __future__ import annotations

import pytest

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Text
from workbench.core.ports.exports import ExportOptions
from workbench.files.exports.document import ChatDocument
from workbench.files.exports.markdown import render, whole
from workbench.rendering.page import render_html

OPEN = ["```python\nprint(1)", "~~~\nx\n```", "````md\n```\nx\n```", "- a\n  ```\n  b", "  ```js\nx\n   ",
        "text <!-- note", "```\n<!--", "> ```\n> x", "<!-- a\n\nb", "1. ```\n   x"]


@pytest.mark.parametrize("text", OPEN)
def test_headings_after_a_reply_that_was_cut_off_are_headings(text: str) -> None:
    nodes = tuple(MessageNode(str(number), "c", None, Message("assistant", (Text(text),)), Status.STOPPED)
                  for number in range(3))
    page = "".join(render([ChatDocument(Chat("c", "T"), nodes, ())], ExportOptions()))
    assert render_html(page.partition("---\n\n")[2]).count("<h2>") == 3
    assert text in page


@pytest.mark.parametrize("text", [
    "plain", "```\nx\n```", "```\n~~~\n```", "`` ` ``", "<!-- a -->", "``` not a fence `", "    ```\n    indented",
    "```\n<!--\n```", "<!--\n```\n-->",
])
def test_what_is_closed_stays_as_it_is(text: str) -> None:
    assert whole(text) == text
