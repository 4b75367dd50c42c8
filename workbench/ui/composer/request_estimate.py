"""The estimate of how much of the model's context the next request takes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.core.text.formatting import count
from workbench.ui.chat.conversation import Conversation


class RequestEstimate(QObject):
    """Adds the draft to what the open path takes, or to the part above the message that is edited."""

    changed = Signal(str, bool)  # in words, whether it is more than the model takes

    def __init__(self, services: Services, conversation: Conversation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._providers, self._conversation = services.providers, conversation
        self._draft_tokens = 0
        self._edited = ""
        self._lanes = 0
        conversation.path_changed.connect(self.refresh)
        conversation.path_updated.connect(self.refresh)
        conversation.ended.connect(self.refresh)
        conversation.model_changed.connect(self.refresh)
        conversation.system_changed.connect(self.refresh)
        conversation.tokens_changed.connect(self.refresh)

    def set_draft_tokens(self, tokens: int) -> None:
        self._draft_tokens = tokens
        self.refresh()

    def set_edited(self, key: str) -> None:
        """Takes over which message the draft takes the place of, with all below it; ``""`` for none."""
        self._edited = key
        self.refresh()

    def set_lanes(self, count: int) -> None:
        """Takes over how many lanes a message goes to, 0 while nothing is compared."""
        self._lanes = count
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Estimates anew."""
        total = self._conversation.tokens(self._edited) + self._draft_tokens
        if not total:
            self.changed.emit("", False)
            return
        window = self._window()
        facts = [f"{self._lanes} requests"] if self._lanes else []
        facts.append(f"≈ {count(total)} tokens")
        if window:
            facts.append(share_of_context(total, window))
        excessive = window is not None and 0 < window < total
        text = " · ".join(facts)
        self.changed.emit(f"{text}: more than the model takes" if excessive else text, excessive)

    def _window(self) -> int | None:
        try:
            return self._providers.info(self._providers.resolve(self._conversation.chat.model)).window
        except BadInput:
            return None


def share_of_context(tokens: int, window: int) -> str:
    """Returns how much of a model's context tokens take: “4 % of context”."""
    share = 100 * tokens / window
    return f"{share:.0f}\u00a0% of context" if share >= 1 else "< 1\u00a0% of context"
