"""``workbench sweep``: the same plan without a window, and after a kill."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Pause, Received, Reply, Server, chat, chat_chunks, json_reply, sse
from tests.support.waiting import until
from workbench.files.experiments.run_folder import read_run, results_csv

PLAN = """
models = ["{model}"]
prompt = "The {{{{what}}}}"
samples = {samples}
parallel = 3
min_pass_rate = {rate}
[params]
max_tokens = 12
seed = 1
[axes]
temperature = [0, 1.5]
[[inputs]]
what = "request"
[[checks]]
kind = "max_words"
words = {words}
"""


def plan(tmp_path: Path, model: str = "builtin/ngram", samples: int = 3, rate: float = 0.5, words: int = 50) -> str:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(model=model, samples=samples, rate=rate, words=words))
    return str(path)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def test_a_run_leaves_results_summary_and_report(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = cli("sweep", plan(tmp_path), "-o", str(out))
    assert done.code == 0 and "6 requests" in done.err
    assert sum(line.startswith("builtin/ngram") for line in done.out.splitlines()) == 2
    assert "The intervals are about 1 row alone." in done.err
    results = lines(out)
    assert len(results) == 6 and {"model", "params", "input", "sample", "text", "finish_reason", "usage", "timings",
                                  "checks", "error"} <= set(results[0])
    summary = json.loads((out / "summary.json").read_text())
    assert summary["cells"][0]["agreement"] > summary["cells"][1]["agreement"]
    assert "<svg" in (out / "report.html").read_text()
    assert cli("sweep", plan(tmp_path), "-o", str(out)).code == 2  # results are there already
    again = cli("sweep", plan(tmp_path), "-o", str(out), "--resume")
    assert again.code == 0 and lines(out) == results


def test_the_exit_code_guards_a_build(cli: Cli, tmp_path: Path) -> None:
    assert cli("sweep", plan(tmp_path, words=1, rate=0.9), "-o", str(tmp_path / "out")).code == 1


def test_a_dry_run_sends_nothing(cli: Cli, tmp_path: Path) -> None:
    done = cli("sweep", plan(tmp_path), "-o", str(tmp_path / "out"), "--dry-run")
    assert done.code == 0 and "6 requests" in done.err and not (tmp_path / "out").exists()


def test_wrong_plans(cli: Cli, tmp_path: Path) -> None:
    assert cli("sweep", str(tmp_path / "none.toml")).code == 2
    assert cli("sweep", plan(tmp_path, model="nowhere/x"), "-o", str(tmp_path / "out")).code == 2


SUITE = """
samples = 4
min_pass_rate = 1
models = ["builtin/ngram"]
params = {{ seed = 1, max_tokens = {tokens}, ignore_eos = true }}
[[cases]]
name = "Short answer"
messages = [{{ role = "user", content = "Hi" }}, {{ role = "assistant", content = "Hello" }},
            {{ role = "user", content = "The request" }}]
