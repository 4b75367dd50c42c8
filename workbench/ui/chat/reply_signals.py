"""The signals of replies that are coming in, in all chats."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class ReplySignals(QObject):
    """Has no behaviour: ``RunningReplies`` and what watches one request for it emit them."""

    begun = Signal(object)  # MessageNode
    text_added = Signal(str, str)  # node id, piece
    reasoning_added = Signal(str, str)  # node id, piece
    rewritten = Signal(str)  # node id: what came as text was reasoning
    delay_changed = Signal(str, str, float)  # node id, why it waits ("" when it goes on), seconds until the next try
    ended = Signal(object)  # MessageNode
    unsaved = Signal(str, str)  # node id, why it could not be written down ("" when it could)
    changed = Signal(str)  # id of a chat in which replies started or ended
    failed = Signal(str, object)  # chat id, the StoreError because of which no reply could begin
