"""The tree of the conversation as a screen reader or another program uses it, over AT-SPI."""

from __future__ import annotations

from tests.conftest import StartWindow
from tests.support.accessible import wait_for


def test_the_tree_is_read_from_outside(start_window: StartWindow) -> None:
    window = start_window()
    window.find("Message").write("What can you do?")
    window.find("Send").press()
    window.find("Branches", role="page tab").press()
    tree = window.find("Tree of the conversation", role="list")
    tree.find("You: What can you do?, on the main line", role="list item")
    wait_for(lambda: any(
        row.name.startswith("guide: ") and row.name.endswith(", end of the main line") for row in tree.children
    ), "the reply", 20, tree.outline)
