"""What stands in and above the composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.chat.template_provenance import values_of
from workbench.ui.chat.message_actions import MessageActionId
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.outbox import Editing
from workbench.ui.shell.dialogs import ask_files
from workbench.ui.shell.notices import Notice

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ComposerFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    def stay_in_line(self) -> None:
        """The composer's box stands below the column of text, whether there is a scroll bar or not."""
        transcript = self._w.transcript
        self._w.composer.leave_room(transcript.width() - transcript.viewport().width())

    def send(self, draft: Draft, checked: bool = False) -> None:
        """Sends a draft to the lanes of a comparison, or to the model of the chat."""
        window, outbox = self._w, self._w.sending
        if not window.compare.lanes or outbox.editing:
            outbox.send(draft, checked)
        elif not checked and (sentence := outbox.objection(window.conversation.chat, draft)):
            self.show_objection(draft, sentence)
        else:
            window.compare.send(draft)

    def show_recipient(self) -> None:
        """Names whom the composer writes to."""
        lanes, composer = self._w.compare.lanes, self._w.composer
        composer.set_model(f"{len(lanes)} lanes" if lanes else self._w.conversation.chat.model.rpartition("/")[2])
        composer.set_lanes(len(lanes))
        self._w.drafting.estimate()

    def show_draft(self, draft: Draft) -> None:
        self._w.composer.start_with(draft.text, draft.template)
        self._w.attaching.show(draft.parts)

    def show_editing(self, editing: Editing | None) -> None:
        self._w.composer.set_editing(editing.node.message.role if editing else "")
        if editing is not None:
            if values_of(use := editing.draft.template):
                self._w.composer.show_note(
                    f"You are editing a message made from the template “{use.get('name')}”. The old one stays as a "
                    "branch.", [("Fill it in again", lambda: self._w.templates.fill_again(use))], tone="info")
            self._w.composer.editor.setFocus()

    def show_estimate(self, text: str, too_much: bool) -> None:
        lanes = len(self._w.compare.lanes)
        if lanes and text:
            text = f"{lanes} requests · {text}"
        self._w.composer.set_estimate(
            f"{text}: more than the model takes" if too_much else text, "bad" if too_much else "dim")

    def show_objection(self, draft: Draft, sentence: str) -> None:
        composer = self._w.composer
        actions = [("Send anyway", composer.send_anyway)]
        if "takes no images" in sentence:
            actions.append(("Choose a model", self._w.models.pick))
        composer.show_note(f"{sentence} Send it anyway?", actions)

    def give_back(self, draft: Draft, why: str) -> None:
        """A draft that could not be sent: nothing of it is lost."""
        composer = self._w.composer
        if not self._w.sending.editing:
            composer.give_back(draft.text)
            self._w.attaching.show(draft.parts)
        composer.show_note(why, [("Choose a model", self._w.models.pick)], tone="bad")

    def add(self, draft: Draft) -> None:
        """The message is kept without asking for a reply."""
        window = self._w
        if window.sending.editing:
            window.sending.save_edit(draft)
        elif window.compare.lanes:
            window.composer.show_note("This compares models: a message goes to all lanes, and asks them.")
        elif window.chat.is_streaming():
            window.composer.show_note("A reply is coming in. Add the message when it has ended, or send it.")
        else:
            window.sending.add(draft)

    def show_queue(self, drafts: list[Draft]) -> None:
        running = self._w.replying.running(self._w.conversation.chat.id)
        self._w.composer.queue.show_queue(drafts, running)

    def edit_queued(self, index: int) -> None:
        draft = self._w.sending.take_from_queue(index)
        self._w.composer.give_back(draft.text)
        self._w.attaching.show(draft.parts)
        self._w.composer.editor.setFocus()

    def drop_queued(self, index: int) -> None:
        draft = self._w.sending.take_from_queue(index)
        self._w.notices.show(Notice(
            "Message removed.", "Undo", lambda: self._w.sending.put_into_queue(index, draft)))

    def edit_last(self) -> None:
        """Up in an empty field: the last message of the user."""
        self._w.messages.run(self._w.conversation.last("user"), MessageActionId.EDIT)

    def send_suggestion(self, text: str) -> None:
        self._w.sending.send(Draft(text))

    def ask_attachments(self) -> None:
        ask_files(self._w, "Attach files", self._w.attaching.attach_files)

    def attach_text(self, text: str) -> None:
        """A long paste becomes a file, so that the message stays readable."""
        self._w.attaching.attach_bytes(text.encode(), "pasted text.txt")
        self._w.notices.say("The long text was attached as a file.")

    def attachment_failed(self, number: int, sentence: str) -> None:
        self._w.composer.attachments.take(number)
        self._w.composer.show_note(sentence, tone="bad")
