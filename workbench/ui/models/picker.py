"""The model picker: a popup with every model of every provider, found by a few letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.core.request.models import ModelRef
from workbench.ui.models.model_facts import abilities, context_text, price_text
from workbench.ui.models.model_lists import ModelGroup
from workbench.ui.models.picker_model import ROLE_ROW, GroupRow, ModelRow, PickerModel
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import px
from workbench.ui.transcript.entries import joined
from workbench.ui.widgets import Button, Label, Popup, SearchField
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import RowSpace, paint_background, paint_heading

_ROW, _GROUP = 30, 30
_SIZE = QSize(600, 520)
_LEAST_HEIGHT = 200


class Picker(QWidget):
    """Owns the popup: ``open_at`` shows it, ``picked`` carries what was chosen."""

    picked = Signal(object)  # ModelRef
    favourite_requested = Signal(object, bool)  # ModelRef, whether it is to be one
    listing_requested = Signal(object, bool)  # ModelRef, whether it is to be in the list
    provider_removal_requested = Signal(str)  # id of a provider whose models are to be left out
    refresh_requested = Signal()
    add_provider_requested = Signal()
    opened = Signal()  # the lists are to be loaded

    def __init__(self, parent: QWidget, *, several: bool = False) -> None:
        """``several``: it stays open, for one model after the other, until it is left."""
        super().__init__(parent)
        self.hide()
        self._several = several
        self.model = PickerModel(self)
        self._popup = Popup("Choose models" if several else "Choose a model", parent)
        self._field = SearchField("Filter models", "Filter models, or type provider/model")
        self._list = _Models(self.model)
        self._refresh = Button("Refresh", "quiet", "refresh")
        self._add = Button("Add provider…", "quiet", "plus")
        self._busy = Label(tone="dim")
        self._unlisted = Button("Show those left out", "quiet", "eye")
        self._unlisted.setCheckable(True)
        self._build()
        self._connect()

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self._refresh)
        foot.addWidget(self._busy, 1)
        foot.addWidget(self._unlisted)
        foot.addWidget(self._add)
        if self._several:
            done = Button("Done", "quiet", "check")
            done.clicked.connect(self._popup.close_popup)
            foot.addWidget(done)
        self._popup.content.addWidget(self._field)
        self._popup.content.addWidget(self._list, 1)
        self._popup.content.addLayout(foot)
        self._popup.steer(self._field, self._list, Qt.Key.Key_D)

    def _connect(self) -> None:
        self._field.textChanged.connect(self._on_filter)
        self._field.returnPressed.connect(self._pick_current)
        self.model.modelReset.connect(self._show_current)
        self._unlisted.toggled.connect(self.model.set_show_unlisted)
        self._list.activated.connect(self._pick)
        self._list.favourite_requested.connect(self._request_favourite)
        self._list.menu_requested.connect(self._open_menu)
        self._refresh.clicked.connect(self._on_refresh)
        self._add.clicked.connect(self._on_add)

    def open_at(self, anchor: QWidget) -> None:
        self._field.clear()
        self._fit()
        self._popup.open_at(anchor, self._field)
        self.opened.emit()
        self._show_current()

    def show_models(
        self, groups: Sequence[ModelGroup], favourites: Sequence[str], recent: Sequence[str], current: str,
        loading: bool, aliases: Mapping[str, str] = MappingProxyType({}), unlisted: Sequence[str] = (),
    ) -> None:
        kept = self._list.verticalScrollBar().value()
        self.model.set_contents(groups, favourites, recent, current, aliases, unlisted, loading=loading)
        self._fit()
        self._busy.setText("Loading the lists …" if loading else "")
        self._refresh.setEnabled(not loading)
        self._unlisted.setVisible(self.model.has_unlisted)
        if kept:
            self._list.verticalScrollBar().setValue(kept)

    def _fit(self) -> None:
        """Makes the list as high as all models need, within the window."""
        if self._field.text():
            return
        height = max(px(_LEAST_HEIGHT), self.model.rowCount() * px(_ROW) + 4)
        size = QSize(px(_SIZE.width()), min(px(_SIZE.height()), height))
        size = size.boundedTo(self.window().size() - QSize(40, 120))
        if size != self._list.size():
            self._list.setFixedSize(size)
            if self._popup.isVisible():
                self._popup.refit()

    def _show_current(self) -> None:
        row = self.model.first() if self._field.text().strip() else self.model.current()
        self._list.setCurrentIndex(self.model.index(row if row >= 0 else self.model.first(), 0))
        if row > 0 and not self._field.text().strip():
            self._list.scrollToTop()

    def _on_filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._list.scrollToTop()

    def _pick_current(self) -> None:
        self.model.finish()
        self._pick(self._list.currentIndex())

    def _pick(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if not isinstance(row, ModelRow):
            return
        if self._several:
            self._field.selectAll()  # the next letters are for the next model
        else:
            self._popup.close_popup()
        self.picked.emit(row.info.ref)

    def _request_favourite(self, ref: ModelRef, on: bool) -> None:
        self.favourite_requested.emit(ref, on)
        self.opened.emit()

    def _open_menu(self, index: QModelIndex, place: QPoint) -> None:
        """Offers what can be done with a model or with a provider's heading."""
        row = self.model.row(index)
        menu = QMenu(self._list)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(row, ModelRow):
            ref = row.info.ref
            menu.addAction("Remove from the favourites" if row.favourite else "Add to the favourites",
                           lambda: self._request_favourite(ref, not row.favourite))
            menu.addAction("Take into the list again" if row.unlisted else "Leave this model out of the list",
                           lambda: self._request_listing(ref, row.unlisted))
        provider = row.info.ref.provider if isinstance(row, ModelRow) else row.provider_id if row is not None else ""
        if provider and self.model.can_leave_out(provider):
            name = row.provider if isinstance(row, ModelRow) else row.text if row is not None else ""
            menu.addAction(f"Leave out all models of {name}", lambda: self.provider_removal_requested.emit(provider))
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(place)

    def _request_listing(self, ref: ModelRef, on: bool) -> None:
        self.listing_requested.emit(ref, on)
        self.opened.emit()

    def _on_refresh(self) -> None:
        self._refresh.setEnabled(False)
        self.refresh_requested.emit()

    def _on_add(self) -> None:
        self._popup.close_popup()
        self.add_provider_requested.emit()


