"""Blind votes over all chats, kept in the store."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from workbench.core.experiments.votes import KEPT, Vote, player
from workbench.core.ids import new_id
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.compare.compare_controller import CompareController


class Voting(QObject):
    loaded = Signal(list)  # all Votes there are

    def __init__(
        self, services: Services, conversation: Conversation, comparing: CompareController,
        parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._conversation, self._comparing = conversation, comparing

    def vote(self, left: str, right: str, score: float) -> None:
        """Keeps that the lane ``left`` was better (1), worse (0) or as good (0.5) as ``right``."""
        one, other, chat = self._comparing.lane(left), self._comparing.lane(right), self._conversation.chat
        vote = Vote(player(one.model, one.params), player(other.model, other.params), score, chat.tags, chat.id,
                    one.tip or "", time.time())
        self._tasks.spawn("save a vote", self._store.set_value(KEPT + new_id(), vote.to_json()))

    def load(self) -> None:
        self._tasks.start("load the votes", self._load())

    async def _load(self) -> None:
        kept = await self._store.values(KEPT)
        self.loaded.emit([vote for value in kept.values() if (vote := Vote.from_json(value)) is not None])
