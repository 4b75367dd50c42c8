"""Checks on what an answer comes to: a number, or one of a set of classes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.core.experiments.fields import PlanError
from workbench.core.experiments.text_measures import folded
from workbench.core.text.numbers import last_number

from .kind import CheckField, CheckKind, CheckNotMade, CheckWorker, Fields, Reply, Verdict, first_words, number_in


def _check_number(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    wanted = number_in(fields["value"])
    if wanted is None:
        raise CheckNotMade(f"“{fields['value']}” is not a number")
    tolerance = float(str(fields.get("tolerance", 0)))
    found = last_number(reply.text)
    if found is None:
        return Verdict(False, "the answer has no number")

    def is_near(value: float) -> bool:
        return abs(value - wanted) <= tolerance + 1e-12 * abs(wanted)  # 0.1 + 0.2 is 0.3

    if any(map(is_near, found.values)):
        return Verdict(True)
    if doubtful := next(filter(is_near, found.doubtful), None):
        raise CheckNotMade(f"“{found.written}” may mean {found.values[0]:.15g} or {doubtful:.15g}: "
                           "ask for numbers that are written in one way")
    return Verdict(False, f"{found.values[0]:.15g} is not {wanted:.15g}" + (f" ± {tolerance:g}" if tolerance else ""))


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
    CheckKind("number", "Ends with the number", "has this number as its last one, within the tolerance (1,234.5, "
              "1.234,5, 1 234,5, 1/3, ½, 90 % as 90 or 0.9, 6 × 10²³); one that may mean two things is not checked",
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
