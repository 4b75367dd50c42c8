"""Writing of a file whose place the user chose."""

from __future__ import annotations

import asyncio
from pathlib import Path

from workbench.core.errors import BadInput
from workbench.core.file_replacement import write_whole


async def write_file(path: Path, data: bytes) -> None:
    """Writes a file in a thread. Raises ``BadInput`` with a sentence for the user when that fails."""
    try:
        await asyncio.to_thread(write_whole, path, data)
    except OSError as error:
        raise BadInput(f"{path} could not be written: {error.strerror}. Choose another place.") from error
