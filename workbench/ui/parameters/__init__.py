"""The panel on the right of the window."""

from .panel import Panel

__all__ = ["Panel"]
