"""A provider service on real parts but for the disk: settings, keys and store in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.server import Server
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Blob
from workbench.core.json_types import Json
from workbench.core.listeners import Listeners
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import Event, Failed, Finished, Sent, UsageReport
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig, Settings
from workbench.core.tasks import Tasks
from workbench.providers.builtin.provider import BuiltinProvider
from workbench.providers.provider_service import ProviderService

KEY = "sk-canary-0123456789"


class MemorySettings:
    """``core.ports.SettingsFile`` without the file."""

    def __init__(self, settings: Settings) -> None:
        self.value = settings
        self._listeners = Listeners[[Settings]]()

    def change(self, **changes: Any) -> Settings:
        self.value = replace(self.value, **changes)
        self._listeners.tell(self.value)
        return self.value

    def changed(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        return self._listeners.add(listener)


class MemorySecrets:
    """Keys by provider and origin; ``asked`` records what was asked for."""

    def __init__(self, keys: Mapping[tuple[str, str], str]) -> None:
        self.keys = dict(keys)
        self.asked: list[tuple[str, str]] = []

    async def get(self, provider_id: str, origin: str) -> str | None:
        self.asked.append((provider_id, origin))
        return self.keys.get((provider_id, origin))


class MemoryStore:
    """The part of ``core.ports.Store`` that providers use."""

    def __init__(self) -> None:
        self.stored: dict[str, Json] = {}

    async def value(self, key: str) -> Json:
        return self.stored.get(key)

    async def set_value(self, key: str, value: Json) -> None:
        if value is None:
            self.stored.pop(key, None)
        else:
            self.stored[key] = value

    async def values(self, prefix: str) -> Mapping[str, Json]:
        return {key: value for key, value in self.stored.items() if key.startswith(prefix)}

    def changed(self, listener: Callable[[str, str], None]) -> Callable[[], None]:
        """Nobody else writes to this store."""
        return lambda: None


@dataclass
class Outcome:
    """All events of one reply, and what became of them."""

    events: list[Event]
    messages: dict[int, Message]
    blobs: dict[str, bytes]

    @property
    def message(self) -> Message:
        return self.messages.get(0, Message("assistant"))

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def failure(self) -> Any:
        return next((event.error for event in self.events if isinstance(event, Failed)), None)

    @property
    def usage(self) -> Usage | None:
        return next((event.usage for event in reversed(self.events) if isinstance(event, UsageReport)), None)

    @property
    def sent(self) -> Sent:
        return next(event for event in reversed(self.events) if isinstance(event, Sent))

    @property
    def finished(self) -> dict[int, str]:
        return {event.choice: event.reason for event in self.events if isinstance(event, Finished)}

    def all(self, *kinds: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kinds)]


@dataclass
class Bench:
    """A provider service, and what it stands on."""

    settings: MemorySettings
    secrets: MemorySecrets
    store: MemoryStore
    providers: ProviderService = field(init=False)
    environ: dict[str, str] = field(default_factory=dict)
    tasks: Tasks = field(default_factory=Tasks)

    def __post_init__(self) -> None:
        parts = (self.settings, self.secrets, self.store, BuiltinProvider(), self.tasks, self.environ)
        self.providers = ProviderService(*parts)  # type: ignore[arg-type]

    @property
    def config(self) -> ProviderConfig:
        """The one provider, as it is configured now."""
        (config,) = self.settings.value.providers.values()
        return config

    async def reply(self, model: str, text: str = "Hi", **request: Any) -> Outcome:
        messages = request.pop("messages", None) or (user(text),)
        return await gather(self.providers, Request(ModelRef.parse(model), tuple(messages), **request))


async def gather(providers: ProviderService, request: Request) -> Outcome:
    """Runs a request to its end."""
    events: list[Event] = []
    blobs: dict[str, bytes] = {}

    def keep(data: bytes, mime: str, name: str) -> Blob:
        blobs[str(len(blobs))] = data
        return Blob(str(len(blobs) - 1), len(data), mime, name)

    choices: dict[int, Assembler] = {}
    try:
        async with aclosing(providers.stream(request)) as stream:
            async for event in stream:
                events.append(event)
                index = getattr(event, "choice", 0)
                choices.setdefault(index, Assembler(str(request.model), keep)).feed(event)
    finally:
        await providers.close()
        await asyncio.sleep(0)
    return Outcome(events, {index: choice.message() for index, choice in sorted(choices.items())}, blobs)


def bench(server: Server, preset: str = "custom", id: str = "", *, path: str = "/v1", settings: Any = None,
          key: str | None = None, environ: Mapping[str, str] | None = None, **config: Any) -> Bench:
    """A provider service with one provider of that preset, whose address is the scripted server's."""
    id = id or ("test" if preset == "custom" else preset)
    config.setdefault("base_url", server.url + path)
    own = ProviderConfig(id, preset=preset, **config)
    secrets = MemorySecrets({(id, server.url): key} if key else {})
    value = Settings(providers={id: own}, **(settings or {}))
    return Bench(MemorySettings(value), secrets, MemoryStore(), environ=dict(environ or {}))


def offline(environ: Mapping[str, str] | None = None, **settings: Any) -> Bench:
    """A provider service without a server, with these settings."""
    return Bench(MemorySettings(Settings(**settings)), MemorySecrets({}), MemoryStore(), environ=dict(environ or {}))
