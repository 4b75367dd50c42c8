"""Whole tasks in the window that is really open: run as ``python -m tests.end_to_end.tasks mouse|keyboard FOLDER``.

Prints one JSON object: what each task did not come to (nothing, if all is well), by its name, and what was wrong with
what was seen on the way. ``test_tasks.py`` runs it under an X server. The second run on the same data, with ``again``,
does the tasks that begin with a start of the program.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from tests.support.hands import Hands, Keyboard, Mouse
from tests.support.server import Server, chat, json_reply
from workbench.core.chat.chats import ChatQuery
from workbench.ui.window import MainWindow
from workbench.window_app import run_window

KEY = "sk-of-this-walk"


@dataclass
class Walk:
    """A window, who uses it, a server with two models, and what came of the tasks."""

    hands: Hands
    window: MainWindow
    server: Server
    folder: Path
    failures: dict[str, str] = field(default_factory=dict)
    done: int = 0

    async def replied(self, text: str) -> None:
        """Waits for the end of a reply that shows these words."""
        await self.hands.wait(lambda: text in self.hands.text() and not self.window.chat.replies.chats(),
                              f"{text!r} in the transcript")

    async def ask(self, text: str, answer: str) -> None:
        """Sends a message and waits for the end of its reply, which shows these words."""
        before = set(self.path)
        await self.hands.fill("Message", text)
        await self.hands.press("Send", "Return")
        await self.hands.wait(lambda: len(set(self.path) - before) == 2, "the question and its reply")
        await self.replied(answer)

    def asked(self) -> list[dict[str, Any]]:
        """The bodies of all requests for a reply."""
        return [one.json for one in self.server.requests if one.path.endswith("/chat/completions")]

    @property
    def path(self) -> list[str]:
        return list(self.window.chat.conversation.keys)

    async def leave(self) -> None:
        """Comes back to the chat, however a task ended."""
        for _ in range(8):
            if self.hands.top() is self.window:
                break
            await self.hands.keys("Escape")
        self.window.leave_page()
        self.window.compare.stop()


async def first_question(walk: Walk) -> None:
    await walk.ask("How do I add a provider?", "Settings")
    assert walk.window.chat.conversation.chat.id, "the chat is kept"


async def add_a_provider_with_its_key(walk: Walk) -> None:
    hands = walk.hands
    await hands.press("Settings", "Ctrl+,")
    await hands.choose("Settings pages", "Providers")
    await hands.press("Add provider")
    await hands.press("Any other server")
    await hands.fill("Base URL", f"{walk.server.url}/v1")
    await hands.fill("Name", "Loop")
    await hands.press("Add server")
    await hands.wait(lambda: hands.has("API key"), "the page of the provider")
    await hands.fill("API key", KEY)
    await hands.press("Save key")
    await hands.wait(lambda: hands.has("Remove key"), "the key to be stored")
    await hands.press("Test connection")
    await hands.wait(lambda: any(one.header("Authorization") == f"Bearer {KEY}" for one in walk.server.requests),
                     "the server to be asked with the key")
    await hands.press("Close settings")


async def choose_a_model(walk: Walk) -> None:
    hands = walk.hands
    await hands.press("New chat", "Ctrl+N")
    await hands.press("Model", "Ctrl+Shift+M")
    await hands.fill("Filter models", "brook")
    await hands.choose("Models", "loop/brook")
    await hands.wait(lambda: walk.window.chat.conversation.chat.model == "loop/brook", "the model to be chosen")
    await walk.ask("Which are you?", "brook says hello")


async def compare_models(walk: Walk) -> None:
    hands = walk.hands
    await hands.press("Compare", "Ctrl+T")
    await hands.press("Model of lane 2")
    await hands.fill("Filter models", "otter")
    await hands.choose("Models", "loop/otter")
    await hands.fill("Message", "And now?")
    await hands.press("Send", "Return")
    await walk.replied("otter says hello")
    await hands.press("Diff")
    await hands.press("Diff")
    await hands.press("Stop comparing")
    assert walk.window.compare.page is None


async def tune_with_a_slider(walk: Walk) -> None:
    hands = walk.hands
    if not hands.has("Send temperature"):
        await hands.press("Settings panel", "Ctrl+Shift+B")
    await hands.wait(lambda: hands.has("Send temperature"), "the panel")
    await hands.press("Send temperature")
    await hands.slide("temperature")
    await hands.wait(lambda: walk.window.chat.conversation.chat.params.get("temperature", 0) > 1,  # type: ignore[operator]
                     "the temperature to rise")
    await walk.ask("Warmer?", "says hello")
    assert any(body.get("temperature", 0) > 1 for body in walk.asked())


async def attach_a_file(walk: Walk) -> None:
    notes = walk.folder / "notes.txt"
    notes.write_text("The walrus sleeps.", "utf-8")
    await walk.hands.press("Attach", "Ctrl+U")
    await walk.hands.place(str(notes))
    await walk.hands.wait(lambda: walk.window.composer.draft().parts, "the file to be read")
    await walk.ask("Who sleeps?", "says hello")
    assert "The walrus sleeps." in json.dumps(walk.asked())


async def paste_a_picture(walk: Walk) -> None:
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(0x336699)
    QGuiApplication.clipboard().setImage(picture)
    await walk.hands.fill("Message", "")
    await walk.hands.keys("Ctrl+V")
    await walk.hands.wait(lambda: walk.window.composer.draft().parts, "the picture to be read")
    await walk.ask("What is it?", "says hello")
    assert "image_url" in json.dumps(walk.asked())


async def edit_and_branch(walk: Walk) -> None:
    conversation = walk.window.chat.conversation
    before = walk.path
    await walk.hands.press("Message", "Ctrl+L")
    await walk.hands.keys("Up")
    await walk.hands.wait(lambda: walk.window.composer.outbox.editing, "the message to be edited")
    await walk.hands.keys("Ctrl+A")
    await walk.hands.write("What is that?")
    await walk.hands.keys("Ctrl+Return")
    await walk.hands.wait(lambda: walk.path[-1] != before[-1] and not walk.window.chat.replies.chats(), "the reply")
    header = conversation.header(walk.path[-2])
    assert header is not None and header.siblings == 2, "the message has a second version"


async def regenerate_with_another_model(walk: Walk) -> None:
    before = walk.path[-1]
    await walk.hands.message("Ask again", "Regenerate with")
    await walk.hands.press("Model")
    await walk.hands.fill("Filter models", "otter")
    await walk.hands.choose("Models", "loop/otter")
    await walk.hands.press("Regenerate")
    await walk.hands.wait(lambda: walk.path[-1] != before, "another reply")
    await walk.replied("otter says hello")


async def find_in_the_chat(walk: Walk) -> None:
    await walk.hands.keys("Ctrl+F")
    await walk.hands.write("walrus")
    await walk.hands.keys("Return", "Escape")
    await walk.hands.press("Message", "Ctrl+L")


async def see_what_will_be_sent(walk: Walk) -> None:
    await walk.hands.press("What will be sent")
    await walk.hands.wait(lambda: walk.hands.has("Messages that will be sent"), "the list of messages")
    await walk.hands.press("Close")


async def rename_a_chat(walk: Walk) -> None:
    await walk.hands.press("Chats", "Ctrl+L")
    await walk.hands.keys("F2", "Ctrl+A")
    await walk.hands.write("Otters and brooks")
    await walk.hands.keys("Return")
    await walk.hands.wait(lambda: walk.window.chat.conversation.chat.title == "Otters and brooks", "the new title")


async def delete_a_chat_and_bring_it_back(walk: Walk) -> None:
    opened = walk.window.chat.conversation.chat.id
    await walk.hands.keys("Ctrl+Shift+Backspace")
    await walk.hands.wait(lambda: walk.window.chat.conversation.chat.id != opened, "the chat to go")
    await walk.hands.press("Undo")
    await walk.hands.wait(lambda: walk.window.chat.conversation.chat.id == opened, "the chat to come back")


async def search_and_jump(walk: Walk) -> None:
    await walk.hands.press("New chat", "Ctrl+N")
    await walk.hands.press("Search chats", "Ctrl+Shift+F")
    await walk.hands.write("Which are you")
    await walk.hands.wait(lambda: walk.hands.has("Search results"), "hits")
    await walk.hands.choose("Search results", "Otters")
    await walk.hands.wait(lambda: "Which are you?" in walk.hands.text(), "the chat of the hit")
    await walk.hands.fill("Search chats", "")


async def export_a_chat(walk: Walk) -> None:
    target = walk.folder / "chat.json"
    await walk.hands.keys("Ctrl+Shift+E")
    await walk.hands.wait(lambda: walk.hands.has("Format"), "the formats")
    await walk.hands.choose("Format", "JSON")
    if isinstance(walk.hands, Mouse):  # a click chooses, Return exports at once
        await walk.hands.press("Export")
    await walk.hands.place(str(target))
    await walk.hands.wait(target.exists, "the file")


async def import_chats(walk: Walk) -> None:
    listed = {one.id for one in await walk.window.services.store.chats(ChatQuery())}
    other = walk.folder / "other.json"
    messages = [{"role": "user", "content": "Where do rivers end?"}, {"role": "assistant", "content": "In the sea."}]
    other.write_text(json.dumps({"messages": messages}), "utf-8")
    await walk.hands.keys("Ctrl+K")
    await walk.hands.write("Import")
    await walk.hands.choose("Commands", "Import")
    await walk.hands.press("Choose files")
    await walk.hands.place(str(other))
    await walk.hands.wait(lambda: walk.hands.has("Import"), "what it would bring")
    await walk.hands.press("Import")
    await walk.hands.wait(lambda: walk.hands.has("Close"), "the report")
    await walk.hands.press("Close")
    assert len({one.id for one in await walk.window.services.store.chats(ChatQuery())} - listed) == 1


async def go_through_the_settings(walk: Walk) -> None:
    hands = walk.hands
    await hands.press("Settings", "Ctrl+,")
    for page in ("General", "Providers", "Models", "Network", "Shortcuts", "Data", "About", "Appearance"):
        await hands.choose("Settings pages", page)
        hands.complaints += [f"settings, {page}: {one}" for one in hands.walked()]
    await hands.press("Close settings")


async def change_theme_contrast_and_size(walk: Walk) -> None:
    hands, value = walk.hands, walk.window.services.settings
    await hands.press("Settings", "Ctrl+,")
    await hands.choose("Settings pages", "Appearance")
    await hands.press("Theme: Dark")
    await hands.press("Contrast: High")
    await hands.fill("Interface size", "150")
    await hands.keys("Tab")
    await hands.wait(lambda: (value.value.theme, value.value.contrast, value.value.interface_scale)
                     == ("dark", "high", 150), "the new look")
    hands.complaints += [f"appearance at 150 %: {one}" for one in hands.walked()]
    await hands.press("Close settings")
    hands.complaints += [f"the window at 150 %: {one}" for one in hands.walked()]
    value.change(theme="light", contrast="usual", interface_scale=100)


async def write_and_use_a_template(walk: Walk) -> None:
    hands = walk.hands
    await hands.keys("Ctrl+K")
    await hands.write("Edit templates")
    await hands.choose("Commands", "Edit templates")
    await hands.press("New template")
    await hands.fill("Template name", "Greet")
    await hands.fill("Template text", "Greet {{who}} from {{where}}")
    await hands.press("Save")
    await hands.press("Close")
    await hands.press("Template")
    await hands.choose("Template list", "Greet")
    await hands.wait(lambda: hands.has("Filled template"), "the form")
    await hands.fill("who", "Ada")
    await hands.fill("where", "the brook")
    await hands.press("Insert", "Ctrl+Return")
    await hands.wait(lambda: walk.window.composer.draft().text == "Greet Ada from the brook", "the filled template")
    await hands.press("Send", "Return")
    await walk.replied("Greet Ada from the brook")


async def experiment_from_nothing_to_report(walk: Walk) -> None:
    hands = walk.hands
    target = walk.folder / "report.html"
    await hands.press("Experiments", "Ctrl+E")
    await hands.press("New")
    await hands.fill("Name of the experiment", "Greetings")
    await hands.fill("Prompt template", "Say hello")
    await hands.fill("Models of the experiment", "loop/brook\nloop/otter")
    await hands.fill("Samples", "1")
    await hands.press("Run sweep")
    await hands.wait(lambda: (run := walk.window.experiments.controller().current_run) is not None
                     and not run.is_running and len(walk.window.experiments.controller().results) >= 2, "the answers")
    await hands.press("Export")
    await hands.pick("HTML report")
    await hands.place(str(target))
    await hands.wait(target.exists, "the report")
    await hands.press("Back to the chat")
    assert "Greetings" in target.read_text("utf-8")


async def write_without_a_trace(walk: Walk) -> None:
    await walk.hands.press("New temporary chat", "Ctrl+Shift+N")
    await walk.hands.wait(lambda: walk.window.chat.conversation.chat.temporary, "the temporary chat")
    await walk.ask("A secret of mine", "says")
    assert "A secret of mine" not in str(await walk.window.services.store.chats(ChatQuery()))
    await walk.hands.press("New chat", "Ctrl+N")
    await walk.hands.wait(lambda: not walk.window.chat.conversation.chat.temporary, "the new chat")


async def leave_a_draft_and_quit(walk: Walk) -> None:
    await walk.hands.press("New chat", "Ctrl+N")
    await walk.hands.fill("Message", "Half a thought")
    await walk.hands.quit()


async def find_the_draft_again(walk: Walk) -> None:
    await walk.hands.press("New chat", "Ctrl+N")
    await walk.hands.wait(lambda: walk.window.composer.draft().text == "Half a thought", "the draft")
    await walk.hands.quit()


FIRST = (
    first_question, add_a_provider_with_its_key, choose_a_model, compare_models, tune_with_a_slider, attach_a_file,
    paste_a_picture, edit_and_branch, regenerate_with_another_model, find_in_the_chat, see_what_will_be_sent,
    rename_a_chat, delete_a_chat_and_bring_it_back, search_and_jump, export_a_chat, import_chats,
    go_through_the_settings, change_theme_contrast_and_size, write_and_use_a_template,
    experiment_from_nothing_to_report, write_without_a_trace, leave_a_draft_and_quit,
)
AGAIN = (find_the_draft_again,)


async def do(walk: Walk, tasks: tuple[Callable[[Walk], Awaitable[None]], ...]) -> None:
    for task in tasks:
        try:
            await asyncio.wait_for(task(walk), 60)
            walk.done += 1
        except Exception:  # noqa: BLE001  # told to who runs this, and the next task is done
            walk.failures[task.__name__] = traceback.format_exc(limit=-6)
            picture = walk.folder / f"{type(walk.hands).__name__}-{task.__name__}.png"
            walk.hands.top().window().grab().save(str(picture))
            await walk.leave()
    if walk.done < len(tasks):
        walk.window.close()


def answers(server: Server) -> None:
    """Has the server offer two models that say who they are."""
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "brook"}, {"id": "otter"}]}))
    server.on("POST", "/v1/chat/completions", lambda asked: chat(f"{asked.json['model']} says ", "hello"))


def main() -> None:
    who, folder = sys.argv[1], Path(sys.argv[2])
    tasks = AGAIN if sys.argv[3:] == ["again"] else FIRST
    walks: list[Walk] = []
    running: list[asyncio.Future[None]] = []  # the loop itself keeps no hold of what it runs
    with Server() as server:
        answers(server)

        def ready(window: MainWindow) -> None:
            walks.append(Walk((Mouse if who == "mouse" else Keyboard)(window), window, server, folder))
            window.activateWindow()
            running.append(asyncio.ensure_future(do(walks[0], tasks)))
            running[0].add_done_callback(lambda walked: walked.exception() and QApplication.exit(1))

        run_window(argparse.Namespace(
            data_dir=None, debug=False, safe_mode=False, new_window=False, model="", chat="", files=[]), ready)
    walk = walks[0]
    json.dump({"done": walk.done, "failures": walk.failures, "complaints": walk.hands.complaints}, sys.stdout)


if __name__ == "__main__":
    main()