class _Models(QListView):
    favourite_requested = Signal(object, bool)  # ModelRef, whether it is to be one
    menu_requested = Signal(QModelIndex, QPoint)  # row, place on the screen

    def __init__(self, model: PickerModel) -> None:
        super().__init__()
        polished(self)
        self.setAccessibleName("Models")
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(15)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        row = index.data(ROLE_ROW) if index.isValid() else None
        if not isinstance(row, ModelRow) or event.button() != Qt.MouseButton.LeftButton:
            return
        left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        at_star = place.x() < 28 if left else place.x() > self.viewport().width() - 28
        if at_star:
            self.favourite_requested.emit(row.info.ref, not row.favourite)
        else:
            self.activated.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            self.menu_requested.emit(index, self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))
        else:
            self.menu_requested.emit(self.indexAt(event.pos()), event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().data(ROLE_ROW) if self.currentIndex().isValid() else None
        if event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            if isinstance(row, ModelRow):
                self.favourite_requested.emit(row.info.ref, not row.favourite)
        else:
            super().keyPressEvent(event)


class _RowDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, PickerModel)
        row = model.row(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, GroupRow) and row.sentence:
            painter.setPen(QColor(style.theme().dim))
            painter.drawText(option.rect.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, row.text)
        elif isinstance(row, GroupRow):
            paint_heading(painter, option, row.text, row.problem)
        elif row is not None:
            self._paint_model(painter, option, row, model.is_mixed(index))
        painter.restore()

    def _paint_model(
        self, painter: QPainter, option: QStyleOptionViewItem, row: ModelRow, mixed: bool
    ) -> None:
        tokens, info = style.theme(), row.info
        selected = paint_background(painter, option)
        space = RowSpace(option, 8)
        icons.icon("star-filled" if row.favourite else "star", "accent" if row.favourite else "faint").paint(
            painter, space.trailing(px(14), px(14)))
        small = QFont(option.font)
        small.setPixelSize(px(12))
        painter.setFont(small)
        painter.setPen(QColor(tokens.dim))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        if option.rect.width() > 360:
            painter.drawText(space.trailing(px(108), 0), align, price_text(info))
        painter.drawText(space.trailing(px(44), 0), align, context_text(info))
        for icon, _ in reversed(abilities(info)):
            icons.icon(icon, "faint").paint(painter, space.trailing(px(14), px(14), 4))
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if row.current else QFont.Weight.Normal)
        painter.setFont(font)
        pale = info.deprecated or row.unlisted
        painter.setPen(QColor(tokens.accent if selected else tokens.faint if pale else tokens.text))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(info.ref.model, Qt.TextElideMode.ElideMiddle, space.rect.width())
        area = space.leading(metrics.horizontalAdvance(name) + 2, 0, 10)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | space.align, name)
        note = "as typed" if row.typed else info.name if info.name != info.ref.model else ""
        note = f"ends {info.shutdown}" if info.shutdown else note
        place = "recent" if row.recent and row.favourite else "left out" if row.unlisted else ""
        note = joined((*row.aliases, row.provider if mixed else "", place, note))
        painter.setFont(small)
        painter.setPen(QColor(tokens.dim))
        if space.rect.width() > 40:
            note = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, space.rect.width())
            painter.drawText(space.rect, Qt.AlignmentFlag.AlignVCenter | space.align, note)

