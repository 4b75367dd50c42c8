"""Labels, lines and dots."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import follow, px

from .tips import plain_tip


class _LeadingLabel(QLabel):
    """Begins where the window's lines begin, also when the text itself runs the other way (a model's name in
    an Arabic window)."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.lead()

    def lead(self, upright: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        if not self.alignment() & Qt.AlignmentFlag.AlignHCenter:
            self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | upright)


class Label(_LeadingLabel):
    """Plain text. ``tone``: "" or one of dim, faint, ok, warn, bad, strong, heading, section."""

    def __init__(
        self, text: str = "", tone: str = "", *, wrap: bool = False, selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            self.setMinimumWidth(0)
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setProperty("tone", tone)
        self.lead()

    def set_tone(self, tone: str) -> None:
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            self.style().polish(self)


class ElidedLabel(_LeadingLabel):
    """One line that ends in … where it does not fit; the whole text is its tool tip then."""

    def __init__(
        self, text: str = "", tone: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.lead()
        self.setText(text)

    def text(self) -> str:
        return self._whole

    def setText(self, text: str) -> None:
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 3, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, max(self.width(), 1))
        super().setText(shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")


class HLine(QFrame):
    """A hairline across (or down, when ``vertical``)."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(style.theme().line))


class StatusDot(QWidget):
    """A dot whose ``state`` is ok, warn, bad, accent or off. Its name says it in words, for colour alone
    tells nothing to many."""

    def __init__(self, state: str = "off", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        follow(self, lambda dot: dot.setFixedSize(px(8) + 2, px(8) + 2))
        self.set_state(state, name)

    def set_state(self, state: str, name: str = "") -> None:
        self._state = state
        self.setAccessibleName(name or state)
        self.setToolTip(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(style.theme(), "edge" if self._state == "off" else self._state)))
        painter.drawEllipse(QRectF(1, 1, px(8), px(8)))


class IconLabel(QWidget):
    """An icon that is no button. Without a ``name`` it is decoration, which assistive technology skips."""

    def __init__(
        self, icon: str, colour: str = "dim", *, size: int = 16, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        follow(self, lambda label: label.setFixedSize(px(size), px(size)))
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.set_icon(icon, colour)

    def set_icon(self, icon: str, colour: str = "dim") -> None:
        self._icon = icons.icon(icon, colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        self._icon.paint(QPainter(self), self.rect(), Qt.AlignmentFlag.AlignCenter, mode)


def data_size(count: int) -> str:
    """Returns a number of bytes as the system's language writes it: 88 bytes, 84 kB, 1.2 MB."""
    return QLocale().formattedDataSize(count, 0 if count < 1e6 else 1, QLocale.DataSizeFormat.DataSizeSIFormat)
