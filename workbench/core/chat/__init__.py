"""Chats: messages and their parts, the tree, the context, templates and titles."""
