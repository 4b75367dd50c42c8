"""The open conversation: its messages, running replies, title, and header."""
