from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QMainWindow, QMenu, QPushButton

from tests.conftest import Show
from tests.support.work import calls
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.ui.models.model_facts import context_text, describe, price_text
from workbench.ui.models.model_lists import ModelGroup
from workbench.ui.models.picker import Picker
from workbench.ui.models.picker_model import GroupRow, ModelRow, PickerModel


def group(provider: str, *models: str) -> ModelGroup:
    infos = tuple(ModelInfo(ModelRef(provider, name), name.title()) for name in models)
    return ModelGroup(provider, provider.title(), infos)


GROUPS = [group("builtin", "guide", "ngram"), group("router", "maker/sonnet-4", "maker/haiku", "other/sonar")]


def rows(model: PickerModel) -> list[str]:
    model.finish()
    found = (model.row(model.index(at, 0)) for at in range(model.rowCount()))
    return [f"[{row.text}]" if isinstance(row, GroupRow) else str(row.info.ref) for row in found]


@pytest.fixture
def model(qapp: object) -> PickerModel:
    made = PickerModel()
    made.set_contents(GROUPS, ["router/maker/haiku"], ["builtin/ngram", "gone/model"], "builtin/guide")
    return made


def test_what_is_liked_and_was_used_comes_first_and_no_model_twice(model: PickerModel) -> None:
    assert rows(model) == [
        "[Favourites]", "router/maker/haiku", "[Recent]", "builtin/ngram", "[Builtin]", "builtin/guide",
        "[Router]", "router/maker/sonnet-4", "router/other/sonar"]
    model.set_contents(GROUPS, ["router/maker/haiku"], ["router/maker/haiku"], "", {"quick": "router/maker/haiku"})
    first = model.row(model.index(1, 0))
    assert isinstance(first, ModelRow) and (first.favourite, first.recent, first.aliases) == (True, True, ("quick",))
    assert rows(model).count("router/maker/haiku") == 1 and "[Recent]" not in rows(model)


def test_every_word_must_occur_and_any_name_can_be_used(model: PickerModel) -> None:
    model.set_filter("router son")
    assert rows(model) == ["router/maker/sonnet-4", "router/other/sonar"]
    model.set_filter("rtrsnt")
    assert rows(model)[0] == "router/maker/sonnet-4", "letters in order are enough when no word fits"
    model.set_contents(GROUPS, [], [], "router/other/sonar")
    model.set_filter("rtrsnt")
    assert rows(model)[0] == "router/maker/sonnet-4" and rows(model)[-2:] == ["[Use this name]", "router/rtrsnt"]
    model.set_contents(GROUPS, [], [], "builtin/guide")
    model.set_filter("router/brand/new")
    assert rows(model) == ["[Use this name]", "router/brand/new"], "the built-in models have no other names"


def test_nothing_that_fits_is_an_answer_too(model: PickerModel) -> None:
    model.set_filter("two words")
    assert rows(model) == ["[No model fits “two words”.]"] and model.first() == -1
    model.set_filter("")
    model.set_contents([], [], [], "", loading=True)
    assert rows(model) == ["[The lists of models are being loaded …]"]
    model.set_contents([], [], [], "")
    assert rows(model) == ["[There is no model yet: add a provider below.]"]


def test_what_is_left_out_of_the_list_is_found_on_request(model: PickerModel) -> None:
    assert not model.has_unlisted
    model.set_contents(GROUPS, [], [], "builtin/guide", {}, ["router/other/sonar"])
    assert model.has_unlisted and "router/other/sonar" not in rows(model)
    model.set_filter("son")
    assert rows(model)[0] == "router/maker/sonnet-4" and "router/other/sonar" not in rows(model)
    model.set_show_unlisted(True)
    assert rows(model)[:2] == ["router/maker/sonnet-4", "router/other/sonar"]
    row = model.row(model.index(1, 0))
    assert isinstance(row, ModelRow) and row.unlisted


def test_what_was_measured_counts_more_than_what_is_said() -> None:
    said = ModelInfo(ModelRef("a", "b"), input=("text", "image"), tool_call=True, reasoning=True)
    assert describe(said) == "Takes images, Calls tools, Reasons before it answers"
    measured = replace(said, accepts={"images": "ignored", "tools": "refused", "reasoning_effort": "refused"})
    assert describe(measured) == "Reasons before it answers"
    unsaid = ModelInfo(ModelRef("a", "b"), accepts={"images": "yes", "tools": "yes", "reasoning_effort": "yes"})
    assert describe(unsaid) == describe(said)


