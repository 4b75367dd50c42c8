"""Fixtures of the transcript: a view on the screen, the parts below it, and a way to wait until all is shown."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.waiting import PATIENCE, source_of
from workbench.core.chat.parts import Part, Text
from workbench.rendering.math import render_math
from workbench.ui.theme.tokens import LIGHT
from workbench.ui.transcript import Action, Entry, TranscriptView
from workbench.ui.transcript.background_worker import BackgroundWorker
from workbench.ui.transcript.block_host import BlockHost
from workbench.ui.transcript.blocks import Context
from workbench.ui.transcript.canvas import Canvas
from workbench.ui.transcript.document import Document
from workbench.ui.transcript.pictures import PictureStore
from workbench.ui.transcript.style import Style

ACTIONS = (
    Action("copy", "Copy", in_row=True), Action("regenerate", "Regenerate", in_row=True), Action("delete", "Delete"),
)  # fmt: skip


def entry(key: str, *parts: Part | str, role: str = "assistant", **more) -> Entry:
    made = tuple(Text(part) if isinstance(part, str) else part for part in parts)
    more.setdefault("actions", ACTIONS)
    return Entry(key, role, made, author="You" if role == "user" else "Model", **more)


def settled(
    view: TranscriptView, extra: Callable[[], bool] = lambda: True, timeout: float = PATIENCE
) -> TranscriptView:
    """Waits until the view has parsed and painted everything."""
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
    """Imports what draws formulas. Its import warns of deprecated code, which must not happen in a transcript's thread:
    there the warning, an error in tests, would be the formula's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        render_math("x", size=14, colour="#000000", display=False)


@pytest.fixture
def view(show) -> TranscriptView:
    return show(TranscriptView(), 800, 600)


@pytest.fixture
def canvas(show) -> Canvas:
    """A canvas of 800 × 600 pixels without a view."""
    viewport = show(QWidget(), 800, 600)
    worker = BackgroundWorker(viewport)
    context = Context(Style(LIGHT), PictureStore(worker, viewport), BlockHost(viewport), worker)
    canvas = Canvas(viewport, Document(context))
    canvas.fit_width()
    return canvas


def text_of(view: TranscriptView, key: str) -> str:
    """Returns the visible text of a message, block by block."""
    message = view.document.get(key)
    assert message is not None
    return "\n".join(block.plain(0, block.length()) for block in message.views)
