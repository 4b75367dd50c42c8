"""Refusals: what a file that no format claims seems to be, and the files beside chats that hold none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput

from .fields import Fields, items, mapping
from .format_sniffer import SourceHead

if TYPE_CHECKING:
    from .readers import Reader

_SIDE_FILES = frozenset((
    "user.json", "users.json", "user_settings.json", "message_feedback.json", "shared_conversations.json",
    "model_comparisons.json", "group_chats.json", "shopping.json", "sora.json", "tool_messages.json", "assets.json",
    "conversation_asset_file_names.json", "library_files.json", "projects.json", "memories.json", "assistants.json",
    "providers.json", "config.json", "chat.html", "package.json", "manifest.json", "index.html",
    "archive_browser.html"))
"""Files that exports hold beside the chats; readers that know them look at them themselves."""
_SIDE_FOLDERS = frozenset(("projects", "memories", "textdocs", "design_chats"))


def side_file(path: PurePosixPath) -> bool:
    """Returns whether a member of an export is known to hold no chats."""
    in_folder = len(path.parts) > 1 and path.parts[-2] in _SIDE_FOLDERS and path.suffix == ".json"
    return path.name in _SIDE_FILES or in_folder or path.name.endswith((".meta.json", ".schema.json"))


def refusal(head: SourceHead, name: str, known: Sequence[Reader]) -> BadInput:
    """Returns the error for a file that no format claims: what was seen, and the formats that can be imported."""
    named = next((sentence for fits, sentence in _named(head) if fits), "")
    if named:
        return BadInput(f"{name} is in no format that can be imported: it {named} Nothing was taken.")
    seen = f"{name} is in no format that can be imported: it holds {_seen(head)}."
    names = ", ".join(dict.fromkeys(reader.name for reader in known))
    return BadInput(f"{seen} Known are: {names}." if names else seen)


def _seen(head: SourceHead) -> str:
    names = ", ".join(f"“{name[:40]}”" for name in list(head.first)[:8])
    match head.kind:
        case "array":
            return f"a list of objects with the fields {names}" if names else "a list without objects"
        case "object":
            return f"an object with the fields {names}" if names else "an empty object"
        case "lines":
            return f"JSON lines with the fields {names}"
        case "sqlite":
            return "a database with the tables " + ", ".join(f"“{table[:40]}”" for table in sorted(head.tables)[:12])
        case "text":
            line = next((line.strip() for line in head.beginning.splitlines() if line.strip()), "")
            return f"text that begins “{line[:60]}”" if line else "no text"
        case _:
            return "neither JSON, text nor a database"


def _named(head: SourceHead) -> Iterator[tuple[bool, str]]:
    """Yields whether a file is of a kind that is known to hold no chats, with what to do instead."""
    first, kinds = head.first, {str(sample.get("type")) for sample in head.samples}
    begins = head.beginning.lstrip()[:2000].lower()
    yield "flash-backup" in str(first.get("schema")), (
        "is a whole backup of big-AGI with its keys. In big-AGI choose “Export”, then “Backup chats”, and import that.")
    yield "totalConversations" in first and "conversations" in first, (
        "is a list of titles that a browser extension made, without the answers. Export My Activity of Gemini with "
        "Google Takeout.")
    yield head.any_has("conversation_id", "is_anonymous"), (
        "is a list of shared links without messages. Import conversations.json of the same export.")
    yield head.any_has("sessionId", "messageId", "message") and "user" in kinds, (
        "is Gemini CLI's list of prompts, without answers. Import the files in its folder “chats”.")
    yield head.any_has("display", "project") or head.any_has("session_id", "ts", "text"), (
        "is a list of prompts, without answers. Import the session files instead.")
    yield bool(kinds & {"thread.started", "item.completed"}), (
        "is the output of “codex exec”, without what was asked. Import the session file of Codex instead.")
    yield "exportType" in first and first.get("exportType") in ("settings", "agents"), (
        "holds settings, and no chats. Export the chats.")
    yield _only_text(first), "holds texts, and no conversations."
    yield begins.startswith(("<!doctype html", "<html")), (
        "is a web page, made for reading. Export the chats as JSON, and import that.")
    yield begins.startswith("%pdf"), "is a PDF, made for reading. Export the chats as JSON, and import that."
    yield head.name.endswith((".yaml", ".yml")), "is YAML, which cannot be imported. Export the chats as JSON."
    yield head.name.endswith((".md", ".txt")), (
        "is a text made for reading, in which messages cannot be told apart safely. Export the chats as JSON.")


def _only_text(first: Fields) -> bool:
    return set(first) == {"text"} and not items(first["text"]) and not mapping(first["text"])
