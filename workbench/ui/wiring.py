"""The map of the program: who tells what to whom in the window.

Panes show values and tell wishes; controllers carry wishes out; presenters see to what touches several panes.
None of them calls another pane: what belongs together is said here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from workbench.ui.window import MainWindow


def connections(w: MainWindow) -> tuple[tuple[SignalInstance, Callable[..., object] | SignalInstance], ...]:
    """Pairs of a signal and what is called with it."""
    composer, sidebar, header = w.composer, w.sidebar.view, w.header
    conversation = w.conversation
    return (
        # the sidebar
        (sidebar.new_chat_requested, w.chat.new_chat),
        (sidebar.temporary_requested, w.chat.new_temporary_chat),
        (sidebar.experiments_requested, w.experiments.open),
        (conversation.opened, lambda _: w.experiments.close()),
        (conversation.opened, lambda _: w.failures.clear_refusal()),
        (sidebar.import_requested, w.import_export.open_import),
        (sidebar.files_dropped, w.import_export.open_import),
        (sidebar.chats.export_requested, w.import_export.export_chats),
        (sidebar.folders.export_requested, w.import_export.export_folder),
        (w.import_export.imported, w.sidebar.load),
        (w.sidebar.first_listed, w.chats.note_use),
        (w.sidebar.deleted, w.chats.leave_deleted),
        (w.sidebar.restored, w.chats.return_to_restored),
        (w.sidebar.hit_shown, w.transcript.find_bar.mark),
        (w.sidebar.reveal_requested, lambda: w.folding.toggle("side")),
        # the header
        (header.sidebar.clicked, lambda: w.folding.toggle("side")),
        (header.panel.clicked, lambda: w.folding.toggle("panel")),
        (w.folding.changed, w.program.show_folding),
        # the model
        (w.models.chosen, lambda _: composer.resume()),
        # the composer
        (composer.view.estimate.clicked, w.context.open),
        (composer.view.template.clicked, w.templates.pick),
        (composer.view.editor.slash_typed, w.templates.pick_by_slash),
        (composer.outbox.sent, w.titling.message_sent),
        # the panel
        (w.parameters.template_requested, w.templates.pick_system),
        (w.parameters.save_template_requested, w.templates.save_system),
        (w.parameters.sweep_requested, w.experiments.sweep_settings),
        # the conversation
        (conversation.opened, w.chats.show_opened),
        (conversation.opened, w.chats.show_temporary),
        (conversation.stored, lambda _: w.actions_.refresh()),
        (conversation.title_changed, w.chats.show_title),
        (conversation.temporary_changed, lambda _: w.chats.show_temporary(conversation.chat)),
        (conversation.temporary_changed, lambda _: w.chats.show_title(conversation.chat.title)),
        (conversation.temporary_changed, lambda _: w.actions_.refresh()),
        (w.chat.empty_changed, w.chats.show_empty),
        (w.chat.composer_requested, composer.focus),
        (w.transcript.room_changed, lambda: composer.view.align_to_transcript(
            w.transcript.width() - w.transcript.viewport().width())),
        # the lanes
        (w.compare.lanes_changed, lambda _: w.show_lanes()),
        (w.compare.lanes_changed, lambda lanes: composer.set_lanes(len(lanes))),
        (w.compare.composer_requested, composer.focus),
        (w.compare.accepted, composer.view.clear),
        (w.compare.refused, composer.restore),
        (w.compare.sent, w.titling.message_sent),
        (w.branches.inserted, w.titling.message_sent),
        (w.replying.changed, lambda _: w.actions_.refresh()),
        # the first page
        (w.welcome.suggested, composer.send_text),
        (w.welcome.import_requested, w.import_export.open_import),
        (w.welcome.provider_added, w.models.use_added),
        # the settings
        (w.settings.import_requested, w.import_export.open_import),
        (w.settings.export_requested, w.import_export.export_all),
        (w.settings.move_requested, w.move_data),
        (w.settings.closed, w.models.reload),
        (w.settings.closed, w.welcome.look),
        # the rest
        (w.theme.changed, lambda _: w.update()),
        (w.actions_.changed, w.program.show_keys),
        (w.actions_.changed, w.sidebar.show_keys),
    )
