"""Imports: chats from files of this and other programs, with a module for each format."""
