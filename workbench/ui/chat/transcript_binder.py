"""Joins the transcript to the open conversation: its line, what streams into it, its pictures and links."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from workbench.core.chat.parts import Reasoning, Text
from workbench.core.errors import BadInput, StoreError
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.transcript.entries import Entry, EntryStub
from workbench.ui.transcript.view import TranscriptView


class TranscriptBinder(QObject):
    """Everything that goes into the view goes through here."""

    empty_changed = Signal(bool)

    def __init__(
        self, services: Services, conversation: Conversation, replying: RunningReplies, view: TranscriptView
    ) -> None:
        super().__init__(view)
        self._store, self._tasks = services.store, services.tasks
        self._conversation, self._replying, self._view = conversation, replying, view
        conversation.line_changed.connect(self._show)
        conversation.line_updated.connect(self._update)
        conversation.provided.connect(view.provide)
        conversation.begun.connect(self._begin)
        conversation.ended.connect(self._end)
        replying.text.connect(self._text)
        replying.reasoning.connect(self._reasoning)
        replying.rewritten.connect(self._rewrite)
        view.image_needed.connect(self._load_image)
        view.link_activated.connect(lambda address: QDesktopServices.openUrl(QUrl(address)))

    def _show(self, line: Sequence[Entry | EntryStub], key: str) -> None:
        """Another line, at its end or at the message ``key``."""
        self._set(line)
        if key and key != self._last_key():
            self._view.scroll_to(key)

    def _update(self, line: Sequence[Entry | EntryStub]) -> None:
        """The same line with changes: what the reader looks at stays where it is."""
        self._set(line, stay=True)

    def _set(self, line: Sequence[Entry | EntryStub], *, stay: bool = False) -> None:
        last = line[-1] if line else None
        streaming = last if isinstance(last, Entry) and last.state == "streaming" else None
        shown = line[:-1] if streaming else line
        self._view.set_entries(shown, self._conversation.want, stay=stay)
        if streaming is not None:
            self._begin(streaming)
        self.empty_changed.emit(not line)

    def _begin(self, entry: Entry) -> None:
        """A reply that comes in begins empty; what there is already streams into it like the rest."""
        if entry.state != "streaming":
            self._view.begin(entry)
        else:
            streamed = [part for part in entry.parts if isinstance(part, Text | Reasoning)]
            others = tuple(part for part in entry.parts if part not in streamed)
            self._view.begin(dataclasses.replace(entry, parts=others))
            for part in streamed:
                push = self._view.append_text if isinstance(part, Text) else self._view.append_reasoning
                push(entry.key, part.text)
        self.empty_changed.emit(False)

    def _text(self, key: str, piece: str) -> None:
        if key == self._last_key():
            self._view.append_text(key, piece)

    def _reasoning(self, key: str, piece: str) -> None:
        if key == self._last_key():
            self._view.append_reasoning(key, piece)

    def _rewrite(self, key: str) -> None:
        if key == self._last_key():
            self._conversation.reload_soon()

    def _end(self, entry: Entry) -> None:
        if self._view.document.get(entry.key) is None:
            return
        if entry.key == self._last_key():
            self._view.finish(entry.key, entry)
        else:
            self._view.update_entry(entry)

    def _last_key(self) -> str:
        messages = self._view.document.messages
        return messages[-1].key if messages else ""

    def _load_image(self, sha256: str) -> None:
        self._tasks.start(f"picture {sha256}", self._provide_image(sha256))

    async def _provide_image(self, sha256: str) -> None:
        try:
            self._view.provide_image(sha256, await self._store.blob(sha256))
        except (BadInput, StoreError):
            self._view.provide_image(sha256, b"")  # shown as a picture that is missing

    def save(self, data: bytes, path: Path) -> None:
        """Writes a code block or a picture to a file of the user's choice."""
        self._tasks.start("save a file", self._save(data, path))

    async def _save(self, data: bytes, path: Path) -> None:
        try:
            await asyncio.to_thread(path.write_bytes, data)
        except OSError as error:
            raise BadInput(f"{path} could not be written: {error.strerror}. Choose another place.") from error
