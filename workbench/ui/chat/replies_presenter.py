"""What can be seen of replies that come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Failure
from workbench.core.errors import StoreError
from workbench.ui.chat.image_viewer import ImageViewer
from workbench.ui.chat.reply_text import last_code
from workbench.ui.shell.dialogs import ask_path
from workbench.ui.shell.notices import Notice

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ReplyPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._unsaved: set[str] = set()

    def waits_for_the_disk(self) -> bool:
        """Whether a reply, or what was written, is in memory alone."""
        return bool(self._unsaved) or self._w.keeping.failed

    def is_streaming(self) -> bool:
        return self._w.replying.running(self._w.conversation.chat.id)

    def show_running(self, chat_id: str = "") -> None:
        window = self._w
        window.sidebar.model.set_running(window.replying.chats())
        window.composer.set_streaming(self.is_streaming())
        window.composer.queue.show_queue(window.sending.queue(), self.is_streaming())
        window.actions_.refresh()

    def show_waiting(self, node_id: str, why: str, seconds: float) -> None:
        if node_id in self._w.conversation.keys:
            self._w.composer.waiting.show_waiting(why, seconds)

    def show_unsaved(self, node_id: str, why: str) -> None:
        """The disk does not take a reply: it waits in memory and is tried again."""
        if why:
            self._unsaved.add(node_id)
        else:
            self._unsaved.discard(node_id)
        self._w.notices.set_banner("unsaved", why if self._unsaved else "")

    def show_unsaved_chat(self, why: str) -> None:
        """The disk does not take drafts and settings; they wait in memory too."""
        self._w.notices.set_banner("unsaved chat", why)

    def failed(self, chat_id: str, error: StoreError) -> None:
        self._w.notices.set_banner("store", f"The reply could not be begun: {error}")

    def ended(self, node: MessageNode) -> None:
        """A word on a reply that came in another chat."""
        if node.status is Status.STOPPED:  # the user knows
            return
        failure = next((part for part in node.message.parts if isinstance(part, Failure)), None)
        if node.chat_id != self._w.conversation.chat.id:
            self._w.notices.show(Notice(
                "A reply in another chat failed." if failure else "A reply in another chat is complete.",
                "Show", lambda: self._w.conversation.open(node.chat_id)))

    def step_version(self, step: int) -> None:
        """Another version of the last reply."""
        self._w.chat_actions.step_sibling(self._w.conversation.last("assistant"), step)

    def copy_last_code(self) -> None:
        self._w.services.tasks.start("copy code", self._copy_last_code())

    async def _copy_last_code(self) -> None:
        nodes = await self._w.services.store.nodes([self._w.conversation.last("assistant")])
        code = last_code(nodes[0].message.text) if nodes else None
        if code is None:
            self._w.notices.say("The last reply has no code block.")
        else:
            QGuiApplication.clipboard().setText(code)
            self._w.notices.say("The last code block is copied.")

    def save_code(self, text: str, language: str) -> None:
        name = f"code.{SUFFIXES.get(language.lower(), language.lower() or 'txt')}"
        ask_path(self._w, "Save code", name, lambda path: self._w.thread_.save(text.encode(), path))

    def show_picture(self, key: str, sha256: str) -> None:
        self._w.services.tasks.start("show a picture", self._show_picture(key, sha256))

    async def _show_picture(self, key: str, sha256: str) -> None:
        store, thread = self._w.services.store, self._w.thread_
        data = await store.blob(sha256)
        parts = [part for node in await store.nodes([key]) for part in node.message.parts]
        blob = next((b for p in parts if (b := getattr(p, "blob", None)) and b.sha256 == sha256), None)
        suffix = (blob.mime if blob else "").rpartition("/")[2].replace("jpeg", "jpg") or "png"
        name = blob.name if blob and blob.name else f"picture.{suffix}"
        dialog = ImageViewer(name, data, self._w)
        dialog.save_requested.connect(
            lambda: ask_path(self._w, "Save picture", name, lambda path: thread.save(data, path)))
        dialog.open()


SUFFIXES = {
    "python": "py", "javascript": "js", "typescript": "ts", "bash": "sh", "shell": "sh", "rust": "rs",
    "markdown": "md", "ruby": "rb", "csharp": "cs", "c++": "cpp", "text": "txt", "plaintext": "txt",
}  # fmt: skip
