"""Sources of foreign exports: one file, a ZIP, a gzip or a folder; each a set of named streams of bytes.

Nothing is ever unpacked to disk. What an archive says about itself is checked before anything is read, and
its streams end with an error where a bomb would begin.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from workbench.core.errors import BadInput

MOST_MEMBERS = 200_000
MOST_UNPACKED = 16_000_000_000
"""Bytes of all members together; exports with years of pictures have a few gigabytes."""
MOST_RATIO = 200
"""Text packs to a tenth; bombs to a thousandth. Small members may pack better."""
_SMALL = 20_000_000
_MOST_DIRECTORY = 64_000_000
_END_RECORD = struct.Struct("<4s4H2LH")  # see APPNOTE.TXT, 4.3.16

Read = Callable[[int], None]
"""Told how many bytes were read; may raise to end the reading."""


class Source(Protocol):
    """``name`` is for sentences. ``members`` are names with ``/``; a file has one, its own name. ``chosen`` are those
    that are to be read as chats; the others are what chats may name, such as pictures. ``litter`` counts the files that
    systems leave beside others, which are no members."""

    name: str
    path: Path
    members: Sequence[str]
    chosen: Sequence[str]
    litter: int

    def open(self, member: str) -> BinaryIO:
        """Opens a member. Raises ``BadInput``, also later while its stream is read."""
        ...

    def size(self, member: str) -> int:
        """Returns the size in bytes, unpacked."""
        ...

    def close(self) -> None: ...


class _Counted(io.RawIOBase):
    """Counts what is read of another stream and turns its errors into sentences."""

    def __init__(self, stream: BinaryIO, name: str, read: Read, most: int) -> None:
        self._stream, self._name, self._read, self._left = stream, name, read, most

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise BadInput(f"{self._name} is damaged or was not copied to its end ({error}): nothing was taken. "
                           "Get the file again.") from None
        self._left -= len(data)
        if self._left < 0:
            raise BadInput(f"{self._name} unpacks to far more than a conversation could be: nothing was taken.")
        self._read(len(data))
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


def _counted(stream: BinaryIO, name: str, read: Read, most: int) -> BinaryIO:
    return cast(BinaryIO, _Counted(stream, name, read, most))


class FileSource:
    """A plain file, or a gzip, which has no members either."""

    litter = 0

    def __init__(self, path: Path, read: Read) -> None:
        self.name, self.path, self._read = path.name, path, read
        self.members: Sequence[str] = [path.name]
        self.chosen: Sequence[str] = self.members
        self._packed = _begins(path, b"\x1f\x8b")

    def open(self, member: str) -> BinaryIO:
        if not self._packed:
            return _counted(self.path.open("rb"), self.name, self._read, MOST_UNPACKED)
        most = max(_SMALL, self.path.stat().st_size * MOST_RATIO)
        return _counted(cast(BinaryIO, gzip.open(self.path)), self.name, self._read, most)

    def size(self, member: str) -> int:
        return self.path.stat().st_size

    def close(self) -> None:
        pass


class ZipSource:
    def __init__(self, path: Path, read: Read) -> None:
        self.name, self.path, self._read = path.name, path, read
        _check_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise BadInput(f"{path.name} is a damaged ZIP file: nothing was taken. Get the file again.") from None
        try:
            infos = [info for info in self._zip.infolist() if not info.is_dir()]
            _check_members(path, infos)
            self.litter = sum(_is_litter(info.filename) for info in infos)
            infos = [info for info in infos if not _is_litter(info.filename)]
        except BadInput:
            self._zip.close()
            raise
        self._infos = {info.filename: info for info in infos}
        self.members: Sequence[str] = list(self._infos)
        self.chosen: Sequence[str] = self.members

    def open(self, member: str) -> BinaryIO:
        info = self._infos[member]
        name = f"{PurePosixPath(member).name} in {self.name}"
        try:
            stream = self._zip.open(info)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
            raise BadInput(f"{name} is damaged: nothing was taken. Get the file again.") from None
        return _counted(cast(BinaryIO, stream), name, self._read, info.file_size)

    def size(self, member: str) -> int:
        return self._infos[member].file_size

    def close(self) -> None:
        self._zip.close()


class FolderSource:
    """A folder with all below it. Links are ignored: they may lead anywhere."""

    def __init__(self, path: Path, read: Read) -> None:
        self.name, self.path, self._read = path.name, path, read
        self.litter = 0
        members: list[str] = []
        for folder, _, files in os.walk(path):  # which does not follow links to folders
            names = [Path(folder) / file for file in files if not (Path(folder) / file).is_symlink()]
            found = [file.relative_to(path).as_posix() for file in names]
            members += [name for name in found if not _is_litter(name)]
            self.litter += sum(map(_is_litter, found))
            if len(members) > MOST_MEMBERS:
                raise BadInput(f"{path.name} holds more than {MOST_MEMBERS:,} files. Choose the folder with the chats.")
        self.members: Sequence[str] = sorted(members)
        self.chosen: Sequence[str] = self.members

    def open(self, member: str) -> BinaryIO:
        return _counted((self.path / member).open("rb"), member, self._read, MOST_UNPACKED)

    def size(self, member: str) -> int:
        return (self.path / member).stat().st_size

    def close(self) -> None:
        pass


class Selection:
    """Some members of a source as chats, with all others beside them."""

    def __init__(self, source: Source, chosen: Sequence[str]) -> None:
        self.name, self.path, self._source = source.name, source.path, source
        self.members, self.chosen, self.litter = source.members, chosen, source.litter

    def open(self, member: str) -> BinaryIO:
        return self._source.open(member)

    def size(self, member: str) -> int:
        return self._source.size(member)

    def close(self) -> None:
        pass


def _is_litter(name: str) -> bool:
    """Returns whether a file is one that systems leave beside others, such as the resource forks of macOS."""
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] in (
        ".DS_Store", "Thumbs.db", "desktop.ini")


def open_source(path: Path, read: Read) -> Source:
    """Opens a source. Raises ``BadInput`` for one that cannot be read or trusted."""
    try:
        if path.is_dir():
            return FolderSource(path, read)
        if path.stat().st_size == 0:
            raise BadInput(f"{path.name} is empty, so there is nothing to import.")
        return ZipSource(path, read) if _begins(path, b"PK\x03\x04", b"PK\x05\x06") else FileSource(path, read)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}. Check the name.") from None
    except OSError as error:
        raise BadInput(f"{path.name} could not be read: {error.strerror or error}.") from None


def _begins(path: Path, *beginnings: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(max(map(len, beginnings))).startswith(beginnings)


def _check_directory(path: Path) -> None:
    """Refuses a directory so large that listing it would take all memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_535 - _END_RECORD.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END_RECORD.size:
        raise BadInput(f"{path.name} is a damaged ZIP file: nothing was taken. Get the file again.")
    size = _END_RECORD.unpack_from(tail, at)[5]
    if size != 0xFFFFFFFF and size > _MOST_DIRECTORY:
        raise BadInput(f"{path.name} says that it holds millions of files: nothing was taken.")


def _check_members(path: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_MEMBERS:
        raise BadInput(f"{path.name} holds more than {MOST_MEMBERS:,} files: nothing was taken.")
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise BadInput(f"{path.name} unpacks to more than {MOST_UNPACKED // 1_000_000_000} GB: nothing was taken.")
    for info in infos:
        name = info.filename
        if name.startswith(("/", "\\")) or ":" in name[:3] or ".." in name.replace("\\", "/").split("/"):
            raise BadInput(f"{path.name} holds the name “{name[:80]}”, which leads out of its folder. No program makes "
                           "such an export: nothing was taken.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise BadInput(f"{path.name} holds the link “{name[:80]}” instead of a file: nothing was taken.")
        if info.flag_bits & 1:
            raise BadInput(f"{path.name} is protected by a password. Unpack it, and import what is in it.")
        if info.file_size > _SMALL and info.file_size > info.compress_size * MOST_RATIO:
            raise BadInput(f"{name[:80]} in {path.name} unpacks to {MOST_RATIO} times its size or more, which no "
                           "conversation does: nothing was taken.")
