"""Unread events: what came in a stream and is no part of a reply, and what it means for the end of the stream."""

from __future__ import annotations

from workbench.core.errors import Interrupted
from workbench.core.json_types import Json

from .error_bodies import error_message_from, plain_words, shortened

_KEPT = 10_000  # characters of a damaged event, for the details


class UnreadEvents:
    """Takes note of events that could not be read. None is passed over in silence: ``error`` says what came."""

    def __init__(self) -> None:
        self._damaged = ""
        self._said = ""

    @property
    def damaged(self) -> bool:
        """Whether an event was cut or garbled, so that a piece of the reply may be missing."""
        return bool(self._damaged)

    def note_text(self, text: str) -> None:
        """Notes an event that is no JSON: damaged JSON, or words such as “Internal Server Error”."""
        if any(sign in text for sign in '{}[]"'):
            self._damaged = self._damaged or text[:_KEPT]
        elif text.strip():
            self._said = plain_words(text)

    def note_json(self, data: Json) -> None:
        """Notes an event that is JSON but no piece of a reply; ``{"detail": "CUDA out of memory"}`` says why."""
        if words := error_message_from(data).message:
            self._said = words

    def error(self, who: str) -> Interrupted:
        """Returns the error for a reply with damaged events, or for one that ended too early."""
        if self._damaged:
            return Interrupted(
                f"{who} sent a piece of the reply that cannot be read, so that something may be missing. What came is "
                "kept. Retry to get all of it.", "interrupted", body=self._damaged)
        if said := shortened(self._said)[:600].rstrip():
            return Interrupted(
                f"{who} ended the stream before the reply was complete. What came is kept. {who} says: "
                f"{said}{'' if said[-1] in '.!?。…' else '.'}", "interrupted", body=self._said[:_KEPT])
        return Interrupted(
            f"{who} ended the stream before the reply was complete. What came is kept.", "interrupted")
