"""A transcript on the screen, and a way to wait until it has come to rest."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.waiting import PATIENCE, source_of
from workbench.core.chat.parts import Part, Text
from workbench.rendering.math import render_math
from workbench.ui.transcript import Action, Entry, TranscriptView

ACTIONS = (
    Action("copy", "Copy", in_row=True), Action("regenerate", "Regenerate", in_row=True), Action("delete", "Delete"),
)  # fmt: skip


def entry(key: str, *parts: Part | str, role: str = "assistant", **more) -> Entry:
    made = tuple(Text(part) if isinstance(part, str) else part for part in parts)
    return Entry(key, role, made, author="You" if role == "user" else "Model", actions=ACTIONS, **more)


def settled(
    view: TranscriptView, extra: Callable[[], bool] = lambda: True, timeout: float = PATIENCE
) -> TranscriptView:
    """Lets the view take in everything, and paint."""
    end = time.monotonic() + timeout
    while (busy := [message.key for message in view.document.messages if message.busy]) or not extra():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout:g} s for {f'the messages {busy}' if busy else source_of(extra)}")
        QApplication.processEvents()
        time.sleep(0.001)
    QApplication.processEvents()
    return view


@pytest.fixture(autouse=True, scope="session")
def _formulas_can_be_drawn() -> None:
    """Loads what draws formulas. It warns of its own old habits when it is loaded, which must not happen in
    a transcript's thread: there the warning, an error in tests, would be the formula's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        render_math("x", size=14, colour="#000000", display=False)


@pytest.fixture
def view(show) -> TranscriptView:
    return show(TranscriptView(), 800, 600)


def text_of(view: TranscriptView, key: str) -> str:
    """The visible text of a message, block by block."""
    message = view.document.get(key)
    assert message is not None
    return "\n".join(block.plain(0, block.length()) for block in message.views)
