"""Results: one answer each, and the summary of a cell's answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.records import Adjustment
from workbench.core.reply.usage import Usage
from workbench.core.request.tool_secrets import hidden
from workbench.core.text.formatting import counted

from .axes import label_of
from .calibration import Judged, Rated
from .check_kinds.judge import PAIRWISE
from .checks import KINDS, Call, CheckResult, Reply
from .classification import Confusion
from .clusters import Row, Rows, clustered_mean, clustered_rate
from .grid import Cell
from .preferences import Preference, preference
from .statistics import Interval, mean, percentile, spread
from .text_measures import Distinctness, agreement


def is_greedy(params: Mapping[str, Json]) -> bool:
    """Returns whether the likeliest token is asked for each time."""
    return params.get("temperature") == 0 or params.get("top_k") == 1 or params.get("top_p") == 0


def row_name(case: str, values: Mapping[str, str]) -> str:
    """Returns the name of what is asked, the same in every run and cell: that of the case, or the input."""
    return case or repr(sorted(values.items()))


@dataclass(frozen=True, slots=True)
class Result:
    """One answer. ``first_token`` and ``total`` are seconds; ``rating`` is the user's own, 0 to 1; ``error``
    is a sentence, ``""`` when there is an answer."""

    key: str
    cell: int
    model: str
    params: Mapping[str, Json]
    input: Mapping[str, str]
    sample: int
    text: str
    finish_reason: str = ""
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    first_token: float | None = None
    total: float | None = None
    checks: tuple[CheckResult, ...] = ()
    rating: float | None = None
    error: str = ""
    fingerprint: str = ""
    logprob: float | None = None  # the mean over the tokens, when they were asked for
    case: str = ""
    adjustments: tuple[Adjustment, ...] = ()  # what was not sent as the plan says
    request: str = ""  # names what was sent, by its content: equal ones were the same request
    earlier_cost: float = 0.0  # of requests for this answer that failed before
    calls: tuple[Call, ...] = ()
    saved: float | None = None  # of ``cost``, what was not paid again: it is an answer from the cache

    @property
    def passed(self) -> bool:
        return not self.error and all(check.lets_pass for check in self.checks)

    @property
    def decided(self) -> bool:
        """Whether it is known if the answer passes. Without an answer it is not, nor where a check could not be made
        and no other failed: such a result counts in no rate."""
        found = [check.lets_pass for check in self.checks]
        return not self.error and (None not in found or False in found)

    @property
    def score(self) -> float | None:
        """The mean of its checks' scores by their weights; one that only passes or fails counts if it has a weight."""
        scores = [(float(check.passed or 0) if check.score is None else check.score,
                   1.0 if check.weight is None else check.weight) for check in self.checks
                  if check.passed is not None and (check.score is not None or check.weight)]
        weight = sum(weight for _, weight in scores)
        return sum(score * weight for score, weight in scores) / weight if weight else None

    @property
    def reply(self) -> Reply:
        """What checks see of it."""
        return Reply(self.text, self.finish_reason, self.calls, self.cost, self.first_token, self.total, self.input)

    @property
    def spent(self) -> float:
        """What is known to have been paid for it, in US dollars."""
        return (self.cost or 0.0) - (self.saved or 0.0) + self.earlier_cost

    @property
    def row(self) -> str:
        return row_name(self.case, self.input)

    @property
    def greedy(self) -> bool:
        """Whether the likeliest token was asked for each time, so that the same answer again is no other sample."""
        return is_greedy(self.params)

    def rated(self, rating: float | None) -> Result:
        return replace(self, rating=rating)

    def to_json(self) -> JsonObject:
        """Returns a line of ``results.jsonl``."""
        return {
            "key": self.key, "cell": self.cell, "model": self.model, "params": hidden(self.params),
            "input": dict(self.input), "sample": self.sample, "text": self.text,
            "finish_reason": self.finish_reason, "usage": {**self.usage.to_json(), "cost": self.cost},
            "timings": {"first_token": self.first_token, "total": self.total},
            "checks": [check.to_json() for check in self.checks], "rating": self.rating,
            "error": self.error or None, "fingerprint": self.fingerprint or None, "logprob": self.logprob,
            "case": self.case or None, "dropped": [asdict(change) for change in self.adjustments],
            "request": self.request or None, "earlier_cost": self.earlier_cost or None,
            "calls": [{"name": call.name, "arguments": call.arguments} for call in self.calls],
            "saved": self.saved,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Raises ``KeyError`` or ``TypeError`` for what ``to_json`` did not write."""
        usage, timings = data["usage"], data["timings"]
        return cls(
            data["key"], data["cell"], data["model"], data["params"], data["input"], data["sample"],
            data["text"], data["finish_reason"], replace(Usage.from_json(usage), cost=None),
            usage.get("cost"),
            timings.get("first_token"), timings.get("total"),
            tuple(CheckResult.from_json(check) for check in data["checks"]), data.get("rating"),
            data.get("error") or "", data.get("fingerprint") or "", data.get("logprob"),
            data.get("case") or "", tuple(Adjustment(**change) for change in data.get("dropped", ())),
            data.get("request") or "", data.get("earlier_cost") or 0.0,
            tuple(Call(one["name"], one["arguments"]) for one in data.get("calls", ())), data.get("saved"),
        )


def latest(results: Iterable[Result]) -> list[Result]:
    """Returns one result for each request: its answer, or the last failure where there is none."""
    found: dict[str, Result] = {}
    for result in results:
        if result.key not in found or not result.error or found[result.key].error:
            found[result.key] = result
    return list(found.values())


def by_cell(results: Iterable[Result]) -> defaultdict[int, list[Result]]:
    """Returns the answers of each cell, by its index."""
    found: defaultdict[int, list[Result]] = defaultdict(list)
    for result in results:
        found[result.cell].append(result)
    return found


def named_checks(cell: Cell, result: Result) -> list[tuple[str, CheckResult]]:
    """Returns the checks of an answer by their names in the plan; by their kinds where the plan has changed since."""
    names = cell.check_names if len(cell.check_names) == len(result.checks) else [one.kind for one in result.checks]
    return list(zip(names, result.checks, strict=True))


def why_failed(cell: Cell, result: Result) -> str:
    """Says why there is no answer, or which checks it failed; ``""`` for one that passed."""
    return result.error or "; ".join(f"{name}: {check.note}" if check.note else name
                                     for name, check in named_checks(cell, result) if not check.lets_pass)


def answer_words(result: Result) -> str:
    """Returns which answer of its cell a result is: “sample 1 · city: Paris”."""
    inputs = ", ".join(f"{name}: {' '.join(value.split())[:80]}" for name, value in result.input.items())
    return " · ".join(filter(None, [f"sample {result.sample + 1}", inputs]))


def rows_by_cell(results: Iterable[Result], same: Mapping[str, str]) -> dict[int, Rows]:
    """Returns the answers of each cell to each row, as 1 for those that passed and 0 for others. A request that failed
    is no answer, and one that could not be checked is left out. Rows that ask the ``same`` as an earlier one are that
    one."""
    found: defaultdict[int, defaultdict[str, Row]] = defaultdict(lambda: defaultdict(Row))
    for result in results:
        if result.decided:
            row = same.get(result.row, result.row)
            found[result.cell][row].add(float(result.passed), result.text, greedy=result.greedy)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one cell's answers; None where nothing is known. Of the requests that are ``done``, those that
    failed (``errors``) count in no figure but the cost, and answers of which a check could not be made (``undecided``)
    in no rate; ``cached`` answers came from the cache. Times are in seconds, cost in US dollars for the whole cell,
    tokens are means per answer. ``by_check`` are shares that passed, by the checks' names; ``agreement`` is averaged
    over the inputs. The answers are to so many ``rows``; the pass rate is as sure as one of ``independent`` answers to
    a row each."""

    cell: Cell
    done: int
    errors: int
    pass_rate: Interval | None
    score: Interval | None
    score_spread: float | None
    by_check: Mapping[str, float]
    agreement: float | None
    distinctness: float | None
    input_tokens: float | None
    output_tokens: float | None
    cost: float | None
    first_token: tuple[float, float] | None  # median, 95th percentile
    total: tuple[float, float] | None
    rating: float | None = None
    adjusted: Mapping[str, str] = field(default_factory=dict)  # parameter → the value that was sent, "" for none
    requests: frozenset[str] = frozenset()
    rows: int = 0
    independent: float = 0.0
    undecided: int = 0
    cached: int = 0
    confusions: tuple[Confusion, ...] = ()
    judged: Mapping[str, Judged] = field(default_factory=dict)  # by the names of the checks that judge
    preferences: tuple[Preference, ...] = ()
    is_checked: bool = False

    @property
    def answered(self) -> int:
        return self.done - self.errors

    @property
    def decided(self) -> int:
        """How many answers passed or failed."""
        return self.answered - self.undecided

    @property
    def failed_words(self) -> str:
        """Says how many requests failed, ``""`` for none."""
        return counted(self.errors, f"{{n}} of {self.done} requests failed",
                       f"{{n}} of {self.done} requests failed") if self.errors else ""

    @property
    def undecided_words(self) -> str:
        """Says how many answers could not be checked, ``""`` for none."""
        return counted(self.undecided, f"{{n}} of {self.answered} answers could not be checked",
                       f"{{n}} of {self.answered} answers could not be checked") if self.undecided else ""

    @property
    def adjusted_words(self) -> list[str]:
        """What was not sent as the plan says: “temperature not sent”."""
        return [f"{name} sent as {value}" if value else f"{name} not sent" for name, value in self.adjusted.items()]

    @property
    def checked_rate(self) -> Interval | None:
        """The pass rate where an answer can fail; else every answer passes, which says nothing."""
        return self.pass_rate if self.is_checked else None

    def to_json(self) -> JsonObject:
        """Returns a line of ``summary.json``."""
        return {
            "cell": self.cell.index, "case": self.cell.case or None, "model": self.cell.model,
            "axis": hidden({name: label_of(value) if isinstance(value, dict) else value
                            for name, value in self.cell.axis.items()}),
            "done": self.done, "errors": self.errors, "answered": self.answered,
            "undecided": self.undecided, "from_cache": self.cached, "pass_rate": _interval(self.pass_rate),
            "score": _interval(self.score), "score_spread": self.score_spread, "checks": dict(self.by_check),
            "agreement": self.agreement, "distinctness": self.distinctness,
            "input_tokens": self.input_tokens, "output_tokens": self.output_tokens, "cost": self.cost,
            "first_token": _percentiles(self.first_token), "total": _percentiles(self.total),
            "rating": self.rating, "dropped": dict(self.adjusted), "rows": self.rows,
            "independent_answers": round(self.independent, 2),
            "classification": [confusion.to_json() for confusion in self.confusions],
            "preferences": [one.to_json() for one in self.preferences],
        }


def same_requests(summaries: Sequence[Summary]) -> dict[int, int]:
    """Returns the cells whose requests were, after all, those of an earlier cell, with the index of that cell."""
    first: dict[str, int] = {}
    twins: dict[int, int] = {}
    for summary in summaries:
        index = summary.cell.index
        earlier = {first.setdefault(request, index) for request in summary.requests} - {index}
        if earlier and summary.adjusted:
            twins[index] = min(earlier)
    return twins


def worth_words(summary: Summary) -> str:
    """Returns “worth 24 independent answers”; ``""`` where each answer is worth one."""
    if summary.independent > 0.95 * summary.decided:
        return ""
    return counted(round(summary.independent), "worth {n} independent answer", "worth {n} independent answers")


FEW_FOR_INTERVALS = 20
"""With fewer rows their answers can come out in so few ways that no interval holds the truth in exactly 95 %."""


def few_rows_words(summary: Summary) -> str:
    """Says what few rows do to the interval of a rate, ``""`` where there are enough or where a case is all that it is
    about."""
    if summary.cell.case or summary.rows >= FEW_FOR_INTERVALS or not summary.checked_rate:
        return ""
    return counted(summary.rows, "the interval is about {n} row alone", "the interval is approximate with {n} rows")


def _interval(interval: Interval | None) -> Json:
    return None if interval is None else interval.to_json()


def _percentiles(times: tuple[float, float] | None) -> Json:
    return None if times is None else {"median": times[0], "p95": times[1]}


class Tally:
    """The answers of one cell. Adding one costs time with its length; a summary reads no text twice except those that
    ``agreement`` draws."""

    def __init__(self, cell: Cell, samples: int | None = None, same: Mapping[str, str] | None = None) -> None:
        """Of later samples than the first ``samples`` only the cost counts: a gate asked for them because the first
        were bad, so with them the rates would be those of unlucky cells. Rows that ask the ``same`` as an earlier one
        are that one."""
        self._cell, self._samples, self._same = cell, samples, same or {}
        self._is_checked = False
        self._done = self._errors = self._undecided = self._cached = 0
        self._passed: dict[str, Row] = defaultdict(Row)
        self._scores: dict[str, Row] = defaultdict(Row)
        self._numbers: dict[str, list[float]] = defaultdict(list)
        self._checks: dict[str, list[float]] = defaultdict(list)
        self._texts: dict[str, list[str]] = defaultdict(list)  # by input
        self._distinct = Distinctness()
        self._confusions: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        self._rated: dict[str, list[Rated]] = defaultdict(list)
        self._orders: dict[str, Counter[str]] = defaultdict(Counter)
        self._preferences: dict[str, dict[str, Row]] = defaultdict(lambda: defaultdict(Row))
        self._adjusted: dict[str, str] = {}
        self._requests: set[str] = set()

    def add(self, result: Result) -> None:
        self._note("cost", (result.cost or 0.0) + result.earlier_cost if result.earlier_cost else result.cost)
        if self._samples is not None and result.sample >= self._samples:
            return
        self._done += 1
        self._adjusted.update((change.parameter, change.sent_as if change.action == "clamped" else "")
                              for change in result.adjustments if change.action in ("dropped", "clamped"))
        self._requests.update(filter(None, [result.request]))
        if result.error:
            self._errors += 1
            return
        self._cached += result.saved is not None
        row = self._same.get(result.row, result.row)
        if result.decided:
            self._passed[row].add(float(result.passed), result.text, greedy=result.greedy)
        else:
            self._undecided += 1
        if (score := result.score) is not None:
            self._scores[row].add(score, result.text, greedy=result.greedy)
        for name, value in (("input", result.usage.input), ("output", result.usage.output), ("rating", result.rating),
                            ("first_token", result.first_token), ("total", result.total)):
            self._note(name, value)
        for name, check in named_checks(self._cell, result):
            self._is_checked |= check.weight != 0
            if check.kind == PAIRWISE:
                if check.score is not None:
                    self._preferences[name][row].add(check.score, result.text, greedy=result.greedy)
            elif check.passed is not None:
                self._checks[name].append(float(check.passed))
            if check.expected:
                self._confusions[name][check.expected, check.got] += 1
            if KINDS[check.kind].requests:
                self._add_verdict(name, check, result)
        self._texts[result.row].append(result.text)
        self._distinct.add(result.text)

    @property
    def rows(self) -> Rows:
        """The answers to each row, as 1 for those that passed and 0 for others."""
        return self._passed

    def _add_verdict(self, name: str, check: CheckResult, result: Result) -> None:
        """Keeps the verdict of a judge on an answer that the user rated good or bad; a fair one decides nothing."""
        rated = self._rated[name]
        if check.got:
            self._orders[name][check.got] += 1
        if check.passed is not None and check.score is not None and result.rating in (0.0, 1.0):
            rated.append(Rated(check.passed, result.rating == 1.0, check.score, len(result.text)))

    def _note(self, name: str, value: float | None) -> None:
        if value is not None:
            self._numbers[name].append(value)

    def summary(self) -> Summary:
        rate, score = clustered_rate(self._passed.values()), clustered_mean(self._scores.values())
        costs = self._numbers["cost"]
        agreements = [value for texts in self._texts.values() if (value := agreement(texts)) is not None]
        return Summary(
            self._cell, self._done, self._errors, rate.interval if rate else None, score.interval if score else None,
            spread([value for row in self._scores.values() for value in row.values]) if score else None,
            {name: mean(values) for name, values in self._checks.items()},
            mean(agreements) if agreements else None, self._distinct.value, self._mean("input"), self._mean("output"),
            sum(costs) if costs else None, self._times("first_token"), self._times("total"), self._mean("rating"),
            dict(self._adjusted), frozenset(self._requests),
            rate.rows if rate else 0, rate.independent if rate else 0.0, self._undecided,
            self._cached,
            tuple(Confusion(name, dict(counts)) for name, counts in self._confusions.items()),
            {name: Judged(tuple(rated), dict(self._orders[name])) for name, rated in self._rated.items()},
            tuple(preference(name, rows) for name, rows in self._preferences.items()), self._is_checked,
        )

    def _mean(self, name: str) -> float | None:
        return mean(self._numbers[name]) if self._numbers[name] else None

    def _times(self, name: str) -> tuple[float, float] | None:
        known = self._numbers[name]
        return (percentile(known, 0.5), percentile(known, 0.95)) if known else None


def summarise(cell: Cell, results: Iterable[Result]) -> Summary:
    """Returns the summary of those results that belong to the cell."""
    tally = Tally(cell)
    for result in results:
        if result.cell == cell.index:
            tally.add(result)
    return tally.summary()
