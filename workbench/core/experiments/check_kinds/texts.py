"""Checks on what an answer says: texts that it contains or is, and patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from workbench.core.experiments.fields import PlanError
from workbench.core.experiments.text_measures import canonical, folded

from .kind import IGNORE_CASE, CheckField, CheckKind, CheckWorker, Fields, Make, Reply, Verdict, first_words

TEXT = CheckField("text", "Text", hint="text")
TEXTS = CheckField("texts", "Texts", "texts", hint="one text on each line")

REGEX_CHARACTERS = 20_000
"""A pattern sees at most so much of an answer: the time that some take grows with its square."""


def _spelling(fields: Fields) -> Callable[[str], str]:
    return folded if fields.get("ignore_case") else canonical


def _texts(fields: Fields) -> Sequence[str]:
    texts = fields["texts"]
    return [str(text) for text in texts] if isinstance(texts, list) else []


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def _find(fields: Fields, reply: Reply, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns the texts that are in the answer, and those that are not."""
    spelled = _spelling(fields)
    answer = spelled(reply.text)
    found = [text for text in texts if spelled(text) in answer]
    return found, [text for text in texts if text not in found]


def _contains(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    missing = _find(fields, reply, [str(fields["text"])])[1]
    return Verdict(not missing, f"{_quoted(missing)} is missing" if missing else "")


def _not_contains(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    found = _find(fields, reply, [str(fields["text"])])[0]
    return Verdict(not found, f"{_quoted(found)} is there" if found else "")


def _contains_any(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    found, missing = _find(fields, reply, _texts(fields))
    return Verdict(bool(found), "" if found else f"none of {_quoted(missing)} is there")


def _contains_all(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    missing = _find(fields, reply, _texts(fields))[1]
    return Verdict(not missing, f"missing: {_quoted(missing)}" if missing else "")


def _contains_none(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    found = _find(fields, reply, _texts(fields))[0]
    return Verdict(not found, f"found: {_quoted(found)}" if found else "")


def _equals(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    spelled = _spelling(fields)
    same = spelled(str(fields["text"])).strip() == spelled(reply.text).strip()
    return Verdict(same, "" if same else "the answer is another")


def _regex(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    found = worker.search(str(fields["pattern"]), reply.text[:REGEX_CHARACTERS],
                          ignore_case=bool(fields.get("ignore_case")))
    return Verdict(found, "" if found else "nothing matches the pattern")


def _verify_pattern(fields: Fields) -> None:
    try:
        re.compile(str(fields["pattern"]))
    except (re.error, RecursionError, OverflowError) as error:
        raise PlanError(f"pattern is not a regular expression: {error}.", ("pattern",)) from None


def _of_text(name: str, title: str, passes: str, make: Make) -> CheckKind:
    return CheckKind(name, title, passes, (TEXT, IGNORE_CASE),
                     lambda fields: f"{name.replace('_', ' ')} “{first_words(fields['text'])}”", make)


def _of_texts(name: str, title: str, passes: str, make: Make) -> CheckKind:
    return CheckKind(name, title, passes, (TEXTS, IGNORE_CASE),
                     lambda fields: f"{name.replace('_', ' ')} {first_words(_quoted(_texts(fields)), 40)}", make)


KINDS = (
    _of_text("contains", "Contains", "contains the text", _contains),
    _of_text("not_contains", "Does not contain", "does not contain it", _not_contains),
    _of_texts("contains_any", "Contains any of", "contains one of the texts or more", _contains_any),
    _of_texts("contains_all", "Contains all of", "contains every one of the texts", _contains_all),
    _of_texts("contains_none", "Contains none of", "contains none of the texts", _contains_none),
    _of_text("equals", "Is exactly", "is exactly the text, but for space around it", _equals),
    CheckKind("regex", "Matches the pattern", "matches the regular expression somewhere (Python's `re`)",
              (CheckField("pattern", "Pattern", "pattern", hint="a regular expression"), IGNORE_CASE),
              lambda fields: f"/{fields['pattern']}/", _regex, _verify_pattern),
)
