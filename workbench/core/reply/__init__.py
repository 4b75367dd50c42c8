"""Replies: events, the assembler, the request record, and the run of one request."""
