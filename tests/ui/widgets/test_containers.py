"""Popup, toast, banner, chip, flow, sections, elided text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from tests.support.finding import find
from tests.support.waiting import until
from workbench.ui.widgets import (
    Banner,
    Button,
    Chip,
    ElidedLabel,
    EmptyState,
    FlowLayout,
    Label,
    Popup,
    SearchField,
    Section,
    Toast,
    ToastStrip,
    chain_tabs,
)  # fmt: skip


def window_with_button(show) -> tuple[QWidget, Button]:
    window = QWidget()
    button = Button("Model", parent=window)
    button.move(40, 20)
    show(window, 500, 400)
    window.activateWindow()
    button.setFocus()
    return window, button


def test_a_popup_opens_below_takes_the_focus_and_gives_it_back(show) -> None:
    window, button = window_with_button(show)
    popup = Popup("Models", window)
    field = SearchField("Filter models")
    popup.content.addWidget(field)
    closed: list[bool] = []
    popup.closed.connect(lambda: closed.append(True))
    popup.open_at(button, field)
    assert popup.isVisible() and field.hasFocus()
    assert popup.geometry().bottom() > button.geometry().bottom()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not popup.isVisible() and button.hasFocus() and closed == [True]


def test_a_click_outside_closes_a_popup_and_one_inside_does_not(show) -> None:
    window, button = window_with_button(show)
    popup = Popup("Models", window)
    label = Label("inside")
    popup.content.addWidget(label)
    popup.open_at(button)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    assert popup.isVisible()
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(490, 390))
    assert not popup.isVisible()


def test_leaving_a_popup_by_tab_closes_it(show) -> None:
    window, button = window_with_button(show)
    other = Button("Other", parent=window)
    other.show()
    popup = Popup("Models", window)
    popup.content.addWidget(SearchField("Filter"))
    popup.open_at(button)
    other.setFocus()
    assert not popup.isVisible() and other.hasFocus()


def test_a_popup_stays_inside_the_window(show) -> None:
    window, button = window_with_button(show)
    button.move(440, 370)
    popup = Popup("Models", window)
    wide = Label("x")
    wide.setFixedSize(300, 200)
    popup.content.addWidget(wide)
    popup.open_at(button)
    card = popup.geometry().adjusted(12, 12, -12, -12)
    assert window.rect().contains(card) and card.bottom() <= button.y()


def test_a_toast_acts_and_makes_way_for_the_next(show) -> None:
    strip = ToastStrip()
    show(strip, 500, 60)
    undone: list[str] = []
    first = Toast(strip, "Chat deleted.", "Undo", lambda: undone.append("first"))
    second = Toast(strip, "Message deleted.", "Undo", lambda: undone.append("second"))
    assert first.isHidden() and second.isVisible()
    find(second, "Undo", Button).click()
    assert undone == ["second"] and second.isHidden()


def test_a_toast_gives_the_focus_back(show) -> None:
    window, button = window_with_button(show)
    strip = ToastStrip(window)
    toast = Toast(strip, "Chat deleted.", "Undo", lambda: None)
    undo = find(toast, "Undo", Button)
    undo.setFocus()
    QTest.keyClick(undo, Qt.Key.Key_Space)
    assert toast.isHidden() and button.hasFocus()


def test_tab_goes_through_what_was_put_in_later(show) -> None:
    host = QWidget()
    column = QVBoxLayout(host)
    first, last = Button("First"), Button("Last")
    column.addWidget(first)
    column.addWidget(last)
    show(host, 300, 200)
    host.activateWindow()
    later = [Button("Later"), Button("Latest")]
    for button in reversed(later):
        column.insertWidget(1, button)
    chain_tabs(first, later)
    QApplication.processEvents()
    first.setFocus()
    order = []
    for _ in range(3):
        QTest.keyClick(host.focusWidget(), Qt.Key.Key_Tab)
        order.append(host.focusWidget())
    assert order == [*later, last]


def test_a_toast_goes_in_time_and_gives_its_room_back(show, run) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    strip, button = ToastStrip(), Button("Send")
    column.addStretch(1)
    column.addWidget(strip)
    column.addWidget(button)
    show(window, 500, 400)
    lapsed: list[bool] = []
    toast = Toast(strip, "Saved. " * 30, seconds=0.05, lapsed=lambda: lapsed.append(True))
    QApplication.processEvents()
    assert not strip.geometry().intersects(button.geometry()) and window.rect().contains(strip.geometry())
    run(until(lambda: not isValid(toast)))
    assert lapsed and strip.isHidden()


def test_a_banner_says_its_words_and_closes(show) -> None:
    banner = show(Banner("The disk is full.", "bad", closable=True))
    pressed: list[bool] = []
    banner.add_button("Open folder", lambda: pressed.append(True)).click()
    assert pressed == [True] and banner.accessibleName() == "The disk is full."
    find(banner, "Close").click()
    assert banner.isHidden()


def test_a_chip_is_removed_by_key_and_opened_by_enter(show) -> None:
    chip = show(Chip("chart.png", "image", detail="84 kB", removable=True))
    heard: list[str] = []
    chip.removed.connect(lambda: heard.append("removed"))
    chip.activated.connect(lambda: heard.append("opened"))
    QTest.keyClick(chip, Qt.Key.Key_Return)
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    find(chip, "Remove chart.png").click()
    assert heard == ["opened", "removed", "removed"] and chip.accessibleName() == "chart.png 84 kB"


def test_a_flow_wraps_and_mirrors(show) -> None:
    host = QWidget()
    flow = FlowLayout(host, gap=4)
    chips = [Chip(f"file{number}.txt") for number in range(6)]
    for chip in chips:
        flow.addWidget(chip)
    show(host, 240, 200)
    assert chips[0].y() < chips[-1].y() and chips[0].x() == 0
    assert flow.heightForWidth(240) > flow.heightForWidth(2000)
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    flow.invalidate()
    QApplication.processEvents()
    assert chips[0].geometry().right() == 239


def test_a_section_unfolds_by_keyboard(show) -> None:
    section = Section("More")
    inside = Label("inside")
    section.content.addWidget(inside)
    show(section, 200, 100)
    assert not inside.isVisible()
    QTest.keyClick(find(section, "More", Button), Qt.Key.Key_Space)
    assert inside.isVisible() and find(section, "More", Button).accessibleDescription() == "expanded"


def test_long_words_are_elided_and_told_in_the_tool_tip(show) -> None:
    host = QWidget()
    label = ElidedLabel("a long title of a chat that never ends")
    QVBoxLayout(host).addWidget(label)
    show(host, 120, 40)
    assert label.text() == label.toolTip() == "a long title of a chat that never ends"
    host.resize(600, 40)
    QApplication.processEvents()
    assert label.toolTip() == ""


def test_an_empty_place_says_what_to_do(show) -> None:
    state = show(EmptyState("chat", "No chats yet", "Chats you start will be listed here."), 300, 300)
    pressed: list[bool] = []
    state.add_button("New chat", lambda: pressed.append(True)).click()
    assert pressed == [True]
