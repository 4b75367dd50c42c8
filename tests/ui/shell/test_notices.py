"""Notices and the banner over a bare widget: what is shown, what is undone, and what comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from tests.conftest import Run, Show
from tests.support.finding import find
from tests.support.waiting import until
from tests.ui.test_window import ask
from workbench.ui.shell.notices import BannerStrip, Notice, Notices
from workbench.ui.widgets import Toast, ToastStrip
from workbench.ui.window import MainWindow


class Place:
    """A widget with notices on it and a banner above; ``done`` grows with what buttons and undo have run."""

    def __init__(self, show: Show) -> None:
        window = QWidget()
        column = QVBoxLayout(window)
        self.strip, self.toasts = BannerStrip(), ToastStrip()
        column.addWidget(self.strip)
        column.addStretch(1)
        column.addWidget(self.toasts)
        show(window, 600, 400)
        self.notices = Notices(self.toasts, self.strip)
        self.done: list[str] = []

    def notify(self, name: str, *, undoes: bool = True, lasting: bool = False) -> None:
        self.notices.notify(Notice(
            f"{name} deleted.", "Undo", lambda: self.done.append(f"undo {name}"),
            lapsed=lambda: self.done.append(f"lapse {name}"), undoes=undoes, lasting=lasting))

    def toast(self) -> Toast:
        return next(toast for toast in self.toasts.findChildren(Toast) if toast.isVisible())

    def text(self) -> str:
        return self.toast().accessibleName()

    def banner(self) -> str:
        return self.strip.banner.text() if self.strip.isVisible() and self.strip.banner.isVisible() else ""


@pytest.fixture
def place(show: Show) -> Place:
    return Place(show)


def test_a_text_is_a_notice_without_a_button(place: Place) -> None:
    place.notices.notify("Copied.")
    assert place.text() == "Copied."
    assert [button.accessibleName() for button in place.toast().findChildren(QAbstractButton)] == ["Dismiss"]


def test_the_button_undoes_once_and_the_notice_does_not_lapse(place: Place) -> None:
    place.notify("A")
    find(place.toast(), "Undo").click()
    place.notices.undo()
    assert place.done == ["undo A"] and place.text() == "There is nothing to undo."


def test_undo_takes_back_the_notice_that_is_shown(place: Place) -> None:
    place.notify("A")
    place.notices.undo()
    assert place.done == ["undo A"] and place.text() == "Undone: A deleted."


def test_a_notice_that_passes_lapses_and_cannot_be_undone(place: Place) -> None:
    place.notify("A")
    place.toast().dismiss()
    place.notices.undo()
    assert place.done == ["lapse A"] and place.text() == "There is nothing to undo."


def test_a_newer_notice_ends_the_one_before(place: Place) -> None:
    place.notify("A")
    place.notices.notify("Copied.")
    assert place.done == ["lapse A"] and place.text() == "Copied."


def test_lasting_steps_are_undone_from_the_last_to_the_first(place: Place) -> None:
    for name in "ABC":
        place.notify(name, lasting=True)
    place.done.clear()
    for _ in range(4):
        place.notices.undo()
    assert place.done == ["undo C", "undo B", "undo A"] and place.text() == "There is nothing to undo."


def test_the_undo_stack_forgets_the_oldest_of_many_steps(place: Place) -> None:
    for number in range(60):
        place.notices.notify(Notice(
            str(number), "Undo", lambda number=number: place.done.append(number), undoes=True, lasting=True))
    for _ in range(60):
        place.notices.undo()
    assert place.done == list(range(59, 9, -1))


def test_an_action_that_undoes_nothing_is_not_run_by_undo(place: Place) -> None:
    place.notices.notify(Notice("Exported.", "Show folder", lambda: place.done.append("shown")))
    place.notices.undo()
    assert place.done == [] and place.text() == "There is nothing to undo."


def test_the_banner_stays_until_its_cause_ends(place: Place) -> None:
    place.notices.set_banner("disk", "The disk is full.")
    place.notices.set_banner("network", "")
    assert place.banner() == "The disk is full."
    place.notices.set_banner("disk", "The disk is nearly full.", "warn")
    assert place.banner() == "The disk is nearly full."
    place.notices.set_banner("disk", "")
    assert place.banner() == ""


def test_a_cause_that_goes_on_is_shown_again_after_a_later_one(place: Place) -> None:
    place.notices.set_banner("disk", "The disk is full.")
    place.notices.set_banner("refused", "This cannot be sent.")
    assert place.banner() == "This cannot be sent."
    place.notices.set_banner("refused", "")
    assert place.banner() == "The disk is full."


def test_closing_the_banner_drops_its_sentence_only(place: Place) -> None:
    place.notices.set_banner("disk", "The disk is full.")
    place.notices.set_banner("refused", "This cannot be sent.")
    find(place.strip, "Close").click()
    assert place.banner() == "The disk is full."
    find(place.strip, "Close").click()
    assert place.banner() == "" and not place.strip.isVisible()
    place.notices.set_banner("disk", "The disk is still full.")
    assert place.banner() == "The disk is still full."


def test_a_notice_is_seen_on_whatever_page_is_shown_and_covers_no_control(window: MainWindow, run: Run) -> None:
    window.notify(Notice("Chat deleted.", "Undo", lambda: None))
    strip = window.window_layout.toasts
    for page in (window.experiments.open, window.leave_page):
        page()
        run(until(lambda: not window.services.tasks._running))
        toast = window.findChild(Toast)
        place = QRect(toast.mapTo(window, QPoint(0, 0)), toast.size())
        assert strip.isVisible() and window.childAt(place.center()) in (toast, *toast.findChildren(QWidget))
        covered = [each.accessibleName() for each in window.findChildren(QAbstractButton)
                   if each.isVisible() and not toast.isAncestorOf(each)
                   and place.intersects(QRect(each.mapTo(window, QPoint(0, 0)), each.size()))]
        assert covered == []


def test_a_notice_moves_no_part_of_the_composer(window: MainWindow, run: Run) -> None:
    ask(window, run)
    composer = window.composer.view
    before = QRect(composer.mapTo(window, QPoint(0, 0)), composer.size())
    window.notify("Exported.")
    strip = window.window_layout.toasts
    run(until(lambda: strip.height() > 20 and strip.mapTo(window, QPoint(0, 0)).y() > 0))
    assert QRect(composer.mapTo(window, QPoint(0, 0)), composer.size()) == before
    assert strip.mapTo(window, QPoint(0, strip.height())).y() <= before.top()


def test_deleting_the_open_chat_offers_undo(window: MainWindow, run: Run) -> None:
    ask(window, run)
    window.registry.run("chat.delete")
    run(until(lambda: not window.chat.conversation.chat.id))
    run(until(lambda: window.findChildren(Toast), what="a notice"))
    undo = find(window.findChildren(Toast)[-1], "Undo")
    assert undo.isVisible() and window.childAt(undo.mapTo(window, undo.rect().center())) is undo
    undo.click()
    run(until(lambda: window.chat.conversation.chat.id))
