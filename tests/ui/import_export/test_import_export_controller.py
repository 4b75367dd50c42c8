"""Exports and imports in the background: what is written, stopped and refused."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.chat.chats import Chat, Folder
from workbench.ui.import_export.scopes import ExportChoice, Scope
from workbench.ui.window import MainWindow


def converse(window: MainWindow, run: Run) -> str:
    window.welcome.suggested.emit("What can you do?")
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    return window.chat.conversation.chat.id


def exported(window: MainWindow, run: Run) -> list[Path]:
    """The files of the export that was begun."""
    written: list[list[Path]] = []
    window.import_export.controller().exported.connect(written.append)
    run(until(lambda: written or window.banner_strip.isVisible(), timeout=15))
    assert written, window.banner_strip.banner.text()
    return written[0]


def test_a_chat_goes_out_and_comes_in_again(open_window: OpenWindow, run: Run, tmp_path: Path) -> None:
    window = open_window()
    controller = window.import_export.controller()
    chat_id = converse(window, run)
    controller.export([chat_id], "md", tmp_path / "chat.md")
    assert exported(window, run) == [tmp_path / "chat.md"]
    assert "What can you do?" in (tmp_path / "chat.md").read_text()
    controller.export([chat_id], "json", tmp_path / "chat.json")
    exported(window, run)

    planned: list[object] = []
    controller.planned.connect(lambda paths, report: planned.append(report))
    controller.plan_import([tmp_path / "chat.json"])
    run(until(lambda: planned))
    assert window.sidebar.view.model.rowCount() == 2, "a plan changes nothing"


def test_all_chats_go_into_any_format_with_the_archive_or_without(
    window: MainWindow, run: Run, tmp_path: Path
) -> None:
    controller = window.import_export.controller()
    store = window.services.store
    for title, archived in (("One", False), ("Two", False), ("Old", True)):
        run(store.create_chat(Chat("", title, archived=archived)))
    everything = run(controller.counted(Scope("All", "all")))
    assert (everything.count, everything.archived) == (2, 1)
    controller.export_choice(ExportChoice(everything, "txt"), tmp_path / "all")
    assert {path.name for path in exported(window, run)} == {"One.txt", "Two.txt", "Old.txt"}
    controller.export_choice(ExportChoice(everything, "html", archived=False), tmp_path / "some")
    assert {path.name for path in exported(window, run)} == {"One.html", "Two.html"}


def test_a_folder_goes_out_with_those_inside_it(window: MainWindow, run: Run, tmp_path: Path) -> None:
    controller = window.import_export.controller()
    store = window.services.store
    outer = run(store.save_folder(Folder("", "Outer")))
    inner = run(store.save_folder(Folder("", "Inner", outer.id)))
    for title, folder in (("In", outer.id), ("Deep", inner.id), ("Outside", None)):
        run(store.create_chat(Chat("", title, folder_id=folder)))
    scope = run(controller.counted(Scope("Outer", "Outer", folder_id=outer.id)))
    assert scope.count == 2
    controller.export_choice(ExportChoice(scope, "md"), tmp_path / "Outer")
    assert {path.name for path in exported(window, run)} == {"In.md", "Deep.md"}


def test_stopping_an_export_leaves_nothing(window: MainWindow, run: Run, tmp_path: Path) -> None:
    controller = window.import_export.controller()
    ids = [run(window.services.store.create_chat(Chat("", f"Chat {number}"))).id for number in range(30)]
    ended: list[int] = []
    controller.ended.connect(lambda: ended.append(1))
    controller.progressed.connect(lambda what, done, of: controller.stop() if done == 5 else None)
    controller.export(ids, "html", tmp_path / "out" / "all")
    run(until(lambda: ended))
    assert list((tmp_path / "out").iterdir()) == [] and not window.progress.isVisible()
    assert not window.banner_strip.isVisible(), "who stops it knows"


def test_a_second_export_does_not_end_the_first(window: MainWindow, run: Run, tmp_path: Path) -> None:
    controller = window.import_export.controller()
    chat_id = converse(window, run)
    controller.export([chat_id], "md", tmp_path / "one.md")
    controller.export([chat_id], "md", tmp_path / "two.md")
    assert "still running" in window.banner_strip.banner.text()
    window.banner_strip.hide()
    assert exported(window, run) == [tmp_path / "one.md"] and not (tmp_path / "two.md").exists()


def test_a_place_that_cannot_be_written_is_told(window: MainWindow, run: Run, tmp_path: Path) -> None:
    controller = window.import_export.controller()
    chat_id = converse(window, run)
    (tmp_path / "file").touch()
    for format in ("md", "png"):
        window.banner_strip.hide()
        controller.export([chat_id], format, tmp_path / "file" / f"x.{format}")
        run(until(window.banner_strip.isVisible))
        assert "could not be written" in window.banner_strip.banner.text()
    controller.export([chat_id], "md", tmp_path / "x.md")
    run(until(lambda: not window.banner_strip.isVisible(), what="the end of the banner once an export has worked"))
