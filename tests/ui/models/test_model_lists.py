from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig
from workbench.storage.settings_file import open_settings
from workbench.ui.models.model_lists import ModelGroup
from workbench.ui.widgets import Toast
from workbench.ui.window import MainWindow


def test_a_provider_whose_key_cannot_be_read_says_so_and_leaves_the_others(window, run) -> None:
    secured = ProviderConfig("secured", base_url="http://127.0.0.1:9/v1", needs_key=True)
    typed = ProviderConfig("typed", base_url="http://127.0.0.1:9/v1", needs_key=True, models=("mine",))
    window.services.settings.change(providers={config.id: config for config in (secured, typed)})
    shown: list[list[ModelGroup]] = []
    loading: list[bool] = []
    window.models.controller.loaded.connect(lambda groups, more: (shown.append(groups), loading.append(more)))
    window.models.controller.load()
    run(until(lambda: loading and not loading[-1], what="the lists"))
    assert loading[0], "that they are being loaded is said at once"
    groups = {group.provider_id: group for group in shown[-1]}
    assert len(groups["builtin"].models) == 2
    assert "keyring" in groups["secured"].problem
    assert [info.ref.model for info in groups["typed"].models] == ["mine"]


def test_models_and_whole_providers_are_left_out_and_taken_in_again(window, run) -> None:
    typed = ProviderConfig("typed", name="Mine", base_url="http://127.0.0.1:9/v1", needs_key=False, models=("mine",))
    window.services.settings.change(providers={"typed": typed})
    picker, lists, settings = window.models.picker(), window.models.controller, window.services.settings
    window.models.pick()
    run(until(lambda: "typed/mine" in {str(info.ref) for info in window.models.known()}))
    picker.listing_requested.emit(ModelRef("typed", "mine"), False)
    assert settings.value.unlisted == ["typed/mine"]
    picker.listing_requested.emit(ModelRef("typed", "mine"), True)
    assert settings.value.unlisted == []
    picker.provider_removal_requested.emit("typed")
    run(until(lambda: not window.services.tasks.running("load the models")))
    assert not settings.value.providers["typed"].enabled and len(lists.known()) == 2
    window.registry.run("undo")
    run(until(lambda: len(lists.known()) == 3, what="the models of the provider"))


def test_a_model_that_nobody_has_is_told_at_the_start(open_window: OpenWindow) -> None:
    window = open_window(model="nonsense")
    assert window.chat.conversation.chat.model == "builtin/guide"
    (notice,) = window.findChildren(Toast)
    assert notice.accessibleName().startswith("There is no model or alias “nonsense”.")


def test_what_the_command_line_added_is_known_when_the_user_comes_back(window: MainWindow, isolated: Path) -> None:
    config = ProviderConfig("elsewhere", base_url="http://127.0.0.1:9/v1", needs_key=False)
    open_settings(isolated).change(providers={"elsewhere": config})
    assert window.services.settings.value.providers == {}
    window.activateWindow()
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert window.services.settings.value.providers == {"elsewhere": config}
