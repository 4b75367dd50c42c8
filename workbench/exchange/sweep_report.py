"""The report of an experiment: one HTML file that needs nothing else, with its plots as SVG."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from workbench.core.experiments.axes import TEXT_AXES, label_of, text_of
from workbench.core.experiments.cases import Case
from workbench.core.experiments.comparison import overall_rate
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary

from .sweep_plots import Point, Series, line_plot, scatter_plot

_STYLE = """
:root { color-scheme: light dark; --bg:#fff; --text:#16191f; --dim:#5b6270; --line:#e2e5ea; --panel:#f5f6f8;
  --good:18,128,79; --bad:#c22f33; --s0:#3366f0; --s1:#12804f; --s2:#96610a; --s3:#7c2fd6; --s4:#c22f33;
  --s5:#0e7c86; }
@media (prefers-color-scheme: dark) { :root { --bg:#16181d; --text:#e7e9ee; --dim:#a2a9b6; --line:#2c313a;
  --panel:#1b1e24; --good:71,194,139; --bad:#f0787b; --s0:#7396ff; --s1:#47c28b; --s2:#dba53f; --s3:#c39bff;
  --s4:#f0787b; --s5:#4fc3cf; } }
body { font:14px/1.6 system-ui,sans-serif; color:var(--text); background:var(--bg); margin:24px auto;
  max-width:1100px; padding:0 16px; }
h1 { font-size:22px; } h2 { font-size:16px; margin-top:32px; } .dim { color:var(--dim); }
table { border-collapse:collapse; font-variant-numeric:tabular-nums; display:block; overflow-x:auto; }
th,td { border:1px solid var(--line); padding:6px 10px; text-align:left; vertical-align:top; }
th { background:var(--panel); font-weight:600; } td.n { text-align:right; white-space:nowrap; }
pre { background:var(--panel); padding:12px; white-space:pre-wrap; overflow-wrap:anywhere;
  border-radius:8px; }
details { border-top:1px solid var(--line); padding:8px 0; } summary { cursor:pointer; }
.bad { color:var(--bad); } .plots { display:flex; flex-wrap:wrap; gap:24px; } figure { margin:0; }
figcaption { font-weight:600; } svg text { font:11px system-ui,sans-serif; fill:var(--dim); }
@media print { details { break-inside:avoid; } }
"""


def report_html(plan: Plan, summaries: Sequence[Summary], results: Sequence[Result]) -> str:
    """The whole file. Everything that a model or the user wrote is escaped text."""
    body = [
        f"<h1>{escape(plan.name)}</h1>",
        f'<p class="dim">{len(results)} of {plan.requests} answers · {len(summaries)} cells · '
        f"{plan.samples} samples each{_total_cost(summaries)}{_overall(results)}</p>",
        *_texts(plan),
        "<h2>Cells</h2>", _table(plan, summaries), "<h2>Plots</h2>", _plots(plan, summaries, results),
        "<h2>Answers</h2>", *(_answers(summary, results) for summary in summaries),
        "<h2>Plan</h2>", f"<pre>{escape(_plan(plan))}</pre>",
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(plan.name)}</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _plan(plan: Plan) -> str:
    """Without the bytes of attachments."""
    shown = replace(plan, cases=tuple(replace(case, files={}) for case in plan.cases))
    return json.dumps(shown.to_json(), ensure_ascii=False, indent=1)


def _texts(plan: Plan) -> Iterable[str]:
    """Prompt and system prompt, or their versions, and what cases ask."""
    if plan.cases:
        yield f"<h2>Cases</h2>{''.join(map(_case, plan.cases))}"
    for axis, title in zip(TEXT_AXES, ("Prompt", "System prompt"), strict=True):
        if axis in plan.axes:
            yield f"<h2>{title}: {len(plan.axes[axis])} versions</h2>"
            yield from (f"<p>{escape(label_of(value)[:80])}</p><pre>{escape(text_of(value))}</pre>"
                        for value in plan.axes[axis])
        elif text := getattr(plan, axis):
            yield f"<h2>{title}</h2><pre>{escape(text)}</pre>"


def _case(case: Case) -> str:
    """Its conversation, folded."""
    said = "".join(f'<p class="dim">{escape(message.role)}</p><pre>{escape(message.text)}</pre>'
                   for message in case.messages)
    return f"<details><summary>{escape(case.name)}</summary>{said}</details>"


def _overall(results: Sequence[Result]) -> str:
    rate = overall_rate(results)
    return f" · {rate.value:.0%} passed, 95 %: {rate.low:.0%} – {rate.high:.0%}" if rate else ""


def _total_cost(summaries: Iterable[Summary]) -> str:
    costs = [summary.cost for summary in summaries if summary.cost is not None]
    return f" · ${sum(costs):.4f}" if costs else ""


def _table(plan: Plan, summaries: Sequence[Summary]) -> str:
    head = [*(["Case"] if plan.cases else []), "Model", *plan.axes, "Passed", "95 %", "Score", "Agreement",
            "Distinct", "Tokens", "Cost", "First token", "Total (median, 95th)", "Errors"]
    rows = ["<tr>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr>"]
    for summary in summaries:
        rate = summary.pass_rate
        shade = f' style="background:rgba(var(--good),{rate.value * 0.45:.2f})"' if rate else ""
        cells = [
            *([f"<td>{escape(summary.cell.case)}</td>"] if plan.cases else []),
            f"<td>{escape(summary.cell.model)}</td>",
            *(f"<td>{escape(label_of(summary.cell.axis[name])[:120])}</td>" for name in plan.axes),
            f'<td class="n"{shade}>{_percent(rate.value if rate else None)}</td>',
            f'<td class="n">{f"{rate.low:.0%} – {rate.high:.0%}" if rate else "–"}</td>',
            *(f'<td class="n">{text}</td>' for text in (
                _number(summary.score.value if summary.score else None), _number(summary.agreement),
                _number(summary.distinctness), _tokens(summary), _money(summary.cost),
                _pair(summary.first_token), _pair(summary.total), str(summary.errors or "–"),
            )),
        ]
        rows.append("<tr>" + "".join(cells) + "</tr>")
    return "<table>" + "\n".join(rows) + "</table>"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _money(value: float | None) -> str:
    return "–" if value is None else f"${value:.4f}"


def _pair(times: tuple[float, float] | None) -> str:
    return "–" if times is None else f"{times[0]:.2f} s, {times[1]:.2f} s"


def _tokens(summary: Summary) -> str:
    if summary.input_tokens is None or summary.output_tokens is None:
        return "–"
    return f"{summary.input_tokens:.0f} → {summary.output_tokens:.0f}"


def _numeric_axis(plan: Plan) -> str | None:
    for name, values in plan.axes.items():
        numbers = [value for value in values if isinstance(value, int | float) and value is not True]
        if len(values) > 1 and len(numbers) == len(values):
            return name
    return None


def _plots(plan: Plan, summaries: Sequence[Summary], results: Sequence[Result]) -> str:
    plots = []
    if axis := _numeric_axis(plan):
        plots += [line_plot(title, axis, _series(plan, summaries, axis, metric))
                  for title, metric in (("Pass rate", "pass"), ("Agreement", "agreement"))]
    plots.append(line_plot("Answers within a time", "seconds", _latency(plan, results)))
    quality = [
        Series(model, tuple(Point(summary.cost, summary.pass_rate.value) for summary in summaries
               if summary.cell.model == model and summary.cost is not None and summary.pass_rate))
        for model in plan.asked_models
    ]
    plots.append(scatter_plot("Cost against pass rate", "US dollars per cell", quality))
    return '<div class="plots">' + "".join(plot for plot in plots if plot) + "</div>"


def _series(plan: Plan, summaries: Sequence[Summary], axis: str, metric: str) -> list[Series]:
    """One line per model and value of the other axes."""
    lines: dict[str, list[Point]] = {}
    for summary in summaries:
        others = [summary.cell.case] if summary.cell.case else []
        others += [f"{name} {label_of(value)[:40]}" for name, value in summary.cell.axis.items() if name != axis]
        name = ", ".join([summary.cell.model, *others])
        x = float(str(summary.cell.axis[axis]))
        if metric == "pass" and summary.pass_rate:
            rate = summary.pass_rate
            lines.setdefault(name, []).append(Point(x, rate.value, rate.low, rate.high))
        elif metric == "agreement" and summary.agreement is not None:
            lines.setdefault(name, []).append(Point(x, summary.agreement))
    return [Series(name, tuple(sorted(points, key=lambda point: point.x))) for name, points in lines.items()]


def _latency(plan: Plan, results: Sequence[Result]) -> list[Series]:
    series = []
    for model in plan.asked_models:
        times = sorted(r.total for r in results if r.model == model and r.total is not None)
        step = max(1, len(times) // 200)
        points = tuple(Point(time, (i + 1) / len(times)) for i, time in enumerate(times)
                       if i % step == 0 or i == len(times) - 1)
        series.append(Series(model, points))
    return series


def _answers(summary: Summary, results: Sequence[Result]) -> str:
    own = [result for result in results if result.cell == summary.cell.index]
    settings = " · ".join(f"{name} {label_of(value)[:80]}" for name, value in summary.cell.axis.items())
    title = escape(" · ".join(filter(None, [summary.cell.case, summary.cell.model, settings])))
    return (f"<details><summary>{title} ({_percent(summary.pass_rate.value if summary.pass_rate else None)} "
            f"passed)</summary>{''.join(_answer(result) for result in own)}</details>")


def _answer(result: Result) -> str:
    inputs = ", ".join(f"{name}: {value[:80]}" for name, value in result.input.items())
    failed = "; ".join(f"{check.kind}: {check.note}" for check in result.checks if not check.passed)
    head = escape(" · ".join(filter(None, [f"sample {result.sample + 1}", inputs, result.finish_reason])))
    fault = f' <span class="bad">{escape(result.error or failed)}</span>' if result.error or failed else ""
    return f'<p class="dim">{head}{fault}</p><pre>{escape(result.text)}</pre>'
