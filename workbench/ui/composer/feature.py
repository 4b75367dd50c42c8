"""The composer feature: messages from the first letter until they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.core.chat.chats import Chat
from workbench.core.chat.parts import File
from workbench.core.chat.template_provenance import values_of
from workbench.core.errors import UnknownModel, WorkbenchError
from workbench.core.json_types import Json
from workbench.core.ports.attachments import MOST_PAGES
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.core.text.formatting import counted
from workbench.ui.chat.attached_files import AttachedFiles
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.composer.attachment_loader import AttachmentLoader
from workbench.ui.composer.composer import Composer
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.drafts import Drafts
from workbench.ui.composer.editing import Editing
from workbench.ui.composer.message_history import MessageHistory
from workbench.ui.composer.outbox import Outbox
from workbench.ui.composer.request_estimate import RequestEstimate
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.dialogs import ask_files
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell
from workbench.ui.widgets.long_lines import folded

if TYPE_CHECKING:
    from workbench.ui.composer.objections import Objection
    from workbench.ui.composer.spelling import Spelling


class ComposerFeature(QObject):
    """Owns the composer, ``view``, and the ``outbox``, which sends the messages of the open chat.

    While models are compared (``set_lanes``), drafts go to ``send_to_lanes`` instead.
    """

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, shell: Shell, parent: QObject,
        *, choose_model: Callable[[], None], fill_again: Callable[[Mapping[str, Json]], None],
        send_to_lanes: Callable[[Draft], None],
    ) -> None:
        """``fill_again`` opens the template that a message notes, with the values it was filled with."""
        super().__init__(parent)
        self._services, self._tasks, self._shell = services, services.tasks, shell
        self._conversation, self._replies = conversation, replies
        self._choose_model, self._fill_again, self._send_to_lanes = choose_model, fill_again, send_to_lanes
        self._lanes = 0
        self.view = Composer()
        self.outbox = Outbox(services, conversation, replies, self)
        self._drafts = Drafts(conversation, self)
        self.loader = AttachmentLoader(services, self)
        self._files = AttachedFiles(services, shell, self)
        self._history = MessageHistory(services, conversation, self)
        self._estimate = RequestEstimate(services, conversation, self)
        self._spelling = Lazy(self._make_spelling)
        self._connect_view()
        self._connect_outbox()
        self._connect_chat()
        self._apply_settings(services.settings.value)
        self._stop_listening = services.settings.changed(self._apply_settings)

    def _connect_view(self) -> None:
        view, outbox, loader = self.view, self.outbox, self.loader
        view.send_requested.connect(self.send)
        view.stop_requested.connect(outbox.stop)
        view.save_requested.connect(outbox.save_edit)
        view.cancel_requested.connect(outbox.cancel_edit)
        view.add_requested.connect(self._add)
        view.attach_requested.connect(self._ask_attachments)
        view.drafted.connect(self._drafts.save)
        view.measured.connect(self._estimate.set_draft_tokens)
        view.attachments.removed.connect(loader.cancel)
        view.attachments.activated.connect(self._files.view)
        view.attachments.dragged.connect(self._files.drag)
        view.editor.files_pasted.connect(loader.attach_files)
        view.editor.image_pasted.connect(loader.attach_image)
        view.editor.long_text_pasted.connect(self._attach_text)
        view.editor.history_requested.connect(self._history.step)
        view.editor.edit_last_requested.connect(self._edit_last)
        view.editor.textChanged.connect(self._check_spelling)
        view.editor.menu_requested.connect(lambda menu, place: self._spelling().extend_menu(menu, place))
        view.queue.edit_requested.connect(self._edit_queued)
        view.queue.remove_requested.connect(self._remove_queued)
        view.queue.send_requested.connect(outbox.send_queue)
        view.waiting.cancel_requested.connect(outbox.stop)
        loader.begun.connect(view.attachments.begin)
        loader.prepared.connect(view.attachments.ready)
        loader.failed.connect(self._show_failed_attachment)
        loader.replaced.connect(view.attachments.remove)
        loader.remarked.connect(view.show_note)
        loader.scanned.connect(self._show_scanned)
        self._drafts.shown.connect(self._show_draft)
        self._drafts.edit_put_aside.connect(lambda: self._shell.notify(
            "The edit that you began before is kept. Edit that message again to continue it."))
        self._history.recalled.connect(view.set_text)
        self._estimate.changed.connect(view.set_estimate)

    def _connect_outbox(self) -> None:
        outbox = self.outbox
        outbox.accepted.connect(self.view.clear)
        outbox.refused.connect(self._restore)
        outbox.queue_changed.connect(self._show_queue)
        outbox.editing_changed.connect(self._show_editing)

    def _connect_chat(self) -> None:
        conversation, replies = self._conversation, self._replies
        conversation.flush_requested.connect(self._flush)
        conversation.opened.connect(self._show_opened)
        conversation.model_changed.connect(self._show_recipient)
        conversation.model_changed.connect(lambda _: self.view.hide_note())  # it asked for another model
        conversation.temporary_changed.connect(self.view.set_temporary)
        replies.changed.connect(self._show_streaming)
        replies.delay_changed.connect(self._show_waiting)

    # --- for others ---

    def actions(self) -> list[ActionSpec]:
        return [
            ActionSpec("message.focus", "Write a message", self.focus, ("Ctrl+L", "Shift+Esc"), "Message"),
            ActionSpec("message.attach", "Attach files", self._ask_attachments, ("Ctrl+U",), "Message"),
            ActionSpec("message.add", "Add the message without asking", self.view.add_without_asking,
                       ("Ctrl+Shift+Return",), "Message"),
            ActionSpec("reply.stop", "Stop the reply", self.outbox.stop, ("Esc",), "Reply", self._is_streaming),
        ]

    def send(self, draft: Draft, checked: bool = False) -> None:
        """Sends a draft to the model of the chat or to all lanes. ``checked``: the user has seen the objections."""
        if self.outbox.editing:
            self.outbox.send(draft)
        elif not checked and (found := self._objections(draft)):
            self._show_objections(found)
        elif self._lanes:
            self._send_to_lanes(draft)
        else:
            self.outbox.send(draft)

    def draft(self) -> Draft:
        """Returns what is written now."""
        return self.view.draft()

    def close(self) -> None:
        """Stores what is written, and stops following the settings: the window closes."""
        self._flush()
        self._stop_listening()

    def attach_files(self, paths: Sequence[Path]) -> None:
        self.loader.attach_files(paths)

    def focus(self) -> None:
        self.view.editor.setFocus()

    def set_lanes(self, count: int) -> None:
        """Takes over how many lanes a message goes to, 0 while nothing is compared."""
        self._lanes = count
        self.view.set_lanes(count)
        self._estimate.set_lanes(count)
        self._show_recipient()

    def _apply_settings(self, settings: Settings) -> None:
        self.view.editor.send_with_control = settings.send_key == "ctrl+enter"
        self.view.editor.paste_limit = settings.paste_as_file
        if self._spelling.made is not None:
            self._spelling.made.apply_settings(settings)

    def _make_spelling(self) -> Spelling:
        from workbench.ui.composer.spelling import Spelling  # nothing is written yet

        return Spelling(self._services, self.view.editor, self)

    def _check_spelling(self) -> None:
        if self._services.settings.value.spelling and not self.view.editor.document().isEmpty():
            self._spelling().begin()

    # --- the open chat ---

    def _show_opened(self, chat: Chat) -> None:
        self.view.set_temporary(chat.temporary)
        self.view.waiting.show_waiting("", 0)
        self._show_recipient()
        self._show_streaming()

    def _show_recipient(self, *_: object) -> None:
        model = self._conversation.chat.model.rpartition("/")[2]
        self.view.set_model(f"{self._lanes} lanes" if self._lanes else model)

    def _show_streaming(self, *_: object) -> None:
        self.view.set_streaming(self._is_streaming())
        self._show_queue()

    def _is_streaming(self) -> bool:
        return self._replies.running(self._conversation.chat.id)

    def _show_waiting(self, node_id: str, why: str, seconds: float) -> None:
        if node_id in self._conversation.keys:
            self.view.waiting.show_waiting(why, seconds)

    # --- drafts ---

    def _flush(self) -> None:
        """Stores what is written now; an unfinished edit becomes the draft of a chat without one."""
        self.view.flush()
        self._drafts.save_edit()

    def _restore(self, draft: Draft, why: WorkbenchError) -> None:
        """Puts a draft that could not be sent before what was written since, and shows why. Lanes have their own
        models, to be chosen there."""
        if not self.outbox.editing:
            self._put_back(draft)
        remedy = isinstance(why, UnknownModel) and not self._lanes
        self.view.show_note(str(why), [("Choose a model", self._choose_model)] if remedy else [], tone="bad")

    def _show_draft(self, draft: Draft) -> None:
        self.view.start_with(draft.text, draft.template)
        self.loader.show(draft.parts)
        if folded(draft.text) != draft.text:
            self._shell.notify("A very long line was broken into several here, so that it can be edited.")

    def _put_back(self, draft: Draft) -> None:
        self.view.restore_text(draft.text)
        self.loader.show(draft.parts)

    def _show_editing(self, editing: Editing | None) -> None:
        self.view.flush()  # what was written before belongs to the draft
        self._drafts.show(editing)
        self._estimate.set_edited(editing.node.id if editing else "")
        self.view.set_editing(editing.node.message.role if editing else "")
        if editing is not None:
            self._offer_template(editing.draft.template)
            self.focus()

    def _offer_template(self, use: Mapping[str, Json]) -> None:
        if values_of(use):
            self.view.show_note(
                f"You are editing a message made from the template “{use.get('name')}”. The old one stays as a "
                "branch.", [("Fill it in again", lambda: self._fill_again(use))], tone="info")

    def _edit_last(self) -> None:
        self._tasks.start("edit the last message", self._edit(self._conversation.last("user")))

    async def _edit(self, key: str) -> None:
        for node in await self._services.store.nodes([key] if key else []):
            self.outbox.edit(node)

    # --- sending ---

    def _objections(self, draft: Draft) -> Sequence[Objection]:
        from workbench.ui.composer.objections import objections  # not needed to start

        return objections(self._services, self._conversation.chat.model, draft)

    def _show_objections(self, found: Sequence[Objection]) -> None:
        actions: list[tuple[str, Callable[[], object]]] = [("Send anyway", self.view.send_anyway)]
        if any(each.about_model for each in found):
            actions.append(("Choose a model", self._choose_model))
        sentences = " ".join(each.sentence for each in found)
        self.view.show_note(f"{sentences} Send it anyway?", actions)

    def _add(self, draft: Draft) -> None:
        """Stores a message without asking for a reply."""
        if self.outbox.editing:
            self.outbox.save_edit(draft)
        elif self._lanes:
            self.view.show_note("This compares models: a message goes to all lanes, and asks them.")
        elif self._is_streaming():
            self.view.show_note("A reply is coming in. Add the message when it has ended, or send it.")
        else:
            self.outbox.add(draft)

    # --- the queue ---

    def _show_queue(self) -> None:
        self.view.queue.show_queue(self.outbox.queue(), self._is_streaming())

    def _edit_queued(self, index: int) -> None:
        self._put_back(self.outbox.take_from_queue(index))
        self.focus()

    def _remove_queued(self, index: int) -> None:
        draft = self.outbox.take_from_queue(index)
        self._shell.notify(Notice("Message removed.", "Undo", lambda: self.outbox.put_into_queue(index, draft),
                                   undoes=True))

    # --- attachments ---

    def _ask_attachments(self) -> None:
        ask_files(self._shell.dialog_parent, "Attach files", self.loader.attach_files)

    def _attach_text(self, text: str) -> None:
        """Attaches a long paste as a file, so that the message stays readable."""
        self.loader.attach_bytes(text.encode(), "pasted text.txt")
        self._shell.notify("The long text was attached as a file.")

    def _show_failed_attachment(self, number: int, sentence: str) -> None:
        self.view.attachments.remove(number)
        self.view.show_note(sentence, tone="bad")

    def _show_scanned(self, number: int, part: File, pages: Sequence[int]) -> None:
        """Says that pages of a PDF hold no text, and offers them as pictures to a model that sees."""
        from workbench.ui.composer.objections import takes_images

        sees = takes_images(self._services, self._conversation.chat.model)
        offered = pages[:MOST_PAGES]
        what = counted(len(pages), f"A page of {part.name} holds no text, only a picture.",
                       f"{{n}} pages of {part.name} hold no text, only pictures.")
        if sees is False:
            self.view.show_note(f"{what} The model takes no pictures.", [("Choose a model", self._choose_model)])
            return

        def attach() -> None:
            self.view.hide_note()
            if not part.text:
                self.view.attachments.remove(number)
            self.loader.attach_pages(part, offered)

        name = counted(len(offered), "Attach it as a picture", "Attach {n} as pictures")
        self.view.show_note(what, [(name, attach)])
