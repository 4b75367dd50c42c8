"""The controller of reply variants: other settings, exact reproduction, and replies to compare."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.messages import Message, MessageNode, user
from workbench.core.chat.parts import Text
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.requests import Preview, Request
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies

REPRODUCE = "reproduce"


class VariantsController(QObject):
    """Carries out "Regenerate with…", "Reproduce" and "Continue with this token"; each makes a sibling."""

    comparison_prepared = Signal(list, str, str)  # MessageNodes to choose from, the ids of the two to begin with
    warned = Signal(str)  # why there is nothing to compare, or what a request will not do
    reproduced = Signal(str, str, str)  # a sentence on how it went, ids of the old and of the new reply

    def __init__(
        self, services: Services, conversation: Conversation, running_replies: RunningReplies,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._providers, self._replies = services.providers, services.replies
        self._conversation, self._running_replies = conversation, running_replies
        self._reproducing: dict[str, tuple[MessageNode, bool]] = {}  # parent id → what is made again, whether alike
        running_replies.ended.connect(self._on_ended)

    # --- another way ---

    def regenerate(self, node: MessageNode, model: str, params: Mapping[str, Json]) -> None:
        """Requests a reply beside ``node`` from ``model`` with ``params``; the chat keeps its own."""
        self._tasks.spawn("regenerate", self._ask(node, model, params, origin="regenerate"))

    def continue_from(self, node: MessageNode, prefix: str) -> None:
        """Requests a reply beside ``node`` that begins with ``prefix``, asked as ``node`` was."""
        self._tasks.spawn("continue from a token", self._continue_from(node, prefix))

    async def _continue_from(self, node: MessageNode, prefix: str) -> None:
        ask = await self._ask_for(node, node.message.model, _asked(node), origin="token", prefix=prefix)
        if word := await self._prefix_problem(ask):
            self.warned.emit(word)
        self._running_replies.start(ask)

    async def prefix_problem(self, node: MessageNode) -> str:
        """Returns why the provider of a reply cannot continue a given beginning, ``""`` where it can."""
        return await self._prefix_problem(await self._ask_for(
            node, node.message.model, _asked(node), origin="token", prefix="The"))

    async def chat_prefix_problem(self) -> str:
        """Returns the same for the model of the open chat."""
        ref = self._providers.resolve(self._conversation.chat.model)
        begun = Message("assistant", (Text("The"),), str(ref))
        return _prefix_word(await self._providers.preview(Request(ref, (user("Go on"), begun))))

    async def _prefix_problem(self, ask: ReplyRequest) -> str:
        return _prefix_word(await self._providers.preview(await self._replies.request_for(ask)))

    async def _ask(self, node: MessageNode, model: str, params: Mapping[str, Json], *, origin: str) -> None:
        self._running_replies.start(await self._ask_for(node, model, params, origin=origin))

    async def _ask_for(
        self, node: MessageNode, model: str, params: Mapping[str, Json], *, origin: str, prefix: str = ""
    ) -> ReplyRequest:
        if node.parent_id is None:
            raise BadInput("This reply answers no message: write one and send it.")
        chat = await self._conversation.ensure_kept()
        ref = self._providers.resolve(model)
        return ReplyRequest(chat, node.parent_id, ref, params, origin=origin, prefix=prefix,
                   choices=self._conversation.choices)

    # --- the same way ---

    def reproduce(self, node: MessageNode) -> None:
        """Sends the same request once more; ``reproduced`` says whether the answer and the fingerprint matched."""
        self._tasks.spawn("reproduce", self._reproduce(node))

    async def _reproduce(self, node: MessageNode) -> None:
        if node.record is None or not node.record.body or node.parent_id is None:
            raise BadInput("This reply has no request that could be sent again: it was imported or edited.")
        chat = await self._conversation.ensure_kept()
        from workbench.core.text.differences import same_body  # not needed to start
        from workbench.ui.reply_variants.reproduction import framing

        system, prefix = framing(node.record)
        ask = ReplyRequest(chat, node.parent_id, ModelRef.parse(node.record.model), node.record.asked, system=system,
                  origin=REPRODUCE, prefix=prefix, choices=self._conversation.choices)
        preview = await self._providers.preview(await self._replies.request_for(ask))
        self._reproducing[node.parent_id] = (node, same_body(node.record.body, preview.body))
        self._running_replies.start(ask)

    def _on_ended(self, node: MessageNode) -> None:
        if node.origin == REPRODUCE and (begun := self._reproducing.pop(node.parent_id or "", None)):
            from workbench.ui.reply_variants.reproduction import outcome

            old, alike = begun
            self.reproduced.emit(outcome(old, node, alike), old.id, node.id)

    # --- against each other ---

    def compare(self, node: MessageNode) -> None:
        """Gathers what ``node`` can be compared with: its siblings, and the replies of the path."""
        self._tasks.start("gather replies", self._compare(node))

    async def _compare(self, node: MessageNode) -> None:
        siblings = await self._store.siblings(node.id)
        line = [key for key in self._conversation.keys if key not in siblings]
        nodes = [each for each in await self._store.nodes([*siblings, *line])
                 if each.message.role == "assistant" and (each.message.text or each.id == node.id)]
        ids = [each.id for each in nodes]
        if len(ids) < 2:
            self.warned.emit("There is no other reply to compare with: regenerate this one first.")
            return
        at = ids.index(node.id)
        other = ids[at - 1] if at else ids[1]
        self.comparison_prepared.emit(nodes, other, node.id)

    def compare_two(self, old: str, new: str, whole: bool = False) -> None:
        """Holds two messages against each other, or all that follows in their branches from where they part."""
        self._tasks.start("gather replies", self._compare_two(old, new, whole))

    async def _compare_two(self, old: str, new: str, whole: bool) -> None:
        nodes = await self._store.nodes([old, new])
        if whole:
            from workbench.ui.branches.branch_texts import parted

            nodes = await parted(self._store, nodes)
        if len(nodes) == 2:
            self.comparison_prepared.emit(list(nodes), old, new)
        else:
            self.warned.emit("Both messages are in one branch: choose two that stand in different ones.")


def _prefix_word(preview: Preview) -> str:
    return next((item.reason for item in preview.adjustments if item.parameter == "prefill"), "")


def _asked(node: MessageNode) -> Mapping[str, Json]:
    return node.record.asked if node.record is not None else {}
