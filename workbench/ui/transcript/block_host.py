"""The host of a transcript's blocks: reports to the view what clicks on them request. Nothing else leaves a message."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Signal

from workbench.core.chat.parts import Part
from workbench.ui.widgets.clipboard import copy_text

from .blocks import BlockView

SCHEMES = ("http", "https", "mailto")


class BlockHost(QObject):
    """A ``Host`` that copies text by itself and emits signals for all else. ``key`` is that of an entry."""

    save_code_requested = Signal(str, str)  # text, language
    link_activated = Signal(str)  # an address with an allowed scheme
    jump_requested = Signal(str, str)  # key, a link inside its message
    attachment_activated = Signal(object)  # Part
    attachment_dragged = Signal(object)  # Part
    attachment_copied = Signal(object)  # Part
    attachment_saved = Signal(object)  # Part
    action_requested = Signal(str, str)  # key, name of the action
    menu_requested = Signal(str)  # key
    sibling_requested = Signal(str, int)  # key, -1 or 1
    message_changed = Signal(str)  # key of an entry of which a block was folded, unfolded or wrapped
    work_requested = Signal(object)  # the block

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shortcut_of: Callable[[str, str], str] = lambda key, action: ""

    def copy_text(self, text: str) -> None:
        copy_text(text)

    def save_code(self, text: str, language: str) -> None:
        self.save_code_requested.emit(text, language)

    def open_link(self, key: str, href: str) -> None:
        """Requests a jump inside the message, or emits an address whose scheme is allowed. Anything else that a model
        may have written does nothing."""
        if href.startswith("#"):
            self.jump_requested.emit(key, href)
        elif QUrl(href).scheme().lower() in SCHEMES:
            self.link_activated.emit(href)

    def open_attachment(self, part: Part) -> None:
        self.attachment_activated.emit(part)

    def drag_attachment(self, part: Part) -> None:
        self.attachment_dragged.emit(part)

    def copy_attachment(self, part: Part) -> None:
        self.attachment_copied.emit(part)

    def save_attachment(self, part: Part) -> None:
        self.attachment_saved.emit(part)

    def run_action(self, key: str, action: str) -> None:
        if action == "menu":
            self.menu_requested.emit(key)
        else:
            self.action_requested.emit(key, action)

    def shortcut(self, key: str, action: str) -> str:
        """Returns the key that runs an action on this very message, ``""`` where none does."""
        return self.shortcut_of(key, action)

    def show_sibling(self, key: str, delta: int) -> None:
        self.sibling_requested.emit(key, delta)

    def content_changed(self, key: str) -> None:
        self.message_changed.emit(key)

    def request_work(self, block: BlockView) -> None:
        self.work_requested.emit(block)
