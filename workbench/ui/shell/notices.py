"""Notices and the banner: messages that pass, with an undo stack, and sentences that stay until their cause ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.widgets import Banner, Toast, ToastStrip

_MOST_STEPS = 50  # of the undo stack


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that passes after some seconds.

    ``action`` is the label of its button, and ``run`` is what the button does. With ``undoes``, ``run`` takes back
    what ``text`` says, and the Undo action runs it too: while the notice is shown or, if it is ``lasting``, at any
    time. ``lapsed`` is called when the notice passes and ``run`` was not called.
    """

    text: str
    action: str = ""
    run: Callable[[], object] | None = None
    lapsed: Callable[[], object] | None = None
    undoes: bool = False
    lasting: bool = False


class BannerStrip(QWidget):
    """The banner and the space around it; hidden while there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(tone="bad", closable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 0)
        column.addWidget(self.banner)
        self.hide()

    def show_text(self, text: str, tone: str) -> None:
        self.banner.set_text(text, tone)
        self.banner.show()
        self.show()


class Notices:
    """Shows notices and the banner, each in its strip, and keeps the undo stack."""

    def __init__(self, toasts: ToastStrip, strip: BannerStrip) -> None:
        self._toasts, self._strip = toasts, strip
        self._undo_stack: list[Notice] = []
        self._banners: dict[str, tuple[str, str]] = {}  # text and tone by cause, the shown one last
        strip.banner.closed.connect(self._close_banner)

    def notify(self, notice: Notice | str) -> None:
        """Shows a notice in place of the one before; one that undoes something goes onto the undo stack."""
        if isinstance(notice, str):
            notice = Notice(notice)
        if notice.undoes:
            self._undo_stack = [*self._undo_stack[1 - _MOST_STEPS:], notice]
        Toast(self._toasts, notice.text, notice.action, lambda: self._run(notice), lapsed=lambda: self._lapse(notice))

    def undo(self) -> None:
        """Undoes the last step on the stack, even if its notice has passed."""
        if not self._undo_stack:
            self.notify("There is nothing to undo.")
            return
        notice = self._undo_stack[-1]
        self._run(notice)
        self.notify(f"Undone: {notice.text}")

    def _run(self, notice: Notice) -> None:
        self._drop(notice)
        if notice.run is not None:
            notice.run()

    def _lapse(self, notice: Notice) -> None:
        """Handles a toast that closes; the notice may have been undone by the action meanwhile."""
        undone = notice.undoes and not any(step is notice for step in self._undo_stack)
        if notice.lapsed is not None and not undone:
            notice.lapsed()
        if not notice.lasting:
            self._drop(notice)

    def _drop(self, notice: Notice) -> None:
        self._undo_stack = [step for step in self._undo_stack if step is not notice]

    # --- the banner ---

    def set_banner(self, cause: str, text: str, tone: str = "bad") -> None:
        """Shows a sentence until its cause ends: ``text`` is then ``""``. Other causes that go on are shown again."""
        self._banners.pop(cause, None)
        if text:
            self._banners[cause] = (text, tone)
        self._show_banner()

    def _close_banner(self) -> None:
        """Drops the sentence that the user has closed."""
        self._banners.popitem()
        self._show_banner()

    def _show_banner(self) -> None:
        if self._banners:
            self._strip.show_text(*list(self._banners.values())[-1])
        else:
            self._strip.hide()
