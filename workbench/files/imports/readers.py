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
from .format_sniffer import SourceHead
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat


@dataclass(frozen=True, slots=True)
class Reader:
    """``app`` begins the names that imports give chats and never changes; ``name`` is for people. ``claims`` says
    whether the source is of this format; ``read`` yields its chats and may raise ``BadInput``. ``gives`` says what the
    user has to bring. Formats with ``folders`` read a whole folder when given one, others when it is an unpacked
    export, which the file ``unpacked`` in it shows; else each file is read by itself."""

    app: str
    name: str
    claims: Callable[[SourceHead], bool]
    read: Callable[[Source, ImportContext], Iterator[ForeignChat]]
    gives: str = ""
    folders: bool = False
    unpacked: str = ""


READERS = (
    Reader("chat-workbench", "Chat Workbench", own_json.claims, own_json.read, "The .json of an export."),
    Reader("chatgpt", "ChatGPT", chatgpt.claims, chatgpt.read,
           "The ZIP of Export data, old or new, unpacked or not, or its conversations.json.", unpacked="chat.html"),
    Reader("claude", "Claude", claude.claims, claude.read,
           "The ZIP of Export data, unpacked or not, or its conversations.json.", unpacked="users.json"),
    Reader("openwebui", "Open WebUI", openwebui.claims, openwebui.read, "The .json of Export chats."),
    Reader("librechat", "LibreChat", librechat.claims, librechat.read, "The .json of a conversation."),
    Reader("chatbotui", "ChatbotUI", chatbotui.claims, chatbotui.read, "Its exported .json."),
    Reader("cherry", "Cherry Studio", cherry.claims, cherry.read,
           "The backup .zip (not the direct one) or .bak; since version 2 its database.", unpacked="data.json"),
    Reader("cherry", "Cherry Studio", cherry_database.claims, cherry_database.read),
    Reader("chatbox", "Chatbox", chatbox.claims, chatbox.read, "The chatbox-exported-data-….json."),
    Reader("lmstudio", "LM Studio", lmstudio.claims, lmstudio.read,
           "A .conversation.json, or the folder of them.", folders=True),
    Reader("sillytavern", "SillyTavern", sillytavern.claims, sillytavern.read, "A chat’s .jsonl, or a folder of them."),
    Reader("jan", "Jan", jan.claims, jan.read, "The folder threads, or a ZIP of it.", folders=True),
    Reader("witsy", "Witsy", witsy.claims, witsy.read, "history.json, or a folder or ZIP with its images.",
           folders=True),
    Reader("pygpt", "PyGPT", pygpt.claims, pygpt.read, "db.sqlite."),
    Reader("openai-jsonl", "OpenAI JSONL", openai_lines.claims, openai_lines.read, "Any .jsonl with messages."),
    Reader("sharegpt", "ShareGPT", sharegpt.claims, sharegpt.read, "Any .json or .jsonl with conversations."),
)
