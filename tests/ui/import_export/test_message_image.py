"""Chats and messages as pictures: how large, how many, and what is too long."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.import_export.conftest import answer
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Text
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.ui.chat.message_actions import MessageActionId
from workbench.ui.import_export import message_image
from workbench.ui.import_export.feature import ImportExportFeature
from workbench.ui.transcript import snapshot


def add_message(services: Services, run: Run, text: str) -> MessageNode:
    """A reply that is the only message of the chat “Copies”."""
    chat = run(services.store.create_chat(Chat("", "Copies")))
    return run(services.store.add_message(chat.id, None, Message("assistant", (Text(text),))))


async def act(feature: ImportExportFeature, action: MessageActionId, node: MessageNode) -> None:
    """Carries out a message action of the feature."""
    working = next(each for each in feature.message_actions() if each.id == action).run(node)
    assert working is not None
    await working


def test_a_message_is_copied_as_a_picture(
    feature: ImportExportFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    QGuiApplication.clipboard().clear()
    run(act(feature, MessageActionId.COPY_PICTURE, add_message(services, run, "# Title\n\n**Bold** $x^2$\n\n" * 3)))
    image = QGuiApplication.clipboard().image()
    assert image.width() == message_image.WIDTHS["normal"] * snapshot.SCALE and image.height() > 200
    assert [notice.text for notice in shell.notices] == ["Copied as a picture."]


def test_a_message_that_is_too_long_for_one_picture_is_refused(
    feature: ImportExportFeature, services: Services, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "HIGHEST", 300)
    with pytest.raises(BadInput, match="too long for one picture"):
        run(act(feature, MessageActionId.COPY_PICTURE, add_message(services, run, "word\n\n" * 100)))


def test_a_message_is_saved_as_pictures(
    feature: ImportExportFeature, services: Services, shell: RecordingShell, run: Run, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "HIGHEST", 300)
    exported: list[list[Path]] = []
    feature.controller().exported.connect(exported.append)
    run(act(feature, MessageActionId.SAVE_PICTURE, add_message(services, run, "word\n\n" * 20)))
    answer(shell.dialog_parent, run, tmp_path / "m.png")
    run(until(lambda: exported))
    names = [path.name for path in exported[0]]
    assert names == [f"m {number} of {len(names)}.png" for number in range(1, len(names) + 1)] and len(names) > 1
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in exported[0])


def test_a_chat_that_is_too_long_for_pictures_is_refused_at_once(
    feature: ImportExportFeature, services: Services, shell: RecordingShell, run: Run, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(message_image, "MAX_CHARACTERS", 100)
    node = add_message(services, run, "word " * 50)
    feature.controller().export([node.chat_id], "png", tmp_path / "out" / "c.png")
    run(until(lambda: shell.banners))
    assert "“Copies” is too long for pictures. Export it as PDF or HTML" in shell.banners["export"]
    assert list((tmp_path / "out").iterdir()) == []
