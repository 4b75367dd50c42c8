"""The language of texts."""

from __future__ import annotations

import pytest

from workbench.core.text.languages import FUNCTION_WORDS, language_of

SENTENCES = {
    "en": "The cat that was on the roof has been there since the morning, and it will not come down.",
    "de": "Die Katze auf dem Dach ist seit heute Morgen dort und will nicht mehr herunterkommen.",
    "fr": "Le chat qui est sur le toit y est depuis ce matin et il ne veut pas descendre.",
    "es": "El gato que está en el tejado lleva ahí desde la mañana y no quiere bajar.",
    "it": "Il gatto che è sul tetto è lì da questa mattina e non vuole scendere.",
    "pt": "O gato que está no telhado está lá desde a manhã e não quer descer.",
    "nl": "De kat op het dak zit daar al sinds vanochtend en wil niet naar beneden komen.",
    "sv": "Katten som sitter på taket har varit där sedan i morse och vill inte komma ner.",
    "da": "Katten på taget har været der siden i morges, og den vil ikke komme ned.",
    "pl": "Kot na dachu jest tam od rana i nie chce zejść, bo się boi.",
    "cs": "Kočka na střeše je tam od rána a nechce dolů, protože se bojí.",
    "tr": "Çatıdaki kedi sabahtan beri orada ve aşağı inmek için çok korkuyor ama yine de bir şey yemedi.",
    "ru": "Кошка на крыше сидит там с утра и не хочет спускаться вниз.",
    "uk": "Кішка на даху сидить там з ранку і не хоче спускатися вниз, бо боїться та ще й голодна.",
    "ja": "屋根の上の猫は朝からそこにいて、降りてこようとしません。", "zh": "屋顶上的猫从早上就在那里，不肯下来。",
    "ko": "지붕 위의 고양이는 아침부터 거기 있어요.", "ar": "القطة على السطح منذ الصباح ولا تريد النزول.",
    "fa": "گربه از صبح روی پشت بام است و نمی‌خواهد پایین بیاید.", "he": "החתול על הגג מאז הבוקר ולא רוצה לרדת.",
    "el": "Η γάτα είναι στη στέγη από το πρωί.", "th": "แมวอยู่บนหลังคาตั้งแต่เช้า", "hi": "बिल्ली सुबह से छत पर है।",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items(), ids=list(SENTENCES))
def test_languages_are_told_apart(language: str, text: str) -> None:
    assert language_of(text) == language


def test_code_and_addresses_say_nothing_of_the_language() -> None:
    text = "Das ist der Aufruf, den Sie brauchen:\n```\nfor the in of and to: is that it\n```\nMehr ist es nicht."
    assert language_of(text) == "de"


@pytest.mark.parametrize("text", ["", "42", "OK", "Ja, gut.", "?!",
                                  "Lorem ipsum dolor sit amet consectetur adipiscing"])
def test_too_little_says_nothing(text: str) -> None:
    assert language_of(text) == ""


def test_words_are_in_their_own_spelling() -> None:
    assert all(word == word.casefold() for words in FUNCTION_WORDS.values() for word in words)
