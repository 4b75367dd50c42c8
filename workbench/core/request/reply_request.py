"""A reply request: which message is to be answered, by which model, with which settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import Choices
from workbench.core.json_types import Json

from .models import ModelRef


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """``parent_id`` is the message to answer. ``prefix`` is the beginning of the reply, which the model continues
    (a reply cut short, an edited one, one that ends in a chosen token), and ``prefix_extra`` the ``extra`` of a reply
    that is continued. ``system`` overrides the chat's; ``origin`` says where the branch comes from. ``choices`` are
    what is left out or pinned on the path that it branches from; the reply's own path keeps them."""

    chat: Chat
    parent_id: str
    model: ModelRef
    params: Mapping[str, Json] = field(default_factory=dict)
    system: str | None = None
    origin: str = ""
    prefix: str = ""
    prefix_extra: Mapping[str, Json] = field(default_factory=dict)
    move_tip: bool = True
    choices: Choices = field(default_factory=dict)
