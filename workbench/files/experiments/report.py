"""The report of an experiment: one HTML file that needs nothing else, with its plots as SVG."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape

from workbench.core.experiments.axes import TEXT_AXES, label_of, line_of, text_of
from workbench.core.experiments.cases import Case
from workbench.core.experiments.curves import (
    METRICS,
    cost_points,
    latency_lines,
    metric_lines,
    plot_axis,
    title_of,
)
from workbench.core.experiments.grid import Cell
from workbench.core.experiments.outcome import Outcome
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import (
    Result,
    Summary,
    answer_words,
    by_cell,
    few_rows_words,
    same_requests,
    why_failed,
    worth_words,
)
from workbench.core.experiments.same_questions import repeated_words
from workbench.core.experiments.statistics import Interval
from workbench.core.json_types import Json
from workbench.core.text.formatting import adjustment, count, counted, dollars, interval, percent, seconds
from workbench.files.page_style import palette_css

from .report_checks import confusion_tables, judges, preferences
from .report_evidence import evidence
from .svg_plots import plot

_STYLE = palette_css() + """
body { font:14px/1.6 system-ui,sans-serif; color:var(--text); background:var(--background); margin:24px auto;
  max-width:1280px; padding:0 16px; }
h1 { font-size:22px; } h2 { font-size:16px; margin-top:32px; } .dim { color:var(--dim); }
table { border-collapse:collapse; font-variant-numeric:tabular-nums; display:block; overflow-x:auto; }
th,td { border:1px solid var(--line); padding:6px 10px; text-align:left; vertical-align:top; }
th { background:var(--panel); font-weight:600; } td.n { text-align:right; white-space:nowrap; }
td.t { min-width:200px; } td.w .dim { white-space:nowrap; } td .dim { white-space:normal; }
pre { background:var(--panel); padding:12px; white-space:pre-wrap; overflow-wrap:anywhere;
  border-radius:8px; }
details { border-top:1px solid var(--line); padding:8px 0; } summary { cursor:pointer; }
.bad { color:var(--bad); } .plots { display:flex; flex-wrap:wrap; gap:24px; } figure { margin:0; }
figcaption { font-weight:600; } svg text { font:11px system-ui,sans-serif; fill:var(--dim); }
@media print { details { break-inside:avoid; } }
"""


def report_html(plan: Plan, summaries: Sequence[Summary], results: Sequence[Result], outcome: Outcome) -> str:
    """Returns the whole file. Everything that a model or the user wrote is escaped text."""
    answers = by_cell(results)
    body = [
        f"<h1>{escape(plan.name)}</h1>",
        f'<p class="dim">{" · ".join(_facts(plan, summaries, len(results), outcome.rate))}</p>',
        *([f'<p class="dim">{repeated}</p>'] if (repeated := repeated_words(plan)) else []),
        *evidence(outcome, {one.cell.index: one.cell.name for one in summaries}), *_texts(plan),
        "<h2>Cells</h2>", _table(plan, summaries), *preferences(summaries), *judges(summaries),
        *confusion_tables(summaries),
        "<h2>Plots</h2>", _plots(plan, summaries, results),
        "<h2>Answers</h2>", *(_answers(summary, answers[summary.cell.index]) for summary in summaries),
        "<h2>Plan</h2>", f"<pre>{escape(_plan(plan))}</pre>",
    ]
    whole = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(plan.name)}</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )
    return _ILLEGAL.sub("\ufffd", whole)


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Matches what HTML has no place for, not even escaped (13.2.3.5 of its standard)."""


def _plan(plan: Plan) -> str:
    """Returns the plan as JSON, without the bytes of attachments."""
    shown = replace(plan, cases=tuple(replace(case, files={}) for case in plan.cases))
    return json.dumps(shown.to_json(), ensure_ascii=False, indent=1)


def _texts(plan: Plan) -> Iterable[str]:
    """Yields the prompt and the system prompt, or their versions, and the cases."""
    if plan.cases:
        yield f"<h2>Cases</h2>{''.join(map(_case, plan.cases))}"
    for axis, title in zip(TEXT_AXES, ("Prompt", "System prompt"), strict=True):
        if axis in plan.axes:
            versions = counted(len(plan.axes[axis]), "{n} version", "{n} versions")
            yield f"<h2>{title}: {versions}</h2>"
            yield from (f'<p>{escape(label_of(value)[:80])}</p><pre dir="auto">{escape(text_of(value))}</pre>'
                        for value in plan.axes[axis])
        elif text := getattr(plan, axis):
            yield f'<h2>{title}</h2><pre dir="auto">{escape(text)}</pre>'


def _case(case: Case) -> str:
    """Returns a case's conversation, folded."""
    said = "".join(f'<p class="dim">{escape(message.role)}</p><pre dir="auto">{escape(message.text)}</pre>'
                   for message in case.messages)
    return f"<details><summary>{escape(case.name)}</summary>{said}</details>"


def _facts(plan: Plan, summaries: Sequence[Summary], done: int, rate: Interval | None) -> Iterable[str]:
    """Yields the size of the experiment, its cost and its pass rate, as far as they are known."""
    first, errors = (sum(each) for each in zip(*((one.done, one.errors) for one in summaries), strict=True))
    answered = count(first - errors)
    yield counted(plan.requests, f"{answered} of {{n}} answer", f"{answered} of {{n}} answers")
    if errors:
        yield counted(errors, "{n} request failed", "{n} requests failed")
    if cached := sum(one.cached for one in summaries):
        yield counted(cached, "{n} answer from the cache", "{n} answers from the cache")
    if done > first:
        yield counted(done - first, "{n} more for the gate", "{n} more for the gate")
    yield counted(len(summaries), "{n} cell", "{n} cells")
    yield counted(plan.samples, "{n} sample each", "{n} samples each")
    costs = [summary.cost for summary in summaries if summary.cost is not None]
    if costs:
        yield dollars(sum(costs))
    if rate is not None:
        yield f"{percent(rate.value)} passed {interval(rate.low, rate.high)}"


