"""Named files: read whole, within a limit, whatever the user named."""

from __future__ import annotations

from pathlib import Path

from workbench.core.errors import BadInput


def read_named(path: Path, most: int) -> bytes:
    """Reads a file or a pipe of at most ``most`` bytes, whatever it says of its size: a device never ends. Waits: for a
    worker thread or a command. Raises ``BadInput``."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise BadInput(f"{path} could not be read: {error.strerror}.") from None
    if len(data) > most:
        raise BadInput(f"{path} is larger than {most // 1_000_000} MB. Split it.")
    return data
