"""Checks on what an answer comes to: a number, or one of a set of classes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from workbench.core.experiments.fields import PlanError
from workbench.core.experiments.text_measures import folded

from .kind import CheckField, CheckKind, CheckNotMade, CheckWorker, Fields, Reply, Verdict, first_words, number_in

_NUMBER = re.compile(r"[-+−]?(?:\d[\d.,'’_\u00a0\u202f\u2009]*\d|\d)(?:[eE][-+−]?\d{1,3})?")
_GROUPS = re.compile(r"['’_\u00a0\u202f\u2009]")


def numbers_in(text: str) -> list[float]:
    """Returns the numbers of a text in their order, with digits of any script.

    A point or comma that comes last and once is the decimal sign, unless it is a comma before exactly three digits
    (1,234 is a thousand and more); points and commas before it, and apostrophes, group digits.
    """
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    return [_number(match[0]) for match in _NUMBER.finditer(plain)]


def _number(written: str) -> float:
    digits, _, power = _GROUPS.sub("", written.replace("−", "-")).replace("E", "e").partition("e")
    point = max(digits.rfind("."), digits.rfind(","))
    if point >= 0:
        sign, rest = digits[point], digits[point + 1:]
        groups = digits.count(sign) > 1 or (sign == "," and len(rest) == 3 and "." not in digits)
        whole = digits if groups else digits[:point]
        digits = re.sub("[.,]", "", whole) + ("" if groups else f".{rest}")
    return float(f"{digits}e{power or 0}")


def _check_number(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    wanted = number_in(fields["value"])
    if wanted is None:
        raise CheckNotMade(f"“{fields['value']}” is not a number")
    tolerance = float(str(fields.get("tolerance", 0)))
    found = numbers_in(reply.text)
    if not found:
        return Verdict(False, "the answer has no number")
    near = abs(found[-1] - wanted) <= tolerance + 1e-12 * abs(wanted)  # 0.1 + 0.2 is 0.3
    return Verdict(near, "" if near else f"{found[-1]:g} is not {wanted:g}"
                                         + (f" ± {tolerance:g}" if tolerance else ""))


def _number_label(fields: Fields) -> str:
    tolerance = fields.get("tolerance")
    return f"number {first_words(fields['value'])}" + (f" ± {tolerance}" if tolerance else "")


def _class(text: str) -> str:
    """Returns a class without what models put around it: case, quotation marks, bold, a full stop."""
    line = folded(" ".join(text.split()))
    letters = [at for at, letter in enumerate(line) if letter.isalnum()]
    return line[letters[0]: letters[-1] + 1] if letters else line


def class_of(text: str, options: Sequence[str], *, anywhere: bool = False) -> str:
    """Returns the option that an answer is, ``""`` when it is none. With ``anywhere`` it may stand in a sentence, if no
    other option does; an option within a longer one that is there, as “positive” in “not positive”, does not count."""
    answer = _class(text)
    for option in options:
        if answer == _class(option):
            return option
    if not anywhere:
        return ""
    found = []
    for option in sorted(options, key=len, reverse=True):
        answer, times = _whole_words(_class(option)).subn("\x00", answer)
        found += [option] if times else []
    return found[0] if len(found) == 1 else ""


def _whole_words(option: str) -> re.Pattern[str]:
    """Returns a pattern for the option; where words have no spaces between them, it may stand amid letters."""
    spaced = option.isascii()
    return re.compile(rf"(?<!\w){re.escape(option)}(?!\w)" if spaced else re.escape(option))


def _one_of(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    options = _options(fields)
    got = class_of(reply.text, options, anywhere=bool(fields.get("anywhere")))
    if "expected" not in fields:
        return Verdict(bool(got), "" if got else "the answer is none of them", got=got)
    expected = class_of(str(fields["expected"]), options)
    if not expected:
        raise CheckNotMade(f"“{fields['expected']}” is not one of {', '.join(options)}")
    note = "" if got == expected else f"“{got}” instead of “{expected}”" if got else "the answer is none of them"
    return Verdict(got == expected, note, expected=expected, got=got)


def _options(fields: Fields) -> list[str]:
    options = fields["options"]
    return [str(option) for option in options] if isinstance(options, list) else []


def _verify_options(fields: Fields) -> None:
    options = _options(fields)
    names = [_class(option) for option in options]
    if twice := sorted({option for option, name in zip(options, names, strict=True) if names.count(name) > 1}):
        raise PlanError(f"options must differ in more than case and punctuation: {', '.join(twice)}.", ("options",))
    expected = str(fields.get("expected", ""))
    if expected and "{{" not in expected and not class_of(expected, options):
        raise PlanError(f"expected must be one of the options; “{expected}” is not.", ("expected",))


KINDS = (
    CheckKind("number", "Ends with the number", "has this number as its last one, within the tolerance",
              (CheckField("value", "Number", "value", hint="42, or {{total}}"),
               CheckField("tolerance", "Tolerance", "number", required=False, default=0, low=0, hint="0")),
              _number_label, _check_number),
    CheckKind("one_of", "Is one of", "is one of the options (case, quotation marks and a full stop do not matter) and, "
              "if `expected` is given, that one; with `anywhere = true` it may stand in a sentence",
              (CheckField("options", "Options", "texts", hint="one class on each line"),
               CheckField("expected", "Expected", required=False, hint="{{label}}"),
               CheckField("anywhere", "May stand in a sentence", "bool", required=False, default=False)),
              lambda fields: f"one of {first_words(', '.join(_options(fields)), 40)}", _one_of, _verify_options),
)
