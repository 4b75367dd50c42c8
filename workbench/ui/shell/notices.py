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
    goes and the button was not used. What a ``lasting`` one says can be taken back also after that."""

    text: str
    action: str = ""
    run: Callable[[], object] | None = None
    lapsed: Callable[[], object] | None = None
    lasting: bool = False


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


_MOST = 50  # deeds that can be taken back


class Notices:
    """Shows notices over a window, and the one banner above its conversation; knows what can be taken back."""

    def __init__(self, place: QWidget, strip: BannerStrip) -> None:
        """``place`` is what toasts lie over."""
        self._place, self._strip = place, strip
        self._cause = ""
        self._deeds: list[Notice] = []

    def show(self, notice: Notice) -> None:
        if notice.action in ("Undo", "Keep it"):
            self._deeds = [*self._deeds[1 - _MOST:], notice]
        Toast(self._place, notice.text, notice.action, lambda: self._take_back(notice),
              lapsed=lambda: self._lapse(notice))

    def undo(self) -> None:
        """Takes back what was done last, also when its notice has gone."""
        if not self._deeds:
            self.say("There is nothing to undo.")
            return
        notice = self._deeds[-1]
        self._take_back(notice)
        self.say(f"Undone: {notice.text}")

    def _take_back(self, notice: Notice) -> None:
        self._forget(notice)
        if notice.run is not None:
            notice.run()

    def _lapse(self, notice: Notice) -> None:
        if notice.lapsed is not None and notice in self._deeds:
            notice.lapsed()
        if not notice.lasting:
            self._forget(notice)

    def _forget(self, notice: Notice) -> None:
        self._deeds = [deed for deed in self._deeds if deed is not notice]

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
