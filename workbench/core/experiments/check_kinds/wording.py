"""Checks on the wording of an answer: how long it is, how near to a text, in which language."""

from __future__ import annotations

from workbench.core.experiments.text_measures import similarity, word_count
from workbench.core.text.languages import LANGUAGES, language_of

from .kind import CheckField, CheckKind, CheckNotMade, CheckWorker, Fields, Reply, Verdict, first_words

SIMILAR = 0.8
"""The similarity from which on an answer passes where a check says nothing."""


def _max_words(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    count, most = word_count(reply.text), int(str(fields["words"]))
    return Verdict(count <= most, "" if count <= most else f"{count} words")


def _similarity(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    score, least = similarity(str(fields["text"]), reply.text), float(str(fields.get("at_least", SIMILAR)))
    return Verdict(score >= least, "" if score >= least else f"{score:.2f} is under {least:g}", score)


def _language(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    found = language_of(reply.text)
    if not found:
        raise CheckNotMade("the answer is too short to tell its language")
    return Verdict(found == fields["language"], "" if found == fields["language"] else f"it is in “{found}”")


KINDS = (
    CheckKind("max_words", "Has at most … words", "has at most so many words (in Chinese and Japanese letters; in "
              "Thai, Lao, Khmer and Burmese four letters count as one)",
              (CheckField("words", "Words", "whole", low=1, hint="25"),),
              lambda fields: f"max {fields['words']} words", _max_words),
    CheckKind("similarity", "Is similar to", "is worded as nearly like the text as asked (0 to 1, else 0.8: about one "
              "word in ten may be another)",
              (CheckField("text", "Text", hint="text"),
               CheckField("at_least", "Least score, 0 to 1", "number", required=False, default=SIMILAR, low=0, high=1)),
              lambda fields: f"similarity “{first_words(fields['text'])}”", _similarity),
    CheckKind("language", "Is in the language", "is mostly in the language, an ISO 639-1 code (`en`, `de`, `zh`), told "
              "by script and small words; not made on fewer than five words",
              (CheckField("language", "Language", "choice", choices=LANGUAGES, default="en"),),
              lambda fields: f"in {fields['language']}", _language),
)
