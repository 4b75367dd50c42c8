"""What Qt says is in the log, under its category and at its level."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import QLoggingCategory, QtMsgType, qCDebug, qDebug
from PySide6.QtWidgets import QApplication

from workbench.ui.shell.qt_log import NAME, log_qt_messages


def test_messages_of_qt_are_in_the_log(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    log_qt_messages()  # the application of the tests has done so already
    category = QLoggingCategory("workbench.test", QtMsgType.QtDebugMsg)
    with caplog.at_level(logging.DEBUG, logger=NAME):
        qDebug("looked twice")
        qCDebug(category, "in a category")
    said = [(record.name, record.levelno) for record in caplog.records if record.name.startswith(NAME)]
    assert ("qt.default", logging.DEBUG) in said and ("qt.workbench.test", logging.DEBUG) in said
