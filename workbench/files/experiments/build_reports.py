"""Files for build servers that show a run: JUnit's XML, and a summary in Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from xml.etree import ElementTree

from workbench.core.experiments.best import best_words
from workbench.core.experiments.comparison import change_words
from workbench.core.experiments.gate import FAILED, NOT_ASKED
from workbench.core.experiments.gate_words import cell_words, judgement_words, reason_words, whole_words
from workbench.core.experiments.grid import Cell
from workbench.core.experiments.outcome import Outcome
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary, answer_words, by_cell, why_failed
from workbench.core.text.formatting import counted, interval, percent

MAX_ANSWERS, MAX_LETTERS, MAX_ROWS = 5, 500, 200
"""Of failed answers that are shown for a cell, of the text of each, and of cells in the summary."""


def wrong_with(plan: Plan, summary: Summary, outcome: Outcome) -> tuple[str, str]:
    """Returns ``failure``, ``error`` or ``skipped`` (nothing was asked) with the reason why a cell does not pass, or
    twice ``""``."""
    if outcome.judgement is not None and (one := outcome.judgement.of(summary.cell.index)) is not None:
        kind = {FAILED: "failure", NOT_ASKED: "error"}.get(one.verdict, "")
        if plan.gate or one.verdict == FAILED:
            return kind, cell_words(outcome.judgement, one) if kind else ""
    if not summary.done:
        return "skipped", "the run ended before it was asked"
    if summary.pass_rate is None:
        return "error", summary.failed_words or summary.undecided_words
    if summary.pass_rate.value < plan.min_pass_rate:
        return "failure", f"{percent(summary.pass_rate.value)} passed, under {percent(plan.min_pass_rate)}"
    words = summary.failed_words or summary.undecided_words
    return ("error", words) if words else ("", "")


def junit_xml(plan: Plan, summaries: Sequence[Summary], results: Sequence[Result], outcome: Outcome) -> bytes:
    """Returns a test suite with a test for each cell, and with an earlier run one for the whole, in the form that
    Jenkins, GitLab and others read (JUnit's XML schema of the Apache Ant task)."""
    answers = by_cell(results)
    suite = ElementTree.Element("testsuite", name=_legal(plan.name))
    for summary in summaries:
        own = answers[summary.cell.index]
        kind, reason = wrong_with(plan, summary, outcome)
        seconds = sum(one.total or 0.0 for one in own)
        case = ElementTree.SubElement(suite, "testcase", name=_legal(summary.cell.name), classname=_legal(plan.name),
                                      time=f"{seconds:.3f}")
        if kind:
            text = _what_failed(summary.cell, own) or None
            ElementTree.SubElement(case, kind, message=_legal(reason)).text = text and _legal(text)
        rate = summary.checked_rate
        if rate is not None:
            words = f"passed {percent(rate.value)} {interval(rate.low, rate.high)}"
            if outcome.judgement is not None and (one := outcome.judgement.of(summary.cell.index)) is not None:
                words += f", {cell_words(outcome.judgement, one)}"
            ElementTree.SubElement(case, "system-out").text = words
    if outcome.judgement is not None and outcome.judgement.whole is not None:
        case = ElementTree.SubElement(suite, "testcase", name="all cells since the earlier run",
                                      classname=_legal(plan.name))
        if outcome.judgement.whole.proven:
            ElementTree.SubElement(case, "failure", message=whole_words(outcome.judgement.whole))
    for attribute, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error"),
                           ("skipped", "testcase/skipped")):
        suite.set(attribute, str(len(suite.findall(tag))))
    ElementTree.indent(suite)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode").encode()


def _what_failed(cell: Cell, results: Sequence[Result]) -> str:
    failed = [one for one in results if not one.passed]
    shown = []
    for one in failed[:MAX_ANSWERS]:
        shown.append(f"{answer_words(one)}: {why_failed(cell, one)}\n{one.text[:MAX_LETTERS]}")
    left = len(failed) - len(shown)
    more = [counted(left, "{n} more failed.", "{n} more failed.")] if left else []
    return "\n\n".join([*shown, *more])


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _legal(text: str) -> str:
    """Returns the text without characters that XML 1.0 has no place for, not even escaped (section 2.2)."""
    return _ILLEGAL.sub("\ufffd", text)


