"""The chat feature: the open conversation with its header and transcript, and the replies that are coming in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Failure
from workbench.core.errors import StoreError
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.ui.chat.auto_title import AutoTitle
from workbench.ui.chat.chat_actions import ChatActions
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.find_in_chat import FindInChat
from workbench.ui.chat.header import Header
from workbench.ui.chat.message_actions import MessageActions
from workbench.ui.chat.pending_writes import NEW_CHAT, PendingWrites
from workbench.ui.chat.reply_text import last_code
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.chat.temporary_chats import TemporaryChats
from workbench.ui.chat.transcript_binder import TranscriptBinder
from workbench.ui.chat.transcript_services import TranscriptServices
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell
from workbench.ui.theme import style
from workbench.ui.theme.tokens import TRANSCRIPT_PX
from workbench.ui.transcript.view import TranscriptView
from workbench.ui.widgets.clipboard import copy_text


class ChatFeature(QObject):
    """Owns what other features stand on: ``conversation``, ``replies``, ``message_actions``, and the ``transcript``
    with the ``header`` above it."""

    empty_changed = Signal(bool)  # whether the open chat has no messages
    composer_requested = Signal()  # the next thing to do is to write

    def __init__(self, services: Services, shell: Shell, parent: QObject, *, new_chat: str = NEW_CHAT) -> None:
        """``new_chat`` is the name under which the store keeps the chat that nobody has written to yet."""
        super().__init__(parent)
        self._store, self._tasks, self._settings = services.store, services.tasks, services.settings
        self._shell = shell
        self.replies = RunningReplies(services.replies, services.tasks, self)
        self.writes = PendingWrites(services, self, new_chat)
        self.message_actions = MessageActions(services.store, services.tasks)
        self.conversation = Conversation(services, self.replies, self.writes, self.message_actions, self)
        self.temporary = TemporaryChats(services, self.conversation, self.replies, self)
        self.titles = AutoTitle(services, self)
        self.chat_actions = ChatActions(services, self.conversation, self)
        self.header = Header()
        self.transcript = TranscriptView(style.theme())
        self.transcripts = TranscriptServices(
            services, self.message_actions, self.conversation.last, shell, self)
        self._find = FindInChat(services, self.conversation, self)
        self.binder = TranscriptBinder(self.conversation, self.replies, self.transcript)
        self._left = ""  # the chat that was open when it was deleted
        self._unsaved: set[str] = set()  # replies that the disk does not take
        self.message_actions.add(self.chat_actions.message_actions())
        self._connect()

    def _connect(self) -> None:
        conversation, transcript, header, notify = self.conversation, self.transcript, self.header, self._shell.notify
        self.transcripts.attach(transcript)
        transcript.set_search(self._find.count)
        transcript.sibling_requested.connect(self.chat_actions.step_sibling)
        transcript.zoom_changed.connect(self._save_zoom)
        self._find.texts_loaded.connect(transcript.find_bar.refresh)
        self.binder.empty_changed.connect(self.empty_changed)
        header.title.renamed.connect(lambda title: conversation.change(title=title))
        conversation.opened.connect(self._show_opened)
        conversation.title_changed.connect(header.title.set_title)
        conversation.temporary_changed.connect(self._show_temporary)
        conversation.missed.connect(notify)
        self.temporary.noticed.connect(notify)
        self.chat_actions.noticed.connect(notify)
        self.chat_actions.branched.connect(self.composer_requested)
        self.writes.unsaved.connect(partial(self._shell.banner, "unsaved chat"))
        self.replies.unsaved.connect(self._show_unsaved)
        self.replies.failed.connect(self._show_failed)
        self.replies.ended.connect(self.titles.reply_ended)
        self.replies.ended.connect(self._show_ended)

    # --- what can be done ---

    def actions(self) -> list[ActionSpec]:
        transcript, is_stored = self.transcript, self.conversation.is_stored
        return [
            ActionSpec("chat.new", "New chat", self.new_chat, ("Ctrl+N", "Ctrl+Shift+O"), "Chats"),
            ActionSpec("chat.temporary", "New temporary chat", self.new_temporary_chat, ("Ctrl+Shift+N",), "Chats"),
            ActionSpec("chat.keep", "Keep this temporary chat", self.temporary.keep, (), "Chats",
                       lambda: self.conversation.chat.temporary),
            ActionSpec("search.chat", "Find in this chat", transcript.open_find, ("Ctrl+F",), "Search", is_stored),
            ActionSpec("search.next", "Find next", lambda: transcript.find_next(1), ("F3",), "Search", is_stored,
                       listed=False),
            ActionSpec("search.previous", "Find previous", lambda: transcript.find_next(-1), ("Shift+F3",), "Search",
                       is_stored, listed=False),
            ActionSpec("reply.copy-code", "Copy the last code block", self._copy_last_code, ("Ctrl+Shift+;",), "Reply",
                       self._has_reply),
            ActionSpec("branch.previous", "Previous version", lambda: self._step_version(-1), ("Alt+Left",), "Reply",
                       self._has_reply),
            ActionSpec("branch.next", "Next version", lambda: self._step_version(1), ("Alt+Right",), "Reply",
                       self._has_reply),
            ActionSpec("view.larger", "Larger text", lambda: transcript.zoom_by(1), ("Ctrl+=", "Ctrl++"), "View"),
            ActionSpec("view.smaller", "Smaller text", lambda: transcript.zoom_by(-1), ("Ctrl+-",), "View"),
            ActionSpec("view.normal", "Normal text size", lambda: transcript.set_zoom(1.0), ("Ctrl+0",), "View"),
        ]

    def new_chat(self) -> None:
        if self.conversation.chat.id:
            self.conversation.open_new()
        self.composer_requested.emit()

    def new_temporary_chat(self) -> None:
        if not self.conversation.chat.temporary or self.conversation.keys:
            self.conversation.open_temporary()
        self.composer_requested.emit()

    def leave_deleted(self, chat_ids: list[str]) -> None:
        """Stops the replies of deleted chats, and leaves the open one if it is among them."""
        for chat_id in chat_ids:
            self.replies.stop(chat_id)
        if self.conversation.chat.id in chat_ids:
            self._left = self.conversation.chat.id
            self.conversation.forget()
            self.conversation.open_new()

    def return_to_restored(self, chat_ids: list[str]) -> None:
        """Opens the chat that was left when it was deleted, unless another was opened meanwhile. What was being
        written in it comes back too."""
        self.writes.take_up(chat_ids)
        if self._left in chat_ids and not self.conversation.chat.id:
            self.conversation.open(self._left)

    @property
    def unsaved(self) -> bool:
        """Whether something that was written, or a reply, is in memory alone."""
        return bool(self._unsaved) or self.writes.failed

    def _has_reply(self) -> bool:
        return bool(self.conversation.last("assistant"))

    def _step_version(self, step: int) -> None:
        self.chat_actions.step_sibling(self.conversation.last("assistant"), step)

    def _copy_last_code(self) -> None:
        self._tasks.start("copy code", self._copy_code_of(self.conversation.last("assistant")))

    async def _copy_code_of(self, key: str) -> None:
        nodes = await self._store.nodes([key])
        code = last_code(nodes[0].message.text) if nodes else None
        if code is None:
            self._shell.notify("The last reply has no code block.")
        else:
            copy_text(code)
            self._shell.notify("The last code block is copied.")

    # --- showing ---

    def apply_settings(self, settings: Settings) -> None:
        self.transcript.set_reasoning_open(settings.reasoning_open)
        self.transcript.set_zoom(settings.font_size / TRANSCRIPT_PX)

    def _save_zoom(self, zoom: float) -> None:
        """Stores the size of the text as a setting, however it was changed."""
        self._settings.change(font_size=round(TRANSCRIPT_PX * zoom))

    def _show_opened(self, chat: Chat) -> None:
        self.transcript.find_bar.dismiss()
        self.header.title.set_title(chat.title)
        self._show_temporary(chat.temporary)

    def _show_temporary(self, temporary: bool) -> None:
        if temporary or self.header.temporary is not None:
            self.header.show_temporary(temporary, self.temporary.keep)

    def _show_unsaved(self, node_id: str, why: str) -> None:
        """Shows why the disk does not take a reply, which waits in memory and is tried again; "" when it did."""
        if why:
            self._unsaved.add(node_id)
        else:
            self._unsaved.discard(node_id)
        self._shell.banner("unsaved", why if self._unsaved else "")

    def _show_failed(self, chat_id: str, error: StoreError) -> None:
        self._shell.banner("store", f"The reply could not be begun: {error}")

    def _show_ended(self, node: MessageNode) -> None:
        """Tells of a reply that ended in another chat, or while another window is used, unless the user stopped it."""
        if node.status is Status.STOPPED:
            return
        failed = any(isinstance(part, Failure) for part in node.message.parts)
        self._shell.call_attention("A reply failed." if failed else "A reply is complete.",
                                   lambda: self.conversation.open(node.chat_id))
        if node.chat_id != self.conversation.chat.id:
            self._shell.notify(Notice(
                "A reply in another chat failed." if failed else "A reply in another chat is complete.",
                "Show", lambda: self.conversation.open(node.chat_id)))
