"""The text field of the composer: grows, takes files and pictures by paste and drop, and sends at a key."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QImage, QInputMethodEvent, QKeyEvent, QTextDocumentFragment
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from workbench.ui.widgets.long_lines import folded

SHARE = 0.4  # of the window's height, at most


class Editor(QPlainTextEdit):
    """Return sends and Shift+Return makes a new line, or the other way round; while an input method composes, Return
    is its own."""

    submitted = Signal()
    save_requested = Signal()  # Ctrl+S
    cancel_requested = Signal()  # Escape
    history_requested = Signal(int)  # -1: older, 1: newer
    edit_last_requested = Signal()  # Up in an empty field
    slash_typed = Signal()  # into an empty field
    files_pasted = Signal(list)  # Paths, pasted or dropped
    image_pasted = Signal(QImage)
    long_text_pasted = Signal(str)
    menu_requested = Signal(object, QPoint)  # QMenu that is about to be shown, the place it is for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Message")
        self.setProperty("frameless", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.send_with_control = False
        self.paste_limit = 0  # characters from which pasted text becomes a file; 0: never
        self._composing = False
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self.fit())
        self.textChanged.connect(self._set_direction)

    def fit(self) -> None:
        """Takes the height that the text needs, within limits."""
        line = QFontMetricsF(self.font()).lineSpacing()
        most = max(4 * line, self.window().height() * SHARE)
        height, block = 0.0, self.document().firstBlock()
        while block.isValid() and height < most:
            height += self.blockBoundingRect(block).height()
            block = block.next()
        height = min(max(height, line), most) + 2 * self.document().documentMargin()
        self.setFixedHeight(math.ceil(height))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_requested.emit(menu, self.cursorRect().center() if by_key else event.pos())
        menu.popup(self.mapToGlobal(self.cursorRect().bottomLeft()) if by_key else event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._set_direction()

    def _set_direction(self) -> None:
        """Lets a text read in its own direction, and an empty field in that of the window, as its placeholder does."""
        document = self.document()
        option = document.defaultTextOption()
        wanted = self.layoutDirection() if document.isEmpty() else Qt.LayoutDirection.LayoutDirectionAuto
        if option.textDirection() != wanted:
            option.setTextDirection(wanted)
            mirrored = wanted == Qt.LayoutDirection.RightToLeft
            option.setAlignment(Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft)
            document.setDefaultTextOption(option)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._composing or not self._handle(event):
            super().keyPressEvent(event)
            if event.text() == "/" == self.toPlainText():
                self.slash_typed.emit()

    def _handle(self, event: QKeyEvent) -> bool:
        """Returns whether the key was one of ours."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = modifiers == Qt.KeyboardModifier.ControlModifier
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                return self._on_return(modifiers)
            case Qt.Key.Key_Up if control:
                self.history_requested.emit(-1)
            case Qt.Key.Key_Down if control:
                self.history_requested.emit(1)
            case Qt.Key.Key_Up if not modifiers and not self.toPlainText():
                self.edit_last_requested.emit()
            case Qt.Key.Key_Escape:
                self.cancel_requested.emit()
            case Qt.Key.Key_S if control:
                self.save_requested.emit()
            case _:
                return False
        return True

    def _on_return(self, modifiers: Qt.KeyboardModifier) -> bool:
        control = modifiers == Qt.KeyboardModifier.ControlModifier
        if control or (not modifiers and not self.send_with_control):
            self.submitted.emit()
        else:
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()
        return True

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or source.hasImage() or source.hasHtml() or super().canInsertFromMimeData(source)

    def attach(self, source: QMimeData) -> None:
        """Attaches files, or a picture without a file, as browsers and picture editors drag one."""
        if files := local_files(source):
            self.files_pasted.emit(files)
        elif source.hasImage():
            self.image_pasted.emit(QImage(source.imageData()))

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        if files:
            self.files_pasted.emit(files)
        elif source.hasImage() and not source.hasFormat("text/plain"):  # its web address would count as text
            self.image_pasted.emit(QImage(source.imageData()))
        elif source.hasText():
            self._insert_text(source)
        elif source.hasHtml():  # some programs give their words in no plainer form
            plain = QMimeData()
            plain.setText(QTextDocumentFragment.fromHtml(source.html()).toPlainText().replace("\ufffc", ""))
            self._insert_text(plain)

    def _insert_text(self, source: QMimeData) -> None:
        if self.paste_limit and len(source.text()) > self.paste_limit:
            self.long_text_pasted.emit(source.text())
        elif source.hasText() and (text := folded(source.text())) != source.text():
            self.textCursor().insertText(text)
            self.ensureCursorVisible()
        else:
            super().insertFromMimeData(source)


def can_attach(source: QMimeData) -> bool:
    """Returns whether something that is dragged can be attached."""
    return bool(local_files(source)) or source.hasImage()


def local_files(source: QMimeData) -> list[Path]:
    """Returns the files on this machine that are pasted or dropped; other addresses are text."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
