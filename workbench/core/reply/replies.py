"""The reply service: gathers what a request needs, and has it run and its reply persisted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.core.chat.context import carried, messages_for, noted_in
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Text, blobs_of
from workbench.core.chat.template_provenance import templates_used
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.requests import Request

if TYPE_CHECKING:
    from workbench.core.ports.providers import Providers
    from workbench.core.ports.store import Store
    from workbench.core.request.schema_check import ValidateSchema

    from .reply_run import ReplyWatcher


class ReplyService:
    """Requests replies. Keeps nothing between them."""

    def __init__(self, store: Store, providers: Providers, validate: ValidateSchema | None = None) -> None:
        """``validate`` says what is wrong with an answer that was bound to a JSON schema; it is called in a
        worker thread."""
        self._store = store
        self._providers = providers
        self._validate = validate

    async def request_for(self, wanted: ReplyRequest) -> Request:
        """Returns the request that ``reply`` would send; the preview shows it."""
        return await self._request(wanted, await self._path(wanted))

    async def reply(self, wanted: ReplyRequest, watcher: ReplyWatcher) -> list[MessageNode]:
        """Sends the request and keeps what comes; returns the reply, and its siblings when several were requested.

        Never raises for what the provider did: that is a ``Failure`` part in the reply. When cancelled, what came is
        kept as STOPPED and ``CancelledError`` is raised. Raises ``StoreError`` when the reply cannot even be begun.
        """
        from .recorder import Recorder  # what only a reply needs is loaded with the first one
        from .reply_run import ReplyRun

        path = await self._path(wanted)
        request = await self._request(wanted, path)
        noted = {node.id: noted_in(node.message.extra) for node in path}
        recorder = Recorder(str(wanted.model), wanted.params, self._providers.info(wanted.model).price,
                            templates_used(wanted, path))
        run = ReplyRun(self._store, wanted, watcher, recorder, self._validate,
                       carried(wanted.choices, list(noted), noted))
        await run.reply_of(0)
        return await run.run(self._providers.stream(request))

    async def _path(self, wanted: ReplyRequest) -> Sequence[MessageNode]:
        """Returns the messages from the root to the one that is answered."""
        headers = await self._store.path(wanted.chat.id, wanted.parent_id)
        return await self._store.nodes([header.id for header in headers])

    async def _request(self, wanted: ReplyRequest, path: Sequence[MessageNode]) -> Request:
        system_prompt = wanted.chat.system if wanted.system is None else wanted.system
        messages = messages_for(path, system_prompt, wanted.choices)
        beginning = Message("assistant", (Text(wanted.prefix),) if wanted.prefix else (), str(wanted.model),
                            wanted.prefix_extra)
        if not beginning.empty:
            messages = (*messages, beginning)
        state = next((node.message.extra.get("state") for node in reversed(path)
                      if node.message.extra.get("state")), None)
        blobs = blobs_of(part for message in messages for part in message.parts)
        return Request(
            wanted.model, messages, dict(wanted.params),
            {blob.sha256: await self._store.blob(blob.sha256) for blob in blobs},
            state=state if isinstance(state, dict) else {},
        )
