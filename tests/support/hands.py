"""The hands of a user on the running window: a mouse or a keyboard, and the eyes beside them. Importing this loads Qt.

A task is written once, by what it presses, and done by either. What the mouse cannot hit or Tab does not come to fails;
each dialog, popup and page is walked when it is first seen. Events go to the windows of the screen, not to widgets, and
find their way from there.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QTreeView,
    QWidget,
)

from tests.support import walking
from tests.support.waiting import until
from workbench.ui.transcript import TranscriptView
from workbench.ui.widgets import Popup
from workbench.ui.window import MainWindow

W = TypeVar("W", bound=QWidget)
Modifier = Qt.KeyboardModifier
PATIENCE_OF_HANDS = 10.0
"""Seconds that a fact may take to come, on a slow machine."""
MOST_STEPS = 250
"""Presses of Tab or an arrow key until something counts as out of reach."""


class Desk(QObject):
    """What a window manager does and a bare screen lacks: the window that opens last has the keyboard."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            if watched.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
                watched.activateWindow()
        elif event.type() == QEvent.Type.Close and isinstance(watched, QDialog) and watched.parentWidget():
            watched.parentWidget().window().activateWindow()
        return False


class Hands(ABC):
    """Does what a task says in the window, and notes in ``complaints`` what a user could not have done."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.complaints = window, list[str]()
        self._seen: set[str] = set()
        self._desk = Desk()
        QApplication.instance().installEventFilter(self._desk)  # type: ignore[union-attr]  # there is one

    @abstractmethod
    async def press(self, name: str, key: str = "") -> None:
        """Presses the control of that name; with the keyboard by ``key``, where there is one."""

    @abstractmethod
    async def choose(self, where: str, words: str) -> None:
        """Activates the row of a list, or the entry of a combo box, that begins with these words."""

    @abstractmethod
    async def _reach(self, field: QWidget) -> None:
        """Gives a control the keyboard."""

    @abstractmethod
    async def pick(self, *path: str) -> None:
        """Chooses an entry of the open menu, through those above it."""

    @abstractmethod
    async def slide(self, name: str) -> None:
        """Moves a slider to its upper half."""

    @abstractmethod
    async def message(self, *path: str) -> None:
        """Runs an action of the last message, through the submenus of its menu; by the palette it is one step."""

    # --- what both do ---

    async def fill(self, name: str, text: str) -> None:
        """Writes into the field of that name in place of what it has."""
        field = await self.find(name)
        await self._reach(field)
        await self.keys("Ctrl+A", "Backspace")
        await self.write(text)
        if isinstance(field, QLineEdit | QPlainTextEdit | QTextEdit):
            held = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
            assert held == text, f"{name!r} holds {held!r} instead of {text!r}"

    async def write(self, text: str) -> None:
        """Types into what has the keyboard."""
        for letter in text:
            key = Qt.Key.Key_Return if letter == "\n" else letter
            held = Modifier.ShiftModifier if letter == "\n" else Modifier.NoModifier
            await self._do(lambda key=key, held=held: QTest.keyClick(self._screen(), key, held))

    async def keys(self, *sequences: str) -> None:
        """Presses combinations such as ``Ctrl+Shift+M``."""
        for sequence in sequences:
            combination = QKeySequence(sequence)[0]
            await self._do(lambda one=combination: QTest.keyClick(
                self._screen(), one.key(), one.keyboardModifiers()))
        self.look()

    async def quit(self) -> None:
        """Presses Ctrl+Q, after which there is no window to look at."""
        await self._do(lambda: QTest.keyClick(self._screen(), Qt.Key.Key_Q, Modifier.ControlModifier))

    async def place(self, path: str) -> None:
        """Answers the dialog for files: it has the keyboard in the field for the name."""
        await until(lambda: isinstance(self.top(), QFileDialog), what="the dialog for files")
        await self.keys("Ctrl+A")
        await self.write(path)
        await self.keys("Return")
        await until(lambda: not isinstance(self.top(), QFileDialog), what="the dialog for files to close")

    async def wait(self, condition: Callable[[], object], what: str) -> None:
        await until(condition, PATIENCE_OF_HANDS, what)
        self.look()

    async def find(self, name: str, kind: type[W] | None = None) -> W:
        """The control of that name in what is on top, which may take a moment to open."""
        with suppress(TimeoutError):
            await until(lambda: self._named_so(name, kind), PATIENCE_OF_HANDS)
        found = self._named_so(name, kind)
        shown = sorted({named(one) for one in walking.controls(self.top())})
        assert found, f"nothing here is named {name!r}; there are {shown}"
        return next((one for one in found if one.isEnabled()), found[0])

    def _named_so(self, name: str, kind: type[W] | None) -> list[W]:
        every: list[W] = self.top().findChildren(kind or QWidget)  # type: ignore[assignment]  # W, or any widget
        return [one for one in every if usable(one) and named(one) == name]

    def has(self, name: str) -> bool:
        """Whether a control of that name is shown and can be used."""
        return any(usable(one) and one.isEnabled() and named(one) == name for one in self.top().findChildren(QWidget))

    def top(self) -> QWidget:
        """The menu, dialog or popup that takes what the user does, else the window."""
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            return menu  # other popups list what completes a field, which keeps the keyboard
        above = QApplication.activeModalWidget() or self.window
        popups = [one for one in above.findChildren(Popup) if one.isVisible()]
        return popups[-1] if popups else above

    def text(self) -> str:
        """What the transcript that is shown says, as a screen reader reads it."""
        return "\n".join(
            whole.text(0, -1) for view in self.window.findChildren(TranscriptView) if view.isVisible()
            if (whole := QAccessible.queryAccessibleInterface(view).textInterface()) is not None)

    def look(self) -> None:
        """Walks what is on top when it is seen for the first time."""
        top = self.top()
        surface = top.window_layout.splitter if isinstance(top, MainWindow) else top
        name = f"{type(surface).__name__} {surface.windowTitle() or surface.accessibleName() or self._page()}"
        if isinstance(top, QMenu | QFileDialog) or name in self._seen:
            return  # Qt's own, in which much is as Qt has it
        self._seen.add(name)
        self.complaints += [f"{name}: {one}" for one in self.walked()]

    def walked(self) -> list[str]:
        """What is wrong with what is on top, once it is laid out."""
        for _ in range(5):  # each may ask for one of the layout around it
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        top = self.top()
        surface = top.window_layout.splitter if isinstance(top, MainWindow) else top
        found = [*walking.unnamed(surface), *walking.cut_off(surface), *walking.covered(surface),
                 *walking.unreachable(surface)]
        if isinstance(surface, QDialog):
            found += walking.default_buttons(surface)
        return found

    def _page(self) -> str:
        shown = self.window.window_layout.content.currentWidget()
        return type(shown).__name__

    def _screen(self) -> QWindow:
        """The window that the keyboard belongs to."""
        handle = self.top().window().windowHandle()
        assert handle is not None
        return handle

    async def _do(self, act: Callable[[], object]) -> None:
        """Acts between two steps of the loop, as events come; in a coroutine what they start would find it busy."""
        loop, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

        def run() -> None:
            try:
                done.set_result(act())
            except Exception as error:  # noqa: BLE001  # raised again where it is awaited
                done.set_exception(error)

        loop.call_soon(run)
        await done
        await asyncio.sleep(0.003)


class Mouse(Hands):
    """Clicks what it can hit. What only the keyboard gives, such as letters, comes from there too."""

    async def press(self, name: str, key: str = "") -> None:
        await self._reach(await self.find(name))
        self.look()

    async def choose(self, where: str, words: str) -> None:
        view: QWidget = await self.find(where)
        if isinstance(view, QComboBox):
            await self._reach(view)
            view = view.view()
        assert isinstance(view, QAbstractItemView)
        await until(lambda: row_of(view, words) >= 0, PATIENCE_OF_HANDS, f"{words!r} among {rows_of(view)}")
        index = view.model().index(row_of(view, words), 0, view.rootIndex())
        view.scrollTo(index)
        place = view.visualRect(index)
        # A row has more on it than its name, the star of a model for one.
        await self._click(view.viewport(), QPoint(place.left() + min(60, place.width() // 2), place.center().y()))

    async def pick(self, *path: str) -> None:
        for words in path:
            await until(lambda words=words: action_of(words) is not None, what=f"{words!r} in a menu")
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            await self._click(menu, menu.actionGeometry(action_of(words)).center())  # type: ignore[arg-type]

    async def slide(self, name: str) -> None:
        slider: QWidget = await self.find(name)
        await self._show(slider)
        await self._click(slider, QPoint(slider.width() * 3 // 4, slider.height() // 2))

    async def message(self, *path: str) -> None:
        view = self.window.chat.transcript
        inside = view.canvas.block_origin(len(view.document.messages) - 1, 0) + QPoint(6, 6)
        await self._click(view.viewport(), inside, Qt.MouseButton.RightButton)
        await self.pick(*path)

    async def _reach(self, field: QWidget) -> None:
        await self._show(field)
        await self._click(field, field.rect().center())

    async def _show(self, widget: QWidget) -> None:
        """Brings into sight what is scrolled away, as the wheel does."""
        above = widget.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
            await asyncio.sleep(0.02)

    async def _click(self, widget: QWidget, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        window, before = widget.window(), None
        while (place := widget.mapTo(window, at)) != before:  # nobody clicks at what is still moving
            before = place
            await asyncio.sleep(0.02)
        top = window.childAt(place)
        assert window.rect().contains(place), f"{named(widget)!r} lies outside of its window"
        hit = top is None or top is widget or widget.isAncestorOf(top)
        assert hit, f"{named(widget)!r} is covered by {type(top).__name__} {named(top) if top else ''!r}"
        handle = window.windowHandle()
        assert handle is not None
        await self._do(lambda: QTest.mouseMove(handle, place))
        await self._do(lambda: QTest.mouseClick(handle, button, Modifier.NoModifier, place))


class Keyboard(Hands):
    """Comes to everything by Tab and arrow keys, or by a shortcut."""

    async def press(self, name: str, key: str = "") -> None:
        if key:
            return await self.keys(key)
        button = await self.find(name, QAbstractButton)
        if (group := button.group()) is None or group.checkedButton() is None:
            await self._reach(button)
            return await self.keys("Space")
        await self._reach(group.checkedButton())  # Tab comes to the choice that is taken, arrows go on
        choices = group.buttons()
        steps = choices.index(button) - choices.index(group.checkedButton())
        return await self.keys(*["Right" if steps > 0 else "Left"] * abs(steps))

    async def choose(self, where: str, words: str) -> None:
        view: QWidget = await self.find(where)
        steered = QApplication.focusWidget()
        if not (isinstance(self.top(), Popup) and isinstance(steered, QLineEdit)):
            await self._reach(view)
        if isinstance(view, QTabBar | QComboBox):
            return await self._step(lambda: current_of(view), words)
        assert isinstance(view, QAbstractItemView)
        await until(lambda: row_of(view, words) >= 0, PATIENCE_OF_HANDS, f"{words!r} among {rows_of(view)}")
        await self._step(lambda: current_of(view), words)
        return await self.keys("Return")

    async def pick(self, *path: str) -> None:
        for at, words in enumerate(path):
            await until(lambda words=words: action_of(words) is not None, what=f"{words!r} in a menu")
            await self._step(lambda: current_of(QApplication.activePopupWidget()), words)
            await self.keys("Return" if at == len(path) - 1 else "Right")

    async def slide(self, name: str) -> None:
        await self._reach(await self.find(name))
        await self.keys("PgUp", "PgUp", "PgUp")

    async def message(self, *path: str) -> None:
        await self.keys("Ctrl+K")
        await self.write(path[-1])
        return await self.choose("Commands", path[-1])

    async def _reach(self, field: QWidget) -> None:
        passed = []
        for _ in range(MOST_STEPS):
            focused = QApplication.focusWidget()
            passed.append(named(focused) if focused is not None else "")
            if focused is not None and (focused is field or focused is field.focusProxy()
                                        or (field.focusProxy() is None and field.isAncestorOf(focused)
                                            and not isinstance(field, QAbstractItemView))):
                return
            await self.keys("Tab")
        raise AssertionError(f"Tab does not come to {named(field)!r}, but to {list(dict.fromkeys(passed))}")

    async def _step(self, current: Callable[[], str], words: str) -> None:
        """Presses Down until the row with these words is the current one, from the first row on."""
        if current().startswith(words):
            return
        if not isinstance(self.top(), QMenu):
            await self.keys("Home")
        for _ in range(MOST_STEPS):
            if current().startswith(words):
                return
            await self.keys("Down")
        raise AssertionError(f"the arrow keys do not come to {words!r}")


def usable(widget: QWidget) -> bool:
    """Whether a widget is shown and no label, which may have the name of the control beside it."""
    return widget.isVisible() and (widget.focusPolicy() != Qt.FocusPolicy.NoFocus
                                   or isinstance(widget, QAbstractButton | QAbstractItemView))


def named(widget: QWidget) -> str:
    """The name of a widget for assistive technology."""
    if widget.accessibleName():
        return widget.accessibleName()
    node = QAccessible.queryAccessibleInterface(widget)
    return node.text(QAccessible.Text.Name) if node is not None else ""


def rows_of(view: QAbstractItemView) -> list[str]:
    model = view.model()
    return [said(view, row) for row in range(model.rowCount(view.rootIndex()))]


def row_of(view: QAbstractItemView, words: str) -> int:
    """The first row that begins with these words, -1 if none does."""
    return next((row for row, text in enumerate(rows_of(view)) if text.startswith(words) and not _hidden(view, row)),
                -1)


def _hidden(view: QAbstractItemView, row: int) -> bool:
    if isinstance(view, QListView):
        return view.isRowHidden(row)
    return isinstance(view, QTreeView) and view.isRowHidden(row, view.rootIndex())


def said(view: QAbstractItemView, row: int) -> str:
    """What a screen reader says of a row."""
    index = view.model().index(row, 0, view.rootIndex())
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or "")


def current_of(view: QWidget | None) -> str:
    if isinstance(view, QMenu):
        action = view.activeAction()
        return action.text().replace("&", "") if action is not None else ""
    if isinstance(view, QComboBox):
        return view.currentText()
    return said(view, view.currentIndex().row()) if isinstance(view, QAbstractItemView) else ""


def action_of(words: str) -> QAction | None:
    """The entry of the open menu that begins with these words."""
    menu = QApplication.activePopupWidget()
    actions = menu.actions() if isinstance(menu, QMenu) else []
    return next((one for one in actions if one.text().replace("&", "").startswith(words)), None)
