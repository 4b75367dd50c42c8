"""Citations in every form that servers send: web pages by their address, documents by title and place.

What a server says beside that, such as the words that it cites and where they stand, is kept as a passage of the
source.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.json_types import Json
from workbench.core.reply.events import Cited

_WRAPPED = ("url_citation", "file_citation", "document_citation", "web", "retrievedContext", "retrieved_context",
            "maps")
_ADDRESSES = ("url", "uri", "source")
_TITLES = ("title", "document_title", "filename", "file_name", "filepath", "source", "file_id", "cited_text")
_NAMED = {"url", "uri", "title"}
_OPAQUE = {"encrypted_index", "encrypted_content"}
_MOST = 2000  # characters of one text of a passage


def cited_from(item: Json, choice: int = 0, place: Mapping[str, Json] | None = None) -> Cited | None:
    """Returns the source that ``item`` cites: an address, or an object in any of the known forms; None for another.

    ``place`` is added to the passage: where in the reply it is cited.
    """
    if isinstance(item, str):
        item = {"url": item}
    if not isinstance(item, dict):
        return None
    inner = next((found for name in _WRAPPED if isinstance(found := item.get(name), dict)), {})
    item = {**item, **inner}
    url = next((value for name in _ADDRESSES if isinstance(value := item.get(name), str) and "://" in value), "")
    title = _title(item, url)
    if not url and not title:
        return None
    gone = {*_WRAPPED, *_NAMED, *_OPAQUE}
    said = {name: _cut(value) for name, value in item.items() if name not in gone and value is not None}
    told = said.keys() - {"type"}
    return Cited(url, title, {**said, **(place or {})} if told or place else {}, choice)


def grounding_in(data: Mapping[str, Json]) -> list[Json]:
    """Returns the sources beside a message: Azure's ``context.citations``, and the chunks of Gemini's grounding."""
    found: list[Json] = []
    context, extra = data.get("context"), data.get("extra_content")
    if isinstance(context, dict) and isinstance(citations := context.get("citations"), list):
        found += citations
    google = extra.get("google") if isinstance(extra, dict) else None
    for home in (data, google):
        for name in _GROUNDING:
            given = home.get(name) if isinstance(home, dict) else None
            for one in given if isinstance(given, list) else [given]:
                chunks = (one.get("groundingChunks") or one.get("grounding_chunks")) if isinstance(one, dict) else None
                found += chunks if isinstance(chunks, list) else []
    return found


_GROUNDING = ("grounding_metadata", "groundingMetadata", "vertex_ai_grounding_metadata")


def _title(item: Mapping[str, Json], url: str) -> str:
    """Returns what a citation calls its source, with the page when it names one, else the words it cites."""
    names = _TITLES[:1] if url else _TITLES
    title = next((" ".join(name.split())[:200] for field in names
                  if isinstance(name := item.get(field), str) and name.strip()), "")
    page = item.get("start_page_number")
    return f"{title}, p. {page}" if title and isinstance(page, int) else title


def _cut(value: Json) -> Json:
    return value[:_MOST] if isinstance(value, str) else value
