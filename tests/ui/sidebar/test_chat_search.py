"""Search over all chats in the real window, from typing to the message that was found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.sidebar.test_sidebar import make_chats, titles
from workbench.core.chat.chats import Chat, Hit
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import File, Reasoning, Text
from workbench.ui.widgets import Chip
from workbench.ui.window import MainWindow


def hits(window: MainWindow) -> list[Hit]:
    view = window.sidebar.view.hits
    return [view.item(row).data(Qt.ItemDataRole.UserRole) for row in range(view.count())]


def search(window: MainWindow, run: Run, text: str) -> list[Hit]:
    """Enters a text, waits for its hits and returns them as they are listed."""
    answered: list[str] = []

    def note(question: str, _: object) -> None:
        answered.append(question)

    window.sidebar.search.found.connect(note)
    window.sidebar.view.search.setText(text)  # QTest has keys for Latin letters only
    run(until(lambda: answered and answered[-1] == text, what=f"an answer to {text}"))
    window.sidebar.search.found.disconnect(note)
    return hits(window)


def test_it_looks_into_reasoning_files_and_short_chinese_words(window: MainWindow, run: Run) -> None:
    store = window.services.store

    async def make() -> None:
        chat = await store.create_chat(Chat("", "旅行"))
        asked = await store.add_message(
            chat.id, None, user("Read this", File(name="a.txt", text="The zephyr blew")))
        await store.add_message(chat.id, asked.id, Message(
            "assistant", (Reasoning("A wind called mistral"), Text("我们去京都看枫叶")), "builtin/guide"))

    run(make())
    assert search(window, run, "zephyr")[0].role == "user"
    assert search(window, run, "mistral")[0].role == "assistant"
    assert search(window, run, "京都")[0].snippet == "A wind called mistral 我们去京都看枫叶"
    assert search(window, run, "枫")[0].marks == ((28, 1),)


def test_a_hit_on_a_branch_that_is_not_shown_switches_to_it_and_is_marked(window: MainWindow, run: Run) -> None:
    store = window.services.store

    async def make() -> tuple[str, str]:
        chat = await store.create_chat(Chat("", "Branches", "builtin/guide"))
        asked = await store.add_message(chat.id, None, user("Which bird?"))
        wanted = await store.add_message(chat.id, asked.id, Message("assistant", (Text("The albatross. " * 3),)))
        below = await store.add_message(chat.id, wanted.id, user("And what else? " * 400))
        await store.add_message(chat.id, below.id, Message("assistant", (Text("Nothing. " * 900),)))
        await store.add_message(chat.id, asked.id, Message("assistant", (Text("The penguin."),)))
        return chat.id, wanted.id

    chat_id, wanted = run(make())
    window.chat.conversation.open(chat_id)
    run(until(lambda: window.chat.conversation.chat.id == chat_id))
    assert wanted not in window.chat.conversation.keys
    search(window, run, "albatr")
    run(until(lambda: titles(window) == []))
    QTest.keyClick(window.sidebar.view.search, Qt.Key.Key_Return)
    view = window.sidebar.view.hits
    assert view.hasFocus()
    view.setCurrentRow(0)
    QTest.keyClick(view, Qt.Key.Key_Return)
    run(until(lambda: wanted in window.chat.conversation.keys and window.chat.transcript.find_bar.isVisible()))
    assert window.chat.transcript.finder.count == 3 and window.chat.transcript.finder.number == 1
    assert len(window.chat.conversation.keys) == 4
    top = window.chat.transcript.document.heights.find(window.chat.transcript.canvas.top)
    assert window.chat.transcript.document.messages[top].key in (wanted, window.chat.conversation.keys[0])
    assert not window.chat.transcript.following


def test_return_waits_for_a_search_that_is_running(window: MainWindow, run: Run) -> None:
    make_chats(window, run, "Gardens", "Birds")
    window.sidebar.view.search.setFocus()
    QTest.keyClicks(window.sidebar.view.search, "about bird")
    QTest.keyClick(window.sidebar.view.search, Qt.Key.Key_Return)
    assert window.sidebar.view.search.hasFocus()
    run(until(lambda: window.sidebar.view.hits.hasFocus() or window.sidebar.view.chats.hasFocus()))
    assert [hit.snippet for hit in hits(window)] == ["About Birds"]


def test_the_arrow_down_goes_from_the_search_to_what_was_found(window: MainWindow, run: Run) -> None:
    make_chats(window, run, "Gardens", "Birds")
    window.sidebar.view.search.setFocus()
    search(window, run, "about bird")
    QTest.keyClick(window.sidebar.view.search, Qt.Key.Key_Down)
    run(until(lambda: window.sidebar.view.hits.hasFocus() or window.sidebar.view.chats.hasFocus()))


def test_the_marks_vanish_with_the_chat_and_a_short_chat_has_no_pill(window: MainWindow, run: Run) -> None:
    one, two = make_chats(window, run, "Gardens", "Birds")
    found = search(window, run, "about garden")
    view = window.sidebar.view.hits
    view.setCurrentRow(0)
    view.itemActivated.emit(view.item(0))
    run(until(lambda: window.chat.transcript.find_bar.isVisible()))
    assert found[0].chat_id == one and window.chat.transcript.finder.query == "about"
    assert not window.chat.transcript.pill.isVisible()
    window.chat.conversation.open(two)
    run(until(lambda: window.chat.conversation.chat.id == two))
    assert not window.chat.transcript.find_bar.isVisible() and not window.chat.transcript.finder.query


def test_a_hit_in_a_file_leaves_no_marks_of_an_earlier_search(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "Gardens")
    store = window.services.store
    tip = run(store.chat(one)).tip
    run(store.add_message(one, tip, Message("user", (Text("Read this"), File("notes.txt", "albatross")))))
    view = window.sidebar.view.hits
    for words, marked in (("about garden", True), ("albatross", False)):
        search(window, run, words)
        view.itemActivated.emit(view.item(0))
        run(until(lambda marked=marked: window.chat.transcript.find_bar.isVisible() == marked))
    assert not window.chat.transcript.finder.query


def test_filters_find_by_title_what_the_list_of_titles_cannot(window: MainWindow, run: Run) -> None:
    one, _ = make_chats(window, run, "Garden plans", "Garden notes")
    run(window.services.store.update_chat(one, tags=("work",)))
    search(window, run, "tag:work garden")
    run(until(lambda: titles(window) == [] and [hit.role for hit in hits(window)] == ["title", "user"]))
    assert {hit.chat_id for hit in hits(window)} == {one}
    search(window, run, "garden")  # the titles stand in the list above
    run(until(lambda: [hit.role for hit in hits(window)] == ["user", "user"]))
    assert sorted(titles(window)) == ["Garden notes", "Garden plans"]


def test_an_empty_search_teaches_the_filters(window: MainWindow, run: Run) -> None:
    make_chats(window, run, "One")
    sidebar = window.sidebar.view
    assert sidebar.hint is None
    window.registry.run("search.all")
    run(until(lambda: sidebar.hint is not None and sidebar.hint.isVisible()))
    assert sidebar.hint is not None
    chip = next(chip for chip in sidebar.hint.findChildren(Chip) if chip.text() == "has:")
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Return)
    assert sidebar.search.text() == "has:image" and sidebar.search.hasFocus()
    run(until(lambda: "NOTHING" in sidebar._heading.text()))
    sidebar.search.clear()
    window.composer.view.editor.setFocus()
    run(until(lambda: sidebar.hint is not None and not sidebar.hint.isVisible()))


def test_a_filter_with_a_mistake_is_explained_in_full(window: MainWindow, run: Run) -> None:
    make_chats(window, run, "One")
    QTest.keyClicks(window.sidebar.view.search, "before:someday")
    run(until(lambda: "is no date" in window.sidebar.view._heading.text()))
    assert window.sidebar.view._heading.wordWrap()


def test_hits_of_a_chat_stand_together_with_role_and_date(window: MainWindow, run: Run) -> None:
    store = window.services.store

    async def say(chat: str, *texts: str) -> None:
        tip = (await store.chat(chat)).tip
        for text in texts:
            tip = (await store.add_message(chat, tip, Message("assistant", (Text(text),)))).id

    one, two = make_chats(window, run, "Gardens", "Birds")
    run(say(one, "The **albatross** comes"))
    run(say(two, "An albatross too"))
    run(say(one, "And the albatross went"))
    found = search(window, run, "albatross")
    assert [hit.chat_id for hit in found] == [one, one, two], "newest chat first, its hits together"
    view = window.sidebar.view.hits
    heights = [view.visualItemRect(view.item(row)).height() for row in range(3)]
    assert heights[0] == heights[2] > heights[1], "the title stands once"
    spoken = [view.item(row).data(Qt.ItemDataRole.AccessibleDescriptionRole) for row in range(3)]
    assert all(text.startswith("Reply · ") for text in spoken)
    assert spoken[1].endswith(": The albatross comes"), "without marks of Markdown, which is not drawn here"
    assert [view.item(row).text() for row in range(3)] == ["Gardens", "Gardens", "Birds"]