def markdown_summary(plan: Plan, summaries: Sequence[Summary], outcome: Outcome) -> str:
    """Returns a summary that GitHub shows for a step, and other build servers that read Markdown."""
    wrong = {summary.cell.index: wrong_with(plan, summary, outcome)[0] for summary in summaries}
    lines = [f"## {_plain(plan.name)}", "", _verdict(plan, outcome, wrong), ""]
    if outcome.comparison.overall is not None:
        lines += [f"{_plain(change_words(outcome.comparison.overall))}.", ""]
    if outcome.ranking is not None:
        lines += [_plain(best_words(outcome.ranking)), ""]
    lines += ["| | Cell | Passed | 95 % | Since the earlier run | Gate |", "|---|---|---|---|---|---|"]
    order = sorted(summaries, key=lambda one: wrong[one.cell.index] in ("", "skipped"))  # what failed stands first
    lines += [_row(plan, summary, outcome, wrong[summary.cell.index]) for summary in order[:MAX_ROWS]]
    if (left := len(order) - MAX_ROWS) > 0:
        lines += ["", counted(left, "{n} more cell is in the report.", "{n} more cells are in the report.")]
    return "\n".join([*lines, ""])


def _verdict(plan: Plan, outcome: Outcome, wrong: Mapping[int, str]) -> str:
    if outcome.judgement is not None and plan.gate:
        return f"**{_plain(judgement_words(outcome.judgement))}**"
    kinds = Counter(wrong.values())
    failed, open_, left = kinds["failure"], kinds["error"], kinds["skipped"]
    words = [counted(failed, "{n} cell failed.", "{n} cells failed.") if failed else "",
             counted(open_, "Of {n} cell not all was answered and checked.",
                     "Of {n} cells not all was answered and checked.") if open_ else "",
             counted(left, "{n} cell was not asked: the run ended before.",
                     "{n} cells were not asked: the run ended before.") if left else "",
             "" if failed or open_ or left else _all_is_well(plan),
             _plain(reason_words(outcome.judgement)) if outcome.judgement else ""]
    return f"**{' '.join(filter(None, words))}**"


def _demands(plan: Plan) -> bool:
    """Returns whether a cell can fail by its answers: a plan without a rate or a gate only measures."""
    return bool(plan.min_pass_rate or plan.gate) and plan.is_checked


def _all_is_well(plan: Plan) -> str:
    if _demands(plan):
        return "All cells passed."
    return "All requests were answered. The plan demands no pass rate (min_pass_rate, or a gate), so no cell can fail."


def _row(plan: Plan, summary: Summary, outcome: Outcome, wrong: str) -> str:
    rate, change = summary.checked_rate, outcome.comparison.changes.get(summary.cell.index)
    one = outcome.judgement.of(summary.cell.index) if outcome.judgement else None
    passed = "; ".join(filter(None, [percent(rate.value) if rate else "", summary.failed_words,
                                    summary.undecided_words, *(compared.words for compared in summary.preferences)]))
    mark = {"": "✅" if _demands(plan) else "–", "skipped": "–"}.get(wrong, "❌")
    cells = (mark, summary.cell.name, passed or "–",
             interval(rate.low, rate.high) if rate else "–", change_words(change) if change else "–",
             cell_words(outcome.judgement, one).removeprefix("gate: ") if outcome.judgement and one else "–")
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Returns a text as Markdown that shows it as it is, on one line."""
    line = re.sub("[\x00-\x1f\x7f]", " ", " ".join(text.split()))[:MAX_LETTERS]
    shown = escape(line.encode("utf-8", "replace").decode(), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#+!|~$-])", r"\\\1", shown).replace("@", "&#64;")
