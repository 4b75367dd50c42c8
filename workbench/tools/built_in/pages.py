"""Pages of the web as text. How they are fetched is given from outside: nothing here knows of the network."""

from __future__ import annotations

from urllib.parse import urlsplit

from workbench.core.errors import BadInput
from workbench.core.ports.tools import FetchedPage


def checked_address(url: str) -> str:
    """Returns an address that may be fetched. Raises ``BadInput``."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise BadInput(f"“{url[:300]}” is no address of a page: it begins with https:// or http://.")
    if "@" in parts.netloc:
        raise BadInput("The address holds a user name or a password. Leave them out.")
    return url


def decoded(page: FetchedPage) -> str:
    """Returns the text of a page that is text."""
    try:
        return page.data.decode(page.encoding, "replace")
    except LookupError:
        return page.data.decode("utf-8", "replace")


def is_text(mime: str) -> bool:
    return mime.startswith("text/") or mime.endswith(("json", "xml", "yaml", "javascript"))
