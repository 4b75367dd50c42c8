"""Archives: the parts of a document that is a ZIP file, inflated within a limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from workbench.core.errors import BadInput

MOST_PARTS = 20_000
"""Entries of an archive: more is no document."""
MOST_INFLATED = 100_000_000
"""Bytes of all parts that are read, counted as they are inflated: the sizes that an archive names may be lies."""
_PIECE = 1 << 16


class Archive:
    """A ZIP file in memory. Raises ``BadInput`` when it is damaged, locked or swollen."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._left = MOST_INFLATED
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise self._damaged() from None
        self.names: Sequence[str] = self._zip.namelist()
        if len(self.names) > MOST_PARTS:
            raise BadInput(f"{name} has more than {MOST_PARTS:,} parts. Attach the text of it instead.")

    def has(self, part: str) -> bool:
        return part in self._zip.NameToInfo

    def read(self, part: str) -> bytes:
        """Returns a part; nothing for one that is not there."""
        if not self.has(part):
            return b""
        return b"".join(self.pieces(part))

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yields a part piece by piece."""
        try:
            with self._zip.open(part) as file:
                while piece := file.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise BadInput(f"{self._name} unpacks to more than {MOST_INFLATED // 1_000_000} MB of text. "
                                       "Attach a shorter one.")
                    yield piece
        except RuntimeError:
            raise BadInput(f"{self._name} is protected by a password. Remove it and attach the file again.") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
            raise self._damaged() from None

    def _damaged(self) -> BadInput:
        return BadInput(f"{self._name} is damaged and cannot be read. Save it again and attach that.")
