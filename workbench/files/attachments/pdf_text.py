"""The text of a PDF, read in a separate process: a hostile file can cost time and memory only there."""

from __future__ import annotations

import json
import subprocess
import sys

from workbench.core.errors import BadInput

SECONDS = 60
MOST_PAGES = 2000
MEMORY = 1_000_000_000
"""Bytes of address space for the worker, where the system can limit it."""


def extract_text(data: bytes, name: str) -> tuple[str, str]:
    """Returns the text and a note for the user. Raises ``BadInput``. Waits up to ``SECONDS``: call from a thread."""
    try:
        done = subprocess.run(_command(), input=data, capture_output=True, timeout=SECONDS, check=False)
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise BadInput(f"{name} took over {SECONDS} seconds to read. Attach fewer of its pages.") from None
    except ValueError:
        raise BadInput(f"{name} is damaged or too complex to read. Save it again and attach that.") from None
    if answer["error"]:
        raise BadInput(f"{name} {answer['error']}")
    if not answer["text"].strip():
        raise BadInput(f"{name} holds no text, only pictures. Attach its pages as images instead.")
    pages = answer["pages"]
    note = f"Only the first {MOST_PAGES} of {pages} pages of {name} are sent." if pages > MOST_PAGES else ""
    return answer["text"], note


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--pdf-worker"]
    return [sys.executable, "-m", "workbench.files.attachments.pdf_text"]


def worker() -> None:
    """Reads a PDF from stdin and writes ``{"text", "pages", "error"}`` to stdout."""
    _limit_memory()
    import io

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    answer = {"text": "", "pages": 0, "error": ""}
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            answer["error"] = "is protected by a password. Remove it and attach the file again."
        else:
            answer["pages"] = len(reader.pages)
            pages = (page.extract_text() for page in reader.pages[:MOST_PAGES])
            answer["text"] = "\n\n".join(text.strip() for text in pages)
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError,
            MemoryError, OSError, AssertionError):
        answer["error"] = "is damaged or too complex to read. Save it again and attach that."
    sys.stdout.write(json.dumps(answer))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    worker()