def test_an_alias_is_found_by_its_name(model: PickerModel) -> None:
    aliases = {"chat-fast": "router/other/sonar, builtin/guide", "lab": "router/unlisted"}
    model.set_contents(GROUPS, [], [], "builtin/guide", aliases)
    assert rows(model)[:3] == ["[Aliases]", "router/other/sonar", "router/unlisted"]
    model.set_filter("chat-fast")
    assert rows(model)[0] == "router/other/sonar"
    model.set_filter("fast sonar")
    assert rows(model)[0] == "router/other/sonar"


def test_five_thousand_models_are_filtered_with_little_work(qapp: object) -> None:
    model = PickerModel()
    model.set_contents([group("big", *(f"maker{n % 70}/model-{n}" for n in range(5000)))], [], [], "big/x")
    for text in ("m", "mo", "mod", "model-49", "zzqx"):
        assert calls(lambda: model.set_filter(text)) < 3 * 5000  # noqa: B023 - called at once


def test_the_keyboard_alone_chooses(show: Show) -> None:
    window = show(QMainWindow(), 900, 600)
    button = QPushButton("open", window)
    window.setCentralWidget(button)
    picker = Picker(window)
    picked: list[str] = []
    liked: list[tuple[str, bool]] = []
    picker.picked.connect(lambda ref: picked.append(str(ref)))
    picker.favourite_requested.connect(lambda ref, on: liked.append((str(ref), on)))
    picker.show_models(GROUPS, [], [], "builtin/guide", False)
    window.activateWindow()
    picker.open_at(button)
    field = next(one for one in window.findChildren(QLineEdit) if one.accessibleName() == "Filter models")
    models = next(one for one in window.findChildren(QListView) if one.accessibleName() == "Models")
    QTest.keyClicks(field, "maker")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(models, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert picked == ["router/maker/haiku"] and liked == [("router/maker/haiku", True)]
    assert not field.isVisible()
    picker.open_at(button)
    QTest.keyClicks(field, "rtsnt")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert picked[-1] == "router/maker/sonnet-4", "Return does not overtake the search for letters in order"


def test_a_model_is_left_out_by_the_menu_of_its_row(show: Show) -> None:
    window = show(QMainWindow(), 900, 600)
    button = QPushButton("open", window)
    window.setCentralWidget(button)
    picker = Picker(window)
    asked: list[tuple[object, ...]] = []
    picker.listing_requested.connect(lambda ref, on: asked.append((str(ref), on)))
    picker.favourite_requested.connect(lambda ref, on: asked.append((str(ref), on)))
    picker.provider_removal_requested.connect(lambda provider: asked.append((provider,)))
    picker.show_models(GROUPS, [], [], "builtin/guide", False)
    window.activateWindow()
    picker.open_at(button)
    field = next(one for one in window.findChildren(QLineEdit) if one.accessibleName() == "Filter models")
    QTest.keyClicks(field, "haiku")
    QTest.keyClick(field, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert asked == [("router/maker/haiku", True)]
    for text in ("Leave this model out of the list", "Leave out all models of Router"):
        QTest.keyClick(field, Qt.Key.Key_Menu)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(action for action in menu.actions() if action.text() == text).trigger()
        menu.close()
    assert asked[1:] == [("router/maker/haiku", False), ("router",)]
    picker.show_models(GROUPS, [], [], "builtin/guide", False, {}, ["router/maker/haiku"])
    shown = next(one for one in window.findChildren(QPushButton) if one.text() == "Show those left out")
    assert shown.isVisible() and picker.model.first() == -1
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton)
    assert picker.model.first() == 0


def test_facts_in_few_words() -> None:
    info = ModelInfo(ModelRef("a", "b"), context=200_000, price=Price(3.0, 15.0), input=("text", "image"),
                     tool_call=True, shutdown="2027-01-01")
    assert (context_text(info), price_text(info)) == ("200k", "$3 / $15")
    assert describe(info) == ("Takes images, Calls tools, 200k context, $3 / $15 per million tokens, "
                              "ends 2027-01-01")
    free = ModelInfo(ModelRef("a", "b"), context=1_048_576, price=Price(0.0, 0.0))
    assert (context_text(free), price_text(free), describe(ModelInfo(ModelRef("a", "b")))) == ("1M", "free", "")
