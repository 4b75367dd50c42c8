"""The button in the header that names the model of the open chat."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from workbench.core.request.models import ModelInfo
from workbench.ui.models.model_facts import abilities, context_text
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import ElidedLabel, IconLabel, Label, delete_widgets
from workbench.ui.widgets.buttons import clicks

_NAME = 150  # pixels that a name keeps where there is little room


class ModelButton(QPushButton):
    """Accessible name ``Model``; its description is ``provider/model``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Model")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        follow(self, lambda button: button.setFixedHeight(px(32)))
        self._provider = Label()
        self._slash = Label("/", "faint")
        self._name = ElidedLabel(tone="strong")
        self._context = Label(tone="dim")
        self._icons = QWidget()
        icons_row = QHBoxLayout(self._icons)
        icons_row.setContentsMargins(0, 0, 0, 0)
        icons_row.setSpacing(3)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.setSpacing(5)
        for widget in (self._provider, self._slash, self._name, self._icons, self._context):
            row.addWidget(widget)
        row.setStretchFactor(self._name, 1)
        self._chevron = IconLabel("chevron-down", size=14)
        row.addWidget(self._chevron)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def show_model(self, model: str, provider: str, info: ModelInfo | None) -> None:
        """Shows a model. ``provider`` is its name for people; ``info`` is None for an unknown model."""
        self.setAccessibleDescription(model)
        name = model.partition("/")[2].rpartition("/")[2] or model or "Choose a model"
        self._provider.setText(provider)
        self._name.setText(name)
        layout = self._icons.layout()
        assert layout is not None
        delete_widgets(layout)
        for icon, meaning in abilities(info) if info else ():
            layout.addWidget(IconLabel(icon, "faint", size=14, name=meaning))
        self._context.setText("unknown" if info is None and model else context_text(info))
        self._arrange()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._width(self._facts()), px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(px(96), min(px(_NAME), self._width([]))), px(32))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _facts(self) -> list[QWidget]:
        """Returns what stands beside the name, the most dispensable first."""
        facts: list[tuple[QWidget, bool]] = [
            (self._context, bool(self._context.text())), (self._icons, bool(self._icons.findChildren(QWidget))),
            (self._slash, bool(self._provider.text())), (self._provider, bool(self._provider.text()))]
        return [widget for widget, there in facts if there]

    def _width(self, facts: Sequence[QWidget]) -> int:
        """Returns the width with the whole name and these facts."""
        name = self._name.fontMetrics().horizontalAdvance(self._name.text()) + 4
        return 18 + name + self._chevron.width() + 5 + sum(each.sizeHint().width() + 5 for each in facts)

    def _arrange(self) -> None:
        """Shows as many facts as there is room for beside the whole name."""
        shown = self._facts()
        while shown and self._width(shown) > self.width():
            shown.pop(0)
        if shown == [self._provider]:
            shown = []  # without its slash
        for widget in (self._context, self._icons, self._slash, self._provider):
            widget.setVisible(widget in shown)
