"""Standard streams of commands, in any encoding: what is printed never fails, and what is read is decoded with care."""

from __future__ import annotations

import io
import locale
import os
import sys

from workbench.core.errors import BadInput


def prepare_output() -> None:
    """Lets every character be printed. Pipes and files get UTF-8, where Windows would take the code page of its
    consoles and old locales ASCII; an encoding that the user chose with ``PYTHONIOENCODING`` stays, and a terminal's.
    In those, letters that they do not have are written as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):  # none, in a program without a console
            continue
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")


def on_terminal() -> bool:
    """Returns whether results go to a terminal, which acts on control characters."""
    return sys.stdout is not None and sys.stdout.isatty()


def holds_unicode() -> bool:
    """Returns whether every character can be written to stdout as it is."""
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")


def read_input() -> str:
    """Returns all of standard input. Raises ``BadInput`` when it is no text."""
    if not isinstance(sys.stdin, io.TextIOWrapper):
        return sys.stdin.read()
    return decoded(sys.stdin.buffer.read())


def read_line() -> str:
    """Returns the first line of standard input. Raises ``BadInput`` when it is no text."""
    if not isinstance(sys.stdin, io.TextIOWrapper):
        return sys.stdin.readline()
    return decoded(sys.stdin.buffer.readline())


def decoded(data: bytes) -> str:
    """Returns text in UTF-8, in UTF-16 with a byte order mark, or else in the encoding of the system."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", locale.getpreferredencoding(False)):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n")
    raise BadInput(
        "What came on standard input is no text in UTF-8. Save it in UTF-8, or attach it to a question as a file "
        "with -a. In PowerShell, set $OutputEncoding = [Text.UTF8Encoding]::new() first."
    )
