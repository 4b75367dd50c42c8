"""Short words to the user: a toast that goes by itself, with an Undo where there is one; and a banner for
what goes on until it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.widgets import Banner, Toast


@dataclass(frozen=True, slots=True)
class Notice:
    """``action`` is the label of its button ("Undo"), ``run`` what it does; ``lapsed`` is called when the notice
    goes and the button was not used."""

    text: str
    action: str = ""
    run: Callable[[], object] | None = None
    lapsed: Callable[[], object] | None = None


class BannerStrip(QWidget):
    """The banner with room around it; neither takes any while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(tone="bad", closable=True)
        self.banner.closed.connect(self.hide)
        row = QVBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 0)
        row.addWidget(self.banner)
        self.hide()


class Notices:
    """Shows notices over a window, and the one banner above its conversation."""

    def __init__(self, place: QWidget, strip: BannerStrip) -> None:
        """``place`` is what toasts lie over."""
        self._place, self._strip = place, strip
        self._cause = ""

    def show(self, notice: Notice) -> None:
        Toast(self._place, notice.text, notice.action, notice.run, lapsed=notice.lapsed)

    def say(self, text: str) -> None:
        self.show(Notice(text))

    def set_banner(self, cause: str, text: str, tone: str = "bad") -> None:
        """Something that goes on; ``cause`` names it, so that its end takes away nobody else's words.
        An empty ``text`` ends it."""
        if text:
            self._cause = cause
            self._strip.banner.set_text(text, tone)
            self._strip.banner.show()
            self._strip.show()
        elif cause == self._cause:
            self._strip.hide()
