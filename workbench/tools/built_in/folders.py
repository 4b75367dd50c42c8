"""Files in folders that the user chose: listed and read, never written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.core.errors import BadInput
from workbench.core.tools.tool import MOST_TEXT

MOST_ENTRIES = 500
MOST_BYTES = 20 * 2**20


def inside(folders: Sequence[str], path: str) -> Path:
    """Returns the file or folder that ``path`` names, which lies in one of the folders even when all links are
    followed. A relative path counts from each folder in turn. Raises ``BadInput``."""
    if not folders:
        raise BadInput("The user has chosen no folder that may be read.")
    if "\0" in path:
        raise BadInput("The path holds a character that no path has.")
    roots = [Path(folder).expanduser().resolve() for folder in folders]
    for root in roots:
        try:
            found = (root / path).resolve(strict=True)
        except (OSError, RuntimeError):  # it is not there, or is a circle of links
            continue
        if any(found.is_relative_to(one) for one in roots):
            return found
    raise BadInput(f"There is no “{path[:300]}” in the folders that may be read: {', '.join(map(str, roots))}.")


def listing(folders: Sequence[str], path: str) -> str:
    """Returns the names in a folder, with a slash behind folders and sizes in bytes behind files. Raises ``BadInput``.
    """
    if path in ("", "."):
        if len(folders) != 1:
            inside(folders, ".")
            return "\n".join(f"{folder}/" for folder in folders)
        path = "."
    folder = inside(folders, path)
    if not folder.is_dir():
        raise BadInput(f"“{path}” is a file. Read it with read_file.")
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name.casefold())
    except OSError as error:
        raise BadInput(f"“{path}” cannot be read: {error.strerror}.") from None
    lines = [f"{entry.name}/" if entry.is_dir() else f"{entry.name} {_size(entry)}" for entry in entries[:MOST_ENTRIES]]
    if len(entries) > MOST_ENTRIES:
        lines.append(f"[{len(entries) - MOST_ENTRIES} more]")
    return "\n".join(lines) or "[The folder is empty.]"


def _size(entry: Path) -> int:
    try:
        return entry.stat().st_size
    except OSError:  # a link that leads nowhere
        return 0


def plain_text(file: Path) -> str | None:
    """Returns a file's text, None when it is no plain text. Raises ``BadInput``."""
    if not file.is_file():
        raise BadInput(f"“{file.name}” is no file.")
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadInput(f"“{file.name}” has over {MOST_BYTES // 2**20} MB.")
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"“{file.name}” cannot be read: {error.strerror}.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text[:10_000] else text


def piece(text: str, offset: int) -> str:
    """Returns at most ``MOST_TEXT`` letters of a text, and where the next piece begins."""
    part = text[offset : offset + MOST_TEXT]
    rest = len(text) - offset - len(part)
    return f"{part}\n[{rest} letters more, from offset {offset + len(part)}]" if rest > 0 else part
