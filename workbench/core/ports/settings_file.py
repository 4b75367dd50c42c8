"""The port for the settings file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from workbench.core.settings import Settings


class SettingsFile(Protocol):
    """The one settings file."""

    @property
    def value(self) -> Settings: ...

    def change(self, **changes: Any) -> Settings:
        """Saves and announces changes. Raises ``BadInput`` for a value that a setting cannot have."""
        ...

    def reload(self) -> bool:
        """Reads the file again if another process, the user or a restore changed it; returns whether a setting
        changed."""
        ...

    def changed(self, listener: Callable[[Settings], None]) -> Callable[[], None]: ...
