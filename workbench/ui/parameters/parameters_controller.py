"""The right panel's side of the open chat: parameters, system prompt, presets, preview, and the last request."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import messages_for
from workbench.core.chat.messages import MessageNode, user
from workbench.core.errors import BadInput, ProviderError, StoreError
from workbench.core.json_types import Json
from workbench.core.reply.replies import ReplyRequest
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.ui.chat.conversation import Conversation

_REST = 0.15  # seconds without a change before a preview is made


class ParametersController(QObject):
    values = Signal(dict)
    system = Signal(str)
    limits = Signal(dict)
    presets = Signal(dict)
    default = Signal(dict)  # with what chats of the open chat's model begin
    preview = Signal(object, str)  # Preview or None, why there is none
    record = Signal(object)  # RequestRecord of the reply that was looked at last, or None

    def __init__(
        self, services: Services, conversation: Conversation, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._providers = services, services.providers
        self._settings, self._tasks = services.settings, services.tasks
        self._conversation = conversation
        self._previews = False
        conversation.opened.connect(self._on_opened)
        conversation.params_changed.connect(self._on_params)
        conversation.system_changed.connect(self._on_system)
        conversation.model_changed.connect(self._on_model)

    def load(self) -> None:
        self.presets.emit(dict(self._settings.value.presets))

    def on_settings(self, settings: Settings) -> None:
        self.presets.emit(dict(settings.presets))
        self._tell_limits()
        self._tell_default()

    def _on_opened(self, chat: Chat) -> None:
        self.values.emit(dict(chat.params))
        self.system.emit(chat.system)
        self._on_model(chat.model)
        self._tasks.start("the last request", self._last_record(chat))

    async def _last_record(self, chat: Chat) -> None:
        last = self._conversation.last("assistant")
        nodes = await self._services.store.nodes([last]) if last else []
        if chat.id == self._conversation.chat.id:
            self.record.emit(nodes[0].record if nodes else None)

    def _on_params(self, params: Mapping[str, Json]) -> None:
        self.values.emit(dict(params))
        self._preview_soon()

    def _on_system(self, text: str) -> None:
        self.system.emit(text)
        self._preview_soon()

    def _on_model(self, model: str) -> None:
        self._tell_limits()
        self._tell_default()
        self._preview_soon()

    def on_ended(self, node: MessageNode) -> None:
        """A reply is complete: what was learned of its model, and its request."""
        if node.chat_id == self._conversation.chat.id:
            self.record.emit(node.record)
            self._tell_limits()
            self._preview_soon()

    def _ref(self) -> ModelRef | None:
        try:
            return self._providers.resolve(self._conversation.chat.model)
        except BadInput:
            return None

    def _tell_limits(self) -> None:
        ref = self._ref()
        self.limits.emit(dict(self._providers.limits(ref)) if ref else {})

    def _tell_default(self) -> None:
        self.default.emit(self._settings.value.defaults_of(self._conversation.chat.model))

    # --- wishes ---

    def set_values(self, values: Mapping[str, Json]) -> None:
        self._conversation.change(params=dict(values))

    def set_system(self, text: str) -> None:
        self._conversation.change(system=text)

    def save_preset(self, name: str, values: Mapping[str, Json]) -> None:
        self._settings.change(presets={**self._settings.value.presets, name: dict(values)})

    def delete_preset(self, name: str) -> None:
        presets = {key: value for key, value in self._settings.value.presets.items() if key != name}
        self._settings.change(presets=presets)

    def save_default(self, values: Mapping[str, Json]) -> None:
        """Chats of this model begin with these parameters from now on; with ``{}`` as any other."""
        kept = dict(self._settings.value.model_params)
        kept[self._conversation.chat.model] = dict(values)
        self._settings.change(model_params={model: params for model, params in kept.items() if params})

    def forget(self, parameter: str) -> None:
        if ref := self._ref():
            self._tasks.start("", self._forget(ref, parameter))

    async def _forget(self, ref: ModelRef, parameter: str) -> None:
        await self._providers.forget(ref, parameter)
        self._tell_limits()
        self._preview_soon()

    # --- the preview ---

    def want_previews(self, wanted: bool) -> None:
        self._previews = wanted
        self._preview_soon()

    def _preview_soon(self) -> None:
        if self._previews:
            self._tasks.start("preview", self._preview())

    async def _preview(self) -> None:
        await asyncio.sleep(_REST)
        try:
            request = await self._request()
            self.preview.emit(await self._providers.preview(request), "")
        except (BadInput, ProviderError, StoreError) as error:
            self.preview.emit(None, str(error))

    async def _request(self) -> Request:
        chat = self._conversation.chat
        model = self._providers.resolve(chat.model)
        if chat.id and chat.tip:
            request = await self._services.replies.request_for(ReplyRequest(chat, chat.tip, model, chat.params))
        else:
            request = Request(model, messages_for((), chat.system), dict(chat.params))
        if chat.draft.strip():
            request = dataclasses.replace(request, messages=(*request.messages, user(chat.draft)))
        return request
