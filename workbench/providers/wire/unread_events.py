"""Unread events: what came in a stream and is no part of a reply, and what it means for the end of the stream."""

from __future__ import annotations

import json
import re

from workbench.core.errors import Interrupted
from workbench.core.json_types import Json

from .error_shapes import beginning_of, error_message_from, plain_words, shortened

_KEPT = 10_000  # characters of a damaged event, for the details
_FAILURES = ("detail", "error", "errors", "error_message", "error_msg", "exception")
_FAILING = re.compile(r"\b(?:error|fail(?:ed|ure)?|exception|crash(?:ed)?|abort(?:ed)?|timed out|out of memory)\b|oom",
                      re.IGNORECASE)


class UnreadEvents:
    """Takes note of events that could not be read. None is passed over in silence: ``error`` says what came."""

    def __init__(self) -> None:
        self._damaged = ""
        self._said = ""
        self._failed = False

    @property
    def failed(self) -> bool:
        """Whether an event said that something went wrong, so that the end of the stream is not to be trusted."""
        return self._failed

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
        """Notes an event that is JSON but no piece of a reply; ``{"detail": "CUDA out of memory"}`` says why.

        One that is no object is damaged: a bare text or number is what is left of an event.
        """
        if not isinstance(data, dict | list):
            self._damaged = self._damaged or json.dumps(data, ensure_ascii=False)[:_KEPT]
        if words := error_message_from(data).message:
            self._said = words
            self._failed = self._failed or (isinstance(data, dict) and any(data.get(name) for name in _FAILURES)) or (
                _FAILING.search(shortened(words)) is not None)

    def note_piece(self, data: Json) -> None:
        """Notes a piece of a reply whose form is none that is known, so that what it holds is missing."""
        self.note_json(data)
        self._damaged = self._damaged or beginning_of(data)[:_KEPT]

    def error(self, who: str) -> Interrupted:
        """Returns the error for a reply with damaged events, or for one that ended too early."""
        said = shortened(self._said)[:600].rstrip()
        says = f" {who} says: {said}{'' if said[-1] in '.!?。…' else '.'}" if said else ""
        if self._damaged:
            return Interrupted(
                f"{who} sent a piece of the reply that cannot be read, so that something may be missing. What came is "
                f"kept. Retry to get all of it.{says}", "interrupted", body=self._damaged)
        if said:
            return Interrupted(
                f"{who} ended the stream before the reply was complete. What came is kept.{says}", "interrupted",
                body=self._said[:_KEPT])
        return Interrupted(
            f"{who} ended the stream before the reply was complete. What came is kept.", "interrupted")
