"""The models feature: the button that names the model of the open chat, and the picker that changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.models.model_button import ModelButton
from workbench.ui.models.model_lists import ModelGroup, ModelLists
from workbench.ui.models.provider_names import provider_names
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.core.chat.chats import ChatFields
    from workbench.ui.models.picker import Picker


class ModelsFeature(QObject):
    """Shows and changes the model of the open chat, and gives pickers elsewhere the same lists to choose from."""

    chosen = Signal(object)  # ModelRef that the user chose for the open chat

    def __init__(
        self, services: Services, conversation: Conversation, button: ModelButton, shell: Shell,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._providers = services.settings, services.providers
        self._conversation, self._shell = conversation, shell
        self.view = button
        self.controller = ModelLists(services, self)
        self.picker = Lazy(self._make_picker)
        self._connect()

    def _connect(self) -> None:
        self.view.clicked.connect(self.pick)
        self.controller.loaded.connect(self._show)
        self._conversation.opened.connect(self._show)
        self._conversation.model_changed.connect(self._show)

    def _make_picker(self) -> Picker:
        from workbench.ui.models.picker import Picker  # loaded when it is first asked for

        picker = Picker(self._shell.dialog_parent)
        self.attach_picker(picker, lambda: self._conversation.chat.model)
        picker.picked.connect(self.choose)
        return picker

    def actions(self) -> list[ActionSpec]:
        return [ActionSpec("model.pick", "Choose a model", self.pick, ("Ctrl+Shift+M",), "Message")]

    # --- the model of the open chat ---

    def pick(self) -> None:
        """Opens the picker below the button."""
        self.picker().open_at(self.view)

    def choose(self, ref: ModelRef) -> None:
        """Makes a model the one that answers in the open chat, and in new ones."""
        chat, settings = self._conversation.chat, self._settings.value
        changes: ChatFields = {"model": str(ref)}
        if not self._conversation.keys and chat.params == settings.defaults_of(chat.model):
            changes["params"] = settings.defaults_of(str(ref))
        self._conversation.change(**changes)
        self.controller.remember(ref)
        self.chosen.emit(ref)

    def use_added(self, model: str) -> None:
        """Chooses a model of a provider that was just added, or asks which where ``model`` is ""."""
        if model:
            self.choose(ModelRef.parse(model))
            self._shell.notify(f"{model} answers now.")
        else:
            self.controller.refresh()
            self.pick()

    def _show(self, *_: object) -> None:
        model = self._conversation.chat.model
        info = self.info(model)
        provider = info.ref.provider if info else model.partition("/")[0]
        name = provider_names(self._providers).get(provider, provider)
        self.view.show_model(str(info.ref) if info else model, name, info)

    def _leave_out(self, provider_id: str) -> None:
        name = provider_names(self._providers).get(provider_id, provider_id)
        self.controller.set_offered(provider_id, False)
        self._shell.notify(Notice(
            f"The models of {name} are left out of the list. Settings has a switch for it.", "Undo",
            lambda: self.controller.set_offered(provider_id, True), undoes=True))

    # --- for others ---

    def info(self, model: str) -> ModelInfo | None:
        """Returns what is known of a ``provider/model`` or an alias; None when it is neither."""
        return self.controller.info(model)

    def known(self) -> Sequence[ModelInfo]:
        """Returns all models of the lists that were loaded last."""
        return self.controller.known()

    def attach_picker(self, picker: Picker, current: Callable[[], str]) -> Callable[..., object]:
        """Connects a picker to the lists. ``current`` returns the ``provider/model`` it is to mark as chosen.

        Call what is returned when the picker goes.
        """
        lists = self.controller

        def show(groups: Sequence[ModelGroup], loading: bool) -> None:
            settings = self._settings.value
            picker.show_models(groups, settings.favourites, settings.recent, current(), loading, settings.aliases,
                               settings.unlisted)

        lists.loaded.connect(show)
        picker.opened.connect(lists.load)
        picker.refresh_requested.connect(lists.refresh)
        picker.favourite_requested.connect(lists.set_favourite)
        picker.listing_requested.connect(lists.set_listed)
        picker.provider_removal_requested.connect(self._leave_out)
        picker.add_provider_requested.connect(lambda: self._shell.open_settings("providers"))
        return lambda *_: lists.loaded.disconnect(show)
