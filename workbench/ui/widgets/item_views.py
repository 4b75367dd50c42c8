"""Item views (lists, trees, tables) that have their style before anybody measures their rows."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QAbstractItemView, QTableView

View = TypeVar("View", bound=QAbstractItemView)


def polished(view: View) -> View:
    """Gives a new view its style at once, and returns it.

    A view measures its rows when it is first asked for their places, and does not again when its style comes. The
    style comes when the view is shown; assistive technology asks before. Tab leaves a table, too: going through its
    cells without an end, it would hold whoever has only the keyboard.
    """
    if isinstance(view, QTableView):
        view.setTabKeyNavigation(False)
    view.ensurePolished()
    return view
