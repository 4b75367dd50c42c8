"""The settings feature on real services, without the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog, QListWidget, QPushButton, QTreeWidget

from tests.conftest import Run
from tests.support.finding import find
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.settings.feature import SettingsFeature
from workbench.ui.shell.actions import Actions
from workbench.ui.widgets import NumberField


@pytest.fixture
def settings(services: Services, shell: RecordingShell) -> SettingsFeature:
    actions = Actions(shell.dialog_parent)
    made = SettingsFeature(services, actions, shell, shell.dialog_parent)
    actions.add(*made.actions())
    return made


def opened(shell: RecordingShell) -> QDialog:
    return next(dialog for dialog in shell.dialog_parent.findChildren(QDialog) if dialog.isVisible())


def test_a_provider_is_opened_and_changed_and_the_end_is_told(
    settings: SettingsFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    services.settings.change(providers={"mine": ProviderConfig("mine", base_url="http://127.0.0.1:9/v1")})
    closed: list[bool] = []
    settings.closed.connect(lambda: closed.append(True))
    settings.open("providers", "mine")
    dialog = opened(shell)
    assert find(dialog, "Settings pages", QListWidget).currentItem().text() == "Providers"
    find(dialog, "Retries before it", NumberField).picked.emit(4)
    assert services.settings.value.providers["mine"].retries == 4 and not closed
    find(dialog, "Close settings", QPushButton).click()
    assert closed == [True]
    run(until(lambda: not shell.dialog_parent.findChildren(QDialog), what="the dialog to go"))


def test_what_others_do_closes_the_dialog_and_is_asked_for(
    settings: SettingsFeature, shell: RecordingShell, run: Run
) -> None:
    wished: list[str] = []
    settings.import_requested.connect(lambda: wished.append("import"))
    settings.export_requested.connect(lambda: wished.append("export"))
    for button in ("Import chats…", "Export all chats…"):
        settings.open("data")
        dialog = opened(shell)
        next(one for one in dialog.findChildren(QPushButton) if one.text() == button).click()
        assert not dialog.isVisible()
    assert wished == ["import", "export"]
    run(until(lambda: not shell.dialog_parent.findChildren(QDialog), what="the dialogs to go"))


def test_the_sheet_of_shortcuts_rebinds_keys(
    settings: SettingsFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    settings.open_shortcuts()
    sheet = opened(shell)
    tree = find(sheet, "Shortcuts", QTreeWidget)
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    find(sheet, "None", QPushButton).click()
    assert services.settings.value.shortcuts == {"settings": ""}
    sheet.close()
    run(until(lambda: not shell.dialog_parent.findChildren(QDialog), what="the sheet to go"))
