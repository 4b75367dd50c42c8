"""The built-in models: ``builtin/guide`` and ``builtin/ngram``, in process and over HTTP.

One code path: a request body in OpenAI's form goes to the ``Engine``, which answers with chunks in OpenAI's
form. ``BuiltinProvider`` turns the chunks into events, ``Server`` into server-sent events.
"""

from .provider import BuiltinProvider
from .server import Server

__all__ = ["BuiltinProvider", "Server"]
