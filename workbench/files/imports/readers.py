"""The formats that can be imported, in the order in which they are tried. To add one, write a file with a ``FORMAT``
and a line here."""

from __future__ import annotations

from dataclasses import dataclass

from . import (
    aider,
    aistudio,
    batch,
    big_agi,
    chatbotui,
    chatbox,
    chatgpt,
    cherry,
    cherry_database,
    claude,
    claude_code,
    codex,
    copilot,
    deepseek,
    gemini_cli,
    grok,
    hermes,
    huggingchat,
    jan,
    lechat,
    librechat,
    llm_logs,
    lmstudio,
    lobechat,
    nextchat,
    openai_lines,
    openwebui,
    own_database,
    own_json,
    perplexity,
    preference,
    pygpt,
    sharegpt,
    sillytavern,
    takeout,
    typingmind,
    witsy,
)
from .formats import EntryFormat, FileFormat


@dataclass(frozen=True, slots=True)
class Reader:
    """``app`` begins the names that imports give chats and never changes; ``name`` is for people. ``gives`` says what
    the user has to bring; a second form of a format has none."""

    app: str
    name: str
    format: FileFormat | EntryFormat
    gives: str = ""

    @property
    def whole(self) -> bool:
        """Whether a folder or an archive is read as one."""
        return isinstance(self.format, FileFormat) and self.format.whole


READERS = (
    Reader("chat-workbench", "Chat Workbench", own_json.FORMAT,
           "The .json of an export, or the workbench.db or a backup of another computer."),
    Reader("chat-workbench", "Chat Workbench", own_database.FORMAT),
    Reader("codex", "Codex", codex.FORMAT, "A session’s .jsonl, or the folder ~/.codex/sessions."),
    Reader("gemini-cli", "Gemini CLI", gemini_cli.FORMAT, "A session’s .json or .jsonl, or the folder ~/.gemini/tmp."),
    Reader("claude-code", "Claude Code", claude_code.FORMAT, "A session’s .jsonl, or the folder ~/.claude/projects."),
    Reader("aider", "Aider", aider.FORMAT, "The .aider.chat.history.md."),
    Reader("hermes", "Hermes agent", hermes.FORMAT, "A session’s .json, or its database."),
    Reader("hermes", "Hermes agent", hermes.DATABASE),
    Reader("sillytavern", "SillyTavern", sillytavern.FORMAT, "A chat’s .jsonl, or a folder of them."),
    Reader("batch", "Batch files", batch.FORMAT,
           "The requests or answers of OpenAI’s or Anthropic’s batches; both, in one folder, are one chat each."),
    Reader("preference", "Preference files", preference.FORMAT,
           "Any .json or .jsonl with a preferred and a rejected answer."),
    Reader("deepseek", "DeepSeek", deepseek.FORMAT, "The ZIP of Export data, or its conversations.json."),
    Reader("chatgpt", "ChatGPT", chatgpt.FORMAT,
           "The ZIP of Export data, old or new, unpacked or not, or its conversations.json."),
    Reader("claude", "Claude", claude.FORMAT,
           "The ZIP of Export data, unpacked or not, or its conversations.json."),
    Reader("grok", "Grok", grok.FORMAT, "The ZIP of its export, or prod-grok-backend.json."),
    Reader("big-agi", "big-AGI", big_agi.FORMAT, "The .json of Backup chats, or of one chat."),
    Reader("perplexity", "Perplexity", perplexity.FORMAT, "A thread’s .json, as browser tools save it."),
    Reader("lobechat", "LobeChat", lobechat.FORMAT, "The .json of its export."),
    Reader("nextchat", "NextChat", nextchat.FORMAT, "The .json of its local export."),
    Reader("typingmind", "TypingMind", typingmind.FORMAT, "The .json of its export."),
    Reader("qwen", "Qwen", openwebui.QWEN, "The .json of its export."),
    Reader("openwebui", "Open WebUI", openwebui.FORMAT, "The .json of Export chats."),
    Reader("librechat", "LibreChat", librechat.FORMAT, "The .json of a conversation."),
    Reader("chatbotui", "ChatbotUI", chatbotui.FORMAT, "Its exported .json."),
    Reader("cherry", "Cherry Studio", cherry.FORMAT,
           "The backup .zip (not the direct one) or .bak; since version 2 its database."),
    Reader("cherry", "Cherry Studio", cherry_database.FORMAT),
    Reader("chatbox", "Chatbox", chatbox.FORMAT, "The chatbox-exported-data-….json."),
    Reader("lmstudio", "LM Studio", lmstudio.FORMAT, "A .conversation.json, or the folder of them."),
    Reader("jan", "Jan", jan.FORMAT, "The folder threads, or a ZIP of it."),
    Reader("witsy", "Witsy", witsy.FORMAT, "history.json, or a folder or ZIP with its images."),
    Reader("pygpt", "PyGPT", pygpt.FORMAT, "db.sqlite."),
    Reader("llm", "llm", llm_logs.FORMAT, "logs.db."),
    Reader("aistudio", "Google AI Studio", aistudio.FORMAT, "A prompt from its folder in Google Drive."),
    Reader("gemini", "Gemini", takeout.FORMAT, "My Activity of Google Takeout, as JSON or HTML, or its ZIP."),
    Reader("huggingchat", "HuggingChat", huggingchat.FORMAT, "The ZIP of its export, or its conversations.json."),
    Reader("lechat", "Le Chat", lechat.FORMAT, "The ZIP of Mistral’s export, or one of its files."),
    Reader("copilot", "Microsoft Copilot", copilot.FORMAT, "copilot-activity-history.csv of the privacy page."),
    Reader("sharegpt", "ShareGPT", sharegpt.FORMAT, "Any .json or .jsonl with conversations."),
    Reader("alpaca", "Alpaca", sharegpt.ALPACA, "Any .json or .jsonl with instruction and output."),
    Reader("openai-jsonl", "OpenAI JSONL", openai_lines.FORMAT,
           "Any .jsonl or .json with messages, also a bare list of them."),
    Reader("openai-jsonl", "OpenAI JSONL", openai_lines.BARE),
)
