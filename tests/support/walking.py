"""Walks what a window shows, and tells what a user could not use. Importing this loads Qt.

Each function returns complaints, one line each, none where all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)

Role = QAccessible.Role
INTERACTIVE = {
    Role.Button, Role.ButtonMenu, Role.ButtonDropDown, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.Dialog,
    Role.EditableText, Role.Slider, Role.SpinBox, Role.Dial, Role.List, Role.ListItem, Role.Tree, Role.TreeItem,
    Role.Table, Role.Cell, Role.ColumnHeader, Role.RowHeader, Role.PageTab, Role.PageTabList, Role.MenuItem, Role.Link,
}  # fmt: skip
PASSIVE = {Role.Client, Role.Pane, Role.Grouping, Role.Border, Role.NoRole, Role.LayeredPane, Role.Splitter}
"""Roles that say nothing about what a widget does."""
MOST_CHILDREN = 60
"""Of a list: rows are alike."""


def accessible(widget: QWidget) -> Iterator[tuple[QAccessibleInterface, str]]:
    """Yields what assistive technology sees of a widget that is shown: each object with where it is."""
    yield from _walk(QAccessible.queryAccessibleInterface(widget), "")


def _walk(node: QAccessibleInterface | None, path: str) -> Iterator[tuple[QAccessibleInterface, str]]:
    if node is None or not node.isValid() or node.state().invisible:
        return
    here = f"{path}/{node.text(QAccessible.Text.Name) or node.role().name}"
    yield node, here
    for at in range(min(node.childCount(), MOST_CHILDREN)):
        yield from _walk(node.child(at), here)


def unnamed(surface: QWidget) -> list[str]:
    """What is interactive and has no name or no role; buttons of one name that do different things."""
    complaints, buttons = [], Counter[str]()
    for node, path in accessible(surface):
        name, role, state = node.text(QAccessible.Text.Name), node.role(), node.state()
        if role in INTERACTIVE and not name.strip():
            complaints.append(f"no name: {role.name} at {path}")
        if role in {Role.Button, Role.CheckBox} and not state.disabled:
            buttons[name] += 1
    return complaints + _roleless(surface) + [
        f"{number} buttons are named {name!r}" for name, number in buttons.items() if number > 1]


def _roleless(surface: QWidget) -> list[str]:
    """What takes the keyboard and does not say what it is. It begins with the widgets: one that is asked of an
    accessible object is dead to Python when that object goes."""
    complaints = []
    for one in surface.findChildren(QWidget):
        node = QAccessible.queryAccessibleInterface(one) if one.isVisible() and one.focusProxy() is None else None
        if node is not None and node.state().focusable and node.role() in PASSIVE:
            name = f"{type(one).__name__} {one.accessibleName()!r}"
            complaints.append(f"takes the keyboard as {node.role().name}: {name}")
    return complaints


def controls(surface: QWidget) -> list[QWidget]:
    """The controls that are shown, without those that are a part of another."""
    kinds = (QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractSlider,
             QAbstractItemView)
    found = [one for one in surface.findChildren(QWidget) if isinstance(one, kinds) and one.isVisible()]
    return [one for one in found if not isinstance(one, QScrollBar) and not one.objectName().startswith("qt_")
            and not isinstance(one.parentWidget(), QAbstractSpinBox | QComboBox | QLineEdit)]


def cut_off(surface: QWidget) -> list[str]:
    """Controls and labels that have less room than they need, and what lies outside of its window."""
    complaints = []
    for one in [*controls(surface), *_labels(surface)]:
        if isinstance(one, QAbstractItemView | QTextEdit | QPlainTextEdit):
            continue  # what it holds scrolls
        least = one.minimumSizeHint()
        words = one.text().split("\n")[0][:30] if isinstance(one, QLabel | QAbstractButton) else ""
        name = f"{type(one).__name__} {one.accessibleName() or words!r}"
        if (one.layout() is None and one.height() < least.height() - 2) or _shortened(one):
            complaints.append(f"squeezed: {name} has {one.size().toTuple()}, needs {one.sizeHint().toTuple()}")
        if isinstance(one, QLabel) and one.wordWrap() and one.height() < one.heightForWidth(one.width()):
            complaints.append(f"cut: {name} has {one.height()} pixels, needs {one.heightForWidth(one.width())}")
        if not _in_scroll_area(one) and not _inside(one):
            complaints.append(f"outside of its window: {name} at {one.mapTo(one.window(), QPoint()).toTuple()}")
    return complaints


def _shortened(widget: QWidget) -> bool:
    """Whether a button lacks room for its words; those with a layout of labels end in … by themselves."""
    return isinstance(widget, QPushButton) and widget.layout() is None and widget.width() < widget.sizeHint().width()


def _labels(surface: QWidget) -> list[QLabel]:
    return [one for one in surface.findChildren(QLabel) if one.isVisible() and one.text()]


def _in_scroll_area(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above is not None


def _inside(widget: QWidget) -> bool:
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    return window.rect().contains(place)


def covered(surface: QWidget) -> list[str]:
    """Controls whose middle another widget lies over."""
    complaints = []
    for one in controls(surface):
        window, middle = one.window(), one.mapTo(one.window(), one.rect().center())
        if one.visibleRegion().isEmpty():
            continue  # scrolled away: it can be scrolled to
        top = window.childAt(middle)
        if top is not None and top is not one and not one.isAncestorOf(top) and one.visibleRegion().contains(
                one.rect().center()):
            complaints.append(f"{type(one).__name__} {one.accessibleName()!r} is under {type(top).__name__}")
    return complaints


def unreachable(surface: QWidget) -> list[str]:
    """Controls that Tab does not come to, or does not leave. Lists may be moved through from the field above them, a
    part of a control, such as the cross of a chip, may be pressed by a key of the whole, and arrow keys move between
    choices."""
    wrong = []
    for one in controls(surface):
        above = one.parentWidget()
        whole = above is not None and above.focusPolicy() & Qt.FocusPolicy.TabFocus
        if (one.isEnabled() and not one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
                and not whole and not isinstance(one, QAbstractItemView) and not _of_a_choice(one)):
            wrong.append(f"no key comes to {type(one).__name__} {one.accessibleName()!r}")
        if _holds_tab(one):
            wrong.append(f"Tab does not leave {type(one).__name__} {one.accessibleName()!r}")
    return wrong


def _holds_tab(widget: QWidget) -> bool:
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return not widget.tabChangesFocus() and not widget.isReadOnly()
    return isinstance(widget, QAbstractItemView) and widget.tabKeyNavigation()


def _of_a_choice(widget: QWidget) -> bool:
    """Whether it is one of several buttons of which one is always taken: Tab comes to that one."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() is not None


def default_buttons(dialog: QDialog) -> list[str]:
    """What is wrong with the way out of a dialog: no button that closes it, two defaults, or a default that is another
    than the one that is drawn as such."""
    buttons = [one for one in dialog.findChildren(QPushButton) if one.isVisible()]
    words = {one.text().replace("&", "").rstrip("…") for one in buttons}
    complaints = []
    if not words & {"Cancel", "Close", "No", "Stop"}:
        complaints.append("has no button that closes it")
    defaults = [one.text() for one in buttons if one.isDefault()]
    primary = [one.text() for one in buttons if one.property("kind") == "primary" and one.isEnabled()]
    if len(defaults) > 1:
        complaints.append(f"has several default buttons: {defaults}")
    if primary and defaults and defaults != primary:
        complaints.append(f"Enter presses {defaults}, drawn is {primary}")
    return complaints
