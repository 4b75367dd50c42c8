"""The controller of the panel's tabs on the open chat: parameters, system prompt, presets, preview, last request."""

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
from workbench.core.ports.providers import Limit
from workbench.core.reply.records import RequestRecord
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.requests import Request
from workbench.core.request.tool_secrets import hidden, into_keyring
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.chat.temporary_chats import NO_SWEEP

_REST = 0.15  # seconds without a change before a preview is made


class ParametersController(QObject):
    """Keeps what the tabs show, each fact as an attribute, for tabs that are made later.

    A signal tells a fact that has changed, unless the tab itself changed it and shows it already.
    """

    values_changed = Signal(dict)
    system_changed = Signal(str)
    limits_changed = Signal(dict)
    presets_changed = Signal(dict)
    default_changed = Signal(dict)
    record_changed = Signal(object)  # RequestRecord or None
    sweep_problem_changed = Signal(str)
    previewed = Signal(object, str)  # Preview or None, why there is none

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._providers = services, services.providers
        self._settings, self._tasks = services.settings, services.tasks
        self._conversation = conversation
        self._previews = False
        self.values: Mapping[str, Json] = {}
        self._stored: Mapping[str, Json] = {}  # the values without the secrets of tools
        self.system = ""
        self.limits: Mapping[str, Limit] = {}  # what the chat's model does not take as it is, by parameter
        self.presets: Mapping[str, object] = dict(services.settings.value.presets)
        self.default: Mapping[str, Json] = {}  # with what chats of the chat's model begin
        self.record: RequestRecord | None = None  # of the reply that was shown last
        self.sweep_problem = ""  # why no experiment can be made of the chat
        conversation.opened.connect(self._on_opened)
        conversation.params_changed.connect(self._on_params)
        conversation.system_changed.connect(self._on_system)
        conversation.model_changed.connect(self._on_model)
        conversation.temporary_changed.connect(self._on_temporary)
        conversation.path_changed.connect(self._preview_soon)
        conversation.path_updated.connect(self._preview_soon)
        replies.ended.connect(self._on_ended)
        self._subscriptions = (
            services.settings.changed(self._on_settings), self._providers.changed(self._look_up_limits),
            self._providers.limits_changed(self._on_limits))

    def stop(self) -> None:
        """Stops listening to settings and providers."""
        for unsubscribe in self._subscriptions:
            unsubscribe()

    # --- facts ---

    def _on_opened(self, chat: Chat) -> None:
        self._on_params(chat.params)
        self._on_system(chat.system)
        self._on_model(chat.model)
        self._on_temporary(chat.temporary)
        self._tasks.start("the last request", self._load_record(chat))

    async def _load_record(self, chat: Chat) -> None:
        last = self._conversation.last("assistant")
        nodes = await self._services.store.nodes([last]) if last else []
        if chat.id == self._conversation.chat.id:
            self.show_record(nodes[0].record if nodes else None)

    def _on_params(self, params: Mapping[str, Json]) -> None:
        if params != self._stored:
            self.values = self._stored = dict(params)
            self.values_changed.emit(dict(params))
        self._preview_soon()

    def _on_system(self, text: str) -> None:
        if text != self.system:
            self.system = text
            self.system_changed.emit(text)
        self._preview_soon()

    def _on_model(self, model: str) -> None:
        self._set_default(self._settings.value.defaults_of(model))
        self._look_up_limits()

    def _on_temporary(self, temporary: bool) -> None:
        problem = NO_SWEEP if temporary else ""
        if problem != self.sweep_problem:
            self.sweep_problem = problem
            self.sweep_problem_changed.emit(problem)

    def _on_ended(self, node: MessageNode) -> None:
        if node.chat_id == self._conversation.chat.id:
            self.show_record(node.record)
            self._preview_soon()

    def _on_settings(self, settings: Settings) -> None:
        if settings.presets != self.presets:
            self.presets = dict(settings.presets)
            self.presets_changed.emit(dict(settings.presets))
        self._set_default(settings.defaults_of(self._conversation.chat.model))

    def _on_limits(self, ref: ModelRef) -> None:
        if ref == self._ref():
            self._look_up_limits()

    def show_record(self, record: RequestRecord | None) -> None:
        """Shows the request of another reply."""
        if record is not self.record:
            self.record = record
            self.record_changed.emit(record)

    def _look_up_limits(self) -> None:
        ref = self._ref()
        limits = dict(self._providers.limits(ref)) if ref else {}
        if limits != self.limits:
            self.limits = limits
            self.limits_changed.emit(dict(limits))
        self._preview_soon()

    def _set_default(self, values: Mapping[str, Json]) -> None:
        if values != self.default:
            self.default = dict(values)
            self.default_changed.emit(dict(values))

    def _ref(self) -> ModelRef | None:
        try:
            return self._providers.resolve(self._conversation.chat.model)
        except BadInput:
            return None

    # --- wishes ---

    def set_values(self, values: Mapping[str, Json]) -> None:
        self.values = dict(values)
        self._stored = hidden(values)
        if self._stored != values:
            self._tasks.spawn("keep the secrets of a tool", into_keyring(values, self._services.secrets))
        self._conversation.change(params=dict(self._stored))

    def set_system(self, text: str) -> None:
        self.system = text
        self._conversation.change(system=text)

    def save_preset(self, name: str, values: Mapping[str, Json]) -> None:
        self._settings.change(presets={**self._settings.value.presets, name: hidden(values)})

    def rename_preset(self, name: str, new: str) -> None:
        """Gives a preset another name; one of that name is replaced."""
        presets = dict(self._settings.value.presets)
        if name in presets:
            values = presets.pop(name)
            self._settings.change(presets={**presets, new: values})

    def delete_preset(self, name: str) -> None:
        presets = {key: value for key, value in self._settings.value.presets.items() if key != name}
        self._settings.change(presets=presets)

    def save_default(self, values: Mapping[str, Json]) -> None:
        """Lets chats of this model begin with these parameters from now on; with ``{}`` as any other."""
        kept = dict(self._settings.value.model_params)
        kept[self._conversation.chat.model] = hidden(values)
        self._settings.change(model_params={model: params for model, params in kept.items() if params})

    def forget(self, parameter: str) -> None:
        """Forgets what was learned of a parameter of the chat's model."""
        if ref := self._ref():
            self._tasks.spawn("forget a limit", self._providers.forget(ref, parameter))

    # --- the preview ---

    def want_previews(self, wanted: bool) -> None:
        """Makes previews from now on, or none while nobody sees them."""
        self._previews = wanted
        self._preview_soon()

    def _preview_soon(self, *_: object) -> None:
        if self._previews:
            self._tasks.start("preview", self._preview())

    async def _preview(self) -> None:
        await asyncio.sleep(_REST)
        try:
            request = await self._request()
            self.previewed.emit(await self._providers.preview(request), "")
        except (BadInput, ProviderError, StoreError) as error:
            self.previewed.emit(None, str(error))

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
