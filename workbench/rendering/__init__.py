"""Rendering: Markdown text to blocks, and blocks to HTML. Text in, values out: no Qt, and no other part of the
program."""
