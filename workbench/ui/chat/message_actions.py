"""The registry of message actions: what can be done with one message, and by what it is offered.

Menus, the row under a message, the remedies of a failed reply, the keys that act on the last message and their
entries in the command palette are all made from it. Each feature registers its own actions.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from workbench.core.chat.messages import MessageNode, Status
from workbench.core.tasks import Tasks
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.transcript.entries import Action

if TYPE_CHECKING:
    from workbench.core.ports.store import Store


class MessageActionId(StrEnum):
    """Every action of a message, in the order of its menu."""

    ALLOW_CALL = "allow-call"
    DENY_CALL = "deny-call"
    COPY = "copy"
    COPY_MARKDOWN = "copy-markdown"
    COPY_HTML = "copy-html"
    COPY_TEXT = "copy-text"
    COPY_PICTURE = "copy-picture"
    SAVE_PICTURE = "save-picture"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    ANSWER = "answer"
    REGENERATE_WITH = "regenerate-with"
    PREFILL = "prefill"
    REPRODUCE = "reproduce"
    EDIT = "edit"
    BRANCH = "branch"
    NEW_CHAT = "branch-chat"
    NAME = "name"
    INSERT = "insert"
    DIFF = "diff"
    TOKENS = "tokens"
    REQUEST = "request"
    SWEEP = "sweep"
    STAY_TRUE = "stay-true"
    LEAVE_OUT = "leave-out"
    INCLUDE = "include"
    DELETE = "delete"
    DELETE_BELOW = "delete-below"
    # Remedies: on the card of a failed reply only.
    DROP_PARAMETER = "drop-parameter"
    EDIT_KEY = "edit-key"
    SEND_PLAIN = "send-plain"
    CHOOSE_MODEL = "choose-model"
    RETRY = "retry"
    PROVIDER = "provider"


_Ids = MessageActionId
_GROUPS_BEGIN = frozenset({_Ids.COPY, _Ids.REGENERATE, _Ids.LEAVE_OUT})
"""A line in the menu stands before the first of these that a group offers."""

_SUBMENUS = {
    "Copy or save as": (_Ids.COPY_MARKDOWN, _Ids.COPY_HTML, _Ids.COPY_TEXT, _Ids.COPY_PICTURE, _Ids.SAVE_PICTURE),
    "Ask again": (_Ids.CONTINUE, _Ids.ANSWER, _Ids.REGENERATE_WITH, _Ids.PREFILL, _Ids.REPRODUCE),
    "Branches": (_Ids.BRANCH, _Ids.NEW_CHAT, _Ids.NAME, _Ids.INSERT),
    "Examine": (_Ids.DIFF, _Ids.TOKENS, _Ids.REQUEST, _Ids.SWEEP, _Ids.STAY_TRUE),
    "Remove": (_Ids.LEAVE_OUT, _Ids.INCLUDE, _Ids.DELETE, _Ids.DELETE_BELOW),
}
_SUBMENU_OF = {action_id: title for title, ids in _SUBMENUS.items() for action_id in ids}

_TIPS = {
    _Ids.ALLOW_CALL: "Lets the server call the tool this once",
    _Ids.DENY_CALL: "Tells the model that it may not call the tool",
    _Ids.COPY_HTML: "For mails and word processors",
    _Ids.REGENERATE: "Asks for another reply to the same message; this one stays as a version",
    _Ids.CONTINUE: "Asks the model to go on where this reply ends",
    _Ids.ANSWER: "Asks for another reply to this message; those that are there stay as versions",
    _Ids.REGENERATE_WITH: "Asks for another reply with another model or other values",
    _Ids.PREFILL: "Gives the reply its first words, which the model continues",
    _Ids.REPRODUCE: "Sends the same request again, and says whether the same reply comes",
    _Ids.EDIT: "Changes the message; the old one stays as a version",
    _Ids.BRANCH: "Goes on from here; what follows now stays as another branch",
    _Ids.NEW_CHAT: "Copies the chat up to here, to go on in a chat of its own",
    _Ids.NAME: "Gives the message a name in the tree of branches",
    _Ids.INSERT: "Puts a message of any role before or after this one",
    _Ids.DIFF: "Shows word by word what differs, and in which settings",
    _Ids.TOKENS: "Shows how sure the model was of each token",
    _Ids.REQUEST: "Shows what was sent, and how the server answered",
    _Ids.SWEEP: "Asks this turn again with many settings, as an experiment",
    _Ids.STAY_TRUE: "Makes a test case of this turn, to be asked again after changes",
    _Ids.LEAVE_OUT: "Keeps the message in the chat, but no longer sends it to the model",
    _Ids.INCLUDE: "Sends the message to the model again",
    _Ids.DELETE: "Removes this message; what follows stays",
    _Ids.DELETE_BELOW: "Removes this message and all that follow",
}
"""What actions do, where their names leave it open."""


@dataclass(frozen=True, slots=True)
class MessageState:
    """A message as an action is offered for it. ``status`` is what the window shows: a reply whose program ended
    is interrupted."""

    node: MessageNode
    status: Status = Status.COMPLETE
    left_out: bool = False

    @property
    def is_reply(self) -> bool:
        return self.node.message.role == "assistant"


@dataclass(frozen=True, slots=True)
class LastMessageCommand:
    """The same action as a command of the window, on the last message of ``role``."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    role: str = "assistant"
    group: str = "Reply"


