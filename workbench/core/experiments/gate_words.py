"""Sentences that tell what a gate says: of each cell, of the whole, and of a round that asks again."""

from __future__ import annotations

from collections import Counter

from workbench.core.text.formatting import counted, percent

from .experiment import Experiment
from .gate import FAILED, NOT_ASKED, NOT_PROVEN, PASSED, CellEvidence, Judgement, WholeFall


def cell_words(judgement: Judgement, one: CellEvidence) -> str:
    """Returns “gate: failed, 3 of 14 passed, evidence 4.2 of 3.3”."""
    if one.verdict == NOT_ASKED:
        return "gate: could not be asked"
    if one.verdict == PASSED and not one.asked_again:
        return "gate: passed"
    evidence = max(one.below, one.fall or 0.0, 0.0)
    return (f"gate: {one.verdict}, {one.passed} of {one.answers} passed, "
            f"evidence {min(evidence, 999):.1f} of {judgement.needed:.1f}")


def judgement_words(judgement: Judgement) -> str:
    """Says whether the run passed the gate, and why not."""
    match judgement.verdict:
        case "failed":
            verdict = "Gate: failed."
        case "not asked":
            verdict = "Gate: could not be asked."
        case _:
            verdict = "Gate: passed."
    return " ".join(filter(None, [verdict, reason_words(judgement)]))


def reason_words(judgement: Judgement) -> str:
    """Says what is proven, and what is not known."""
    counts = Counter(one.verdict for one in judgement.cells)
    whole, sentences = judgement.whole, []
    if counts[FAILED]:
        sentences.append(_failed_words(judgement, counts[FAILED]))
    if whole is not None:
        has_answers = any(one.answers for one in judgement.cells)
        sentences.append(whole_words(whole) if whole.rows or has_answers else
                         "Nothing could be compared with the earlier run: this run has no answers to compare.")
    if counts[NOT_PROVEN]:
        sentences.append(counted(
            counts[NOT_PROVEN], "{n} cell looks bad, which may be chance: it is not proven.",
            "{n} cells look bad, which may be chance: it is not proven."))
    if counts[NOT_ASKED]:
        sentences.append(counted(counts[NOT_ASKED], "{n} cell got too few answers to be judged.",
                                 "{n} cells got too few answers to be judged."))
    return " ".join(sentences)


def _failed_words(judgement: Judgement, count: int) -> str:
    bar = percent(judgement.gate.bar)
    if not judgement.gate.bar:
        return counted(count, "{n} cell is proven to pass less than it did.",
                       "{n} cells are proven to pass less than they did.")
    if judgement.whole is None:
        return counted(count, f"{{n}} cell is proven to pass less than {bar}.",
                       f"{{n}} cells are proven to pass less than {bar}.")
    return counted(count, f"{{n}} cell is proven to pass less than {bar}, or less than it did.",
                   f"{{n}} cells are proven to pass less than {bar}, or less than they did.")


def whole_words(whole: WholeFall) -> str:
    """Says whether the whole has fallen since the earlier run."""
    if not whole.rows:
        return ("Nothing could be compared with the earlier run: it has answered none of these rows. Compare with a "
                "run of the same inputs or cases.")
    rows = counted(whole.rows, "{n} row", "{n} rows")
    proven = "It is proven to have fallen" if whole.proven else "It is not proven to have fallen"
    return (f"{proven} since the earlier run: of {rows} {whole.fell} fell and {whole.rose} rose "
            f"(evidence {min(max(whole.evidence, 0.0), 999):.1f} of {whole.needed:.1f}).")


def round_words(round_: Experiment) -> str:
    """Says what the gate asks again."""
    cells = counted(len(round_.again), "Gate: {n} cell is undecided", "Gate: {n} cells are undecided")
    requests = counted(len(round_.jobs), "{n} more request is sent.", "{n} more requests are sent.")
    return f"{cells}: {requests}"
