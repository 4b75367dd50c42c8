"""``workbench sweep``: runs an experiment from its plan; the exit code can guard a build."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import BadInput, ProviderError
from workbench.core.experiments.answer_cache import AnswerCache, Reuse
from workbench.core.experiments.axes import line_of
from workbench.core.experiments.best import best_words
from workbench.core.experiments.calibration import calibrations
from workbench.core.experiments.comparison import Change, change_words
from workbench.core.experiments.estimate import Estimate, estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.gate import FAILED as GATE_FAILED
from workbench.core.experiments.gate import NOT_ASKED
from workbench.core.experiments.gate_run import Earlier, run_gated
from workbench.core.experiments.gate_words import cell_words, judgement_words, reason_words, round_words
from workbench.core.experiments.outcome import Outcome
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.readiness import check_models, check_schemas, near_misses
from workbench.core.experiments.results import Result, Summary, few_rows_words, same_requests
from workbench.core.experiments.runner import Progress, Runner
from workbench.core.experiments.same_questions import repeated_words
from workbench.core.experiments.statistics import Interval
from workbench.core.file_replacement import write_named
from workbench.core.named_file import read_named
from workbench.core.services import Services
from workbench.core.text.formatting import count, counted, dollars, interval, percent, span
from workbench.files.experiments.plan_file import read_plan, told_by_line

from .output import DONE, FAILED, REFUSED, TERMINATED, result, say
from .sigterm import ended_by_sigterm
from .streams import read_input

_LONGEST_ANSWER = 20_000_000  # bytes of a file that checks are tried on


async def run(args: argparse.Namespace, services: Services) -> int:
    plan = read_plan(args.plan)
    with told_by_line(args.plan), services.check_worker(False) as worker:
        check_schemas(plan, worker)
        if args.try_on is None:
            check_models(plan, services.providers)  # an unknown one is told before a folder is made
    if args.try_on is not None:
        return await _try_checks(plan, args, services)
    _check_places(args)
    _check_consent(plan, args.allow_code)
    reuse = _reuse(plan, args)
    experiment = Experiment(plan)
    say(describe(plan, estimate(experiment, services.providers.info)))
    for sentence in filter(None, [repeated_words(plan), *near_misses(plan, services.providers)]):
        say(sentence)
    if args.dry_run:
        return DONE
    from workbench.files.experiments.run_folder import read_run

    before = read_run(args.since) if args.since else None  # what is wrong with it is told before anything is asked
    output = args.output or Path(f"{args.plan.stem}-results")
    if args.retry_failed and not output.is_dir():
        raise BadInput(f"There is no run in {output} whose failed requests could be made again.")
    with _one_writer(output), ended_by_sigterm() as told_to_end:
        try:
            return await _run_in(output, args, services, experiment, before, reuse)
        except asyncio.CancelledError:
            say(f"\nStopped. What is done is in {output}; --resume goes on from there.")
            if told_to_end.is_set():  # it has done its part; what is open is closed as at any end
                return TERMINATED
            raise


async def _run_in(
    output: Path, args: argparse.Namespace, services: Services, experiment: Experiment, before: Earlier | None,
    reuse: Reuse,
) -> int:
    """Runs an experiment in its folder, which is left with a summary and a report however it ends."""
    from workbench.files.experiments.answer_files import AnswerFiles
    from workbench.files.experiments.run_folder import RunFolder

    plan = experiment.plan
    folder = RunFolder(output, experiment, resume=args.resume or args.retry_failed)
    failed = set(folder.failed) if args.retry_failed else None

    worker = services.check_worker(args.allow_code)
    cache = AnswerCache(AnswerFiles(services.data_folder), services.providers, reuse)

    async def ask(part: Experiment) -> Progress:
        return await Runner(part, services.providers, folder.keep, worker, known=folder.results,
                            only=failed if part is experiment else None, cache=cache, on_progress=_show).run()

    try:
        progress = await (run_gated(experiment, ask, folder.results, before, on_round=_say_round) if plan.gate
                          else ask(experiment))
    finally:
        worker.close()
        summaries, outcome = folder.close(before)
        _write_for_build(args, plan, summaries, folder.results, outcome)
    _end_line()
    _tell(plan, summaries, folder.results, outcome)
    say(f"Report: {output / 'report.html'}")
    if progress.stopped_because:
        say(progress.stopped_because)
    elif progress.total and progress.failed == progress.total:
        raise ProviderError(f"Every request failed. The first: {next(_errors(folder.results))}")
    if outcome.judgement is not None and (plan.gate or outcome.judgement.verdict == GATE_FAILED):
        return _gate_code(outcome.judgement.verdict, progress)
    code = _exit_code(plan, summaries, stopped=bool(progress.stopped_because))
    return REFUSED if code == DONE and outcome.judgement is not None and outcome.judgement.compares_nothing else code


def _reuse(plan: Plan, args: argparse.Namespace) -> Reuse:
    """Returns which answers may come from the cache. Raises ``BadInput`` when a gate is to go by old ones."""
    if plan.gate and args.cache:
        raise BadInput("A gate needs answers that are new each time: leave out --cache, or the gate.")
    if args.no_cache or plan.gate or (args.since and not args.cache):
        return Reuse.NONE
    return Reuse.ALL if args.cache else Reuse.REPEATABLE


@contextmanager
def _one_writer(folder: Path) -> Iterator[None]:
    """Raises ``BadInput`` while another process writes to the folder: two would ask everything twice."""
    from workbench.storage.lock import FileLock

    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = lock.acquire()
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Choose another place with -o.") from None
    if not ours:
        raise BadInput(f"Another sweep writes to {folder}. Wait until it has ended, or choose another one with -o.")
    try:
        yield
    finally:
        lock.release()


def _errors(results: Sequence[Result]) -> Iterator[str]:
    return (one.error for one in results if one.error)


async def _try_checks(plan: Plan, args: argparse.Namespace, services: Services) -> int:
    """Makes the checks of the plan on an answer in a file; asks no model but judges."""
    from workbench.core.experiments.trial import try_checks

    _check_consent(plan, args.allow_code)
    text = _answer_in(args.try_on)
    with services.check_worker(args.allow_code) as worker:
        made = await try_checks(plan, text, services.providers, worker)
    for label, check in made:
        word = {True: "passes", False: "fails", None: "not made"}[check.passed]
        score = f"  score {check.score:.2f}" if check.score is not None else ""
        result(f"{word}  {label}{score}" + (f"  {check.note}" if check.note else ""))
    if not made:
        say("The plan has no checks.")
    return DONE if all(check.lets_pass for _, check in made) else FAILED


def _answer_in(path: Path) -> str:
    if str(path) == "-":
        return read_input()
    return read_named(path, _LONGEST_ANSWER).decode("utf-8-sig", "replace")


def _check_consent(plan: Plan, allowed: bool) -> None:
    """Raises ``BadInput`` for a plan with code that was not allowed."""
    if not allowed and any(check.kind == "code" for check in plan.all_checks):
        raise BadInput("The plan has checks with Python code, which would run on this computer with your rights. Read "
                       "it, and add --allow-code if it may run.")


def _check_places(args: argparse.Namespace) -> None:
    """Raises ``BadInput`` before anything is asked when what a build server is to read has no place to go."""
    for file in filter(None, (args.junit, args.summary)):
        if not file.parent.is_dir():
            raise BadInput(f"There is no folder {file.parent}. Make it, or name another file than {file}.")


def _gate_code(verdict: str, progress: Progress) -> int:
    """Returns 1 for what is proven bad, 3 for what could not be asked (by the cap on the cost, too), else 0."""
    if verdict == GATE_FAILED:
        return FAILED
    return REFUSED if verdict == NOT_ASKED or progress.done < progress.total else DONE


def _tell(plan: Plan, summaries: Sequence[Summary], results: Sequence[Result], outcome: Outcome) -> None:
    """Prints a line for each cell, and what they come to."""
    for summary in summaries:
        index = summary.cell.index
        gate = outcome.judgement.of(index) if outcome.judgement else None
        words = f"  {cell_words(outcome.judgement, gate)}" if plan.gate and outcome.judgement and gate else ""
        result(f"{_row(plan, summary, outcome.comparison.changes.get(index))}{words}")
    _say_what_was_not_sent(summaries)
    _say_what_failed(summaries, results)
    if cached := sum(summary.cached for summary in summaries):
        say(counted(cached, "{n} answer came from the cache; --no-cache asks anew.",
                    "{n} answers came from the cache; --no-cache asks anew."))
    if few := [summary.rows for summary in summaries if few_rows_words(summary)]:
        say(counted(min(few), "The intervals are about {n} row alone.",
                    "The intervals are approximate with {n} rows: the help says how far."))
    if len(summaries) > 1 and any(summary.done for summary in summaries):
        rate = _summary_rate(plan, summaries, outcome.rate)
        result(f"all  {_word(plan)} {rate}{_since(outcome.comparison.overall)}")
    if outcome.ranking:
        result(best_words(outcome.ranking))
    for judge in calibrations(summary.judged for summary in summaries):
        say(judge.words)
    if outcome.judgement and plan.gate:
        result(judgement_words(outcome.judgement))
    elif outcome.judgement:
        say(reason_words(outcome.judgement))


def _say_round(round_: Experiment) -> None:
    _end_line()
    say(round_words(round_))


def _write_for_build(
    args: argparse.Namespace, plan: Plan, summaries: Sequence[Summary], results: Sequence[Result], outcome: Outcome
) -> None:
    """Writes what a build server shows. Raises ``BadInput`` when a file cannot be written."""
    from workbench.files.experiments.build_reports import junit_xml, markdown_summary

    try:
        if args.junit:
            write_named(args.junit, junit_xml(plan, summaries, results, outcome))
        if args.summary:
            write_named(args.summary, markdown_summary(plan, summaries, outcome).encode("utf-8", "replace"))
    except OSError as error:
        raise BadInput(f"{error.filename} could not be written: {error.strerror}. The results are in the folder of the "
                       "run; --resume writes it without asking anything again.") from None


def describe(plan: Plan, about: Estimate) -> str:
    """Returns one sentence on what a run will take."""
    cost = "at an unknown price" if about.cost is None else f"about {dollars(about.cost)}"
    cap = f", at most ${plan.max_cost:g}" if plan.max_cost is not None else ""
    if cap and about.cost is None:
        cap = f" (the cap of ${plan.max_cost:g} holds only if the answers tell what they cost)"
    requests = counted(about.requests, "{n} request", "{n} requests")
    if about.most_requests > about.requests:
        again = f"The gate may ask again: at most {count(about.most_requests)} requests in all"
        again += f", about {dollars(about.most_cost)}." if about.most_cost else "."
    else:
        again = ""
    seconds = f"{span(about.seconds)} with {plan.parallel} at once."
    tokens = f"about {count(about.input_tokens)} tokens in and {count(about.output_tokens)} out"
    return " ".join(filter(None, [f"{plan.name}: {requests}, {tokens}, {cost}{cap}, {seconds}", again]))


def _exit_code(plan: Plan, summaries: Sequence[Summary], *, stopped: bool) -> int:
    """Returns 1 when a cell misses its pass rate, 3 when the cap on the cost ended the run, requests failed or answers
    could not be checked, else 0."""
    rates = [summary.pass_rate for summary in summaries if summary.pass_rate is not None]
    if any(rate.value < plan.min_pass_rate for rate in rates):
        return FAILED
    return REFUSED if stopped or any(summary.errors or summary.undecided for summary in summaries) else DONE


def _row(plan: Plan, summary: Summary, change: Change | None) -> str:
    settings = "  ".join(f"{name}={line_of(summary.cell.axis[name])}" for name in plan.axes)
    cell = "  ".join(filter(None, [summary.cell.case, summary.cell.model, settings]))
    rate = f"{_word(plan)} {_summary_rate(plan, [summary], summary.pass_rate)}"
    failed = "".join(f"  {words}" for words in (summary.failed_words, summary.undecided_words) if words)
    failed += "".join(f"  {confusion.words}" for confusion in summary.confusions)
    failed += "".join(f"  {compared.words}" for compared in summary.preferences)
    agreement = f"  agreement {summary.agreement:.2f}" if summary.agreement is not None else ""
    adjusted = "".join(f"  {words}" for words in summary.adjusted_words)
    return f"{cell}  {rate}{failed}{agreement}{adjusted}{_since(change)}"


def _say_what_was_not_sent(summaries: Sequence[Summary]) -> None:
    """Says it on stderr too, for those who keep only an eye on the run."""
    if any(summary.adjusted for summary in summaries):
        say("Some parameters were not sent as the plan says; the report names the reasons.")
    if twins := same_requests(summaries):
        say(counted(len(twins), "{n} cell became the same request as another one: compare nothing there.",
                    "{n} cells became the same request as another one: compare nothing there."))


def _word(plan: Plan) -> str:
    """Returns what the rate counts: without a check, an answer is all that is asked for."""
    return "passed" if plan.is_checked else "answered"


def _summary_rate(plan: Plan, summaries: Sequence[Summary], rate: Interval | None) -> str:
    """Returns how many answers passed, with the interval; without checks, how many requests were answered."""
    done = sum(summary.done for summary in summaries)
    if not done:
        return "not run"
    if not plan.is_checked:
        return percent(sum(summary.answered for summary in summaries) / done)
    return f"{percent(rate.value)} {interval(rate.low, rate.high)}" if rate else "–"


def _say_what_failed(summaries: Sequence[Summary], results: Sequence[Result]) -> None:
    """Says on stderr how many requests failed and how many checks could not be made, and why the first of each."""
    first = next(_errors(results), "")
    if first:
        done = len(results)  # with what a gate asked again
        say(counted(sum(bool(one.error) for one in results),
                    f"{{n}} of {count(done)} requests failed and counts in no rate.",
                    f"{{n}} of {count(done)} requests failed and count in no rate.")
            + f" The first: {first} --retry-failed asks again.")
    not_made = [check for one in results if not one.error for check in one.checks if check.passed is None]
    if not_made:
        say(counted(len(not_made), "{n} check could not be made.", "{n} checks could not be made.")
            + f" The first: {not_made[0].kind} {not_made[0].note}.")


def _since(change: Change | None) -> str:
    return f"  {change_words(change)}" if change else ""


def _show(progress: Progress) -> None:
    if sys.stderr.isatty():
        left = f", {span(progress.seconds_left)} left" if progress.seconds_left is not None else ""
        sys.stderr.write(f"\r{progress.done} of {progress.total} done, {progress.failed} failed{left}\033[K")
        sys.stderr.flush()


def _end_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")


