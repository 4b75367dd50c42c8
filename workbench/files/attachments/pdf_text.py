"""The text of a PDF, read in the worker: a hostile file can cost time and memory only there."""

from __future__ import annotations

import logging
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.processes.worker import Limits, WorkerFailed, call

log = logging.getLogger(__name__)
LIMITS = Limits(seconds=60, memory=1_000_000_000)
MOST_PAGES = 2000
_DAMAGED = "is damaged or too complex to read. Save it again and attach that."


def extract_text(data: bytes, name: str, most: int) -> tuple[str, str]:
    """Returns the text and a note for the user. Raises ``BadInput``, also when there are more than ``most``
    characters. Waits up to the limit of time: call from a thread."""
    try:
        facts, text = call(read, data, most=most, limits=LIMITS)
    except WorkerFailed as failed:
        log.warning("A PDF could not be read: %s", failed)
        if failed.kind == "time":
            seconds = round(LIMITS.seconds)
            raise BadInput(f"{name} took over {seconds} seconds to read. Attach fewer of its pages.") from None
        raise BadInput(f"{name} {_DAMAGED}") from None
    if facts["error"]:
        raise BadInput(f"{name} {facts['error']}")
    if not text.strip():
        raise BadInput(f"{name} holds no text, only pictures. Attach its pages as images instead.")
    pages = facts["pages"]
    note = f"Only the first {MOST_PAGES} of {pages} pages of {name} are sent." if pages > MOST_PAGES else ""
    return text.decode("utf-8", "replace"), note


def read(data: bytes, *, most: int) -> tuple[dict[str, Any], bytes]:
    """Runs in the worker: returns ``{"pages", "error"}`` and the text in UTF-8."""
    import io

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    found: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"pages": 0, "error": "is protected by a password. Remove it and attach the file again."}, b""
        for page in reader.pages[:MOST_PAGES]:
            found.append(page.extract_text().strip())
            if (most := most - len(found[-1])) < 0:
                return {"pages": 0, "error": "holds more text than can be attached. Attach fewer of its pages."}, b""
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError,
            AssertionError):
        return {"pages": 0, "error": _DAMAGED}, b""
    return {"pages": len(reader.pages), "error": ""}, "\n\n".join(found).encode("utf-8", "replace")
