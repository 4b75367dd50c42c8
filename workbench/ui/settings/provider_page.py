"""The page of one provider in the settings: its key, its endpoint, and what its models accept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig
from workbench.ui.settings.endpoint_form import EndpointForm
from workbench.ui.settings.key_field import KeyField
from workbench.ui.settings.keys_controller import KeysController
from workbench.ui.settings.probe_view import ProbeView
from workbench.ui.settings.provider_checks import ProviderChecks
from workbench.ui.settings.provider_configs import BUILTIN, ProviderConfigs
from workbench.ui.widgets import Button, CodeEdit, ElidedLabel, FormRow, HLine, Label, ScrollColumn, Section
from workbench.ui.widgets.clipboard import copy_text

BUILTIN_WORDS = (
    "Answers on this machine, without a network or a key: a guide to the program, and a small n-gram model "
    "that shows what each parameter does."
)

ENVIRONMENT_WORDS = (
    "LLM_PROVIDER or OPENAI_BASE_URL in the environment names this provider. New chats ask it while no other model is "
    "chosen. What you change here is kept as a provider of your own."
)


class ProviderPage(QWidget):
    """Shows and changes one provider. ``removed`` carries the old configuration, ``added`` the id of a copy."""

    removed = Signal(object)
    added = Signal(str)

    def __init__(
        self, configs: ProviderConfigs, keys: KeysController, checks: ProviderChecks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._configs, self._keys, self._checks = configs, keys, checks
        self._config = ProviderConfig("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        area = ScrollColumn(self, margin=16, gap=16)
        column.addWidget(area, 1)
        inside = area.inside
        self._title = ElidedLabel("", "heading", parent=inside)
        area.column.addWidget(self._title)
        self._about = Label("", "dim", wrap=True, parent=inside)
        area.column.addWidget(self._about)
        self._docs = Button("Documentation", "link", "external", inside)
        self._docs.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._docs.toolTip())))
        area.column.addWidget(self._docs, 0, Qt.AlignmentFlag.AlignLeading)
        self._key = KeyField(inside)
        self._key.entered.connect(lambda key, only: keys.store(self._config, key, session_only=only))
        self._key.removed.connect(lambda: keys.remove(self._config))
        self._key_row = FormRow("API key", self._key, "", inside)
        area.column.addWidget(self._key_row)
        self._form = EndpointForm(inside)
        self._form.edited.connect(self._save)
        area.column.addWidget(self._form)
        self._probe = ProbeView(inside)
        self._probe.model_chosen.connect(self._estimate)
        self._probe.probe_requested.connect(lambda model: checks.probe(ModelRef(self._config.id, model)))
        self._probe.stop_requested.connect(checks.stop_probe)
        self._probe.copy_requested.connect(self._copy_report)
        self._probe.save_requested.connect(self._ask_report_path)
        self._probe.hide()
        area.column.addWidget(self._probe)
        area.column.addStretch(1)
        self._feet = (HLine(self), self._foot())
        for widget in self._feet:
            column.addWidget(widget)
        keys.status_read.connect(self._show_key)
        keys.failed.connect(self._show_key_failure)
        checks.tested.connect(self._show_test)
        checks.listed.connect(self._show_models)
        checks.probed.connect(self._show_row)
        checks.probe_ended.connect(self._end_probe)

    def _foot(self) -> QWidget:
        foot = QWidget(self)
        column = QVBoxLayout(foot)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        self._result = Label("", wrap=True, selectable=True, parent=foot)
        self._result.setAccessibleName("Result of the test")
        self._result.hide()
        column.addWidget(self._result)
        self._details = Section("Details", parent=foot)
        self._body = CodeEdit("Raw answer", least=2, most=8, parent=self._details.body)
        self._body.setReadOnly(True)
        self._details.content.addWidget(self._body)
        self._details.hide()
        column.addWidget(self._details)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._remove = Button("Remove", "danger", parent=foot)
        self._remove.setAccessibleName("Remove provider")
        self._remove.clicked.connect(self._remove_provider)
        row.addWidget(self._remove)
        row.addStretch(1)
        self._copy = Button("Duplicate", parent=foot)
        self._copy.clicked.connect(lambda: self.added.emit(self._configs.duplicate(self._config).id))
        row.addWidget(self._copy)
        self._test = Button("Test connection", "primary", parent=foot)
        self._test.clicked.connect(self._test_connection)
        row.addWidget(self._test)
        column.addLayout(row)
        return foot

    def show_provider(self, config: ProviderConfig) -> None:
        another = config.id != self._config.id
        self._config = config
        configs, mine = self._configs, config.id != BUILTIN
        preset = configs.preset(config)
        self._title.setText(configs.title(config))
        docs = preset.docs_url if preset is not None and mine else ""
        found = configs.is_from_environment(config)
        self._about.setText("" if mine and not found else ENVIRONMENT_WORDS if found else BUILTIN_WORDS)
        self._about.setVisible(bool(self._about.text()))
        self._remove.setVisible(not found)
        self._docs.setToolTip(docs)
        self._docs.setVisible(docs.startswith("https://"))
        for widget in (self._form, *self._feet):
            widget.setVisible(mine)
        self._key_row.setVisible(mine and configs.needs_key(config))
        others = [(one.id, configs.title(one)) for one in configs.all() if one.id != config.id]
        self._form.show_config(config, preset, others)
        if another:
            self._key.reset(preset.key_url if preset is not None else "")
            self._show_result("", "")
            self._probe.set_models([])
            self._checks.list_models(config.id)
            if mine:
                self._keys.read_status(config)

    def focus_key(self) -> None:
        self._key.field.setFocus()

    def _save(self, config: ProviderConfig) -> None:
        old, self._config = self._config, config
        self._form.set_mistake(self._configs.address_problem(config))
        self._configs.save(config)
        if (old.base_url, old.variables) != (config.base_url, config.variables):
            self._keys.read_status(config)  # a key belongs to its address

    def _remove_provider(self) -> None:
        config = self._config
        self._keys.forget_on_close(config)
        self._configs.remove(config)
        self.removed.emit(config)

    def _test_connection(self) -> None:
        self._show_result("Asking…", "dim")
        self._checks.test(self._config, self._key.typed())

    def _estimate(self, model: str) -> None:
        if model:
            self._probe.set_estimate(*self._checks.estimate_probe(ModelRef(self._config.id, model)))

    def _copy_report(self, model: str, rows: list[ProbeRow]) -> None:
        report = self._checks.report(self._config, model, rows)
        copy_text(report)

    def _ask_report_path(self, model: str, rows: list[ProbeRow]) -> None:
        dialog = QFileDialog(self, "Save report", str(Path.home() / f"{model.replace('/', '-')}.md"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Markdown (*.md)", "JSON (*.json)"])
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("json" if "json" in chosen else "md"))
        dialog.setDefaultSuffix("md")
        config = self._config
        dialog.fileSelected.connect(
            lambda path: self._checks.save_report(Path(path), config, model, rows))
        dialog.open()

    # --- answers ---

    def _show_key(self, provider_id: str, status: str, backend: str) -> None:
        if provider_id == self._config.id:
            self._key.show_status(status, backend)

    def _show_key_failure(self, provider_id: str, sentence: str, session_helps: bool) -> None:
        if provider_id == self._config.id:
            self._key.show_failure(sentence, session_helps)

    def _show_test(self, provider_id: str, works: bool, sentence: str, body: str) -> None:
        if provider_id == self._config.id:
            self._show_result(sentence, "ok" if works else "bad", body)

    def _show_models(self, provider_id: str, models: list[ModelInfo]) -> None:
        if provider_id == self._config.id:
            self._probe.set_models(models)

    def _show_row(self, provider_id: str, row: ProbeRow) -> None:
        if provider_id == self._config.id:
            self._probe.add_row(row)

    def _end_probe(self, provider_id: str, problem: str) -> None:
        if provider_id == self._config.id:
            self._probe.end(problem)

    def _show_result(self, sentence: str, tone: str, body: str = "") -> None:
        self._result.setText(sentence)
        self._result.set_tone(tone)
        self._result.setVisible(bool(sentence))
        self._body.setPlainText(body)
        self._details.setVisible(bool(body))
        self._details.set_open(False)
