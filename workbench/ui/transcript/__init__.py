"""The transcript of a conversation: ``TranscriptView`` shows ``Entry`` values."""

from .entries import Action, Entry, EntryStub
from .view import TranscriptView

__all__ = ["Action", "Entry", "EntryStub", "TranscriptView"]
