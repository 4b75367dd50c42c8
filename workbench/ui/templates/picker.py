"""Popup that picks a template by a few letters of its name, description or text."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.core.chat.context import excerpt
from workbench.core.chat.templates import Template
from workbench.core.ports.templates import TemplateList
from workbench.ui.shell.fuzzy import best
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import px
from workbench.ui.widgets import Button, EmptyState, Label, Popup, SearchField
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import RowSpace, paint_background

_KEY, _TEMPLATE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_SIZE = QSize(460, 300)
_ROW = 46


class TemplatePicker(Popup):
    """A list of templates under a filter, with buttons to edit one or to write a new one."""

    picked = Signal(str, object)  # key, Template
    edit_requested = Signal(str)  # key, "" for a new one
    dismissed = Signal(str)  # closed without a choice; what was typed into the filter

    def __init__(self, parent: QWidget, kind: str = "prompt") -> None:
        """``kind`` (``prompt`` or ``system``) names the templates that are listed first."""
        super().__init__("Templates", parent)
        self._kind = kind
        self._templates: Mapping[str, Template] = {}
        self._finished = False
        self.field = SearchField("Filter templates")
        self.list = polished(QListWidget())
        self.list.setAccessibleName("Template list")
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._problem = Label(tone="warn", wrap=True)
        self._problem.hide()
        self._new, self._edit = Button("New template…", "quiet", "plus"), Button("Edit…", "quiet", "edit")
        self._build()
        self.closed.connect(self._on_closed)
        self.steer(self.field, self.list)
        self.field.textChanged.connect(lambda _: self._show())
        self.field.returnPressed.connect(lambda: self._pick(self.list.currentItem()))
        self.list.itemClicked.connect(self._pick)
        self._new.clicked.connect(lambda: self._edit_template(""))
        self._edit.clicked.connect(lambda: self._edit_template(self._current()))

    def _build(self) -> None:
        empty = EmptyState("braces", "No templates yet",
                           "Keep a prompt with {{variables}} here, and fill it in with a form.")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(empty)
        self._pages.setFixedWidth(min(px(_SIZE.width()), self.window().width() - 60))
        foot = QHBoxLayout()
        foot.addWidget(self._new)
        foot.addStretch(1)
        foot.addWidget(self._edit)
        for widget in (self.field, self._pages, self._problem):
            self.content.addWidget(widget)
        self.content.addLayout(foot)

    def show_templates(self, found: TemplateList) -> None:
        """Lists templates, and names the files that hold none."""
        first = {key: template for key, template in found.templates.items() if template.kind == self._kind}
        self._templates = {**first, **found.templates}
        self._problem.setText("\n".join(found.problems))
        self._problem.setVisible(bool(found.problems))
        self._pages.setCurrentIndex(0 if self._templates else 1)
        self._show()
        needed = len(self._templates) * px(_ROW) + 8 if self._templates else px(160)
        self._pages.setFixedHeight(min(needed, px(_SIZE.height()), self.window().height() - 200))
        self.refit()

    def _show(self) -> None:
        text = self.field.text().strip()
        words = [(f"{one.name} {one.description} {one.body[:200]}".casefold(), key)
                 for key, one in self._templates.items()]
        self.list.clear()
        for key in best(text, words, len(words)) if text else self._templates:
            template = self._templates[key]
            item = QListWidgetItem(template.name, self.list)
            item.setData(_KEY, key)
            item.setData(_TEMPLATE, template)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, _about(template))
        self.list.setCurrentRow(0)
        self._edit.setEnabled(self.list.count() > 0)

    def _current(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._finished = True
            key, template = item.data(_KEY), item.data(_TEMPLATE)
            self.close_popup()
            self.picked.emit(key, template)

    def _edit_template(self, key: str) -> None:
        self._finished = True
        self.close_popup()
        self.edit_requested.emit(key)

    def _on_closed(self) -> None:
        if not self._finished:
            self.dismissed.emit(self.field.text())
        self.deleteLater()


def _about(template: Template) -> str:
    return template.description or excerpt(template.body, 90)


class _Rows(QStyledItemDelegate):
    """Paints the name and, below it, what the template is for."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, template = style.theme(), index.data(_TEMPLATE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = paint_background(painter, option)
        space = RowSpace(option, 10)
        icon = "user" if template.kind == "prompt" else "settings"
        icons.icon(icon, "accent" if selected else "dim").paint(painter, space.leading(px(16), px(16), 10))
        area = space.rect
        upper, lower = area.adjusted(0, 5, 0, -area.height() // 2), area.adjusted(0, area.height() // 2, 0, -5)
        small = QFont(option.font)
        small.setPixelSize(px(12))
        blanks = len(template.variables)
        for font, colour, place, text in (
            (option.font, tokens.text, upper, template.name),
            (small, tokens.dim, lower, _about(template) + (f" · {blanks} to fill" if blanks else "")),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | space.align, shown)
        painter.restore()
