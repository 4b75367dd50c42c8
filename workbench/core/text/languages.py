"""The language of a text, told by its script and by the small words that every sentence of a language has.

The function words are the most frequent ones of each language; with some twenty words of running text two languages of
one script are told apart (the method of Grefenstette, “Comparing two language identification schemes”, 1995).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

FUNCTION_WORDS: Mapping[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in {
    "en": "the of and to in is that it was for on are with as his they at be this have from or had by but not what "
          "all were we when your can said there you an which their if will how she do",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
          "hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se le ce il sont la avec "
          "son mais comme ou si leur y dont elle aux cette ces nous vous je on être fait d l qu c n",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
          "sobre este ya entre cuando todo esta ser son dos también fue había era muy hasta desde",
    "it": "di e il la che in a per un è del non una le si da con i sono della alla come dei più nel anche gli al ha "
          "delle o ma se lo questo nella su dal ed essere tra c l suo loro quando ci",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
          "sua ou ser quando muito há nos já está eu também só pelo pela até isso são",
    "nl": "de van een het en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog worden door "
          "naar heeft hij wordt was die tot je over kan we meer geen deze",
    "sv": "och i att det som en på är av för med den till inte har de ett om han var jag men sig från vi så kan när "
          "år under också efter eller nu sin där vid mot ska skulle",
    "da": "og i at det er en til på som af for med den der de ikke har et han var jeg men sig fra vi så kan når også "
          "efter eller nu sin hvor ved mod skal ville blev hvad bliver",
    "no": "og i å det er en til på som av for med den de ikke har et han var jeg men seg fra vi så kan når også etter "
          "eller nå sin hvor ved mot skal ville ble hva blir",
    "fi": "ja on ei että se hän oli joka mutta ovat kun niin myös kuin tai ole sen jos nyt mitä vain voi sitä hänen "
          "siitä mukaan olla kanssa ollut jo",
    "pl": "i w na z się nie do to że jest o jak a po co za od ale przez jego są czy tak ich lub dla już być może był "
          "oraz który która które przy tym",
    "cs": "a v se na je že o s z do i to k ve pro za by ale si po jako za od už jsou jeho které který která nebo také "
          "byl být podle při jen není",
    "ro": "de și în a la cu că nu o pe un este pentru din mai se care ce sau să al fi au ale cel prin dar lui fost "
          "sunt o către",
    "hu": "a az és hogy nem is egy ez van de meg csak volt el már mint még ha vagy azt lesz ki be le fel minden akkor "
          "nagyon kell lehet",
    "tr": "ve bir bu da de için çok ne o ile gibi daha olarak var en kadar mı değil ama sonra olan her ise ya ki mi "
          "göre olduğu",
    "id": "yang dan di dengan untuk itu ini dari dalam tidak akan pada adalah ke bisa juga saya ada karena oleh sudah "
          "mereka atau seperti kita dapat telah",
    "vi": "và của là có không trong một được cho các người với này đã những để khi từ đến như về cũng ra tôi nhiều "
          "phải nếu nhưng hay",
    "ru": "и в не на я что он с как а то это по но они к у из за так же от все бы мы его о для вы или было еще нет "
          "при чтобы если только",
    "uk": "і в не на я що він з як а то це по але вони до у із за так же від все б ми його про для ви або було ще "
          "немає при щоб якщо тільки та є",
    "bg": "и в не на да се е от за с че по са ще като но това го ми той или до си към тя ви при със след които",
    "sr": "и у не на да се је од за са што по су ће као али то га ми он или до си ка она ви при након који",
}.items()}

SCRIPTS: Mapping[str, str] = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "GREEK": "el", "HEBREW": "he", "THAI": "th", "DEVANAGARI": "hi",
    "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "GEORGIAN": "ka", "ARMENIAN": "hy", "KHMER": "km", "LAO": "lo",
    "MYANMAR": "my", "GUJARATI": "gu", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "ETHIOPIC": "am",
}
"""Scripts that one language is mostly written in."""

_ARABIC = {"fa": "پچژگ", "ur": "ٹڈڑںے"}
_FOREIGN = {"ru": "іїєґјљњћђџў", "uk": "ыэёъ", "bg": "ыэёіїєґјљњћђџ", "sr": "йщьюяыэёъіїєґ"}
"""Letters that are not in the alphabet of a language."""
LANGUAGES = tuple(sorted({*FUNCTION_WORDS, *SCRIPTS.values(), *_ARABIC, "ar", "zh"}))
"""ISO 639-1 codes of the languages that are known."""

LEAST_WORDS = 5
"""Words of an alphabet without which nothing is said of a language."""
_LEAST_LETTERS = 2
_MOST = 20_000  # characters that are looked at

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)


def language_of(text: str) -> str:
    """Returns the ISO 639-1 code of the language that most of a text is in, code and addresses left out; ``""`` where
    it is too short, or cannot be told."""
    plain = _CODE.sub(" ", unicodedata.normalize("NFC", text[:_MOST])).casefold()
    letters = Counter(unicodedata.name(letter, "").split(" ")[0].removesuffix("-") for letter in plain
                      if letter.isalpha())
    letters["CJK"] += letters.pop("IDEOGRAPHIC", 0)
    if letters["CJK"] and 5 * (letters["HIRAGANA"] + letters["KATAKANA"]) >= letters["CJK"]:
        letters["HIRAGANA"] += letters.pop("CJK")
    script, count = letters.most_common(1)[0]
    if count < _LEAST_LETTERS:
        return ""
    if script == "ARABIC":
        return max(_ARABIC, key=lambda code: sum(map(plain.count, _ARABIC[code]))) if any(
            letter in plain for marks in _ARABIC.values() for letter in marks) else "ar"
    if script == "CJK":
        return "zh"
    return SCRIPTS.get(script) or _by_words(plain)


def _by_words(text: str) -> str:
    words = Counter(re.findall(r"[^\W\d_]+", text))
    if words.total() < LEAST_WORDS:
        return ""
    shares = {code: sum(times for word, times in words.items() if word in known)
              for code, known in FUNCTION_WORDS.items() if not set(_FOREIGN.get(code, "")) & set(text)}
    best, second = sorted(shares.values(), reverse=True)[:2]
    return max(shares, key=shares.__getitem__) if best > second and best >= 0.1 * words.total() else ""
