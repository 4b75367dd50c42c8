"""The type of a place in an item model, as Qt hands it to models and delegates."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

Index: TypeAlias = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
"""The parent of the rows at the top: all rows of a list or a table."""
