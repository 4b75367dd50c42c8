"""The main window: makes the panes and the controllers, lays them out, and connects them.

Who tells what to whom is said in ``wiring``; what can be done by key and command in ``window_actions``.
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
from workbench.core.tasks import Tasks
from workbench.ui.branches.feature import BranchesFeature
from workbench.ui.chat.chats_presenter import ChatPresenter
from workbench.ui.chat.closing import CloseGuard
from workbench.ui.chat.feature import ChatFeature
from workbench.ui.chat.reply_actions import ReplyActions
from workbench.ui.compare.feature import CompareFeature
from workbench.ui.composer.editor import local_files
from workbench.ui.composer.feature import ComposerFeature
from workbench.ui.context.feature import ContextFeature
from workbench.ui.experiments.feature import ExperimentsFeature
from workbench.ui.import_export.feature import ImportExportFeature
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.reply_variants.feature import ReplyVariantsFeature
from workbench.ui.reply_variants.prefill import Prefill
from workbench.ui.settings.feature import SettingsFeature
from workbench.ui.shell.actions import Actions
from workbench.ui.shell.command_palette import CommandPalette
from workbench.ui.shell.conversation_frame import ConversationFrame
from workbench.ui.shell.failures import TaskFailures
from workbench.ui.shell.notices import BannerStrip, Notice, Notices
from workbench.ui.shell.panel import Panel, PanelTab
from workbench.ui.shell.program import ProgramPresenter
from workbench.ui.shell.progress import Progress
from workbench.ui.shell.side_panes import SidePanes
from workbench.ui.shell.window_state import WindowState
from workbench.ui.sidebar.feature import SidebarFeature
from workbench.ui.templates.feature import TemplatesFeature
from workbench.ui.theme import style
from workbench.ui.theme.tokens import Theme
from workbench.ui.welcome.feature import WelcomeFeature
from workbench.ui.window_actions import specs
from workbench.ui.wiring import connections


class MainWindow(QMainWindow):
    """Everything that the user sees. Call ``start`` once it is shown, and ``await settle()`` before the end."""

    closed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Chat Workbench")
        self.setMinimumSize(480, 400)
        self.setAcceptDrops(True)
        self.services = services
        self.move_to: Path | None = None  # where the data folder goes when the window is closed
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme = style.ThemeSwitch(app, services.settings.value.theme)
        self._make_controllers()
        self._make_panes()
        self._lay_out()
        self.actions_ = Actions(self)
        self.failures = TaskFailures(services.data_folder, self)
        self.settings = SettingsFeature(services, self.actions_, self, self)
        self.models = ModelsFeature(services, self.conversation, self.header.model, self, self)
        self.command_palette = CommandPalette(
            services.store, self.actions_, self.sidebar.chats, self.conversation.open, self.models.known,
            self.models.choose, self)
        self.chats = ChatPresenter(self)
        self.import_export = ImportExportFeature(
            services, self.conversation, self.header.export, self.progress, self, self,
            selected_chats=self.sidebar.selected, chat_of=self.sidebar.chat,
            folder_name=self.sidebar.folder_name)
        self.reply_variants = ReplyVariantsFeature(
            services, self.conversation, self.replying, self.models, self.parameters, self, self)
        self.prefill = Prefill(
            services, self.conversation, self.messages, self.composer.outbox, self.composer.draft,
            self.chat.is_streaming, self.reply_variants.controller, self)
        self.compare = CompareFeature(
            services, self.conversation, self.replying, self.chat.transcripts, self.header.compare, self.models,
            self.reply_variants, self, self)
        self.context = ContextFeature(services, self.conversation, self.composer.draft, self, self)
        self.program, self.experiments = ProgramPresenter(self), ExperimentsFeature(self)
        self.templates = TemplatesFeature(services, self.conversation, self.composer.view, self, self)
        self.branches = BranchesFeature(
            services, self.conversation, self.replying, self.messages, self.reply_variants, self._show_path, self, self)
        self._add_message_actions()
        self.actions_.add(
            *self.chat.actions(), *self.command_palette.actions(), *self.prefill.actions(), *self.compare.actions(),
            *self.branches.actions(), *specs(self), *self.messages.commands(self.conversation.last))
        self._connect()
        self._apply_settings(services.settings.value)
        self._opened = self._state.restore()

    # --- parts ---

    def _make_controllers(self) -> None:
        services = self.services
        self.chat = ChatFeature(services, self, self)
        self.replying, self.keeping, self.messages = self.chat.replies, self.chat.writes, self.chat.message_actions
        self.conversation, self.passing, self.titling = self.chat.conversation, self.chat.temporary, self.chat.titles
        self.header, self.transcript = self.chat.header, self.chat.transcript
        self.closing = CloseGuard(self.conversation, self.passing, lambda: self.chat.unsaved, self, self.close)
        self.composer = ComposerFeature(
            services, self.conversation, self.replying, self, self, choose_model=lambda: self.models.pick(),
            fill_again=lambda use: self.templates.fill_again(use),
            send_to_lanes=lambda draft: self.compare.send(draft))
        self.parameters = ParametersFeature(services, self.conversation, self.replying, self, self)

    def _make_panes(self) -> None:
        self.sidebar = SidebarFeature(self.services, self.conversation, self.replying, self, self)
        self.welcome = WelcomeFeature(self.services, self, self)
        self.panel = Panel([
            *self.parameters.tabs(),
            PanelTab("Branches", lambda parent: self.branches.tab().make(parent)),
        ])
        self.banner_strip = BannerStrip()
        self.progress = Progress()

    def _lay_out(self) -> None:
        """From the outside inwards: each widget that moves to another parent tells all its children so."""
        splitter = QSplitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        self.setCentralWidget(splitter)
        self.stage = QStackedWidget()  # the conversation, or a page that takes its place
        centre = self.frame_ = ConversationFrame()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        splitter.addWidget(self.sidebar.view)
        splitter.addWidget(self.stage)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(1, 1)
        self.stage.addWidget(centre)
        self._pages = QStackedWidget()
        for widget in (self.header, self.banner_strip, self.progress, self._pages, self.composer.view):
            column.addWidget(widget)
        column.setStretchFactor(self._pages, 1)
        self._pages.addWidget(self.transcript)
        self._pages.addWidget(self.welcome.view)
        self.notices = Notices(self._pages, self.banner_strip)
        self.folding = SidePanes(splitter, self.sidebar.view, self.panel)
        self._state = WindowState(self.services.settings, self, self.folding)

    def _add_message_actions(self) -> None:
        replying = ReplyActions(self.services, self.conversation, self.composer.outbox, self.models.pick, self)
        for room in (replying, self.parameters, self.reply_variants, self.prefill, self.branches, self.experiments,
                     self.import_export):
            self.messages.add(room.message_actions())

    def _connect(self) -> None:
        for signal, slot in connections(self):
            signal.connect(slot)
        self._forget_settings = self.services.settings.changed(self._apply_settings)
        self.services.tasks.on_error = self.failures.report

    # --- life ---

    def start(self, model: str = "", chat_id: str = "", files: Sequence[Path] = ()) -> None:
        """Loads what is shown first. ``model`` and ``files`` are for a new chat, ``chat_id`` opens one."""
        self.sidebar.load()
        self.program.show_keys()
        self.go_to(model, chat_id or ("" if model or files else self._opened), files)
        self.welcome.look()
        self.composer.focus()

    def go_to(self, model: str = "", chat_id: str = "", files: Sequence[Path] = ()) -> None:
        """Opens a chat, or the new one with this model, and attaches files there."""
        if chat_id:
            opening = self.conversation.open_or_new(chat_id)
        else:
            opening = self.conversation.open_new(model=model) if model else self.conversation.open_new()
        if files:
            opening.add_done_callback(lambda _: self.composer.attach_files(files))

    async def settle(self) -> None:
        """Writes down what was typed and how the window stands. The tasks are for ``Services`` to end."""
        self.composer.view.flush()
        self.sidebar.close()
        chat = self.conversation.chat
        with suppress(StoreError):  # said already; there is nowhere else to put it
            await self.keeping.written()
        with suppress(StoreError):
            self._state.save("" if chat.temporary else chat.id)
        self.branches.stop()
        self.parameters.stop()
        self._forget_settings()

    def _apply_settings(self, settings: Settings) -> None:
        self.theme.choose(settings.theme)
        if style.set_code_font(settings.code_font):
            self.transcript.set_theme(style.theme())
        self.chat.apply_settings(settings)
        self.composer.apply_settings(settings)
        self.actions_.rebind(settings.shortcuts)

    def move_data(self, target: Path) -> None:
        """Closes the window to move the data folder, which is only possible while nothing uses it; the program opens
        it again when that is done."""
        self.move_to = target
        if not self.close():
            self.move_to = None

    def show_conversation(self, empty: bool) -> None:
        """The lanes while there are some, the first page while there are no messages."""
        self._pages.setCurrentWidget(self.compare.page or (self.welcome.view if empty else self.transcript))

    def show_lanes(self) -> None:
        """Shows the lanes of a comparison in the place of the conversation, or the conversation again."""
        lanes = bool(self.compare.lanes)
        if page := self.compare.page:
            self._pages.addWidget(page)  # does nothing for one that is there already
        self.header.model.setVisible(not lanes)
        self.chats.show_empty(not self.conversation.keys)

    def _show_path(self) -> None:
        """Leaves pages and lanes: the active branch of the chat is to be seen."""
        self.experiments.close()
        self.compare.stop()

    @staticmethod
    def current_theme() -> Theme:
        return style.theme()

    # --- the shell, as features know it: see shell/shell.py ---

    @property
    def tasks(self) -> Tasks:
        return self.services.tasks

    @property
    def dialog_parent(self) -> QWidget:
        return self

    def notify(self, notice: Notice | str) -> None:
        self.notices.show(Notice(notice) if isinstance(notice, str) else notice)

    def banner(self, cause: str, text: str, tone: str = "bad") -> None:
        self.notices.set_banner(cause, text, tone)

    def show_page(self, page: QWidget) -> None:
        self.stage.addWidget(page)  # does nothing for one that is there already
        self.stage.setCurrentWidget(page)
        self.folding.set_plain(True)

    def leave_page(self) -> None:
        if self.stage.currentIndex():
            self.stage.setCurrentIndex(0)
            self.folding.set_plain(not self.conversation.keys)

    def show_panel(self, tab: str) -> None:
        self.folding.show_panel()
        self.panel.show_tab(tab)

    def open_settings(self, page: str = "", provider: str = "") -> None:
        self.settings.open(page, provider)

    def key_text(self, action_id: str) -> str:
        return self.actions_.key_text(action_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.folding.arrange()
        self.composer.view.editor.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.attach_files(local_files(event.mimeData()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.closing.may_close():
            event.ignore()
            return
        super().closeEvent(event)
        self.closed.emit()
