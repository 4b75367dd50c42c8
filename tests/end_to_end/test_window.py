"""The program as a user meets it: a process of its own, a real screen, found by accessible names.

``WORKBENCH_TEST_PROGRAM`` runs the same on a built program.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.support.accessible import Desktop, Window, wait_for
from tests.support.program import program
from tests.support.server import Gate, Server, chat, chat_chunks, json_reply, sse
from tests.support.waiting import PATIENCE

RETURN = 0xFF0D
StartWindow = Callable[..., Window]


@pytest.fixture
def command(desktop: Desktop) -> Callable[..., str]:
    """``command(*arguments, typed="")``: what the command line says, in the session of the window."""

    def say(*arguments: str, typed: str = "") -> str:
        done = subprocess.run(
            program(*arguments), env=desktop.environment, input=typed, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return say


@pytest.fixture
def local(server: Server, command: Callable[..., str]) -> Server:
    """A provider ``local`` with the model ``m`` on a server of this test."""
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "m"}]}))
    command("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    return server


def test_the_first_conversation_needs_no_further_step(desktop: Desktop, start_window: StartWindow) -> None:
    window = start_window()
    window.find("Message").click()
    desktop.type_text("How do I add a provider?")
    desktop.press_key(RETURN)
    transcript = window.find("Transcript")
    transcript.wait_for_text("How do I add a provider?")
    transcript.wait_for_text("Settings")
    window.find("Send")
    assert "Traceback" not in window.log.read_text()


def test_a_streamed_reply_grows_can_be_stopped_and_is_there_after_a_restart(
    local: Server, desktop: Desktop, start_window: StartWindow
) -> None:
    held = Gate()
    local.on("POST", "/v1/chat/completions", sse(*chat_chunks("The first half, ", finish=None), held))
    window = start_window("--model", "local/m")
    window.find("Message").write("Say something long")
    window.find("Send").press()
    window.find("Transcript").wait_for_text("The first half,")
    window.find("Stop").press()
    assert local.requests[-1].cancelled(), "Stop closes the connection"
    window.find("Message").click()
    desktop.press_key(ord("q"), control=True)
    assert window.process.wait(PATIENCE) == 0

    again = start_window()
    again.find("Transcript").wait_for_text("Say something long")
    again.find("Transcript").wait_for_text("The first half,")


def test_window_and_command_line_share_chats_and_the_keyring(
    local: Server, desktop: Desktop, start_window: StartWindow, command: Callable[..., str]
) -> None:
    command("providers", "add", "secured", "--base-url", f"{local.url}/v1")
    command("keys", "set", "secured", typed="sk-of-this-test\n")
    assert ["sk-of-this-test" in secret for _, secret in desktop.stored()] == [True]
    local.on("POST", "/v1/chat/completions", chat("It ", "is ", "**done**."))
    window = start_window("--model", "secured/m")
    window.find("Message").write("Is it done?")
    window.find("Send").press()
    window.find("Transcript").wait_for_text("It is done.")
    assert local.requests[-1].header("Authorization") == "Bearer sk-of-this-test"
    assert local.requests[-1].json["messages"][-1]["content"] == "Is it done?"
    wait_for(lambda: "Is it done?" in command("list"), "the chat in the list", 10)
    assert "sk-of-this-test" not in window.log.read_text()


def test_two_windows_show_the_same_chats_and_keep_their_own_drafts(
    local: Server, desktop: Desktop, start_window: StartWindow
) -> None:
    local.on("POST", "/v1/chat/completions", chat("From the second window."))
    first = start_window("--model", "local/m")
    first.find("Message").write("a thought of the first")
    second = start_window("--new-window", "--model", "local/m")
    assert second.process.poll() is None, "it did not hand itself over to the first"
    second.find("Message").write("Ask from the second")
    second.find("Send").press()
    second.find("Transcript").wait_for_text("From the second window.")
    wait_for(lambda: any("Ask from the second" in row.name for row in first.find("Chats").children),
             "the chat in the list of the first window", 10)
    assert first.find("Message").text == "a thought of the first"
    assert "Traceback" not in first.log.read_text()
