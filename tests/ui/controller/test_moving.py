from __future__ import annotations

from pathlib import Path

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.ui.presenters.moving import file_name
from workbench.ui.window import MainWindow


def converse(window: MainWindow, run: Run) -> str:
    window.first_run.suggested.emit("What can you do?")
    run(until(lambda: len(window.conversation.keys) == 2 and not window.replying.chats()))
    return window.conversation.chat.id


def test_a_chat_goes_out_and_comes_in_again(open_window: OpenWindow, run: Run, tmp_path: Path) -> None:
    window = open_window()
    chat_id = converse(window, run)
    written: list[list[Path]] = []
    window.moving.exported.connect(written.append)
    window.moving.export([chat_id], "md", tmp_path / "chat.md")
    run(until(lambda: written))
    assert "What can you do?" in (tmp_path / "chat.md").read_text()
    window.moving.export([chat_id], "json", tmp_path / "chat.json")
    run(until(lambda: len(written) == 2))

    planned: list[object] = []
    window.moving.planned.disconnect()
    window.moving.planned.connect(lambda paths, report: planned.append(report))
    window.moving.plan_import([tmp_path / "chat.json"])
    run(until(lambda: planned))
    assert window.sidebar.model.rowCount() == 2, "a plan changes nothing"


def test_what_is_no_export_is_refused_in_a_sentence(window: MainWindow, run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("[1, 2")
    window.moving.plan_import([tmp_path / "odd.json"])
    run(until(lambda: window.banner.isVisible()))
    assert window.banner.banner.text().startswith("Nothing was imported: ")


def test_titles_become_file_names_of_any_system() -> None:
    assert file_name('a/b\\c: "what"? <x>|*') == "a b c what x"
    assert file_name(" ... ") == "chat"
    assert len(file_name("long " * 50)) <= 80
