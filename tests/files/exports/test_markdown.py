"""Markdown exports stay whole whatever a message leaves open."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

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


HTML = ["<![CDATA[ x", "<?php x\n\ny", "<!ELEMENT x", "<script>\nvar x\n\ny", "<style>\na",
        "<pre>\nx", "a\n\n<textarea>",
        "<details>\n\ninside", "<div>", "<div><div></div>\n\n```\nx", "a <script> b", "<SCRIPT SRC=x>",
        "> <script>\n> x",
        "<table><tr><td>", "<!doctype html", "<details><summary>a"]


@pytest.mark.parametrize("text", HTML)
def test_html_that_is_left_open_swallows_nothing(text: str, qapp: QApplication) -> None:
    page = f"# A\n\n{whole(text)}\n\n## B\n\nend\n\n## C\n\nend\n"
    document = QTextDocument()  # md4c, with HTML as CommonMark has it
    document.setMarkdown(page)
    block, headings = document.begin(), []
    while block.isValid():
        if block.blockFormat().headingLevel() == 2:
            headings.append(block.text())
        block = block.next()
    assert headings == ["B", "C"]
    assert whole(text).startswith(text) and whole(whole(text)) == whole(text)


@pytest.mark.parametrize(("text", "closing"), [
    ("<details>\n\ninside", "</details>"), ("<div>\n<section>", "</section>\n</div>"), ("<script>\n<div>", "</script>"),
    ("<style>\n</div>", "</style>"),
    ("<div>\n\n```\nx", "```\n</div>"), ("a <textarea>", "</textarea>"), ("<?php", "?>"), ("<![CDATA[", "]]>"),
])
def test_html_is_closed_with_what_opened_it(text: str, closing: str) -> None:
    assert whole(text) == f"{text}\n{closing}"


@pytest.mark.parametrize("text", [
    "<div>\nx\n</div>", "`<div>`", "```html\n<div>\n```", "    <div>", "\\<div>", "a < b <div", "<script>x</script>",
    "<?php x ?>", "<![CDATA[ x ]]>", "<!doctype html>", "<details>\n<summary>a</summary>\n\nb\n</details>",
    "<table><tr><td>a</table>", "vector<section", "<br>", "<div/>", "<pre>\n<div>\n</pre>", "`` a ` <div> ``", "</div>",
])
def test_html_that_is_closed_stays_as_it_is(text: str) -> None:
    assert whole(text) == text


@pytest.mark.parametrize("text", [
    "plain", "```\nx\n```", "```\n~~~\n```", "`` ` ``", "<!-- a -->", "``` not a fence `", "    ```\n    indented",
    "```\n<!--\n```", "<!--\n```\n-->",
])
def test_what_is_closed_stays_as_it_is(text: str) -> None:
    assert whole(text) == text
