"""Going on with a reply: by giving the server its beginning where it takes one, else by asking for the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.core.chat.messages import Message, user
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import Adjustment

CONTINUE = "Go on exactly where your last message ended. Do not repeat any of it, and add no introduction."


def can_continue(quirks: Mapping[str, Any], model: str) -> bool:
    """Whether a conversation may end in the beginning of a reply."""
    models = quirks.get("prefill_models")
    return isinstance(quirks.get("prefill"), dict) and (models is None or re.search(models, model) is not None)


def continued(
    messages: tuple[Message, ...], quirks: Mapping[str, Any], who: str, model: str
) -> tuple[tuple[Message, ...], Mapping[str, JsonObject], list[Adjustment]]:
    """The messages to send, and the fields that make the last one a beginning: ``message`` in it, ``body``
    beside it. Nothing is changed for a conversation that does not end in a reply."""
    if not messages or messages[-1].role != "assistant" or not messages[-1].text:
        return messages, {}, []
    if can_continue(quirks, model):
        return messages, quirks["prefill"], []
    word = Adjustment("prefill", "moved", f"{who} cannot be given the beginning of a reply: it is asked to "
                                          "go on from there.", "a message")
    return (*messages, user(CONTINUE)), {}, [word]


def repeated_beginning(body: Mapping[str, Json], quirks: Mapping[str, Any]) -> str:
    """The beginning that a server repeats before the rest of an answer that it does not stream; "" for most."""
    messages = body.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    if not quirks.get("prefill_repeated") or not isinstance(last, dict) or last.get("role") != "assistant":
        return ""
    content = last.get("content")
    return content if isinstance(content, str) else ""