checks = [{{ kind = "max_words", words = 8 }}]
[[cases]]
name = "Any answer"
messages = [{{ role = "user", content = "The request" }}]
checks = [{{ kind = "max_words", words = 90 }}]
"""


def test_a_suite_is_compared_with_an_earlier_run(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "suite.toml"
    path.write_text(SUITE.format(tokens=4))
    done = cli("sweep", str(path), "-o", str(tmp_path / "one"))
    assert done.code == 0 and "all  passed 100\u00a0%" in done.out
    path.write_text(SUITE.format(tokens=60))
    done = cli("sweep", str(path), "-o", str(tmp_path / "two"), "--since", str(tmp_path / "one"))
    assert done.code == 1
    short, other, every = done.out.splitlines()
    assert short.startswith("Short answer  builtin/ngram") and "−100\u00a0% since then, worse" in short
    assert "as then" in other and "passed 50\u00a0%" in every
    assert [line["case"] for line in lines(tmp_path / "two")].count("Short answer") == 4
    assert cli("sweep", str(path), "-o", str(tmp_path / "three"), "--since", str(tmp_path)).code == 2
    assert not (tmp_path / "three").exists()
    again = cli("sweep", str(path), "-o", str(tmp_path / "one"), "--resume")
    assert again.code == 2 and "answers to another plan" in again.err


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no kill -9")
@pytest.mark.process
def test_after_a_kill_nothing_finished_is_asked_again(cli: Cli, server: Server, tmp_path: Path) -> None:
    answer = chat_chunks("An ", "answer")
    server.on("POST", "/v1/chat/completions", sse(*answer[:1], Pause(0.02), *answer[1:]))
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    command = [sys.executable, "-m", "workbench", "sweep", plan(tmp_path, "local/m", 40), "-o", str(tmp_path / "out")]
    process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path = tmp_path / "out" / "results.jsonl"
    asyncio.run(until(lambda: path.exists() and path.read_bytes().count(b"\n") >= 20, what="20 results"))
    process.kill()
    process.wait()
    kept = path.read_bytes().count(b"\n")
    asked = len(server.requests)
    assert 20 <= kept < 80 and asked <= kept + 3
    assert cli(*command[3:], "--resume").code == 0
    assert len(lines(tmp_path / "out")) == 80 and len(server.requests) - asked == 80 - kept
    keys = [line["key"] for line in lines(tmp_path / "out")]
    assert len(set(keys)) == 80


HALF = """
name = "Half"
models = ["local/m"]
prompt = "{{number}}"
samples = 3
min_pass_rate = 0.9
[[checks]]
kind = "contains"
text = "yes"
[[checks]]
kind = "contains"
text = "{{word}}"
"""


def test_requests_that_fail_are_told_apart_from_answers(cli: Cli, server: Server, tmp_path: Path) -> None:
    """Half of the requests are refused: they count in no rate, are told everywhere, and have an exit code of their
    own. Then the server is well again, and only they are asked again."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    well = False

    def answer(received: Received) -> Reply:
        if not well and int(received.json["messages"][0]["content"]) % 2:
            return json_reply({"error": {"message": "Not today"}}, 400)
        return chat("yes, word 0")

    server.on("POST", "/v1/chat/completions", answer)
    path, out = tmp_path / "half.toml", tmp_path / "out"
    path.write_text(HALF + "".join(f'[[inputs]]\nnumber = "{n}"\nword = "word 0"\n' for n in range(6)))
    markdown, junit = tmp_path / "summary.md", tmp_path / "junit.xml"
    done = cli("sweep", str(path), "-o", str(out), "--junit", str(junit), "--summary", str(markdown))
    assert done.code == 3 and "9 of 18 requests failed" in done.err and "Not today" in done.err
    assert "passed 100\u00a0%" in done.out and "9 of 18 requests failed" in done.out
    cell = json.loads((out / "summary.json").read_text())["cells"][0]
    assert (cell["done"], cell["answered"], cell["errors"], cell["pass_rate"]["value"]) == (18, 9, 9, 1)
    assert cell["checks"] == {"contains “yes”": 1, "contains “{{word}}”": 1}
    report = (out / "report.html").read_text()
    assert "9 requests failed" in report and "9 of 18 answers" in report
    assert "9 of 18 requests failed" in junit.read_text() and "❌" in markdown.read_text()
    assert "**Of 1 cell not all was answered and checked.**" in markdown.read_text()  # it missed no rate
    asked, well = len(server.requests), True
    again = cli("sweep", str(path), "-o", str(out), "--resume", "--since", str(out))
    assert again.code == 0 and len(server.requests) == asked + 9


