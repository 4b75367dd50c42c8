"""Lanes: two to six models or settings that answer the same messages, each on a branch of the open chat."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal, SignalInstance

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode
from workbench.core.errors import BadInput, StoreError
from workbench.core.ids import new_id
from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageActionId
from workbench.ui.chat.message_view_model import MessagePlace, entry_for
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.composer.draft import Draft
from workbench.ui.transcript.entries import Action, Entry

FEWEST, MOST = 2, 6
_LANES = "lanes"  # the field of a chat's ``extra``


@dataclass(frozen=True, slots=True)
class Lane:
    """``tip`` is the last message of its branch, None while the chat has none."""

    id: str
    model: str
    params: Mapping[str, Json] = field(default_factory=dict)
    tip: str | None = None


class CompareController(QObject):
    """Owns the lanes of the open chat. They are kept with the chat and are there again when it is opened."""

    changed = Signal(list)  # Lanes, in order; [] when the chat is not compared
    shown = Signal(str, list)  # lane id, its Entries
    begun = Signal(str, object)  # lane id, Entry that streams
    text_added = Signal(str, str, str)  # lane id, key, piece
    reasoning_added = Signal(str, str, str)
    ended = Signal(str, object)  # lane id, Entry
    answered = Signal()  # every lane has ended
    accepted = Signal()  # the draft is taken
    refused = Signal(object, object)  # Draft, the WorkbenchError that says why it was not sent
    sent = Signal(object)  # MessageNode of the first lane's question
    warned = Signal(str)

    def __init__(
        self, services: Services, conversation: Conversation, running_replies: RunningReplies,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._providers, self._settings = services.providers, services.settings
        self._conversation, self._running_replies = conversation, running_replies
        self.lanes: tuple[Lane, ...] = ()
        self._base: str | None = None  # what the lanes have in common ends with this message
        self._coming: dict[str, str] = {}  # node id → lane id
        self._waiting: set[str] = set()  # lanes that have been asked and have not ended
        conversation.opened.connect(self._on_opened)
        running_replies.text_added.connect(partial(self._pass_on, self.text_added))
        running_replies.reasoning_added.connect(partial(self._pass_on, self.reasoning_added))
        running_replies.ended.connect(self._on_ended)
        running_replies.changed.connect(self._on_running)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    # --- lanes ---

    def start(self) -> None:
        """Compares from the end of the open line on: its own model, and another one."""
        chat = self._conversation.chat
        others = [name for name in self._settings.value.recent if name != chat.model]
        self._base = chat.tip
        first = Lane(new_id(), chat.model, dict(chat.params), chat.tip)
        second = Lane(new_id(), (others or [chat.model])[0], dict(chat.params), chat.tip)
        self._set((first, second))

    def stop(self) -> None:
        """Ends the comparison: the chat shows its one path again."""
        self._set(())
        self._conversation.reload_soon()

    def add(self) -> None:
        """Adds a lane with the settings of the last. Where the others have had one question, it stands there
        too, to be asked with ``again``; a longer talk hangs on what each answered, and cannot be shared."""
        if len(self.lanes) < MOST:
            last = self.lanes[-1]
            lane = Lane(new_id(), last.model, dict(last.params), self._base)
            self._set((*self.lanes, lane))
            self._tasks.spawn("add a lane", self._catch_up(lane.id))

    async def _catch_up(self, lane_id: str) -> None:
        tips = {lane.tip for lane in self.lanes if lane.tip != self._base}
        nodes = await self._store.nodes([tip for tip in tips if tip])
        questions = {node.parent_id for node in nodes}
        if len(questions) != 1 or (parent := questions.pop()) is None or self._waiting:
            return
        asked = await self._store.nodes([parent])
        if asked and asked[0].parent_id == self._base and asked[0].message.role == "user":
            self._put(dataclasses.replace(self.lane(lane_id), tip=parent))
            await self._show()

    def remove(self, lane_id: str) -> None:
        """Takes a lane away; its messages stay as a branch."""
        if len(self.lanes) > FEWEST:
            self._set(tuple(lane for lane in self.lanes if lane.id != lane_id))

    def choose(self, lane_id: str, *, model: str = "", params: Mapping[str, Json] | None = None) -> None:
        """Sets the model or the parameters of a lane for what is asked from now on."""
        lane = self.lane(lane_id)
        self._put(dataclasses.replace(
            lane, model=model or lane.model, params=lane.params if params is None else dict(params)))
        self.changed.emit(list(self.lanes))

    def lane(self, lane_id: str) -> Lane:
        return next(lane for lane in self.lanes if lane.id == lane_id)

    def continue_here(self, lane_id: str) -> None:
        """Makes a lane the chat's line, its model and parameters the chat's own."""
        self._tasks.start("continue in a lane", self._continue_here(self.lane(lane_id)))

    async def _continue_here(self, lane: Lane) -> None:
        chat = await self._conversation.ensure_kept()
        await self._store.set_tip(chat.id, lane.tip)
        self._set(())
        self._conversation.change(model=lane.model, params=dict(lane.params))
        await self._conversation.reload(show="")

    def _set(self, lanes: tuple[Lane, ...]) -> None:
        self.lanes = lanes
        self._waiting &= {lane.id for lane in lanes}
        self._save_lanes()
        self.changed.emit(list(lanes))
        self._tasks.start("show the lanes", self._show())

    def _put(self, lane: Lane) -> None:
        self.lanes = tuple(lane if each.id == lane.id else each for each in self.lanes)
        self._save_lanes()

    def _save_lanes(self) -> None:
        chat = self._conversation.chat
        extra = {name: value for name, value in chat.extra.items() if name != _LANES}
        if self.lanes:
            extra[_LANES] = {"base": self._base, "lanes": [
                {"id": lane.id, "model": lane.model, "params": dict(lane.params), "tip": lane.tip}
                for lane in self.lanes
            ]}
        self._conversation.change(extra=extra)

    def _on_opened(self, chat: Chat) -> None:
        self.lanes, self._base = _read(chat.extra.get(_LANES))
        self._waiting = {lane.id for lane in self.lanes} & set(self._coming.values())
        self.changed.emit(list(self.lanes))
        if self.lanes:
            self._tasks.start("show the lanes", self._show())

    # --- what they say ---

    async def _show(self) -> None:
        chat_id, names = self._conversation.chat.id, self._conversation.names()
        for lane in self.lanes:
            entries: list[Entry] = []
            if chat_id and lane.tip and lane.tip != self._base:
                path = [header.id for header in await self._store.path(chat_id, lane.tip)]
                own = path[path.index(self._base) + 1:] if self._base in path else path
                nodes = await self._store.nodes(own)
                entries = [_entry(node, names, self._running_replies) for node in nodes]
            self.shown.emit(lane.id, entries)

    def _pass_on(self, signal: SignalInstance, node_id: str, piece: str) -> None:
        if lane_id := self._coming.get(node_id):
            signal.emit(lane_id, node_id, piece)

    def _on_begun(self, lane_id: str, node: MessageNode) -> None:
        if lane_id not in self._coming.values() and lane_id in {lane.id for lane in self.lanes}:
            self._coming[node.id] = lane_id
            self._put(dataclasses.replace(self.lane(lane_id), tip=node.id))
            self.begun.emit(lane_id, _entry(node, self._conversation.names(), self._running_replies))

    def _on_ended(self, node: MessageNode) -> None:
        lane_id = self._coming.pop(node.id, "")
        if lane_id in {lane.id for lane in self.lanes}:
            self._waiting.discard(lane_id)
            self.ended.emit(lane_id, _entry(node, self._conversation.names(), self._running_replies))
            if not self._waiting:
                self.answered.emit()

    def _on_running(self, chat_id: str) -> None:
        """Stops waiting for replies that could not even begin, once nothing comes in any more."""
        if self._waiting and chat_id == self._conversation.chat.id and not self._running_replies.running(chat_id):
            self._waiting.clear()
            self.answered.emit()

    # --- asking ---

    def send(self, draft: Draft) -> None:
        """Asks every lane the same."""
        if not draft:
            return
        if self.busy or self._running_replies.running(self._conversation.chat.id):
            self.warned.emit("The lanes are still answering. Send it when they have ended, or stop them.")
            return
        self.accepted.emit()
        self._waiting = {lane.id for lane in self.lanes}
        self._tasks.spawn("send to the lanes", self._send(draft))

    async def _send(self, draft: Draft) -> None:
        try:
            refs = [self._providers.resolve(lane.model) for lane in self.lanes]
            chat = await self._conversation.ensure_kept()
            questions = await self._ask_at(chat, draft)
        except (BadInput, StoreError) as error:
            self._waiting.clear()
            self.refused.emit(draft, error)
            return
        await self._show()
        self.sent.emit(next(iter(questions.values())))
        for lane, ref in zip(self.lanes, refs, strict=True):
            self._start(chat, lane, ref, questions[lane.id].id)

    async def _ask_at(self, chat: Chat, draft: Draft) -> dict[str, MessageNode]:
        """Stores the question below every lane; lanes that end in the same message share it."""
        asked: dict[str | None, MessageNode] = {}
        questions = {}
        for lane in self.lanes:
            if lane.tip not in asked:
                asked[lane.tip] = await self._store.add_message(
                    chat.id, lane.tip, draft.to_message(), origin="lane", move_tip=not asked)
            questions[lane.id] = asked[lane.tip]
            self._put(dataclasses.replace(lane, tip=asked[lane.tip].id))
        return questions

    def again(self, lane_id: str) -> None:
        """Asks this lane for another answer to the last question."""
        self._tasks.spawn("ask a lane again", self._again(self.lane(lane_id)))

    async def _again(self, lane: Lane) -> None:
        nodes = await self._store.nodes([lane.tip] if lane.tip else [])
        if lane.id in self._waiting or not nodes or lane.tip == self._base:
            return
        parent = nodes[0].parent_id if nodes[0].message.role == "assistant" else nodes[0].id
        if parent is not None:
            chat = await self._conversation.ensure_kept()
            ref = self._providers.resolve(lane.model)
            self._put(dataclasses.replace(lane, tip=parent))
            await self._show()
            self._start(chat, self.lane(lane.id), ref, parent)

    def _start(self, chat: Chat, lane: Lane, ref: ModelRef, parent: str) -> None:
        self._waiting.add(lane.id)
        place = [each.id for each in self.lanes].index(lane.id)
        ask = ReplyRequest(chat, parent, ref, lane.params, origin=f"lane {place + 1}", move_tip=place == 0)
        self._running_replies.start(ask, partial(self._on_begun, lane.id))


def _entry(node: MessageNode, names: Mapping[str, str], running_replies: RunningReplies) -> Entry:
    entry = entry_for(node, MessagePlace(), names, streaming=running_replies.message(node.id))
    return dataclasses.replace(entry, actions=(Action(MessageActionId.COPY, "Copy", in_row=True),))


def _read(data: Json | Iterable[object]) -> tuple[tuple[Lane, ...], str | None]:
    """Returns the lanes that ``_save_lanes`` wrote and what they have in common; no lanes for anything else."""
    if not isinstance(data, dict) or not isinstance(kept := data.get("lanes"), list):
        return (), None
    items: Sequence[Mapping[str, Json]] = [item for item in kept if isinstance(item, dict)]
    lanes = tuple(
        Lane(str(item.get("id")), str(item.get("model")), dict(params) if isinstance(params := item.get("params"), dict)
             else {}, str(item["tip"]) if item.get("tip") else None)
        for item in items[:MOST]
    )
    base = data.get("base")
    return (lanes if len(lanes) >= FEWEST else ()), str(base) if base else None
