"""The main window: makes the panes and the controllers, lays them out, and connects them.

Panes show values and tell wishes; controllers carry wishes out; neither knows another of its kind. What
belongs together is said once, in ``_connect``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.errors import StoreError
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.ui import style
from workbench.ui.actions import Actions
from workbench.ui.composer.composer import Composer
from workbench.ui.composer.editor import local_files
from workbench.ui.controller.attaching import Attaching
from workbench.ui.controller.chat_list import ChatList
from workbench.ui.controller.conversation import Conversation
from workbench.ui.controller.discovery import Discovery
from workbench.ui.controller.drafting import Drafting
from workbench.ui.controller.keeping import Keeping
from workbench.ui.controller.messages import Messages
from workbench.ui.controller.model_lists import ModelLists
from workbench.ui.controller.moving import Moving
from workbench.ui.controller.replying import Replying
from workbench.ui.controller.searching import Searching
from workbench.ui.controller.sending import Sending
from workbench.ui.controller.titling import Titling
from workbench.ui.controller.tuning import Tuning
from workbench.ui.controller.varying import Varying
from workbench.ui.first_run import FirstRun
from workbench.ui.folding import Folding
from workbench.ui.header.header import Header
from workbench.ui.header.picker import Picker
from workbench.ui.notices import BannerStrip, Notices
from workbench.ui.palette import Palette
from workbench.ui.panel import Panel
from workbench.ui.presenters.chats import ChatPresenter
from workbench.ui.presenters.composing import ComposerPresenter
from workbench.ui.presenters.experiments import ExperimentsPresenter
from workbench.ui.presenters.models import ModelPresenter
from workbench.ui.presenters.moving import MovingPresenter
from workbench.ui.presenters.program import ProgramPresenter
from workbench.ui.presenters.replies import ReplyPresenter
from workbench.ui.presenters.varying import VaryingPresenter
from workbench.ui.progress import Progress
from workbench.ui.sidebar.sidebar import Sidebar
from workbench.ui.theme import TRANSCRIPT_PX, Theme
from workbench.ui.thread import Thread
from workbench.ui.transcript.view import TranscriptView
from workbench.ui.widgets import Label
from workbench.ui.window_actions import specs
from workbench.ui.window_state import WindowState


class MainWindow(QMainWindow):
    """Everything that the user sees. Call ``start`` once it is shown, and ``await settle()`` before the end."""

    closed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Chat Workbench")
        self.setMinimumSize(480, 400)
        self.setAcceptDrops(True)
        self.services = services
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme = style.ThemeSwitch(app, services.settings.value.theme)
        self._make_controllers()
        self._make_panes()
        self._lay_out()
        self.chats, self.writing, self.models = ChatPresenter(self), ComposerPresenter(self), ModelPresenter(self)
        self.replies, self.exchange = ReplyPresenter(self), MovingPresenter(self)
        self.vary = VaryingPresenter(self)
        self.program, self.experiments = ProgramPresenter(self), ExperimentsPresenter(self)
        self.actions_ = Actions(self)
        self.actions_.add(*specs(self))
        self._connect()
        self._apply_settings(services.settings.value)
        self._opened = self._state.restore()

    # --- parts ---

    def _make_controllers(self) -> None:
        services = self.services
        self.replying = Replying(services.replies, services.tasks, self)
        self.keeping = Keeping(services, self)
        self.conversation = Conversation(services, self.replying, self.keeping, self)
        self.sending = Sending(services, self.conversation, self.replying, self)
        self.messages = Messages(services, self.conversation, self.sending, self)
        self.drafting = Drafting(services, self.conversation, self)
        self.attaching = Attaching(services, self)
        self.chat_list = ChatList(services, self)
        self.searching = Searching(services, self)
        self.model_lists = ModelLists(services, self)
        self.moving = Moving(services, self)
        self.discovery = Discovery(services, self)
        self.titling = Titling(services, self)
        self.tuning = Tuning(services, self.conversation, self)
        self.varying = Varying(services, self.conversation, self.replying, self)

    def _make_panes(self) -> None:
        self.sidebar = Sidebar()
        self.header = Header()
        self.transcript = TranscriptView(style.theme())
        self.link = Label(tone="dim", parent=self.transcript)
        self.link.setAutoFillBackground(True)
        self.link.hide()
        self.first_run = FirstRun(len(self.services.providers.presets()))
        self.composer = Composer()
        self.panel = Panel()
        self.banner = BannerStrip()
        self.progress = Progress()
        self.picker = Picker(self)
        self.palette_ = Palette(self)
        self.thread_ = Thread(self.services, self.conversation, self.replying, self.transcript)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.transcript)
        self._pages.addWidget(self.first_run)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self.progress)
        column.addWidget(self._pages, 1)
        column.addWidget(self.composer)
        self.notices = Notices(self._pages, self.banner)
        splitter = QSplitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        self.stage = QStackedWidget()  # the conversation, or a page that takes its place
        self.stage.addWidget(centre)
        for pane in (self.sidebar, self.stage, self.panel):
            splitter.addWidget(pane)
        splitter.setStretchFactor(1, 1)
        self.setCentralWidget(splitter)
        self.folding = Folding(splitter, self.sidebar, self.panel)
        self._state = WindowState(self.services.settings, self, self.folding)

    # --- the map of the program ---

    def _connect(self) -> None:
        composer, sidebar, header = self.composer, self.sidebar, self.header
        conversation, sending, messages = self.conversation, self.sending, self.messages
        chats, chat_list, folders = sidebar.chats, self.chat_list, sidebar.folders
        for signal, slot in (
            # the sidebar
            (sidebar.new_chat_wanted, self.chats.new_chat),
            (sidebar.settings_wanted, self.program.open_settings),
            (sidebar.experiments_wanted, self.experiments.open),
            (conversation.opened, lambda _: self.experiments.close()),
            (sidebar.search_wanted, self.program.search),
            (sidebar.new_folder_wanted, self.chats.new_folder),
            (sidebar.import_wanted, self.exchange.ask_import),
            (sidebar.archive_shown, lambda on: chat_list.show(archived=on)),
            (sidebar.model.more_wanted, chat_list.load_more),
            (sidebar.model.renamed, lambda chat_id, title: chat_list.change([chat_id], title=title)),
            (sidebar.hits.opened, conversation.open),
            (chats.opened, conversation.open),
            (chats.changed, lambda ids, changes: chat_list.change(ids, **changes)),
            (chats.tagged, chat_list.tag),
            (chats.tag_wanted, self.chats.new_tag),
            (chats.folder_wanted, self.chats.new_folder),
            (chats.duplicated, chat_list.duplicate),
            (chats.exported, self.exchange.export_chats),
            (chats.deleted, chat_list.delete),
            (folders.chosen, lambda folder_id: chat_list.show(folder_id=folder_id)),
            (folders.chats_dropped, lambda ids, folder_id: chat_list.change(ids, folder_id=folder_id)),
            (folders.saved, chat_list.save_folder),
            (folders.subfolder_wanted, self.chats.new_subfolder),
            (folders.deleted, chat_list.delete_folder),
            (chat_list.reset, sidebar.model.reset),
            (chat_list.reset, self.chats.note_use),
            (chat_list.renewed, sidebar.model.renew),
            (chat_list.more, sidebar.model.append),
            (chat_list.updated, sidebar.model.put),
            (chat_list.updated, lambda chat: self.chats.note_use([chat])),
            (chat_list.removed, sidebar.model.take),
            (chat_list.folders, folders.show_folders),
            (chat_list.folders, chats.set_folders),
            (chat_list.changed, conversation.refresh),
            (chat_list.changed_elsewhere, conversation.look_again),
            (chat_list.deleted, self.chats.leave_deleted),
            (chat_list.made, lambda chat: conversation.open(chat.id)),
            (chat_list.noticed, self.notices.show),
            (self.searching.found, sidebar.show_hits),
            (self.searching.refused, sidebar.show_problem),
            # the header
            (header.sidebar.clicked, lambda: self.folding.toggle("side")),
            (header.panel.clicked, lambda: self.folding.toggle("panel")),
            (header.title.renamed, self.chats.rename),
            (header.model.clicked, self.models.pick),
            (header.export_wanted, self.exchange.export_open),
            (self.folding.changed, self.program.show_folding),
            (self.picker.opened, self.model_lists.load),
            (self.picker.refresh_wanted, self.model_lists.refresh),
            (self.picker.picked, self.models.choose),
            (self.picker.favoured, self.model_lists.favour),
            (self.picker.add_provider_wanted, lambda: self.program.open_settings("providers")),
            (self.model_lists.loaded, self.models.show_lists),
            # the composer
            (composer.send_wanted, sending.send),
            (composer.stop_wanted, sending.stop),
            (composer.save_wanted, sending.save_edit),
            (composer.cancel_wanted, sending.cancel_edit),
            (composer.attach_wanted, self.writing.ask_attachments),
            (composer.drafted, self.drafting.on_drafted),
            (composer.measured, self.drafting.on_measured),
            (composer.attachments.removed, self.attaching.cancel),
            (composer.editor.files_given, self.attaching.attach_files),
            (composer.editor.image_given, self.attaching.attach_image),
            (composer.editor.long_text_given, self.writing.attach_text),
            (composer.editor.history_wanted, self.drafting.recall),
            (composer.editor.last_wanted, self.writing.edit_last),
            (composer.queue.edit_wanted, self.writing.edit_queued),
            (composer.queue.remove_wanted, self.writing.drop_queued),
            (composer.queue.send_wanted, sending.send_queue),
            (composer.waiting.cancelled, sending.stop),
            (self.attaching.begun, composer.attachments.begin),
            (self.attaching.ready, composer.attachments.ready),
            (self.attaching.failed, self.writing.attachment_failed),
            (self.drafting.shown, self.writing.show_draft),
            (self.drafting.estimated, self.writing.show_estimate),
            (self.drafting.recalled, composer.set_text),
            (sending.accepted, composer.clear),
            (sending.objected, self.writing.show_objection),
            (sending.refused, self.writing.give_back),
            (sending.queue_changed, self.writing.show_queue),
            (sending.editing_changed, self.drafting.on_editing),
            (sending.editing_changed, self.writing.show_editing),
            (sending.sent, self.titling.message_sent),
            # the panel
            (self.panel.values_changed, self.tuning.set_values),
            (self.panel.system_changed, self.tuning.set_system),
            (self.panel.preset_saved, self.tuning.save_preset),
            (self.panel.preset_deleted, self.tuning.delete_preset),
            (self.panel.forget_requested, self.tuning.forget),
            (self.panel.preview_wanted, self.tuning.want_previews),
            (self.panel.copied, lambda what: self.notices.say(f"Copied: {what}.")),
            (self.panel.failed, lambda why: self.notices.set_banner("panel", why)),
            (self.tuning.values, self.panel.set_values),
            (self.tuning.system, self.panel.set_system),
            (self.tuning.limits, self.panel.set_limits),
            (self.tuning.presets, self.panel.set_presets),
            (self.tuning.preview, self.panel.set_preview),
            (self.tuning.record, self.panel.set_record),
            # the conversation
            (conversation.leaving, composer.flush),
            (conversation.leaving, self.drafting.on_leaving),
            (conversation.opened, self.drafting.on_opened),
            (conversation.opened, self.chats.show_opened),
            (conversation.changed, self.chats.show),
            (conversation.line_changed, lambda *_: self.drafting.estimate()),
            (conversation.ended, lambda _: self.drafting.estimate()),
            (self.thread_.empty_changed, self.chats.show_empty),
            (self.transcript.action_requested, messages.act),
            (self.transcript.sibling_requested, messages.step_sibling),
            (self.transcript.verticalScrollBar().rangeChanged, self.writing.stay_in_line),
            (self.transcript.link_hovered, self.program.show_link),
            (self.transcript.image_activated, self.replies.show_picture),
            (self.transcript.zoom_changed, self.program.keep_zoom),
            (self.transcript.save_code_requested, self.replies.save_code),
            (messages.noticed, self.notices.show),
            (messages.request_wanted, self.replies.show_request),
            (messages.key_wanted, lambda provider: self.program.open_settings("providers", provider)),
            (messages.provider_wanted, lambda provider: self.program.open_settings("providers", provider)),
            (messages.model_wanted, self.models.pick),
            (messages.branched, composer.editor.setFocus),
            (messages.chat_made, lambda chat: conversation.open(chat.id)),
            (messages.view_wanted, self.vary.open),
            (self.varying.comparable, self.vary.show_differences),
            (self.varying.reproduced, self.vary.reproduced),
            (self.varying.said, self.notices.say),
            (self.keeping.unsaved, self.replies.show_unsaved_chat),
            (self.replying.changed, self.replies.show_running),
            (self.replying.waiting, self.replies.show_waiting),
            (self.replying.unsaved, self.replies.show_unsaved),
            (self.replying.failed, self.replies.failed),
            (self.replying.ended, self.titling.reply_ended),
            (self.replying.ended, self.tuning.on_ended),
            (self.replying.ended, self.replies.ended),
            # the first page
            (self.first_run.suggested, self.writing.send_suggestion),
            (self.first_run.server_chosen, self.discovery.use),
            (self.first_run.key_chosen, self.discovery.import_key),
            (self.first_run.add_wanted, lambda: self.program.open_settings("providers")),
            (self.first_run.import_wanted, self.exchange.ask_import),
            (self.discovery.servers, self.first_run.show_servers),
            (self.discovery.keys, self.first_run.show_keys),
            (self.discovery.added, self.models.provider_added),
            (self.discovery.failed, self.notices.say),
            # the rest
            (self.moving.progressed, self.exchange.progressed),
            (self.moving.exported, self.exchange.exported),
            (self.moving.planned, self.exchange.planned),
            (self.moving.imported, self.exchange.imported),
            (self.moving.failed, self.exchange.failed),
            (self.progress.stopped, self.moving.stop),
            (self.moving.ended, self.exchange.ended),
            (self.palette_.typed, self.program.search_for_palette),
            (self.theme.changed, self.transcript.set_theme),
            (self.theme.changed, lambda _: self.update()),
            (self.actions_.changed, self.program.show_keys),
        ):
            signal.connect(slot)
        self._forget_settings = self.services.settings.changed(self._apply_settings)
        self.services.tasks.on_error = self.program.task_failed

    # --- life ---

    def start(self, model: str = "", chat_id: str = "", files: Sequence[Path] = ()) -> None:
        """Loads what is shown first. ``model`` and ``files`` are for a new chat, ``chat_id`` opens one."""
        self.chat_list.load()
        self.tuning.load()
        self.header.set_formats(self.moving.formats())
        self.program.show_keys()
        if model or files:
            self.conversation.open_new(**({"model": model} if model else {}))
        else:
            self.chats.open_first(chat_id or self._opened)
        if files:
            self.attaching.attach_files(files)
        self.discovery.look()
        self.composer.editor.setFocus()

    async def settle(self) -> None:
        """Writes down what was typed and how the window stands. The tasks are for ``Services`` to end."""
        self.composer.flush()
        self._state.save(self.conversation.chat.id)
        with suppress(StoreError):  # said already; there is nowhere else to put it
            await self.keeping.written()
        self.chat_list.close()
        self._forget_settings()

    def _apply_settings(self, settings: Settings) -> None:
        self.theme.choose(settings.theme)
        if style.set_code_font(settings.code_font):
            self.transcript.set_theme(style.theme())
        self.transcript.set_zoom(settings.font_size / TRANSCRIPT_PX)
        self.composer.editor.send_with_control = settings.send_key == "ctrl+enter"
        self.composer.editor.paste_limit = settings.paste_as_file
        self.actions_.rebind(settings.shortcuts)
        self.tuning.on_settings(settings)

    def show_page(self, empty: bool) -> None:
        """The first page while there are no messages."""
        self._pages.setCurrentWidget(self.first_run if empty else self.transcript)

    @staticmethod
    def current_theme() -> Theme:
        return style.theme()


    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.folding.arrange()
        self.composer.editor.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.attaching.attach_files(local_files(event.mimeData()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
