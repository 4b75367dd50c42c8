"""The settings dialog."""

from .dialog import SettingsDialog

__all__ = ["SettingsDialog"]
