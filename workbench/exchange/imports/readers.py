"""The formats that can be imported, in the order in which they are tried. To add one, write a file with
``claims`` and ``read`` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import (
    chatbotui,
    chatbox,
    chatgpt,
    cherry,
    cherry_database,
    claude,
    jan,
    librechat,
    lmstudio,
    openai_lines,
    openwebui,
    own_json,
    pygpt,
    sharegpt,
    sillytavern,
    witsy,
)
from .head import Head
from .intake import Intake
from .sources import Source
from .values import ForeignChat


@dataclass(frozen=True, slots=True)
class Reader:
    """``app`` begins the names that imports give chats and never changes; ``name`` is for people. ``claims``
    says whether the source is of this format; ``read`` yields its chats and may raise ``BadInput``. Formats with
    ``folders`` are read as a folder when given one; of others each file is read by itself."""

    app: str
    name: str
    claims: Callable[[Head], bool]
    read: Callable[[Source, Intake], Iterator[ForeignChat]]
    folders: bool = False


READERS = (
    Reader("chat-workbench", "Chat Workbench", own_json.claims, own_json.read),
    Reader("chatgpt", "ChatGPT", chatgpt.claims, chatgpt.read),
    Reader("claude", "Claude", claude.claims, claude.read),
    Reader("openwebui", "Open WebUI", openwebui.claims, openwebui.read),
    Reader("librechat", "LibreChat", librechat.claims, librechat.read),
    Reader("chatbotui", "ChatbotUI", chatbotui.claims, chatbotui.read),
    Reader("cherry", "Cherry Studio", cherry.claims, cherry.read),
    Reader("cherry", "Cherry Studio", cherry_database.claims, cherry_database.read),
    Reader("chatbox", "Chatbox", chatbox.claims, chatbox.read),
    Reader("lmstudio", "LM Studio", lmstudio.claims, lmstudio.read, folders=True),
    Reader("sillytavern", "SillyTavern", sillytavern.claims, sillytavern.read),
    Reader("jan", "Jan", jan.claims, jan.read, folders=True),
    Reader("witsy", "Witsy", witsy.claims, witsy.read, folders=True),
    Reader("pygpt", "PyGPT", pygpt.claims, pygpt.read),
    Reader("openai-jsonl", "OpenAI JSONL", openai_lines.claims, openai_lines.read),
    Reader("sharegpt", "ShareGPT", sharegpt.claims, sharegpt.read),
)
