"""The main window: makes the features, lays them out, and makes the crossings between them.

A feature names in its constructor what it needs and connects its own signals. What one feature tells another is
connected here, in the functions named ``_connect_…``: they are the map of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from workbench.core.chat.chats import Chat
from workbench.core.errors import StoreError
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.core.tasks import Tasks
from workbench.core.text.sinks import for_line
from workbench.ui.branches.feature import BranchesFeature
from workbench.ui.chat.closing import CloseGuard
from workbench.ui.chat.feature import ChatFeature
from workbench.ui.chat.pending_writes import NEW_CHAT, SECOND_NEW_CHAT
from workbench.ui.chat.reply_actions import ReplyActions
from workbench.ui.compare.compare_controller import Lane
from workbench.ui.compare.feature import CompareFeature
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.editor import can_attach
from workbench.ui.composer.feature import ComposerFeature
from workbench.ui.context.feature import ContextFeature
from workbench.ui.experiments.feature import ExperimentsFeature
from workbench.ui.import_export.feature import ImportExportFeature
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.reply_variants.feature import ReplyVariantsFeature
from workbench.ui.reply_variants.prefill import Prefill
from workbench.ui.settings.feature import SettingsFeature
from workbench.ui.shell.actions import Actions, ActionSpec
from workbench.ui.shell.command_palette import CommandPalette
from workbench.ui.shell.failures import TaskFailures
from workbench.ui.shell.layout import WindowLayout
from workbench.ui.shell.notices import BannerStrip, Notice, Notices
from workbench.ui.shell.panel import Panel
from workbench.ui.shell.progress import Progress
from workbench.ui.shell.window_state import WindowState
from workbench.ui.sidebar.feature import SidebarFeature
from workbench.ui.templates.feature import TemplatesFeature
from workbench.ui.theme import style
from workbench.ui.welcome.feature import WelcomeFeature

if TYPE_CHECKING:
    from workbench.ui.shell.attention import Attention


class MainWindow(QMainWindow):
    """Everything that the user sees. Call ``start`` once it is shown, and ``await settle()`` before the end.

    It is the ``Shell`` of its features (``shell/shell.py``), and the only one who knows them all.
    """

    closed = Signal()
    another_requested = Signal()  # one more window on the same data

    def __init__(self, services: Services, parent: QWidget | None = None, *, first: bool = True) -> None:
        """``first``: no other window is open on this data. Another one has a new chat of its own."""
        super().__init__(parent)
        self._is_first = first
        self.setWindowTitle("Chat Workbench")
        self.setMinimumSize(480, 400)
        self.setAcceptDrops(True)
        self.services = services
        self.move_to: Path | None = None  # where the data folder goes when the window is closed
        app = cast(QApplication, QApplication.instance())
        settings = services.settings.value
        self.theme = style.ThemeSwitch(app, settings.theme, settings.contrast, settings.interface_scale)
        self.attention: Attention | None = None
        self.registry = Actions(self)
        self.failures = TaskFailures(services.data_folder, self)
        self._make_features()
        self._lay_out()
        self._register_actions()
        self._connect()
        self._apply_settings(services.settings.value)
        self._last_open = self._state.restore()
        self.chat.binder.restore(self._state.places())

    # --- features ---

    def _make_features(self) -> None:
        """Makes each feature after those that it stands on."""
        services = self.services
        self.chat = chat = ChatFeature(services, self, self, new_chat=NEW_CHAT if self._is_first else SECOND_NEW_CHAT)
        conversation, replies, actions = chat.conversation, chat.replies, chat.message_actions
        self.models = ModelsFeature(services, conversation, chat.header.model, self, self)
        self.parameters = ParametersFeature(services, conversation, replies, self, self)
        self.settings = SettingsFeature(services, self.registry, self, self)
        self.sidebar = SidebarFeature(services, conversation, replies, self, self)
        self.welcome = WelcomeFeature(services, conversation, self, self)
        self.composer = composer = ComposerFeature(
            services, conversation, replies, self, self, choose_model=self.models.pick,
            fill_again=lambda use: self.templates.fill_again(use),
            send_to_lanes=lambda draft: self.compare.send(draft))
        self.templates = TemplatesFeature(services, conversation, composer.view, self, self)
        self.context = ContextFeature(
            services, conversation, composer.draft, lambda: composer.outbox.edited, self, self)
        self.reply_variants = ReplyVariantsFeature(
            services, conversation, replies, self.models, self.parameters, self, self)
        self.compare = CompareFeature(
            services, conversation, replies, chat.transcripts, chat.header.compare, self.models,
            self.reply_variants, self, self)
        self.branches = BranchesFeature(
            services, conversation, replies, actions, self.reply_variants, self._show_path, self, self)
        self.experiments = ExperimentsFeature(
            services, conversation, self.models, self.parameters, self.templates.controller,
            lambda: composer.draft().text, self, self)
        self.progress = Progress()
        self.import_export = ImportExportFeature(
            services, conversation, chat.header.export, self.progress, self, self,
            selected_chats=self.sidebar.selected, listed_chats=self.sidebar.chats, folder_name=self.sidebar.folder_name)
        self.prefill = Prefill(
            services, conversation, actions, composer.outbox, composer.draft, replies,
            self.reply_variants.controller, self)
        self.reply_actions = ReplyActions(services, conversation, composer.outbox, self.models.pick, self)
        self.command_palette = CommandPalette(
            services.store, self.registry, self.sidebar.chats, conversation.open, self.models.known,
            self.models.choose, self)
        self.close_guard = CloseGuard(
            conversation, chat.temporary, lambda: chat.unsaved, self.experiments.running, self, self.move_data)

    def _lay_out(self) -> None:
        self.panel = Panel([*self.parameters.tabs(), self.branches.tab()])
        self.banner_strip = BannerStrip()
        self.window_layout = WindowLayout(
            self.sidebar.view, (self.chat.header, self.banner_strip, self.progress), self.composer.view, self.panel)
        self.side_panes = self.window_layout.side_panes
        self.setCentralWidget(self.window_layout.splitter)
        for content in (self.chat.transcript, self.welcome.view):
            self.window_layout.content.addWidget(content)
        self.notices = Notices(self.window_layout.toasts, self.banner_strip)
        self._state = WindowState(self.services.settings, self, self.side_panes)

    def _register_actions(self) -> None:
        """Collects what the features offer, in the order of the palette and the list of shortcuts."""
        actions = self.chat.message_actions
        for feature in (self.reply_actions, self.parameters, self.reply_variants, self.prefill, self.branches,
                        self.experiments, self.import_export):
            actions.add(feature.message_actions())
        for room in (self.chat, self.sidebar, self.import_export, self.command_palette, self.models, self.composer,
                     self.prefill, self.branches, self.templates, self.context, self.compare, self.experiments,
                     self.settings):
            self.registry.add(*room.actions())
        self.registry.add(*actions.commands(self.chat.conversation.last), *self._actions())

    def _actions(self) -> list[ActionSpec]:
        panes = self.side_panes
        return [
            ActionSpec("chat.rename", "Rename chat", self._rename, ("F2",), "Chats", self.chat.conversation.is_stored),
            ActionSpec("window.new", "New window", self.another_requested.emit, ("Ctrl+Alt+N",), "Program"),
            ActionSpec("view.sidebar", "Show or hide the sidebar", lambda: panes.toggle("side"), ("Ctrl+B",), "View"),
            ActionSpec("view.panel", "Show or hide the settings panel", lambda: panes.toggle("panel"),
                       ("Ctrl+Shift+B", "Ctrl+]"), "View"),
            ActionSpec("view.theme", "Switch between light and dark", lambda: self.services.settings.change(
                theme="light" if style.theme().dark else "dark"), (), "View"),
            ActionSpec("undo", "Undo what was done last", self.notices.undo, ("Ctrl+Z",), "Program"),
            ActionSpec("quit", "Quit", self.close, ("Ctrl+Q",), "Program"),
        ]

    def _rename(self) -> None:
        """Edits the name of what has the keyboard: a message of the tree, a row of the sidebar, else the title."""
        if not (self.branches.name_in_place() or self.sidebar.rename_in_place()):
            self.chat.header.title.edit()

    # --- crossings ---

    def _connect(self) -> None:
        self._connect_chat()
        self._connect_composer()
        self._connect_lanes()
        self._connect_sidebar()
        self._connect_pages()
        self._connect_settings()
        self._connect_window()

    def _connect_chat(self) -> None:
        chat, conversation = self.chat, self.chat.conversation
        conversation.opened.connect(lambda _: self.leave_page())
        conversation.opened.connect(lambda _: self.failures.clear_refusal())
        conversation.opened.connect(self._show_title)
        for changed in (conversation.title_changed, conversation.temporary_changed):
            changed.connect(lambda _: self._show_title(conversation.chat))
        for changed in (conversation.opened, conversation.stored, conversation.temporary_changed,
                        chat.replies.changed):
            changed.connect(lambda _: self.registry.refresh())
        chat.empty_changed.connect(self._show_content)

    def _connect_composer(self) -> None:
        composer, chat = self.composer, self.chat
        composer.view.estimate.clicked.connect(self.context.open)
        composer.view.template.clicked.connect(self.templates.pick)
        composer.view.editor.slash_typed.connect(self.templates.pick_by_slash)
        composer.outbox.sent.connect(chat.titles.message_sent)
        chat.composer_requested.connect(composer.focus)
        chat.transcript.viewport_resized.connect(lambda: composer.view.align_to_transcript(
            chat.transcript.width() - chat.transcript.viewport().width()))
        self.models.chosen.connect(lambda _: composer.focus())
        self.branches.inserted.connect(chat.titles.message_sent)

    def _connect_lanes(self) -> None:
        compare, composer = self.compare, self.composer
        compare.lanes_changed.connect(self._show_lanes)
        compare.composer_requested.connect(composer.focus)
        compare.accepted.connect(composer.outbox.accepted)
        compare.refused.connect(composer.outbox.refused)
        compare.sent.connect(self.chat.titles.message_sent)
        composer.view.editor.cancel_requested.connect(self._leave_lanes)

    def _connect_sidebar(self) -> None:
        sidebar, view = self.sidebar, self.sidebar.view
        view.new_chat_requested.connect(self.chat.new_chat)
        view.temporary_requested.connect(self.chat.new_temporary_chat)
        view.experiments_requested.connect(self.experiments.open)
        view.import_requested.connect(self.import_export.open_import)
        view.files_dropped.connect(self.import_export.open_import)
        view.chats.export_requested.connect(self.import_export.export_chats)
        view.folders.export_requested.connect(self.import_export.export_folder)
        self.import_export.imported.connect(sidebar.load)
        sidebar.deleted.connect(self.chat.leave_deleted)
        sidebar.restored.connect(self.chat.return_to_restored)
        sidebar.hit_shown.connect(self.chat.transcript.find_bar.mark)
        sidebar.reveal_requested.connect(self.side_panes.show_sidebar)
        sidebar.first_listed.connect(self._show_used)

    def _connect_pages(self) -> None:
        welcome, parameters = self.welcome, self.parameters
        welcome.suggested.connect(lambda text: self.composer.send(Draft(text)))
        welcome.import_requested.connect(self.import_export.open_import)
        welcome.provider_added.connect(self.models.use_added)
        parameters.template_requested.connect(self.templates.pick_system)
        parameters.save_template_requested.connect(self.templates.save_system)
        parameters.sweep_requested.connect(self.experiments.sweep_settings)

    def _connect_settings(self) -> None:
        settings = self.settings
        settings.import_requested.connect(self.import_export.open_import)
        settings.export_requested.connect(self.import_export.export_all)
        settings.move_requested.connect(self.move_data)
        settings.restored.connect(self.chat.conversation.open_anew)
        settings.restored.connect(self.experiments.open_anew)
        settings.closed.connect(self.models.controller.load)
        settings.closed.connect(self.welcome.look)

    def _connect_window(self) -> None:
        header, panes = self.chat.header, self.side_panes
        header.sidebar.clicked.connect(lambda: panes.toggle("side"))
        header.panel.clicked.connect(lambda: panes.toggle("panel"))
        panes.changed.connect(lambda _, panel: header.panel.setChecked(panel))
        self.theme.changed.connect(lambda _: panes.arrange())
        self.registry.changed.connect(self._show_keys)
        self._stop_listening = self.services.settings.changed(self._apply_settings)
        self.services.tasks.on_error = self.failures.report

    # --- what the whole window shows ---

    def _show_title(self, chat: Chat) -> None:
        """Names the open chat in the window's title, unless it is temporary: desktops keep lists of titles."""
        title = "Temporary chat" if chat.temporary else chat.title
        self.setWindowTitle(f"{for_line(title)} – Chat Workbench" if title else "Chat Workbench")
        self.window_layout.frame.set_dashed(chat.temporary)

    def _show_content(self, empty: bool) -> None:
        """Shows the lanes while there are some, the welcome page while there are no messages."""
        shown = self.compare.page or (self.welcome.view if empty else self.chat.transcript)
        self.window_layout.show_content(shown)
        self._arrange_panes()
        self.chat.header.export.setVisible(not empty)
        self.registry.refresh()

    def _show_lanes(self, lanes: Sequence[Lane]) -> None:
        self.chat.header.model.setVisible(not lanes)
        self._show_content(not self.chat.conversation.keys)
        self.composer.set_lanes(len(lanes))

    def _leave_lanes(self) -> None:
        """Lets Escape in an empty message end what is shown of the lanes, as it does there."""
        if self.compare.lanes and not self.composer.draft() and not self.composer.outbox.editing:
            self.compare.view().step_back()

    def _show_used(self) -> None:
        """Makes the welcome page plainer: there is a chat, so the user has found the way."""
        self.welcome.set_slim(True)
        self._arrange_panes()

    def _arrange_panes(self) -> None:
        """Leaves the panel out where it would be about nothing: beside pages and lanes, and in the first chat."""
        first = not self.chat.conversation.keys and not self.sidebar.has_chats
        self.side_panes.suppress_panel(
            page=self.window_layout.shows_page, lanes=bool(self.compare.lanes), first_chat=first)

    def _show_path(self) -> None:
        """Leaves pages and lanes: the active branch of the chat is to be seen."""
        self.leave_page()
        self.compare.stop()

    def _show_keys(self) -> None:
        """Writes the keys of actions into the tool tips of their buttons."""
        header = self.chat.header
        self.sidebar.view.set_keys(*map(self.key_text, ("chat.new", "search.all", "settings", "chat.temporary")))
        for widget, name, action in (
            (header.sidebar, "Sidebar", "view.sidebar"), (header.panel, "Settings panel", "view.panel"),
            (header.model, "Choose a model", "model.pick"),
            (self.composer.view.attach, "Attach files", "message.attach"),
        ):
            key = self.key_text(action)
            widget.setToolTip(f"{name} ({key})" if key else name)

    def _apply_settings(self, settings: Settings) -> None:
        self.theme.choose(settings.theme, settings.contrast, settings.interface_scale)
        if style.set_code_font(settings.code_font):
            self.chat.transcript.set_theme(style.theme())
        self.chat.apply_settings(settings)
        self.registry.rebind(settings.shortcuts)

    # --- life ---

    def start(self, model: str = "", chat_id: str = "", files: Sequence[Path] = (), *, reopen: bool = True) -> None:
        """Loads what is shown first. ``model`` and ``files`` are for a new chat, ``chat_id`` opens one; without any of
        them the chat that was open last comes again, if ``reopen``."""
        self.sidebar.load()
        self._show_keys()
        self.composer.view.align_to_transcript(self.chat.transcript.verticalScrollBar().sizeHint().width())
        last = self._last_open if reopen and not (model or files) else ""
        self.go_to(model, chat_id or last, files)
        self.welcome.look()
        self.composer.focus()

    def go_to(self, model: str = "", chat_id: str = "", files: Sequence[Path] = ()) -> None:
        """Opens a chat, or the new one with this model, and attaches files there."""
        conversation = self.chat.conversation
        if model and (problem := self.models.controller.problem_of(model)):
            model = ""
            self.notify(problem)
        if chat_id:
            opening = conversation.open_or_new(chat_id, named=chat_id != self._last_open)
        else:
            opening = conversation.open_new(model=model) if model else conversation.open_new()
        if files:
            opening.add_done_callback(lambda _: self.composer.attach_files(files))

    async def save(self) -> None:
        """Writes what was typed and the state of the window, which may go on."""
        self.composer.view.flush()
        chat = self.chat.conversation.chat
        with suppress(StoreError):
            self._state.save("" if chat.temporary else chat.id, self.chat.binder.places())
        with suppress(StoreError):  # said already; there is nowhere else to put it
            await self.chat.writes.written()

    async def settle(self) -> None:
        """Writes what was typed and the state of the window, which ends. ``Services`` ends the tasks."""
        self.composer.close()
        self.sidebar.close()
        await self.save()
        await self.experiments.settle()
        self.branches.stop()
        self.parameters.stop()
        self._stop_listening()

    def move_data(self, target: Path | None) -> None:
        """Closes the window to move the data folder, which is only possible while nothing uses it; the program opens
        it again when that is done. None: it is closed, and nothing moved."""
        self.move_to = target
        if not self.close():
            self.move_to = None

    # --- the shell, as features know it: see shell/shell.py ---

    @property
    def tasks(self) -> Tasks:
        return self.services.tasks

    @property
    def dialog_parent(self) -> QWidget:
        return self

    def notify(self, notice: Notice | str) -> None:
        self.notices.notify(notice)

    def call_attention(self, text: str, act: Callable[[], object] | None = None) -> None:
        if self.services.settings.value.alerts:
            from workbench.ui.shell.attention import Attention  # nothing has ended before

            self.attention = self.attention or Attention(self)
            self.attention.call(text, act)

    def banner(self, cause: str, text: str, tone: str = "bad") -> None:
        self.notices.set_banner(cause, text, tone)

    def show_page(self, page: QWidget) -> None:
        self.window_layout.show_page(page)
        self._arrange_panes()

    def leave_page(self) -> None:
        self.window_layout.leave_page()
        self._arrange_panes()

    def show_panel(self, tab: str) -> None:
        self.side_panes.show_panel()
        self.panel.show_tab(tab)

    def open_settings(self, page: str = "", provider: str = "") -> None:
        self.settings.open(page, provider)

    def key_text(self, action_id: str) -> str:
        return self.registry.key_text(action_id)

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side_panes.arrange()
        self.composer.view.editor.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_attach(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.view.editor.attach(event.mimeData())
        event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange:  # of the desktop: its font, for one
            self.theme.follow_desktop()
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.services.settings.reload()  # the user may come from the command line
            if self.attention is not None:
                self.attention.window_used()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.close_guard.may_close(self.move_to):
            event.ignore()
            return
        super().closeEvent(event)
        self.closed.emit()
