"""Errors, as a tree. Every message is a finished sentence for the user.

::

    WorkbenchError
        BadInput            the user's input cannot be used as it is (file, value, plan, command)
            UnknownModel    no model, alias or provider has that name
        StoreError          the disk, the database or a file
            StoreFull       no space left; what is in memory is kept
            StoreTooNew     written by a newer version
            StoreDamaged    the database is damaged
        KeyringUnavailable  no keyring, or it is locked
        ToolServerError     a server of tools, or the way to it
        ProviderError       the other side, or the way to it
            NotReached      no connection, TLS failure, time-out before anything came
            Refused         an answer that says no (status and body kept)
            Interrupted     the stream ended early; what came is kept
            NotAnAnswer     an answer that is not a chat completion (HTML, empty, broken JSON)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class WorkbenchError(Exception):
    """Base of all errors that are shown to the user as one sentence (``str(error)``)."""


class BadInput(WorkbenchError):
    """Something given by the user cannot be used; the sentence says what to do."""


class UnknownModel(BadInput):
    """Nothing can be asked by that name; the sentence names similar ones."""


class StoreError(WorkbenchError):
    """The store could not do what was asked."""


class StoreFull(StoreError):
    """The disk is full; nothing in memory is lost."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of the program."""


class StoreDamaged(StoreError):
    """The store fails its integrity check."""


class KeyringUnavailable(WorkbenchError):
    """There is no usable keyring, it is locked, or it refused. ``locked`` tells which."""

    def __init__(self, sentence: str, *, locked: bool = False) -> None:
        super().__init__(sentence)
        self.locked = locked


class ToolServerError(WorkbenchError):
    """A server of tools could not be started or reached, or does not keep to the protocol."""


ErrorKind = Literal[
    "key", "quota", "rate", "model", "parameter", "context", "content", "size", "overloaded",
    "server", "request", "network", "tls", "timeout", "interrupted", "not_an_answer", "redirect", "other",
]
"""The subject of an error, so that the interface can offer the right way out (edit the key, retry, …)."""


@dataclass
class ProviderError(WorkbenchError):
    """A failure on the way to a model or in its answer.

    ``sentence`` is for the user; ``body`` is what came, unchanged, for the details; ``status`` is the HTTP
    status (0: none); ``parameter`` is the request parameter that the server named, if it named one;
    ``retry_after`` is in seconds.
    """

    sentence: str
    kind: ErrorKind = "other"
    status: int = 0
    body: str = ""
    code: str = ""
    parameter: str = ""
    retry_after: float | None = None

    def __str__(self) -> str:
        return self.sentence


class NotReached(ProviderError):
    """Nothing came back."""


class Refused(ProviderError):
    """The server answered, and said no."""


class Interrupted(ProviderError):
    """The stream broke off; the text that came is kept."""


class NotAnAnswer(ProviderError):
    """The server answered with something that is no chat completion."""
