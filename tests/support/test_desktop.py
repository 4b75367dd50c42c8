from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.accessible import Desktop, wait_for
from tests.support.desktop import session_bus

WINDOW = """
from PySide6.QtWidgets import *
app = QApplication([])
window = QWidget(windowTitle="Tried")
layout = QVBoxLayout(window)
button, field, label = QPushButton("Go"), QPlainTextEdit(), QLabel("before")
for widget, name in (button, "Send"), (field, "Message"), (label, "Answer"):
    widget.setAccessibleName(name)
    layout.addWidget(widget)
button.clicked.connect(lambda: label.setAccessibleDescription(field.toPlainText()))
window.show()
app.exec()
"""


def test_a_window_is_used_from_outside(desktop: Desktop, tmp_path: Path) -> None:
    with desktop.start([sys.executable, "-c", WINDOW], tmp_path / "log") as window:
        field, button = window.find("Message"), window.find("Send", role="push button")
        field.write("Grüße")
        assert field.text == "Grüße"
        field.click()
        wait_for(lambda: "focused" in field.states, "the focus", 5)
        desktop.press_key(0xFF57)  # End
        desktop.type_text("abc")
        field.wait_for_text("Grüßeabc")
        button.press()
        wait_for(lambda: window.find("Answer").description == "Grüßeabc", "the label", 5)
    assert window.process.returncode is not None


def test_keys_are_kept_by_the_secret_service(secret_service: Callable[[], list[tuple[str, str]]]) -> None:
    import keyring

    assert type(keyring.get_keyring()).__module__ == "keyring.backends.SecretService"
    keyring.set_password("Tried/somewhere", "key", "sk-1")
    assert keyring.get_password("Tried/somewhere", "key") == "sk-1"
    assert [secret for _, secret in secret_service()] == ["sk-1"]


def test_each_test_finds_it_empty(secret_service: Callable[[], list[tuple[str, str]]]) -> None:
    assert secret_service() == []


def test_no_other_test_reaches_it() -> None:
    import keyring
    from keyring.errors import NoKeyringError

    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ
    with pytest.raises(NoKeyringError):
        keyring.get_password("Tried", "key")


def test_a_locked_keyring(secret_service: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.SecretService import Keyring
    from keyring.errors import KeyringLocked

    for locked in (False, True):
        with session_bus(tmp_path / "k", locked=locked) as env:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", env["DBUS_SESSION_BUS_ADDRESS"])
            if not locked:
                Keyring().set_password("Tried", "key", "sk-1")
            else:
                with pytest.raises(KeyringLocked):
                    Keyring().get_password("Tried", "key")
