"""Tags in the real window: filtered by, coloured, renamed, removed, and undone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.sidebar.test_sidebar import make_chats, titles
from workbench.ui.shell.notices import Notice
from workbench.ui.sidebar.tags import colour_name
from workbench.ui.window import MainWindow


def tag(window: MainWindow, run: Run, chat_ids: list[str], name: str) -> None:
    window.sidebar.view.chats.tag_requested.emit(chat_ids, name, True)
    run(until(lambda: name in names(window)))


def names(window: MainWindow) -> list[str]:
    return [button.text() for button in window.sidebar.view.tags.buttons()] if window.sidebar.view.tags else []


def button(window: MainWindow, name: str):
    assert window.sidebar.view.tags is not None
    return next(one for one in window.sidebar.view.tags.buttons() if one.text() == name)


def notices_of(window: MainWindow) -> list[Notice]:
    """Returns a list that grows with each notice about tags."""
    notices: list[Notice] = []
    window.sidebar.tags.noticed.connect(notices.append)
    return notices


def test_a_click_on_a_tag_shows_its_chats_only(window: MainWindow, run: Run) -> None:
    one, two, three = make_chats(window, run, "One", "Two", "Three")
    assert window.sidebar.view.tags is None
    tag(window, run, [one, two], "work")
    tag(window, run, [three], "家")
    button(window, "work").click()
    run(until(lambda: sorted(titles(window)) == ["One", "Two"]))
    window.sidebar.view.chats.tag_requested.emit([three], "work", True)
    run(until(lambda: len(titles(window)) == 3))
    button(window, "work").click()
    run(until(lambda: not button(window, "work").isChecked() and len(titles(window)) == 3))


def test_tagging_many_can_be_undone(window: MainWindow, run: Run) -> None:
    one, two = make_chats(window, run, "One", "Two")
    tag(window, run, [one], "old")
    notices = notices_of(window)
    tag(window, run, [one, two], "new")
    run(until(lambda: notices))
    assert notices[0].text == "2 chats tagged “new”."
    notices[0].run()
    run(until(lambda: names(window) == ["old"]))
    assert run(window.services.store.chat(one)).tags == ("old",)
    assert run(window.services.store.chat(two)).tags == ()


def test_a_tag_is_renamed_and_removed_in_all_chats_and_back(window: MainWindow, run: Run) -> None:
    one, two = make_chats(window, run, "One", "Two")
    tag(window, run, [one, two], "work")
    window.sidebar.chat_list.change([two], archived=True)
    run(until(lambda: titles(window) == ["One"]))
    notices = notices_of(window)
    window.sidebar.tags.rename("work", " job  search ")
    run(until(lambda: names(window) == ["job search"]))
    assert run(window.services.store.chat(two)).tags == ("job search",)
    window.sidebar.tags.remove("job search")
    run(until(lambda: names(window) == []))
    run(until(lambda: len(notices) == 2))
    notices[-1].run()
    run(until(lambda: names(window) == ["job search"]))
    assert run(window.services.store.chat(two)).tags == ("job search",)


def test_the_filter_ends_with_its_tag(window: MainWindow, run: Run) -> None:
    one, _ = make_chats(window, run, "One", "Two")
    tag(window, run, [one], "work")
    button(window, "work").click()
    run(until(lambda: titles(window) == ["One"]))
    window.sidebar.tags.remove("work")
    run(until(lambda: sorted(titles(window)) == ["One", "Two"]))
    assert window.sidebar.view.tags is not None and not window.sidebar.view.tags.isVisible()


def test_a_colour_is_chosen_by_keyboard_and_stays(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    (one,) = make_chats(window, run, "One")
    tag(window, run, [one], "work")
    wanted = "Red" if colour_name("work") != "Red" else "Green"
    place = button(window, "work")
    QApplication.sendEvent(place, QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1)))
    menu = next(child for child in window.sidebar.view.tags.findChildren(QMenu) if child.isVisible())
    next(action for action in menu.actions()[0].menu().actions() if action.text() == wanted).trigger()
    menu.close()
    run(until(lambda: colour_name("work") == wanted))
    again = open_window()
    run(until(lambda: names(again) == ["work"]))
    assert colour_name("work") == wanted


def test_many_tags_take_little_room(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "One")
    run(window.services.store.update_chat(one, tags=tuple(f"tag {number:02}" for number in range(40))))
    window.sidebar.tags.load()
    run(until(lambda: "+34" in names(window)))
    assert window.sidebar.view.tags is not None and window.sidebar.view.tags.height() < 130
    window.sidebar.view.tags.choose("tag 39")
    assert button(window, "tag 39").isChecked()
    QTest.keyClick(button(window, "tag 39"), Qt.Key.Key_Space)
    assert not button(window, "tag 39").isChecked()
    run(until(lambda: titles(window) == ["One"]))


def test_a_button_leaves_the_archive(window: MainWindow, run: Run) -> None:
    one, _ = make_chats(window, run, "One", "Two")
    notices: list[Notice] = []
    window.sidebar.chat_list.noticed.connect(notices.append)
    window.sidebar.chat_list.change([one], archived=True)
    run(until(lambda: titles(window) == ["Two"] and notices))
    window.sidebar.view._set_archived(True)
    run(until(lambda: titles(window) == ["One"]))
    assert window.sidebar.view.archive.isVisible()
    window.sidebar.view.archive.click()
    run(until(lambda: titles(window) == ["Two"]))
    notices[0].run()
    run(until(lambda: sorted(titles(window)) == ["One", "Two"]))


def test_tags_that_are_put_on_all_at_once_all_stay(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "One")
    wanted = [f"tag {number}" for number in range(14)]
    for name in wanted:
        window.sidebar.view.chats.tag_requested.emit([one], name, True)
    listed = window.sidebar.view.model
    run(until(lambda: not window.services.tasks.running("tag chats") and len(listed.chat(one).tags) == 14))
    assert sorted(run(window.services.store.chat(one)).tags) == sorted(wanted)
