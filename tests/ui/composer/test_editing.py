"""The edit of a message: what it becomes."""

from __future__ import annotations

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Blob, Citation, Failure, Image, Text, ToolCall
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.editing import edited


def test_an_edit_takes_the_text_and_the_attachments_of_the_draft() -> None:
    picture, other = (Image(Blob(mark * 64, 1, "image/png")) for mark in "ab")
    source = Citation("https://example.org")
    old = Message("user", (picture, Text("one"), Failure("no", "key"), Text("two"), source))
    assert edited(old, Draft("new", (other,))).parts == (other, Text("new"), source)
    assert edited(Message("assistant", (ToolCall("1", "f"),)), Draft("new")).parts == (ToolCall("1", "f"), Text("new"))
