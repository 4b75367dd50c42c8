"""Context breaks: places from which on a program no longer sent what was said before, or only a summary of it."""

from __future__ import annotations

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Text

from .fields import imported


def context_break(summary: str = "") -> Message:
    """Returns the message that stands at such a place: it is neither the user's nor the model's."""
    text = summary.strip() or "From here on, the messages above were no longer part of the context."
    return Message("developer", (Text(text),), "", imported({"kind": "context break"}))