Run: TypeAlias = Callable[[MessageNode], Awaitable[None] | None]
Offered: TypeAlias = Callable[[MessageState], bool]


@dataclass(frozen=True, slots=True)
class MessageAction:
    """An action with its label, or what makes one from the message.

    Every action but a ``remedy`` is in the message's menu or in one of its submenus; those ``in_row`` stand under the
    message as well. A ``remedy`` is a button on the card of a failure.
    """

    id: MessageActionId
    text: str | Callable[[MessageNode], str]
    run: Run
    offered: Offered
    in_row: Offered | None = None
    remedy: bool = False
    command: LastMessageCommand | None = None

    def shown(self, state: MessageState) -> Action:
        text = self.text if isinstance(self.text, str) else self.text(state.node)
        in_row = self.in_row is not None and self.in_row(state)
        return Action(self.id, text, in_row=in_row, menu=_SUBMENU_OF.get(self.id, ""), tip=_TIPS.get(self.id, ""))


class MessageActions:
    """Holds the actions by their ids and runs them."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        self._store, self._tasks = store, tasks
        self._actions: dict[tuple[MessageActionId, bool], MessageAction] = {}

    def add(self, actions: Iterable[MessageAction]) -> None:
        """Registers actions. One id may stand for a menu entry and for a remedy, once each."""
        for action in actions:
            key = (action.id, action.remedy)
            if key in self._actions:
                raise ValueError(f"The message action {action.id} is registered twice.")
            self._actions[key] = action

    def offered(self, state: MessageState) -> tuple[Action, ...]:
        """Returns what a message's menu shows, in order; an empty name is a line between groups."""
        shown: list[Action] = []
        begins = False
        for action_id in MessageActionId:
            action = self._actions.get((action_id, False))
            begins = begins or action_id in _GROUPS_BEGIN
            if action is not None and action.offered(state):
                if begins and shown:
                    shown.append(Action("", ""))
                begins = False
                shown.append(action.shown(state))
        return tuple(shown)

    def remedies(self, state: MessageState) -> tuple[Action, ...]:
        """Returns the buttons on the card of a failed reply."""
        actions = (self._actions.get((action_id, True)) for action_id in MessageActionId)
        return tuple(action.shown(state) for action in actions if action is not None and action.offered(state))

    def run(self, key: str, name: str) -> None:
        """Runs an action on a message by its id. Raises ``ValueError`` for a name that is no action."""
        action_id = MessageActionId(name)
        action = self._actions.get((action_id, False)) or self._actions[action_id, True]
        if key:
            self._tasks.spawn(f"message action {name}", self._run(key, action))

    async def _run(self, key: str, action: MessageAction) -> None:
        nodes = await self._store.nodes([key])
        if nodes and inspect.isawaitable(done := action.run(nodes[0])):
            await done

    def commands(self, last: Callable[[str], str]) -> list[ActionSpec]:
        """Returns the window's commands for the last message of a role; ``last(role)`` is its id."""
        return [
            self._command(action.id, action.command, last)
            for action in self._actions.values() if action.command is not None
        ]

    def _command(
        self, name: MessageActionId, command: LastMessageCommand, last: Callable[[str], str]
    ) -> ActionSpec:
        return ActionSpec(command.id, command.text, lambda: self.run(last(command.role), name), command.keys,
                          command.group, lambda: bool(last(command.role)))

    def command_of(self, name: str) -> LastMessageCommand | None:
        """Returns the command that runs an action on the last message, None where there is none."""
        action = self._actions.get((MessageActionId(name), False))
        return action.command if action is not None else None

    def registered(self) -> frozenset[MessageActionId]:
        return frozenset(action_id for action_id, _ in self._actions)
