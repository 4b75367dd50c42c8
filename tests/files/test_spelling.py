"""Dictionaries of the system, and the English one that comes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.files.spelling import choose, find_dictionaries, open_speller


def dictionary(folder: Path, name: str, *words: str) -> Path:
    """A dictionary of these words."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.aff").write_text("SET UTF-8\nTRY aeiou\n", "utf-8")
    path = folder / f"{name}.dic"
    path.write_text("\n".join([str(len(words)), *words]) + "\n", "utf-8")
    return path


def test_english_is_there_on_every_system() -> None:
    speller = open_speller(["xx_XX", "en_US"])
    assert speller is not None and speller.languages == ("en_US",)
    assert speller.knows("weather") and speller.knows("isn’t") and not speller.knows("wether­r")
    assert "receive" in speller.suggest("recieve")


def test_a_word_is_right_in_any_of_the_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dictionary(tmp_path / "d", "qq_QQ", "grüße", "straße")
    monkeypatch.setenv("DICPATH", str(tmp_path / "d"))
    speller = open_speller(["qq-QQ", "en_US"])
    assert speller is not None and speller.languages == ("qq_QQ", "en_US")
    assert speller.knows("straße") and speller.knows("street") and not speller.knows("strasze")
    assert "straße" in speller.suggest("strase")


def test_the_users_own_dictionary_goes_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = dictionary(tmp_path / "d", "en_US", "only")
    dictionary(tmp_path / "d", "hyph_en_US", "no")
    (tmp_path / "d" / "half.dic").write_text("1\nword\n")
    monkeypatch.setenv("DICPATH", str(tmp_path / "d"))
    found = find_dictionaries()
    assert found["en_US"] == own and "hyph_en_US" not in found and "half" not in found


def test_the_region_or_else_the_language() -> None:
    there = {name: Path(f"{name}.dic") for name in ("de_AT", "de_DE", "en_GB", "pt_BR")}

    def chosen(*wanted: str) -> list[str]:
        return [path.stem for path in choose(wanted, there)]

    assert chosen("de-DE", "en") == ["de_DE", "en_GB"]
    assert chosen("de_CH", "pt_PT", "fr") == ["de_AT", "pt_BR"]
    assert chosen("de_DE", "de_DE") == ["de_DE"] and chosen() == []


def test_nothing_fits() -> None:
    assert open_speller(["xx"]) is None
