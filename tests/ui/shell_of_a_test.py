"""A shell for the test of one feature: records what is shown and said, and knows no other feature."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget

from workbench.core.services import Services
from workbench.ui.shell.notices import Notice
from workbench.ui.theme.style import ThemeSwitch


class RecordingShell:
    """A ``Shell`` over one bare widget, which is the parent of dialogs."""

    def __init__(self, services: Services, dialog_parent: QWidget) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.tasks, self.dialog_parent = services.tasks, dialog_parent
        self.theme = ThemeSwitch(app, "light")
        self.notices: list[Notice] = []
        self.called: list[str] = []  # what the desktop was to tell
        self.banners: dict[str, str] = {}  # those that stand, by their causes
        self.page: QWidget | None = None  # None is the conversation
        self.panel_tabs: list[str] = []
        self.settings_opened: list[tuple[str, str]] = []  # page, provider
        self.keys: dict[str, str] = {}  # what ``key_text`` returns

    def notify(self, notice: Notice | str) -> None:
        self.notices.append(Notice(notice) if isinstance(notice, str) else notice)

    def call_attention(self, text: str, act: Callable[[], object] | None = None) -> None:
        self.called.append(text)

    def banner(self, cause: str, text: str, tone: str = "bad") -> None:
        self.banners.pop(cause, None)
        if text:
            self.banners[cause] = text

    def show_page(self, page: QWidget) -> None:
        self.page = page
        page.setParent(self.dialog_parent)
        page.setGeometry(self.dialog_parent.rect())
        page.show()

    def leave_page(self) -> None:
        if self.page is not None:
            self.page.hide()
        self.page = None

    def show_panel(self, tab: str) -> None:
        self.panel_tabs.append(tab)

    def open_settings(self, page: str = "", provider: str = "") -> None:
        self.settings_opened.append((page, provider))

    def key_text(self, action_id: str) -> str:
        return self.keys.get(action_id, "")
