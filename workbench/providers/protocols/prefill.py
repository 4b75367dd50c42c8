"""Prefill: how a reply is continued, by sending its beginning where the model accepts it, else by asking for more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.core.chat.messages import Message, user
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.records import Adjustment

CONTINUE = "Go on exactly where your last message ended. Do not repeat any of it, and add no introduction."


def accepts_prefill(quirks: Mapping[str, Any], model: str) -> bool:
    """Returns whether a conversation may end in the beginning of a reply."""
    models = quirks.get("prefill_models")
    return isinstance(quirks.get("prefill"), dict) and (models is None or re.search(models, model) is not None)


def continuation(
    messages: tuple[Message, ...], quirks: Mapping[str, Any], who: str, model: str
) -> tuple[tuple[Message, ...], Mapping[str, JsonObject], list[Adjustment]]:
    """Returns the messages to send, and the fields that make the last one a beginning.

    Fields under ``message`` belong into that message, those under ``body`` beside the messages. Nothing changes for a
    conversation that does not end in a reply.
    """
    if not messages or messages[-1].role != "assistant" or not messages[-1].text:
        return messages, {}, []
    if accepts_prefill(quirks, model):
        return messages, quirks["prefill"], []
    change = Adjustment("prefill", "moved", f"{who} cannot continue the beginning of a reply, so it is asked to go on "
                                            "from there.", "a message")
    return (*messages, user(CONTINUE)), {}, [change]


def repeated_beginning(body: Mapping[str, Json], quirks: Mapping[str, Any]) -> str:
    """Returns the beginning that the server repeats in an answer that is not streamed; "" for most servers."""
    messages = body.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    if not quirks.get("prefill_repeated") or not isinstance(last, dict) or last.get("role") != "assistant":
        return ""
    content = last.get("content")
    return content if isinstance(content, str) else ""
