"""Bytes on the wire to core events and back: one file per protocol, vendors differ by data.

``hub.Hub`` is the one that the program talks to. A protocol (``openai_chat``, ``anthropic_messages``, …)
only builds requests and reads answers; ``exchange`` does the network for all of them.
"""
