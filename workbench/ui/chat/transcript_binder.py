"""The binder of the transcript to the open conversation: its messages, and what streams into them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.chat.parts import Reasoning, Text
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.transcript.entries import Entry, EntryHeader, ReadingPlace
from workbench.ui.transcript.view import TranscriptView

_MOST_PLACES = 100
"""Chats whose place is kept for the next start."""


class TranscriptBinder(QObject):
    """Everything that goes into the view goes through here."""

    empty_changed = Signal(bool)

    def __init__(self, conversation: Conversation, running_replies: RunningReplies, view: TranscriptView) -> None:
        super().__init__(view)
        self._conversation, self._view = conversation, view
        self._places: dict[str, ReadingPlace | None] = {}  # where the reader was, by chat; None at the end
        self._opening = False
        conversation.flush_requested.connect(self._remember_place)
        conversation.opened.connect(self._on_opened)
        conversation.path_changed.connect(self._show)
        conversation.path_updated.connect(self._update)
        conversation.provided.connect(view.provide)
        conversation.begun.connect(self._begin)
        conversation.ended.connect(self._end)
        running_replies.text_added.connect(self._text)
        running_replies.reasoning_added.connect(self._reasoning)
        running_replies.rewritten.connect(self._rewrite)

    def _show(self, line: Sequence[Entry | EntryHeader], key: str) -> None:
        """Shows another path: at the message ``key``, else where the reader left this chat, else at its end."""
        opening, self._opening = self._opening, False
        self._set(line)
        if key and key != self._last_key():
            self._view.scroll_to(key)
        elif opening and not key and (place := self._places.get(self._conversation.chat.id)):
            self._view.return_to(place)

    def _remember_place(self) -> None:
        """Notes where the reader is in the chat that is about to be left. A temporary one leaves no trace."""
        chat = self._conversation.chat
        if chat.id and not chat.temporary:
            self._places.pop(chat.id, None)  # the one that was left last is the last
            self._places[chat.id] = self._view.reading_place()

    def places(self) -> dict[str, ReadingPlace]:
        """Returns where the reader is in the chats that were open last, without those at their end."""
        self._remember_place()
        read = [(chat_id, place) for chat_id, place in self._places.items() if place is not None]
        return dict(read[-_MOST_PLACES:])

    def restore(self, places: Mapping[str, ReadingPlace]) -> None:
        """Takes what ``places`` returned when the program ended."""
        self._places = {**places, **self._places}

    def _on_opened(self, _: Chat) -> None:
        self._opening = True

    def _update(self, line: Sequence[Entry | EntryHeader]) -> None:
        """Shows changes of the same path; what the reader looks at stays where it is."""
        self._set(line, stay=True)

    def _set(self, line: Sequence[Entry | EntryHeader], *, stay: bool = False) -> None:
        last = line[-1] if line else None
        streaming = last if isinstance(last, Entry) and last.state == "streaming" else None
        shown = line[:-1] if streaming else line
        self._view.set_entries(shown, self._conversation.want, stay=stay)
        if streaming is not None:
            self._begin(streaming)
        self.empty_changed.emit(not line)

    def _begin(self, entry: Entry) -> None:
        """Begins a reply empty; what there is of it already streams into it like the rest."""
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