def test_a_partial_outage_is_no_fall_since_an_earlier_run(cli: Cli, server: Server, tmp_path: Path) -> None:
    """Of the later run half of the rows are refused, which says nothing; answers that fail there say it is worse."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    odd: Reply = chat("yes, word 0")
    server.on("POST", "/v1/chat/completions", lambda received: (
        odd if int(received.json["messages"][0]["content"]) % 2 else chat("yes, word 0")))
    path, old = tmp_path / "half.toml", str(tmp_path / "old")
    path.write_text(HALF + "".join(f'[[inputs]]\nnumber = "{n}"\nword = "word 0"\n' for n in range(20)))
    assert cli("sweep", str(path), "-o", old).code == 0

    odd = json_reply({"error": {"message": "Not today"}}, 400)
    outage = cli("sweep", str(path), "-o", str(tmp_path / "outage"), "--since", old)
    assert outage.code == 3 and "30 of 60 requests failed" in outage.err
    assert "as then" in outage.out and "worse" not in outage.out and "proven to pass less" not in outage.err
    since = json.loads((tmp_path / "outage" / "summary.json").read_text())["cells"][0]["since"]
    assert (since["rows"], since["difference"]["value"]) == (10, 0), since

    odd = chat("no")
    fallen = cli("sweep", str(path), "-o", str(tmp_path / "fallen"), "--since", old)
    assert fallen.code == 1 and "worse" in fallen.out and "proven to pass less" in fallen.err


def test_failed_requests_of_a_plan_without_checks_are_told(cli: Cli, server: Server, tmp_path: Path) -> None:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    server.on("POST", "/v1/chat/completions", lambda received: (
        json_reply({"error": {"message": "Not today"}}, 400) if received.json["messages"][0]["content"] == "1"
        else chat("fine")))
    path = tmp_path / "plan.toml"
    path.write_text('models = ["local/m"]\nprompt = "{{n}}"\n' + "".join(f'[[inputs]]\nn = "{n}"\n' for n in range(3)))
    done = cli("sweep", str(path), "-o", str(tmp_path / "out"))
    assert done.code == 3 and "1 of 3 requests failed" in done.out and "Not today" in done.err
    assert cli("sweep", str(path), "-o", str(tmp_path / "out"), "--resume").code == 3, "it failed again"


def test_checks_of_one_kind_have_columns_of_their_own(cli: Cli, server: Server, tmp_path: Path) -> None:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    server.on("POST", "/v1/chat/completions", chat("yes, word 0"))
    path, out = tmp_path / "two.toml", tmp_path / "out"
    path.write_text(HALF + '[[checks]]\nkind = "contains"\ntext = "yes"\n'
                    + "".join(f'[[inputs]]\nnumber = "{n}"\nword = "word {n}"\n' for n in range(3)))
    assert cli("sweep", str(path), "-o", str(out)).code == 1
    cell = json.loads((out / "summary.json").read_text())["cells"][0]
    assert cell["checks"] == {"contains “yes”": 1, "contains “{{word}}”": pytest.approx(1 / 3), "contains “yes” (2)": 1}
    plan, results = read_run(out)
    rows = list(csv.DictReader(io.StringIO(results_csv(plan, results))))
    passed = [(row["input number"], row["check contains “yes”"], row["check contains “{{word}}”"]) for row in rows]
    assert sorted(set(passed)) == [("0", "True", "True"), ("1", "True", "False"), ("2", "True", "False")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
@pytest.mark.process
def test_a_run_that_is_told_to_end_leaves_a_report(cli: Cli, server: Server, tmp_path: Path) -> None:
    """As build servers do; and while it runs no other one may write to its folder."""
    answer = chat_chunks("An ", "answer")
    server.on("POST", "/v1/chat/completions", sse(*answer[:1], Pause(0.02), *answer[1:]))
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "workbench", "sweep", plan(tmp_path, "local/m", 400), "-o", str(out)]
    process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    path = out / "results.jsonl"
    asyncio.run(until(lambda: path.exists() and path.read_bytes().count(b"\n") >= 5, what="5 results"))
    other = cli(*command[3:], "--resume")
    assert other.code == 2 and "Another sweep writes to" in other.err
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143 and b"--resume goes on from there" in said and b"Traceback" not in said
    done = path.read_bytes().count(b"\n")
    cells = json.loads((out / "summary.json").read_text())["cells"]
    assert sum(cell["done"] for cell in cells) == done < 800 and "<svg" in (out / "report.html").read_text()


def test_only_what_failed_is_asked_again(cli: Cli, server: Server, tmp_path: Path) -> None:
    """What failed and what is missing are two things; an answer that failed its check is neither."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    asked = 0

    def answer(received: Received) -> Reply:
        nonlocal asked
        asked += 1
        return json_reply({"error": {"message": "Not today"}}, 400) if asked <= 2 else chat("a long answer")

    server.on("POST", "/v1/chat/completions", answer)
    out = tmp_path / "out"
    assert cli("sweep", plan(tmp_path, "local/m", 2, 0, 1), "-o", str(out), "--retry-failed").code == 2
    assert not out.exists()
    assert cli("sweep", plan(tmp_path, "local/m", 2, 0, 1), "-o", str(out)).code == 3 and asked == 4
    more = cli("sweep", plan(tmp_path, "local/m", 5, 0, 1), "-o", str(out), "--retry-failed")
    assert more.code == 0 and asked == 6 and len(lines(out)) == 4 + 2, "failures stay in the file behind their answers"
    cells = json.loads((out / "summary.json").read_text())["cells"]
    assert [(cell["done"], cell["errors"], cell["pass_rate"]["value"]) for cell in cells] == [(2, 0, 0), (2, 0, 0)]
    assert cli("sweep", plan(tmp_path, "local/m", 5, 0, 1), "-o", str(out), "--retry-failed").code == 0 and asked == 6
    assert cli("sweep", plan(tmp_path, "local/m", 5, 0, 1), "-o", str(out), "--resume").code == 0 and asked == 12
    assert len({line["key"] for line in lines(out)}) == 10 == len(lines(out))


