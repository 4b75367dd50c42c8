"""The core: conversations, requests, replies, parameters and experiments, and the run of a reply.

Only the standard library: no Qt, no network, no database. Identity and time belong to storage; values here
are frozen and equal when their contents are equal.
"""
