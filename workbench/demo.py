"""The window where there is no screen: one short conversation with the guide, printed, and a picture of it.

``python -m workbench.demo [PICTURE.png]`` uses the same window, store and provider as the program, on Qt's
offscreen platform and in a data folder of its own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.chat.messages import MessageNode
    from workbench.ui.window import MainWindow

PROMPT = "What can you do?"


def main() -> int:
    """Returns the exit code: 1 when no reply came."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_LOGGING_RULES"] = "default.warning=false"  # that platform tells each thing it has no use for
    picture = Path(sys.argv[1] if len(sys.argv) > 1 else "workbench-demo.png").absolute()
    from workbench.cli.parser import parse
    from workbench.window_app import run_window

    replies: list[MessageNode] = []
    with tempfile.TemporaryDirectory(prefix="workbench-demo-") as folder:
        run_window(parse(["--data-dir", folder]), lambda window: _converse(window, replies, picture))
    if not replies:
        sys.stderr.write("No reply came.\n")
        return 1
    sys.stdout.write(f"You: {PROMPT}\n\n{replies[0].message.model}: {replies[0].message.text}\n\n"
                     f"A picture of the window: {picture}\n")
    return 0


def _converse(window: MainWindow, replies: list[MessageNode], picture: Path) -> None:
    from PySide6.QtCore import Qt, QTimer

    def ended(node: MessageNode) -> None:
        replies.append(node)
        QTimer.singleShot(500, finish)  # the last frame is painted, the footer is there

    def finish() -> None:
        window.grab().save(str(picture))
        window.close()

    window.resize(1440, 900)
    window.chat.replies.ended.connect(ended)
    QTimer.singleShot(60_000, window.close)
    # Before the first chat is open there is nothing that could take a message.
    window.chat.conversation.opened.connect(
        lambda _: QTimer.singleShot(0, lambda: window.welcome.suggested.emit(PROMPT)),
        Qt.ConnectionType.SingleShotConnection,
    )


if __name__ == "__main__":
    sys.exit(main())