def test_fewer_samples_leave_the_answers_that_are_there(cli: Cli, server: Server, tmp_path: Path) -> None:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    server.on("POST", "/v1/chat/completions", chat("an answer"))
    out = tmp_path / "out"
    assert cli("sweep", plan(tmp_path, "local/m", 5), "-o", str(out)).code == 0
    fewer = cli("sweep", plan(tmp_path, "local/m", 2), "-o", str(out), "--resume")
    assert fewer.code == 0 and len(server.requests) == 10 == len(lines(out))
    assert [cell["done"] for cell in json.loads((out / "summary.json").read_text())["cells"]] == [2, 2]
    more = cli("sweep", plan(tmp_path, "local/m", 6), "-o", str(out), "--resume")
    assert more.code == 0 and len(server.requests) == 12


def test_a_folder_that_cannot_be_written_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = cli("sweep", plan(tmp_path), "-o", str(tmp_path / "file" / "out"))
    assert done.code == 2 and "cannot be written" in done.err


FIXED = """
models = ["local/m"]
prompt = "Hi"
[axes]
temperature = [0.0, 0.5]
max_tokens = [5, 50]
"""


def test_what_was_not_sent_stands_everywhere(cli: Cli, server: Server, tmp_path: Path) -> None:
    """A model that refuses temperature and fits max_tokens answers the same question in every cell of a row."""

    def answer(received: Received) -> Reply:
        if "temperature" in received.json:
            return json_reply({"error": {"message": "temperature is not supported", "param": "temperature"}}, 400)
        if received.json["max_tokens"] > 9:
            return json_reply({"error": {"message": "max_tokens must be between 1 and 9", "param": "max_tokens"}}, 400)
        return chat("OK")

    server.on("POST", "/v1/chat/completions", answer)
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    (tmp_path / "plan.toml").write_text(FIXED)
    done = cli("sweep", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out"))
    assert done.code == 0 and done.out.count("temperature not sent") == 4
    assert done.out.count("max_tokens sent as 9") == 2 and "2 cells became the same request" in done.err
    for line in lines(tmp_path / "out"):
        assert [change["parameter"] for change in line["dropped"]][:1] == ["temperature"]  # type: ignore[index,attr-defined]
    cells = json.loads((tmp_path / "out" / "summary.json").read_text())["cells"]
    assert [cell["same_request_as"] for cell in cells] == [None, None, 0, 1]
    assert cells[3]["dropped"] == {"temperature": "", "max_tokens": "9"}
    report = (tmp_path / "out" / "report.html").read_text()
    assert report.count("the same request as in row 1") == 1 and "temperature was not sent: " in report
    again = cli("sweep", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out"), "--resume")
    assert again.out == done.out, "it is read back"
    asked = len(server.requests)
    assert cli("forget", "local/m", "temperature").code == 0 and cli("forget", "nowhere/m").code == 2
    cli("ask", "-m", "local/m", "-p", "temperature=0", "-p", "max_tokens=5", "Hi")
    assert len(server.requests) == asked + 2, "temperature is tried again"


@pytest.mark.parametrize("name", [".lock", "results.jsonl", "results.tmp", "summary.json", "report.html"])
def test_a_link_in_a_strangers_folder_leads_nowhere(cli: Cli, tmp_path: Path, name: str) -> None:
    (precious := tmp_path / "precious").write_text("mine")
    (folder := tmp_path / "out").mkdir()
    (folder / name).symlink_to(precious)
    cli("sweep", plan(tmp_path), "-o", str(folder), "--resume")
    assert precious.read_text() == "mine"


def test_what_a_build_server_shows_may_be_a_device(cli: Cli, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        done = cli("sweep", plan(tmp_path), "-o", str(tmp_path / "out"), "--summary", str(pipe))
        assert done.code == 0, done.err
        assert "builtin/ngram" in os.read(reader, 65536).decode()
    finally:
        os.close(reader)
