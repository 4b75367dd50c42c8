"""Compact rows: buttons show their icons only while there is no room for their words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLayout, QWidget

from .buttons import Button

_FITTED_ON = (QEvent.Type.Resize, QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.Show)


class CompactRow(QObject):
    """Watches the widget that a row of widgets fills from side to side. Buttons lose their words one after the other,
    from the first that is named on; each needs an icon."""

    def __init__(self, area: QWidget, row: QLayout, buttons: Sequence[Button]) -> None:
        super().__init__(area)
        self._area, self._row, self._buttons = area, row, buttons
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FITTED_ON:
            self.fit()
        return False

    def fit(self) -> None:
        """Gives each button its words back for which there is room. To be called when words have changed."""
        for button in self._buttons:
            button.set_compact(False)
        for button in self._buttons:
            self._row.invalidate()
            if self._row.minimumSize().width() <= self._room():
                break
            button.set_compact(True)

    def _room(self) -> int:
        layout = self._area.layout()
        margins = layout.contentsMargins() if layout is not None and layout is not self._row else None
        return self._area.width() - (margins.left() + margins.right() if margins is not None else 0)
