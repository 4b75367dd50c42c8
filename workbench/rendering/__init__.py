"""Markdown text to blocks, and blocks to HTML. Text in, values out: no Qt, nothing of the program."""
