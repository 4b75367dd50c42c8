"""The Providers page with real HTTP on loopback and a real, or no, keyring."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QListWidget, QPlainTextEdit, QPushButton

from tests.faults.keyrings import STATES
from tests.support.finding import find
from tests.support.server import Server, json_reply
from tests.support.waiting import until
from workbench.core.settings import ProviderConfig
from workbench.ui.settings.endpoint_form import EndpointForm
from workbench.ui.settings.key_field import KeyField
from workbench.ui.settings.probe_view import ProbeView
from workbench.ui.settings.setting_rows import parse_headers
from workbench.ui.widgets import ComboBox, Field, JsonEdit, Label, NumberField, SearchField, Toast, ToggleSwitch

MODELS = {"object": "list", "data": [{"id": "m-1"}, {"id": "m-2"}]}


@pytest.fixture
def configured(services, server: Server):
    """A provider ``mine`` that is the scripted server and needs a key."""
    server.on("GET", "/v1/models", json_reply(MODELS))
    config = ProviderConfig("mine", "My server", base_url=server.url + "/v1", needs_key=True)
    services.settings.change(providers={"mine": config})
    return config


def result(dialog) -> str:
    return find(dialog, "Result of the test", Label).text()


def wait(run, condition, what: str) -> None:
    run(until(condition, what=what))


def titles(dialog) -> list[str]:
    found = find(dialog, "Providers", QListWidget)
    return [found.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(found.count())]


def test_a_key_is_tried_kept_for_the_session_and_never_shown(open_dialog, configured, server, services, run):
    dialog = open_dialog("providers", "mine")
    key = find(dialog, "API key", Field)
    assert key.echoMode() == Field.EchoMode.Password
    wait(run, lambda: "My server, needs a key" in titles(dialog), "the group")
    key.setText("  sk-secret-of-the-test-9f2c ")
    QTest.keyClick(key, Qt.Key.Key_Return)
    wait(run, lambda: "There is no keyring" in shown(dialog), "the word about the keyring")
    assert key.text(), "what was typed is not lost"
    find(dialog, "Use it for this session only").click()
    wait(run, lambda: key.placeholderText() == "•••• 9f2c", "the key to be kept")
    assert key.text() == "" and "until the program ends" in shown(dialog)
    assert server.requests == [], "keeping a key asks nobody"
    find(dialog, "Test connection").click()
    wait(run, lambda: "serves 2 models" in result(dialog), "the answer")
    assert server.requests[0].header("authorization") == "Bearer sk-secret-of-the-test-9f2c"
    wait(run, lambda: "My server, ready, 2 models" in titles(dialog), "the list to follow")
    find(dialog, "Remove key").click()
    wait(run, lambda: "My server, needs a key, 2 models" in titles(dialog), "the key to go")
    assert "sk-secret" not in (services.data_folder / "settings.toml").read_text("utf-8")


def shown(dialog) -> str:
    field = dialog.findChild(KeyField)
    return "\n".join(label.text() for label in field.findChildren(Label) if label.isVisible())


@pytest.mark.keyring
def test_a_key_goes_into_the_systems_keyring(secret_service, open_dialog, configured, services, run):
    dialog = open_dialog("providers", "mine")
    find(dialog, "API key", Field).setText("sk-secret-of-the-test-9f2c")
    find(dialog, "Save key").click()
    assert "Waiting for the system's keyring" in shown(dialog) and not find(dialog, "Save key").isEnabled()
    wait(run, lambda: "Stored in the system keyring" in shown(dialog), "the key to be kept")
    assert find(dialog, "API key", Field).isEnabled()
    assert [secret for _, secret in secret_service()] == ["sk-secret-of-the-test-9f2c"]
    find(dialog, "Remove provider").click()
    toast = dialog.findChild(Toast)
    find(toast, "Undo").click()
    wait(run, lambda: any(title.startswith("My server, ready") for title in titles(dialog)), "it to come back")
    find(dialog, "Remove provider").click()

    async def close() -> None:
        dialog.close()
        await until(lambda: not services.tasks.running("forget mine"))

    run(close())
    assert secret_service() == [], "the key went with its provider"


@pytest.mark.keyring
def test_a_key_in_a_locked_keyring_is_not_said_to_be_missing(
    secret_service, open_dialog, configured, services, run, monkeypatch, tmp_path
):
    with STATES["locked, its prompt denied"](monkeypatch, tmp_path / "k"):
        dialog = open_dialog("providers", "mine")
        wait(run, lambda: "My server, keyring not open" in titles(dialog), "the group")
        assert "keyring could not be opened" in shown(dialog) or "is locked" in shown(dialog)
        find(dialog, "API key", Field).setText("sk-secret-of-the-test-9f2c")
        find(dialog, "Use it for this session only").click()
        wait(run, lambda: any(title.startswith("My server, ready") for title in titles(dialog)), "the key to be kept")


@pytest.mark.keyring
def test_secrets_in_headers_and_proxies_go_into_the_keyring(secret_service, open_dialog, configured, services, run):
    headers = {"x-api-key": "canary-header", "x-tag": "blue"}
    services.settings.change(proxy="http://me:canary-general@proxy.example", providers={
        "mine": dataclasses.replace(configured, headers=headers, proxy="http://me:canary-proxy@proxy.example")})
    dialog = open_dialog("providers", "mine")

    async def close() -> None:
        dialog.close()
        await until(lambda: not services.tasks.running("move secrets into the keyring"))

    run(close())
    mine = services.settings.value.providers["mine"]
    assert mine.headers == {"x-api-key": "•••", "x-tag": "blue"} and mine.proxy == "http://me:•••@proxy.example"
    assert services.settings.value.proxy == "http://me:•••@proxy.example"
    kept = " ".join(secret for _, secret in secret_service())
    assert all(secret in kept for secret in ("canary-header", "canary-proxy", "canary-general"))
    assert "canary" not in (services.data_folder / "settings.toml").read_text("utf-8")


def test_a_refused_key_says_so_with_the_raw_answer(open_dialog, configured, server, services, run):
    server.on("GET", "/v1/models", json_reply({"error": {"message": "Incorrect API key provided."}}, 401))
    run(services.secrets.set("mine", services.providers.origin(configured), "sk-wrong-key-12345", session_only=True))
    dialog = open_dialog("providers", "mine")
    find(dialog, "Test connection").click()
    wait(run, lambda: result(dialog) not in ("", "Asking…"), "the answer")
    assert "key" in result(dialog) and result(dialog).endswith(".")
    find(dialog, "Details").click()
    assert "Incorrect API key provided." in find(dialog, "Raw answer", QPlainTextEdit).toPlainText()


def test_testing_keeps_a_key_that_was_only_typed(open_dialog, configured, server, run):
    dialog = open_dialog("providers", "mine")
    find(dialog, "API key", Field).setText("sk-typed")
    find(dialog, "Test connection").click()
    wait(run, lambda: result(dialog) == "The key was not kept, so nothing was asked.", "the word")
    assert server.requests == []


def test_a_preset_is_added_by_search(open_dialog, services, run):
    dialog = open_dialog("providers")
    find(dialog, "Add provider").click()
    search = find(dialog, "Search presets", SearchField)
    assert search.hasFocus()
    search.setText("openr")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert services.settings.value.providers["openrouter"].preset == "openrouter"
    assert find(dialog, "Base URL", Field).text() == "https://openrouter.ai/api/v1"
    assert services.settings.value.providers["openrouter"].base_url == "", "the preset's address may move"
    assert find(dialog, "API key", Field).hasFocus()


def test_any_other_server_is_added_and_a_bad_address_refused(open_dialog, server, services, run):
    server.on("GET", "/v1/models", json_reply(MODELS))
    dialog = open_dialog("providers")
    find(dialog, "Add provider").click()
    find(dialog, "Any other server").click()
    popup = find(dialog, "Add server").parentWidget()
    address = find(popup, "Base URL", Field)
    find(popup, "It needs a key", ToggleSwitch).click()
    switch = find(popup, "It needs a key", ToggleSwitch)
    places = [one.mapTo(dialog, QPoint()) for one in (switch, find(popup, "Add server"))]
    find(popup, "Add server").click()
    assert any(one.text().startswith("Enter the base URL") for one in popup.findChildren(Label) if one.isVisible())
    address.setText("ftp://nowhere")
    find(popup, "Add server").click()
    assert [one.mapTo(dialog, QPoint()) for one in (switch, find(popup, "Add server"))] == places, "nothing moves"
    assert address.hasFocus() and address.property("wrong")
    assert address.isVisible() and services.settings.value.providers == {}
    address.setText(server.url + "/v1")
    find(popup, "Add server").click()
    wait(run, lambda: "serves 2 models" in result(dialog), "the server to answer")
    (config,) = services.settings.value.providers.values()
    assert (config.base_url, config.protocol, config.needs_key) == (server.url + "/v1", "openai-chat", False)


def test_only_a_preset_can_say_something(open_dialog, configured, services):
    services.settings.change(providers={
        "mine": configured, "groq": ProviderConfig("groq", preset="groq")})
    dialog = open_dialog("providers", "mine")
    find(dialog, "More").click()
    for name, usual in (("Protocol", "OpenAI chat completions"), ("Needs a key", "Yes")):
        box = find(dialog, name, ComboBox)
        assert box.currentText() == usual and box.view().isRowHidden(0)
        QTest.keyClick(box, Qt.Key.Key_Home)
        assert box.currentText() != "As the preset says"
    dialog.show_page("providers", "groq")
    assert find(dialog, "Needs a key", ComboBox).currentText() == "As the preset says"


def test_every_field_is_kept(open_dialog, configured, services, run):
    dialog = open_dialog("providers", "mine")
    find(dialog, "More").click()
    for name, text in (
        ("Name", "Renamed"), ("Models", "a, b c"), ("Body fields left out", "user"), ("Organisation", "org"),
        ("Project", "proj"), ("Proxy", "none"), ("Certificate authority file", "/ca.pem"),
    ):
        field = find(dialog, name, Field)
        field.setText(text)
        field.editingFinished.emit()
    find(dialog, "Retries before it", NumberField).lineEdit().setText("5")
    find(dialog, "Time to first token (s)", NumberField).lineEdit().setText("42.5")
    find(dialog, "Extra headers", QPlainTextEdit).setPlainText("X-One: 1\n\nX-Two: a: b")
    find(dialog, "Extra body fields", QPlainTextEdit).setPlainText('{"provider": {"sort": "price"}}')
    find(dialog, "Offer its models", ToggleSwitch).click()
    protocol = find(dialog, "Protocol", ComboBox)
    protocol.setCurrentIndex(protocol.findData("anthropic-messages"))
    protocol.activated.emit(protocol.currentIndex())
    assert services.settings.value.providers["mine"] == ProviderConfig(
        "mine", "Renamed", base_url=configured.base_url, needs_key=True, models=("a", "b", "c"),
        remove_fields=("user",), organization="org", project="proj", proxy="none", ca_file="/ca.pem", retries=5,
        first_token_timeout=42.5, headers={"X-One": "1", "X-Two": "a: b"},
        add_fields={"provider": {"sort": "price"}}, enabled=False, protocol="anthropic-messages",
    )


def test_half_written_headers_are_marked_and_not_kept(open_dialog, configured, services):
    dialog = open_dialog("providers", "mine")
    headers = find(dialog, "Extra headers", QPlainTextEdit)
    headers.setPlainText("X-One: 1\nnonsense")
    assert services.settings.value.providers["mine"].headers == {}
    assert headers.toPlainText() == "X-One: 1\nnonsense"
    with pytest.raises(ValueError, match="Line 2 is not a header"):
        parse_headers(headers.toPlainText())


def test_what_is_half_written_stays_when_another_field_changes(open_dialog, configured, services):
    dialog = open_dialog("providers", "mine")
    headers = find(dialog, "Extra headers", QPlainTextEdit)
    fields = find(dialog, "Extra body fields", QPlainTextEdit)
    headers.setPlainText("X-One: 1\nnonsense")
    fields.setPlainText('{"provider": ')
    find(dialog, "Retries before it", NumberField).picked.emit(3)
    assert services.settings.value.providers["mine"].retries == 3
    assert headers.toPlainText() == "X-One: 1\nnonsense" and fields.toPlainText() == '{"provider": '
    services.settings.change(providers={"mine": replace(services.settings.value.providers["mine"],
                                                        headers={"X-Two": "2"})})
    assert headers.toPlainText() == "X-Two: 2", "what another window wrote is the newer word"
    find(dialog, "Duplicate").click()
    assert headers.toPlainText() == "X-Two: 2" and fields.toPlainText() == "", "another provider has its own"


def test_the_tab_key_goes_through_the_form_as_the_eye_does(open_dialog, configured, services):
    services.settings.change(providers={"azure": ProviderConfig("azure", preset="azure")})
    dialog = open_dialog("providers", "azure")
    find(dialog, "More").click()
    QApplication.processEvents()
    form = dialog.findChild(EndpointForm)
    chain, widget = [], form.nextInFocusChain()
    while widget is not form:
        if form.isAncestorOf(widget) and widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            chain.append(widget)
        widget = widget.nextInFocusChain()
    places = [one.mapTo(form, QPoint(0, 0)) for one in chain]
    assert len(chain) > 15 and [(one.y() // 8, one.x()) for one in places] == sorted(
        (one.y() // 8, one.x()) for one in places), [one.accessibleName() for one in chain]


def test_sending_a_key_over_plain_http_is_asked_for_and_only_then(open_dialog, configured, services, run):
    dialog = open_dialog("providers", "mine")
    consent = find(dialog, "Send the key over plain HTTP", ToggleSwitch)
    assert not consent.isVisible(), "loopback is this machine"
    address = find(dialog, "Base URL", Field)
    address.setText("http://models.example/v1")
    address.editingFinished.emit()
    assert consent.isVisible()
    consent.click()
    assert services.settings.value.providers["mine"].allow_plain_http


def test_a_copy_has_the_settings_but_not_the_key(open_dialog, configured, services, run):
    run(services.secrets.set("mine", services.providers.origin(configured), "sk-key-12345678", session_only=True))
    dialog = open_dialog("providers", "mine")
    find(dialog, "Duplicate").click()
    assert services.settings.value.providers["mine-2"].base_url == configured.base_url
    wait(run, lambda: "My server (copy), needs a key" in titles(dialog), "the copy")


def test_removing_can_be_undone(open_dialog, configured, services):
    dialog = open_dialog("providers", "mine")
    find(dialog, "Remove provider").click()
    assert services.settings.value.providers == {}
    find(dialog.findChild(Toast), "Undo").click()
    assert services.settings.value.providers == {"mine": configured}


def test_azure_asks_for_what_its_address_needs(open_dialog, services):
    dialog = open_dialog("providers")
    presets = {preset.id: preset for preset in services.providers.presets()}
    preset = next(one for one in presets.values() if one.variables)
    dialog._made["providers"]._add_preset(preset)
    field = find(dialog, preset.variables[0], Field)
    field.setText("my-resource")
    field.editingFinished.emit()
    assert services.settings.value.providers[preset.id].variables == {preset.variables[0]: "my-resource"}


def test_the_builtin_models_are_measured_for_nothing(open_dialog, services, run, tmp_path):
    dialog = open_dialog("providers", "builtin")
    view = dialog.findChild(ProbeView)
    wait(run, lambda: view.isVisible(), "its models")
    assert not find(dialog, "Base URL", Field).isVisible(), "there is nothing to configure"
    models = find(dialog, "Model to measure", ComboBox)
    models.setCurrentIndex(models.findData("ngram"))
    find(view, "Measure", QPushButton).click()
    wait(run, lambda: view._running is False, "the probe to end")
    assert find(view, "streaming: yes").isVisible()
    find(view, "Copy report", QPushButton).click()
    assert QGuiApplication.clipboard().text().startswith("# What builtin/ngram accepts")
    for name in ("report.md", "report.json"):
        find(view, "Save report", QPushButton).click()
        dialog.findChild(QFileDialog).fileSelected.emit(str(tmp_path / name))
        dialog.findChild(QFileDialog).close()
        wait(run, lambda name=name: (tmp_path / name).is_file() and (tmp_path / name).stat().st_size, "the report")
        wait(run, lambda: not dialog.findChildren(QFileDialog), "the question to go")
    assert (tmp_path / "report.md").read_text("utf-8") == QGuiApplication.clipboard().text()
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["model"] == "builtin/ngram" and {"name", "verdict", "evidence"} <= set(report["rows"][0])


def test_the_list_is_filtered(open_dialog, configured):
    dialog = open_dialog("providers", "mine")
    find(dialog, "Filter providers", SearchField).setText("built")
    assert [title for title in titles(dialog) if "," in title] == ["Built-in, ready, offline"]


def test_extra_fields_must_be_an_object(open_dialog, configured, services):
    dialog = open_dialog("providers", "mine")
    editor = find(dialog, "Extra body fields", QPlainTextEdit)
    editor.setPlainText("[1]")
    owner = next(one for one in dialog.findChildren(JsonEdit) if one.editor is editor)
    assert owner.mistake() == "This must be a JSON object: { … }."
    assert services.settings.value.providers["mine"].add_fields == {}
    editor.setPlainText(json.dumps({"a": 1}))
    assert services.settings.value.providers["mine"].add_fields == {"a": 1}


def test_a_local_server_that_does_not_run_is_told_apart(open_dialog, services, run):
    closed = ProviderConfig("local", "Local", base_url="http://127.0.0.1:9/v1", needs_key=False)
    services.settings.change(providers={"local": closed})
    dialog = open_dialog("providers")
    wait(run, lambda: "Local, not reached" in titles(dialog), "the group")
    find(dialog, "Providers", QListWidget).setCurrentRow(3)
    find(dialog, "Test connection").click()
    wait(run, lambda: result(dialog) not in ("", "Asking…"), "the answer")
    assert result(dialog).startswith("Nothing answers at 127.0.0.1:9.")


def test_what_is_being_written_survives_a_change_from_elsewhere(open_dialog, configured, services):
    dialog = open_dialog("providers", "mine")
    address = find(dialog, "Base URL", Field)
    address.setFocus()
    address.selectAll()
    QTest.keyClicks(address, "https://half/wri")
    services.settings.change(recent=["builtin/guide"])
    services.settings.change(providers={"mine": configured, "other": ProviderConfig("other", preset="openai")})
    assert address.text() == "https://half/wri"


def test_the_provider_of_the_environment_is_there_and_says_so(monkeypatch, open_dialog, services):
    monkeypatch.setenv("LLM_PROVIDER", "groq")
    monkeypatch.setenv("LLM_MODEL", "maker/fast")
    dialog = open_dialog("providers", "groq")
    page = dialog._made["providers"]._page
    said = [label.text() for label in page.findChildren(Label) if label.isVisible()]
    assert any("LLM_PROVIDER" in text for text in said)
    assert not find(dialog, "Remove provider").isVisible(), "it is not ours to remove"
    assert services.providers.default_model() == "groq/maker/fast"
    retries = find(dialog, "Retries before it", NumberField)
    retries.picked.emit(1)
    assert services.settings.value.providers["groq"].retries == 1
    assert find(dialog, "Remove provider").isVisible()


def test_a_region_of_a_preset_is_chosen_and_has_a_key_of_its_own(open_dialog, services, run):
    services.settings.change(providers={"moonshot": ProviderConfig("moonshot", preset="moonshot")})
    run(services.secrets.set("moonshot", "https://api.moonshot.cn:443", "sk-key-12349f2c", session_only=True))
    dialog = open_dialog("providers", "moonshot")
    box, url, key = find(dialog, "Address", ComboBox), find(dialog, "Base URL", Field), find(dialog, "API key", Field)
    wait(run, lambda: key.placeholderText() == "•••• 9f2c", "the key")
    assert box.isVisible() and box.currentText() == "Default"
    box.setCurrentIndex(box.findText("International"))
    box.activated.emit(box.currentIndex())
    assert services.settings.value.providers["moonshot"].base_url == "https://api.moonshot.ai/v1" == url.text()
    wait(run, lambda: key.placeholderText() != "•••• 9f2c", "the key of the other region to go")
    url.setText("https://proxy.example/v1")
    url.editingFinished.emit()
    assert box.currentText() == "Other"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert services.settings.value.providers["moonshot"].base_url == ""


def test_another_form_of_an_address_asks_for_what_it_needs(open_dialog, services, run):
    services.settings.change(providers={"azure": ProviderConfig("azure", preset="azure")})
    dialog = open_dialog("providers", "azure")
    box = find(dialog, "Address", ComboBox)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    wait(run, lambda: find(dialog, "deployment", Field).isVisible(), "the field")


def test_a_server_without_other_addresses_has_no_choice_of_them(open_dialog, configured):
    assert not find(open_dialog("providers", "mine"), "Address", ComboBox).isVisible()
