"""Web pages as text, read in the worker: what a page holds is a stranger's, and it may be large."""

from __future__ import annotations

from typing import Any

from workbench.core.errors import BadInput
from workbench.core.ports.tools import FetchedPage
from workbench.core.processes.worker import Limits, WorkerFailed, call_async


async def text_of_page(page: FetchedPage) -> str:
    """Returns the text of an HTML page, as Markdown. Raises ``BadInput``."""
    try:
        text, _ = await call_async(read_page, page.data, encoding=page.encoding, limits=Limits(seconds=20))
    except WorkerFailed:
        raise BadInput(f"{page.url} cannot be read as a page: it is too large, or too deeply nested.") from None
    return str(text)


def read_page(data: bytes, *, encoding: str) -> tuple[Any, bytes]:
    """Returns the text of a page; called in the worker. (Any: what the worker can hand over.)"""
    from workbench.files.imports.html_text import markdown_of

    try:
        page = data.decode(encoding, "replace")
    except LookupError:
        page = data.decode("utf-8", "replace")
    return markdown_of(page), b""
