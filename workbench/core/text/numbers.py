"""Numbers as people write them in a text, in any script, and what each may mean.

    number   = [sign] [currency] (mixed | fraction | decimal [power]) [percent]
    decimal  = digits, grouped or not, with a decimal sign or not; “.5” too
    grouped  = 1 to 3 digits, then groups of three (or of two and one of three, as in India: 1,00,000)
    fraction = digits / digits, or ½;  mixed = digits, a space or nothing, and a fraction
    power    = e5, ×10^5, × 10⁵

Groups are divided by a space of any width, an apostrophe, an underscore, a comma or a point; the decimal sign is a
point or a comma, whichever does not group. What is no such number is divided at its signs: 1,2,3 are three numbers.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """``values`` are what it means, first as it is written: 90 % is 90 and 0.9. ``doubtful`` are what somebody else may
    mean by it: 1.234 is a thousand and more in German."""

    written: str
    values: tuple[float, ...]
    doubtful: tuple[float, ...] = ()


_THIN = "\u202f"
_SAME = {
    **dict.fromkeys("\u00a0\u2007\u2009\u200a", _THIN), **dict.fromkeys("’ʼ＇٬", "'"), **dict.fromkeys("−－﹣", "-"),
    **dict.fromkeys("⁄∕／", "/"), **dict.fromkeys("％٪", "%"), **dict.fromkeys("·⋅∙", "×"),
    "．": ".", "٫": ".", "，": ",", "＋": "+", "＿": "_",
}
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LOWERED = str.maketrans(_POWERS, "0123456789+-")
_VULGAR = "".join(chr(code) for code in (0xBC, 0xBD, 0xBE, *range(0x2150, 0x215F), 0x2189))

_RUN = re.compile(
    rf"(?P<sign>(?<![\w.,)])[-+–](?=[$€£¥₹]?[\d.{_VULGAR}]))?[$€£¥₹]?"
    rf"(?:(?P<body>\d+(?:[.,'_ {_THIN}]\d+)*|(?<![\w.,])\.\d+)(?P<part> ?[{_VULGAR}])?|(?P<alone>[{_VULGAR}]))")
_POWER = re.compile(rf"[eE]([-+]?\d{{1,3}})(?!\w)|\s?[×xX*]\s?10(?:\^\(?([-+]?\d{{1,3}})\)?|([{_POWERS}]{{1,4}}))")
_OF_TEN = re.compile(rf"\^\(?([-+]?\d{{1,3}})\)?|([{_POWERS}]{{1,4}})")
_OVER = re.compile(r"\s?/\s?(\d+)(?![\d.,]*\d)(?!\s?/)")
_PERCENT = re.compile(r"\s?([%‰])")


def numbers_in(text: str) -> list[Number]:
    """Returns the numbers of a text in their order."""
    plain = "".join(_SAME.get(letter) or str(unicodedata.decimal(letter, letter)) for letter in text)
    found: list[Number] = []
    end = 0
    while match := _RUN.search(plain, end):
        pieces = [Number(match["alone"], (unicodedata.numeric(match["alone"]),))] if match["alone"] else (
            _pieces(match["body"]))
        if match["part"]:
            pieces[-1] = Number(pieces[-1].written, (pieces[-1].values[0] + unicodedata.numeric(match["part"][-1]),))
        before = plain[max(match.start() - 1, 0): match.start()]
        pieces, end = _with_what_follows(pieces, plain, match.end(), is_part=before == "/")
        if match["sign"] in ("-", "–"):
            pieces[0] = _changed(pieces[0], lambda value: -value)
        if len(pieces) == 1:
            pieces = [Number(plain[match.start(): end], pieces[0].values, pieces[0].doubtful)]
        found += pieces
    return found


def last_number(text: str) -> Number | None:
    """Returns the last number of a text, None where there is none. Takes the same time however long the text is."""
    end = next((at for at in range(len(text) - 1, -1, -1) if text[at].isdecimal() or text[at] in _VULGAR), None)
    if end is None:
        return None
    found = numbers_in(text[max(0, end - _LONGEST): end + _LONGEST])
    return found[-1] if found else None


_LONGEST = 1_000
"""Characters of a number that anybody means."""


def number_of(text: str) -> float | None:
    """Returns the number that a text is, and nothing else; None for any other text."""
    found = numbers_in(text)
    return found[0].values[0] if len(found) == 1 and found[0].written == text.strip() else None


def _changed(number: Number, change: Callable[[float], float]) -> Number:
    return Number(number.written, tuple(map(change, number.values)), tuple(map(change, number.doubtful)))


def _with_what_follows(pieces: list[Number], plain: str, end: int, *, is_part: bool) -> tuple[list[Number], int]:
    """Returns the numbers of a run, the last with its power, as part of a fraction, and per cent; and where it ends."""
    last = pieces[-1]
    if power := _POWER.match(plain, end):
        end, exponent = power.end(), _exponent(*power.groups())
        last = _changed(last, lambda value: _raised(value, exponent))
    elif last.written == "10" and (power := _OF_TEN.match(plain, end)):
        end, last = power.end(), Number(last.written, (_raised(1.0, _exponent(*power.groups())),))
    elif not is_part and (over := _OVER.match(plain, end)) and (below := int(over[1])) and last.values[0].is_integer():
        end = over.end()
        share = last.values[0] / below
        if len(pieces) == 2 and pieces[0].values[0].is_integer() and share < 1:
            return _with_what_follows([Number("", (pieces[0].values[0] + share,))], plain, end, is_part=True)
        last = Number(last.written, (share,), (last.values[0], float(below)))
    if percent := _PERCENT.match(plain, end):
        end = percent.end()
        last = Number(last.written, (*last.values, last.values[0] * (0.01 if percent[1] == "%" else 0.001)),
                      last.doubtful)
    return [*pieces[:-1], last], end


def _exponent(*written: str | None) -> int:
    return int(next(one for one in written if one).translate(_LOWERED))


def _raised(value: float, exponent: int) -> float:
    """Returns the number that is written so: 6.02 × 10²³ as it is read, not as it comes out of a multiplication."""
    return float(Decimal(repr(value)).scaleb(exponent)) if math.isfinite(value) else value


_GROUPED = (
    (re.compile(rf"\d{{1,3}}(?:([ {_THIN}'_])\d{{3}})(?:\1\d{{3}})*(?:[.,]\d+)?"), ""),
    (re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"), ","),
    (re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"), "."),
)
_SIMPLE = re.compile(r"\d*[.,]?\d+")


def _pieces(body: str) -> list[Number]:
    """Returns the numbers of digits with signs between them: one, if they are written like one."""
    if _SIMPLE.fullmatch(body):
        value, decimals = float(body.replace(",", ".")), re.split("[.,]", body)[1:]
        groups = decimals and len(decimals[0]) == 3 and re.match(r"[1-9]\d{0,2}[.,]", body)
        if not groups:
            return [Number(body, (value,))]
        thousands = float(re.sub("[.,]", "", body))
        first, second = (thousands, value) if "," in body else (value, thousands)
        return [Number(body, (first,), (second,))]
    for pattern, sign in _GROUPED:
        if (match := pattern.fullmatch(body)) and not body.startswith("0"):
            sign = sign or match[1]
            doubtful = (float(body.rpartition(" ")[2].replace(",", ".")),) if sign == " " else ()
            return [Number(body, (float(body.replace(sign, "").replace(",", ".")),), doubtful)]
    for sign in (" ", _THIN, "_", "'", ",", "."):
        if sign in body:
            return [piece for part in body.split(sign) for piece in _pieces(part)]
    return [Number(body, (float(body),))]
