"""Streams of replies: from the built-in models or over the network, with a fallback where one is named."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput, KeyringUnavailable, NotReached, ProviderError
from workbench.core.reply.events import Event, Failed, ResponseInfo
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Preview, Request
from workbench.core.settings import Settings

from .catalogue.model_resolver import alias_targets
from .endpoints.presets import BUILTIN
from .targets import Targets

if TYPE_CHECKING:
    from workbench.core.ports.settings_file import SettingsFile

    from .builtin.provider import BuiltinProvider


class ReplyStreams:
    """Answers requests."""

    def __init__(self, settings: SettingsFile, targets: Targets, builtin: BuiltinProvider) -> None:
        self._settings, self._targets, self._builtin = settings, targets, builtin

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Runs one request. Where it fails before any content came, the next fallback is asked."""
        from .http.request_attempts import CONTENT

        chain = [request.model, *fallbacks(request.model, self._settings.value)]
        for at, ref in enumerate(chain):
            failed: Failed | None = None
            began = False
            async with aclosing(self._stream_from(replace(request, model=ref))) as events:
                async for event in events:
                    if isinstance(event, Failed) and not began and at + 1 < len(chain):
                        failed = event
                        break
                    began = began or isinstance(event, CONTENT)
                    yield event
            if failed is None:
                return
            yield ResponseInfo({"fallback": request.model.provider, "fallback_reason": failed.error.sentence,
                                "fallback_model": str(chain[at + 1])})

    async def _stream_from(self, request: Request) -> AsyncGenerator[Event, None]:
        """Runs a request without its fallback. What the other side does wrong becomes ``Failed``."""
        if request.model.provider == BUILTIN:
            async with aclosing(self._builtin.stream(request)) as events:
                async for event in events:
                    yield event
            return
        try:
            attempts = await self._targets.attempts(request.model)
            request = await self._targets.with_tool_secrets(request)
        except ProviderError as error:
            yield Failed(error)
            return
        except KeyringUnavailable as error:
            yield Failed(NotReached(str(error), "key"))
            return
        except BadInput as error:
            yield Failed(NotReached(str(error), "request"))
            return
        async with aclosing(attempts.events(request)) as events:
            async for event in events:
                yield event

    async def preview(self, request: Request) -> Preview:
        """Returns what ``stream`` would send first. Raises ``BadInput``, ``ProviderError`` or
        ``KeyringUnavailable``."""
        if request.model.provider == BUILTIN:
            return self._builtin.preview(request)
        return await self._targets.preview(request)


def fallbacks(ref: ModelRef, settings: Settings) -> list[ModelRef]:
    """Returns the models that answer instead of ``ref``, in order.

    They are the further targets of an alias for it, then its provider's own fallback: a provider, which is asked for
    the same model, or a ``provider/model``.
    """
    found: list[ModelRef] = []
    for value in settings.aliases.values():
        first, *others = alias_targets(value) or [""]
        if first == str(ref):
            found += [ModelRef.parse(other) for other in others if "/" in other]
    config = settings.providers.get(ref.provider)
    if config is not None and (name := config.fallback.strip()):
        found.append(ModelRef.parse(name) if "/" in name else ModelRef(name, ref.model))
    return [other for other in dict.fromkeys(found) if other != ref]
