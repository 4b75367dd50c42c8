"""Wishes that touch several panes: each presenter sees to one corner of the window."""
