"""Built-in models: ``builtin/guide`` and ``builtin/ngram``, in process and as a server on 127.0.0.1.

A module belongs here when it is part of these models or of their server. There is one code path: a request body
in OpenAI's form goes to ``engine.Engine``, which answers with chunks in OpenAI's form. ``provider.BuiltinProvider``
turns the chunks into events, ``server.Server`` into server-sent events.
"""
