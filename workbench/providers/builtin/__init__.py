"""The built-in models: ``builtin/guide`` and ``builtin/ngram``, in process and over HTTP.

One code path: a request body in OpenAI's form goes to ``engine.Engine``, which answers with chunks in OpenAI's
form. ``provider.BuiltinProvider`` turns the chunks into events, ``server.Server`` into server-sent events.
"""
