"""The transcript of a conversation: ``TranscriptView`` shows ``Entry`` values."""

from .entries import Action, Entry, EntryHeader
from .view import TranscriptView

__all__ = ["Action", "Entry", "EntryHeader", "TranscriptView"]
