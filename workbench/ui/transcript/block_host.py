"""What blocks ask of the view they stand in: copying, saving, opening, folding. Nothing else leaves a message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from .blocks import BlockView
from .copying import as_text, clean
from .document import Place
from .links import find_target

if TYPE_CHECKING:
    from .view import TranscriptView

SCHEMES = ("http", "https", "mailto")


class ViewHost:
    """The ``Host`` of a view's blocks, and its menus."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view

    def copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(clean(text))

    def save_code(self, text: str, language: str) -> None:
        self._view.save_code_requested.emit(text, language)

    def open_link(self, key: str, href: str) -> None:
        """A jump inside the message, or an address that goes out when its scheme is allowed. Anything else
        a model may have written does nothing."""
        if href.startswith("#"):
            message = self._view.document.get(key)
            index = self._view.document.index(key)
            if message is not None and index is not None:
                place = find_target(message, href)
                if place is not None:
                    self._view.scroller.to_place(Place(index, *place), self._view.port.height() // 3)
        elif QUrl(href).scheme().lower() in SCHEMES:
            self._view.link_activated.emit(href)

    def shortcut(self, key: str, action: str) -> str:
        """Returns the key that runs an action on this very message, ``""`` where none does."""
        return self._view.shortcut_of(key, action)

    def act(self, key: str, action: str) -> None:
        if action == "menu":
            self.open_menu(key)
        else:
            self._view.action_requested.emit(key, action)

    def open_image(self, key: str, ident: str) -> None:
        self._view.image_activated.emit(key, ident)

    def changed(self, key: str) -> None:
        """A message changed by itself: a part was folded or unwrapped. What is visible above it stays."""
        view = self._view
        edge = view.scroller.edge()
        view.version += 1
        index = view.document.index(key)
        if index is not None:
            view.document.remeasure(index)
            view.streamer.wake(key)
        if view.scroller.following and not view.streaming:
            view.scroller.set_following(False)
        view.selection.clip()
        view.scroller.settle(edge)

    def want_work(self, block: BlockView) -> None:
        self._view.streamer.want_work(block)

    # --- menus ----------------------------------------------------------------------------------

    def open_menu(self, key: str, at: QPoint | None = None) -> None:
        """All that can be done with a message, at ``at`` in the viewport, else at its header."""
        view = self._view
        message = view.document.get(key)
        if message is None or message.entry is None:
            return
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not view.selection.empty:
            menu.addAction("Copy\tCtrl+C").triggered.connect(view.copy)
            menu.addAction("Copy as Markdown").triggered.connect(self._copy_markdown)
            menu.addSeparator()
        inner: dict[str, QMenu] = {}
        for action in message.entry.actions:
            if not action.name:
                menu.addSeparator()
                continue
            if action.menu and action.menu not in inner:
                inner[action.menu] = menu.addMenu(action.menu)
            label = "Copy message" if action.name == "copy" else action.label  # beside that of the selection
            shortcut = self.shortcut(key, action.name)
            made = inner.get(action.menu, menu).addAction(f"{label}\t{shortcut}" if shortcut else label)
            made.triggered.connect(partial(self._emit, key, action.name))
        menu.addSeparator()
        menu.addAction("Select all\tCtrl+A").triggered.connect(view.selection.select_all)
        menu.popup(view.port.mapToGlobal(view.pointer.menu_point(key) if at is None else at))

    def _emit(self, key: str, name: str, _checked: bool = False) -> None:
        self._view.action_requested.emit(key, name)

    def _copy_markdown(self, _checked: bool = False) -> None:
        view = self._view
        self.copy_text(as_text(view.selection.stretches(), view.document.messages, markdown=True))
