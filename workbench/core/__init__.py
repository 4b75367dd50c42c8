"""What a conversation, a request, a reply, a parameter and an experiment are, and how a reply happens.

Only the standard library: no Qt, no network, no database. Identity and time belong to storage; values here
are frozen and equal when their contents are equal.
"""
