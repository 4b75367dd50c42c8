"""Exports: chats as files, with a module for each format."""
