"""Small JSON requests beside the replies: lists of models, properties of servers, connection tests."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import TYPE_CHECKING

from workbench.core.errors import NotAnAnswer, NotReached, Refused
from workbench.core.json_types import Json
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.wire.error_bodies import refusal
from workbench.providers.wire.error_shapes import error_text, plain_words

from .client import build_request, redirect_error
from .headers import hide_key, hide_secrets, request_headers
from .stream_watchdog import whole_body

if TYPE_CHECKING:
    import httpx

BODY_LIMIT = 64 * 2**20
"""Bytes of a model list; 100,000 entries of OpenRouter's size are about 200 MB, and no host has so many."""


async def fetch_json(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, url: str, *,
    body: Json = None, seconds: float = 30.0, key_header: str = "",
) -> Json:
    """Sends GET (POST with a ``body``) and returns the JSON of the answer. Raises ``ProviderError``.

    The key goes only to the endpoint's own origin, and to the addresses that the shipped preset names. ``key_header``
    sends it under another name. ``seconds`` is the time for the whole exchange. Where the answer repeats the key, a
    placeholder stands.
    """
    headers = request_headers(endpoint, None if key_header else key)
    if key and key_header:
        headers[key_header] = key
    content = None if body is None else json.dumps(body).encode()
    request = build_request(client, endpoint.network, "GET" if body is None else "POST", url, headers, content)
    try:
        head, data = await whole_body(client, request, endpoint.name, time.monotonic() + seconds, BODY_LIMIT)
    except TimeoutError as error:
        raise NotReached(f"{endpoint.name} did not answer within {seconds:g} s.", "timeout") from error
    text = data.decode("utf-8", "replace")
    if 300 <= head.status < 400:
        raise redirect_error(head.status, head.headers.get("location", ""), endpoint.name, url, endpoint.base_url)
    if head.status >= 400:
        raise refusal(head.status, head.headers, hide_secrets(text, key, endpoint.config), endpoint.name)
    try:
        text = hide_key(text, key)  # a list that repeats it is stored and shown
        # A list of thousands of models takes longer than a frame.
        found: Json = json.loads(text) if len(text) < 100_000 else await asyncio.to_thread(json.loads, text)
    except (ValueError, RecursionError) as error:
        words = plain_words(text[:2000])
        sentence = (f"{endpoint.name} answered with {words}. Check the base URL. If this network has a page to sign in "
                    "on, open any page in a web browser, sign in there, then retry."
                    if words.startswith("a web page") else
                    f"{endpoint.name} answered with something that is not JSON. Check the base URL.")
        raise NotAnAnswer(sentence, "not_an_answer", head.status,
                          hide_secrets(text[:100_000], key, endpoint.config)) from error
    return found


async def check_endpoint(endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, url: str) -> None:
    """Asks for a reply without a message, which no provider charges for. Raises ``ProviderError``.

    For hosts without a list of models. One that answers that a message is missing has accepted the key; one that misses
    the model, fails over it, or answers all the same, is there too.
    """
    try:
        await fetch_json(endpoint, client, key, url, body={})
    except Refused as error:
        words = f"{error.code} {error_text(error.body)}"
        without_model = error.status == 404 and re.search(r"\bmodel|deployment", words, re.IGNORECASE) is not None
        if error.status not in (400, 422, 500) and not without_model:
            raise
