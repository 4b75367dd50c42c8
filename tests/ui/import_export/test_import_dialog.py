"""The import dialog in the real window: a plan first, then what came, and nothing half way."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

from tests.conftest import Run
from tests.support.finding import nameless
from tests.support.waiting import until
from workbench.core.chat.chats import ChatQuery
from workbench.ui.import_export.import_dialog import ImportDialog
from workbench.ui.window import MainWindow

CLAUDE = [{"uuid": "u", "name": "From Claude", "chat_messages": [
    {"uuid": "m1", "sender": "human", "text": "Hello there"},
    {"uuid": "m2", "sender": "assistant", "content": [{"type": "text", "text": "**Hi**"}, {"type": "odd"}]}]}]


def opened(window: MainWindow, run: Run) -> ImportDialog:
    window.registry.run("chat.import")
    return shown(window, run)


def shown(window: MainWindow, run: Run) -> ImportDialog:
    run(until(lambda: [each for each in window.findChildren(ImportDialog) if each.isVisible()]))
    return next(each for each in window.findChildren(ImportDialog) if each.isVisible())


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), "utf-8")
    return path


def titles(window: MainWindow, run: Run) -> list[str]:
    return [chat.title for chat in run(window.services.store.chats(ChatQuery()))]


def test_a_plan_then_the_import_and_a_report_to_copy(window: MainWindow, run: Run, tmp_path: Path) -> None:
    dialog = opened(window, run)
    assert dialog.accessibleName() == "Import" and nameless(dialog) == []
    path = write(tmp_path / "conversations.json", CLAUDE)
    dialog.plan([path])
    run(until(dialog.import_button.isVisible))
    assert dialog.heading.text().startswith("This would bring 1 new chat, 2 new messages")
    assert "“odd” is not known" in dialog.report.toPlainText() and titles(window, run) == []

    dialog.import_button.click()
    run(until(lambda: dialog.heading.text().startswith("Imported: 1 new chat")))
    run(until(window.sidebar.view.model.chats))
    assert titles(window, run) == ["From Claude"] and dialog.close_button.text() == "Close"
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Imported: 1 new chat") and "conversations.json · Claude" in copied

    dialog.plan([path])
    run(until(lambda: dialog.heading.text().startswith("This brings nothing new: 1 chat that is here already")))
    assert not dialog.import_button.isVisible()


def test_a_broken_file_is_told_and_another_can_be_taken(window: MainWindow, run: Run, tmp_path: Path) -> None:
    dialog = opened(window, run)
    (tmp_path / "odd.json").write_text("[1, 2")
    dialog.plan([tmp_path / "odd.json"])
    run(until(lambda: dialog.heading.text().startswith("Nothing was imported: ")))
    assert not dialog.import_button.isVisible() and not dialog.working
    dialog.other_button.click()
    assert dialog.start.isVisible()


def test_several_files_and_a_folder(window: MainWindow, run: Run, tmp_path: Path) -> None:
    thread = tmp_path / "threads" / "t"
    thread.mkdir(parents=True)
    write(thread / "thread.json", {"id": "t", "title": "From Jan", "assistants": []})
    line = {"id": "1", "role": "user", "content": [{"type": "text", "text": {"value": "Question"}}]}
    write(thread / "messages.jsonl", line)
    dialog = opened(window, run)
    dialog.plan([write(tmp_path / "c.json", CLAUDE), tmp_path / "threads"])
    run(until(dialog.import_button.isVisible))
    text = dialog.report.toPlainText()
    assert "c.json · Claude" in text and "threads · Jan" in text
    dialog.import_button.click()
    run(until(lambda: dialog.heading.text().startswith("Imported: 2 new chats")))
    assert set(titles(window, run)) == {"From Claude", "From Jan"}


def test_stop_leaves_everything_as_it_was(window: MainWindow, run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "many.json", [
        {"id": str(number), "conversations": [{"from": "human", "value": "word " * 200}]} for number in range(3000)])
    dialog = opened(window, run)
    dialog.plan([path])
    run(until(dialog.import_button.isVisible, timeout=20))
    dialog.import_button.click()
    assert dialog.close_button.text() == "Stop"
    run(until(lambda: window.services.tasks.running("export or import")))
    dialog.close_button.click()
    run(until(lambda: not dialog.working, timeout=20))
    assert dialog.heading.text() == "Stopped: nothing was imported." and titles(window, run) == []
    assert dialog.isVisible()
    dialog.close_button.click()
    run(until(lambda: not window.findChildren(ImportDialog)))


def drop(target: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(10, 10), *how)
    target.dragEnterEvent(entering)
    assert entering.isAccepted() and target.acceptDrops()
    target.dropEvent(QDropEvent(QPointF(10, 10), *how))


def test_files_dropped_on_the_sidebar_are_imported_not_attached(window: MainWindow, run: Run, tmp_path: Path) -> None:
    drop(window.sidebar.view, write(tmp_path / "c.json", CLAUDE))
    dialog = shown(window, run)
    run(until(dialog.import_button.isVisible))
    assert "c.json · Claude" in dialog.report.toPlainText() and not window.composer.view.draft().parts


def test_files_dropped_on_the_dialog(window: MainWindow, run: Run, tmp_path: Path) -> None:
    dialog = opened(window, run)
    drop(dialog, write(tmp_path / "c.json", CLAUDE))
    run(until(dialog.import_button.isVisible))


def test_every_program_that_chats_can_come_from_is_named(window: MainWindow, run: Run) -> None:
    dialog = opened(window, run)
    names = [source.name for source in window.services.import_export.sources()]
    assert len(names) == len(set(names)) >= 37
    shown_names = {label.text() for label in dialog.start.findChildren(QWidget) if hasattr(label, "text")}
    assert set(names) <= shown_names
