"""Replies: events, the assembler, the request record, and the service that runs a request."""
