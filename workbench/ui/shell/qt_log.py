"""Messages of Qt in Python's log, as ``qt`` or ``qt.CATEGORY``."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

NAME = "qt"
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO, QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR, QtMsgType.QtFatalMsg: logging.CRITICAL,
}  # fmt: skip


def log_qt_messages() -> None:
    """Sends what Qt says from now on to the log, in place of stderr."""
    qInstallMessageHandler(_log)


def _log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    category = context.category
    logging.getLogger(f"{NAME}.{category}" if category else NAME).log(_LEVELS[kind], "%s", message)
