"""Chats from files of this and other programs: one file per format, values of one shape, one way in."""
