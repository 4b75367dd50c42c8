"""The welcome feature: the page of a chat without messages, and what is found on this machine to chat with."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.shell.shell import Shell
from workbench.ui.welcome.discovery import Discovery
from workbench.ui.welcome.welcome_page import WelcomePage

_GUIDE = "builtin/guide"


class WelcomeFeature(QObject):
    """Offers what can be chatted with and what to try. A server or a key that was found becomes a provider at a
    click."""

    suggested = Signal(str)  # a message to send
    import_requested = Signal()
    provider_added = Signal(str)  # a model of the new provider, "" when none is known

    def __init__(
        self, services: Services, conversation: Conversation, shell: Shell, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._conversation, self._shell = conversation, shell
        self.view = WelcomePage(len(services.providers.presets()))
        self.controller = Discovery(services, self)
        self._connect()

    def _connect(self) -> None:
        page, discovery = self.view, self.controller
        page.suggested.connect(self.suggested)
        page.import_requested.connect(self.import_requested)
        page.add_requested.connect(lambda: self._shell.open_settings("providers"))
        page.server_chosen.connect(discovery.add_server)
        page.key_chosen.connect(discovery.import_key)
        discovery.servers_found.connect(page.show_servers)
        discovery.keys_found.connect(page.show_keys)
        discovery.added.connect(self.provider_added)
        discovery.failed.connect(self._shell.notify)
        self._conversation.opened.connect(self._show_suggestions)
        self._conversation.model_changed.connect(self._show_suggestions)

    def _show_suggestions(self, _: object) -> None:
        """Shows what to try while the guide answers: other models have their own strengths."""
        self.view.show_suggestions(self._conversation.chat.model == _GUIDE)

    def look(self) -> None:
        """Looks again for servers on this machine and keys in the environment."""
        self.controller.look()

    def set_slim(self, slim: bool) -> None:
        """Shows or hides the cards: users who have chatted before have found the way."""
        self.view.set_slim(slim)
