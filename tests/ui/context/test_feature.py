"""The context feature without the window: the dialog on a chat of a real store."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.conftest import Run
from tests.support.finding import nameless
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.context import LEFT_OUT, PINNED
from workbench.core.chat.messages import user
from workbench.core.chat.parts import File
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.draft import Draft
from workbench.ui.context.dialog import ContextDialog
from workbench.ui.context.feature import ContextFeature
from workbench.ui.context.model import PIN, SENT, TOKENS

_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


def opened(feature: ContextFeature, shell: RecordingShell, run: Run) -> ContextDialog:
    feature.actions()[0].run()
    dialog = shell.dialog_parent.findChildren(ContextDialog)[-1]
    run(until(dialog.model.rowCount))
    return dialog


async def written(conversation: Conversation, services: Services, *texts: str) -> None:
    chat = await conversation.ensure_kept()
    for text in texts:
        await conversation.append(await services.store.add_message(chat.id, conversation.chat.tip, user(text)))


def test_what_is_written_now_is_the_last_item_and_choices_are_kept_with_the_chat(
    services: Services, conversation: Conversation, shell: RecordingShell, run: Run
) -> None:
    draft = Draft("And now?", (File("a.txt", "word " * 400),))
    feature = ContextFeature(services, conversation, lambda: draft, str, shell, shell.dialog_parent)
    conversation.change(model="builtin/guide", system="Be brief.")
    run(written(conversation, services, "One", "Two"))
    dialog = opened(feature, shell, run)
    model = dialog.model
    said = [(model.index(row, 2).data(), model.index(row, 3).data()) for row in range(model.rowCount())]
    assert said == [("System", "Be brief."), ("You", "One"), ("You", "Two"), ("Draft", "And now?")]
    assert int(model.index(3, TOKENS).data()) > 400, "the text of an attachment is counted"
    first, second = conversation.keys
    model.setData(model.index(1, SENT), _UNCHECKED, Qt.ItemDataRole.CheckStateRole)
    run(until(lambda: conversation.choices == {first: LEFT_OUT}))
    model.setData(model.index(2, PIN), _CHECKED, Qt.ItemDataRole.CheckStateRole)
    run(until(lambda: conversation.choices == {first: LEFT_OUT, second: PINNED}))
    dialog.include_all_requested.emit()
    run(until(lambda: conversation.choices == {first: "", second: PINNED}))
    assert nameless(dialog) == []
    dialog.close()


def test_an_empty_chat_has_nothing_to_choose(
    services: Services, conversation: Conversation, shell: RecordingShell, run: Run
) -> None:
    feature = ContextFeature(services, conversation, Draft, str, shell, shell.dialog_parent)
    feature.open()
    dialog = shell.dialog_parent.findChildren(ContextDialog)[-1]
    run(until(lambda: not services.tasks.running("gather the context")))
    assert dialog.model.rowCount() == 0
    dialog.close()
