"""Short words to the user: a toast that goes by itself, with an Undo where there is one; and a banner for
what goes on until it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from workbench.ui.widgets import Banner, Toast


@dataclass(frozen=True, slots=True)
class Notice:
    """``action`` is the label of its button ("Undo"), ``run`` what it does."""

    text: str
    action: str = ""
    run: Callable[[], None] | None = None


class Notices:
    """Shows notices over a window, and the one banner above its conversation."""

    def __init__(self, window: QWidget, banner: Banner) -> None:
        self._window, self._banner = window, banner
        self._cause = ""

    def show(self, notice: Notice) -> None:
        Toast(self._window, notice.text, notice.action, notice.run)

    def say(self, text: str) -> None:
        self.show(Notice(text))

    def set_banner(self, cause: str, text: str, tone: str = "bad") -> None:
        """Something that goes on; ``cause`` names it, so that its end takes away nobody else's words.
        An empty ``text`` ends it."""
        if text:
            self._cause = cause
            self._banner.set_text(text, tone)
            self._banner.show()
        elif cause == self._cause:
            self._banner.hide()
