"""The shell: the window as a feature knows it. ``window.py`` implements it; a test hands in its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from workbench.core.tasks import Tasks
from workbench.ui.shell.notices import Notice
from workbench.ui.theme.style import ThemeSwitch


class Shell(Protocol):
    """Where a feature shows things and says things. It knows no feature."""

    @property
    def tasks(self) -> Tasks: ...

    @property
    def theme(self) -> ThemeSwitch:
        """The theme in force; ``changed`` tells when another one is chosen."""
        ...

    @property
    def dialog_parent(self) -> QWidget:
        """The parent of dialogs, menus and popups."""
        ...

    def notify(self, notice: Notice | str) -> None:
        """Shows a passing notice; one that offers Undo can be taken back with Ctrl+Z as well."""
        ...

    def call_attention(self, text: str, act: Callable[[], object] | None = None) -> None:
        """Tells what has ended by the desktop, while the window is in the background; ``act`` is for a click on it."""
        ...

    def banner(self, cause: str, text: str, tone: str = "bad") -> None:
        """Shows a sentence until its cause ends. ``cause`` names it; an empty ``text`` ends it."""
        ...

    def show_page(self, page: QWidget) -> None:
        """Shows a page in the place of the conversation and its composer, until it is left."""
        ...

    def leave_page(self) -> None:
        """Returns from any page to the conversation."""
        ...

    def show_panel(self, tab: str) -> None:
        """Opens the panel on the right with the tab of that title in front."""
        ...

    def open_settings(self, page: str = "", provider: str = "") -> None:
        """Opens the settings on a page (``""`` is the first), with a provider selected."""
        ...

    def key_text(self, action_id: str) -> str:
        """Returns the first key bound to an action as this system writes it, ``""`` for none."""
        ...
