"""What can be done in the window, as the registry's list. To add an action, add a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.ui.shell.actions import ActionSpec

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


def specs(window: MainWindow) -> list[ActionSpec]:
    """Names, default keys and deeds."""
    last = window.conversation.last
    streaming, stored = window.chat.is_streaming, window.chat.is_stored

    def has(role: str) -> Callable[[], bool]:
        return lambda: bool(last(role))

    return [
        ActionSpec("chat.rename", "Rename chat", window.chats.rename_in_place, ("F2",), "Chats", stored),
        *window.import_export.actions(),
        *window.sidebar.actions(),
        *window.models.actions(),
        *window.composer.actions(),
        *window.templates.actions(),
        *window.context.actions(),
        ActionSpec("reply.stop", "Stop the reply", window.composer.outbox.stop, ("Esc",), "Reply", streaming),
        ActionSpec("view.sidebar", "Show or hide the sidebar", lambda: window.folding.toggle("side"),
                   ("Ctrl+B",), "View"),
        ActionSpec("view.panel", "Show or hide the settings panel", lambda: window.folding.toggle("panel"),
                   ("Ctrl+Shift+B", "Ctrl+]"), "View"),
        ActionSpec("view.theme", "Switch between light and dark", window.program.switch_theme, (), "View"),
        ActionSpec("experiments", "Experiments", window.experiments.open, ("Ctrl+E",), "Program"),
        ActionSpec("reply.sweep", "Sweep this turn", lambda: window.experiments.sweep_turn(
            last("assistant") or last("user")), (), "Reply", has("user")),
        ActionSpec("undo", "Undo what was done last", window.notices.undo, ("Ctrl+Z",), "Program"),
        *window.settings.actions(),
        ActionSpec("quit", "Quit", window.close, ("Ctrl+Q",), "Program"),
    ]