def _table(plan: Plan, summaries: Sequence[Summary]) -> str:
    """Returns the table of all cells, without columns in which nothing is told."""
    head = [*(["Case"] if plan.cases else []), "Model", *plan.axes, "Passed", "95\u00a0%", "Answers", "Score",
            "Agreement", "Distinct", "Tokens", "Cost", "First token", "Total (median, 95th)", "Errors",
            "Not sent as planned"]
    twins, places = same_requests(summaries), {one.cell.index: place for place, one in enumerate(summaries, 1)}
    rows = []
    for summary in summaries:
        rate = summary.checked_rate
        shade = f' style="background:color-mix(in srgb, var(--ok) {rate.value * 45:.0f}%, transparent)"' if rate else ""
        cells = [
            *([f"<td>{escape(summary.cell.case)}</td>"] if plan.cases else []),
            f"<td>{escape(summary.cell.model)}</td>",
            *(_setting(summary.cell.axis[name]) for name in plan.axes),
            f'<td class="n"{shade}>{_percent(rate)}{_by_check(summary)}</td>',
            f'<td class="n">{interval(rate.low, rate.high) if rate else "–"}</td>',
            f'<td class="n w">{"<br>".join([str(summary.answered), *_doubts(summary)])}</td>',
            *(f'<td class="n">{text}</td>' for text in (
                _number(summary.score.value if summary.score else None), _number(summary.agreement),
                _number(summary.distinctness), _tokens(summary), "–" if summary.cost is None else dollars(summary.cost),
                _pair(summary.first_token), _pair(summary.total), str(summary.errors or "–"),
            )),
            f"<td>{escape(_not_as_planned(summary, twins, places))}</td>",
        ]
        rows.append(cells)
    told = [at for at in range(len(head)) if not all(row[at].endswith(">–</td>") for row in rows)]
    lines = [[f"<th>{escape(name)}</th>" for name in head], *rows]
    return "<table>" + "\n".join(f"<tr>{''.join(line[at] for at in told)}</tr>" for line in lines) + "</table>"


def _doubts(summary: Summary) -> list[str]:
    """Returns how much the answers tell, where that is less than their number."""
    return [f'<span class="dim">{words}</span>' for words in (worth_words(summary), few_rows_words(summary)) if words]


def _setting(value: Json) -> str:
    """Returns a table cell, of a width at which texts can be read."""
    label = line_of(value)[:120]
    wide = ' class="t"' if len(label) > 12 else ""
    return f"<td{wide}>{escape(label)}</td>"


def _by_check(summary: Summary) -> str:
    """Returns the share that passed each check, where there are several."""
    shares = summary.by_check if len(summary.by_check) > 1 else {}
    return "".join(f'<br><span class="dim">{escape(name)} {percent(share)}</span>' for name, share in shares.items())


def _not_as_planned(summary: Summary, twins: Mapping[int, int], places: Mapping[int, int]) -> str:
    twin = twins.get(summary.cell.index)
    same = "" if twin is None else f"the same request as in row {places[twin]}"
    return "; ".join(filter(None, [*summary.adjusted_words, same])) or "–"


def _percent(rate: Interval | None) -> str:
    return "–" if rate is None else percent(rate.value)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _pair(times: tuple[float, float] | None) -> str:
    return "–" if times is None else f"{seconds(times[0])}, {seconds(times[1])}"


def _tokens(summary: Summary) -> str:
    if summary.input_tokens is None or summary.output_tokens is None:
        return "–"
    return f"{summary.input_tokens:.0f} → {summary.output_tokens:.0f}"


def _plots(plan: Plan, summaries: Sequence[Summary], results: Sequence[Result]) -> str:
    quality = "pass_rate" if plan.is_checked else "agreement"
    plots = []
    if axis := plot_axis(plan):
        plots = [plot(title_of(metric, axis.name), "" if axis.values else axis.name,
                      metric_lines(plan, summaries, axis, metric), axis.values)
                 for metric in dict.fromkeys((quality, "agreement"))]
    plots.append(plot("Answers within a time", "seconds", latency_lines(plan, results)))
    plots.append(plot(f"Cost against {METRICS[quality].lower()}", "US dollars per cell",
                      cost_points(plan, summaries, quality)))
    return '<div class="plots">' + "".join(plots) + "</div>"


def _answers(summary: Summary, results: Sequence[Result]) -> str:
    settings = " · ".join(f"{name} {line_of(value)[:80]}" for name, value in summary.cell.axis.items())
    title = escape(" · ".join(filter(None, [summary.cell.case, summary.cell.model, settings])))
    passed = f" ({percent(summary.checked_rate.value)} passed)" if summary.checked_rate else ""
    answers = "".join(_answer(summary.cell, one) for one in results)
    return f"<details><summary>{title}{passed}</summary>{answers}</details>"


def _answer(cell: Cell, result: Result) -> str:
    head = escape(" · ".join(filter(None, [answer_words(result), result.finish_reason])))
    failed = why_failed(cell, result)
    fault = f' <span class="bad">{escape(failed)}</span>' if failed else ""
    changes = "".join(f"<br>{escape(adjustment(change, 'was'))}" for change in result.adjustments)
    return f'<p class="dim">{head}{fault}{changes}</p><pre dir="auto">{escape(result.text)}</pre>'
