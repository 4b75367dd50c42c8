"""``workbench sweep`` under a gate: what is asked again, exit codes, and what build servers are told."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Received, Reply, Server, chat_chunks, json_reply, sse

SUITE = """
name = "Answers <&> | of *all*"
samples = {samples}
models = ["local/m"]
parallel = 4
{more}
[[cases]]
name = "good"
messages = [{{ role = "user", content = "Is good?" }}]
[[cases]]
name = "bad | <b>"
messages = [{{ role = "user", content = "Is bad?" }}]
[[checks]]
kind = "contains"
text = "yes"
"""


def suite(tmp_path: Path, more: str = "[gate]\nbar = 0.8", samples: int = 5) -> str:
    path = tmp_path / "suite.toml"
    path.write_text(SUITE.format(more=more, samples=samples))
    return str(path)


@pytest.fixture
def serve(cli: Cli, server: Server) -> Callable[[Callable[[str, int], str]], Counter[str]]:
    """Takes what is answered to a question when it comes for the n-th time; ``""`` refuses. Counts the questions."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")

    def answer_with(answer: Callable[[str, int], str]) -> Counter[str]:
        asked, lock = Counter[str](), threading.Lock()

        def reply(request: Received) -> Reply:
            question = request.json["messages"][-1]["content"]
            with lock:
                asked[question] += 1
                number = asked[question]
            text = answer(question, number)
            return sse(*chat_chunks(text)) if text else json_reply({"error": {"message": "no"}}, 400)

        server.on("POST", "/v1/chat/completions", reply)
        return asked

    return answer_with


Serve = Callable[[Callable[[str, int], str]], Counter[str]]


def summary(folder: Path) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads((folder / "summary.json").read_text())
    return found


def test_what_fails_is_asked_again_until_it_is_proven(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    asked = serve(lambda question, number: "yes" if "good" in question or number % 4 == 0 else "no")
    out = tmp_path / "out"
    done = cli("sweep", suite(tmp_path), "-o", str(out), "--junit", str(tmp_path / "junit.xml"),
               "--summary", str(tmp_path / "summary.md"))
    assert done.code == 1 and asked["Is good?"] == 5 and 5 < asked["Is bad?"] < 40
    good, bad, _, gate = done.out.splitlines()
    assert good.startswith("good  local/m") and good.endswith("gate: passed")
    assert "gate: failed, " in bad and f"of {asked['Is bad?']} passed, evidence" in bad
    assert gate == "Gate: failed. 1 cell is proven to pass less than 80\u00a0%."
    assert "Gate: 1 cell is undecided: " in done.err
    found = summary(out)
    assert found["gate"]["verdict"] == "failed" and found["gate"]["cells"][1]["answers"] == asked["Is bad?"]  # type: ignore[index]
    assert found["cells"][1]["done"] == 5  # type: ignore[index]
    page = (out / "report.html").read_text()
    assert "<h2>Gate</h2>" in page and "Evidence against each doubtful cell" in page
    lines = (out / "results.jsonl").read_text().count("\n")
    assert lines == sum(asked.values())
    again = cli("sweep", suite(tmp_path), "-o", str(out), "--resume")  # nothing is asked, and the same is said
    assert again.code == 1 and sum(asked.values()) == lines and again.out == done.out


def test_build_servers_are_told_with_everything_escaped(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    serve(lambda question, number: "yes" if "good" in question else "no <&> ]]> \u0001\u0008 | `x`")
    junit, markdown = tmp_path / "junit.xml", tmp_path / "summary.md"
    assert cli("sweep", suite(tmp_path), "-o", str(tmp_path / "out"), "--junit", str(junit), "--summary",
               str(markdown)).code == 1
    root = ElementTree.parse(junit).getroot()
    assert (root.tag, root.attrib) == ("testsuite", {"name": "Answers <&> | of *all*", "tests": "2", "failures": "1",
                                                     "errors": "0", "skipped": "0"})
    good, bad = root.findall("testcase")
    assert good.get("name") == "good · local/m" and good.find("failure") is None
    failure = bad.find("failure")
    assert failure is not None and failure.get("message", "").startswith("gate: failed")
    assert failure.text is not None and "no <&> ]]> \ufffd\ufffd | `x`" in failure.text
    text = markdown.read_text()
    assert text.startswith("## Answers &lt;&amp;&gt; \\| of \\*all\\*\n")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[2].startswith("| ❌ | bad \\| &lt;b&gt; · local/m |")  # what failed stands first
    assert all(len(row.replace("\\|", "").split("|")) == 8 for row in rows)


def test_without_a_gate_the_point_estimate_is_what_is_told(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    serve(lambda question, number: "yes" if "good" in question else "no")
    junit, markdown = tmp_path / "junit.xml", tmp_path / "summary.md"
    done = cli("sweep", suite(tmp_path, "min_pass_rate = 0.5"), "-o", str(tmp_path / "out"), "--junit", str(junit),
               "--summary", str(markdown))
    assert done.code == 1 and "gate" not in done.out
    message = ElementTree.parse(junit).getroot().findall("testcase/failure")[0].get("message")
    assert message == "0\u00a0% passed, under 50\u00a0%"
    assert "**1 cell failed.**" in markdown.read_text()


def test_requests_that_failed_are_counted_with_those_that_the_gate_asked_again(
    cli: Cli, serve: Serve, tmp_path: Path
) -> None:
    serve(lambda question, number: "" if "bad" in question and number > 5 else "no" if number == 1 else "yes")
    done = cli("sweep", suite(tmp_path, "[gate]\nbar = 0.9\nmost_samples = 20"), "-o", str(tmp_path / "out"))
    lines = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    failed = sum(bool(line["error"]) for line in lines)
    assert failed and f"{failed} of {len(lines)} requests failed" in done.err


def test_what_could_not_be_asked_has_an_exit_code_of_its_own(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    serve(lambda question, number: "yes" if "good" in question else "")
    junit = tmp_path / "junit.xml"
    done = cli("sweep", suite(tmp_path), "-o", str(tmp_path / "out"), "--junit", str(junit))
    assert done.code == 3 and "Gate: could not be asked. 1 cell got too few answers to be judged." in done.out
    assert ElementTree.parse(junit).getroot().get("errors") == "1"


def test_a_fall_since_an_earlier_run_fails_and_is_in_all_files(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    path, old, new = suite(tmp_path, "[gate]\nbar = 0", samples=20), tmp_path / "old", tmp_path / "new"
    serve(lambda question, number: "yes")
    first = cli("sweep", path, "-o", str(old))
    assert first.code == 0 and first.out.splitlines()[-1] == "Gate: passed."
    serve(lambda question, number: "no" if "bad" in question else "yes")
    junit, markdown = tmp_path / "junit.xml", tmp_path / "summary.md"
    done = cli("sweep", path, "-o", str(new), "--since", str(old), "--junit", str(junit), "--summary", str(markdown))
    assert done.code == 1 and "It is proven to have fallen since the earlier run" in done.out
    found = summary(new)
    assert found["since"]["verdict"] == "worse" and found["gate"]["since"]["proven"] is True  # type: ignore[index]
    assert found["cells"][1]["since"]["difference"]["value"] == -1  # type: ignore[index]
    page = (new / "report.html").read_text()
    assert "Since the other run" in page and "worse" in page
    names = [case.get("name") for case in ElementTree.parse(junit).getroot().findall("testcase")]
    assert names[-1] == "all cells since the earlier run"
    assert "since then, worse" in markdown.read_text()
    same = cli("sweep", path, "-o", str(tmp_path / "same"), "--since", str(new))
    assert same.code == 0 and "not proven to have fallen" in same.out


def test_files_for_the_build_server_that_cannot_be_written_are_told(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    asked = serve(lambda question, number: "yes")
    done = cli("sweep", suite(tmp_path), "-o", str(tmp_path / "out"), "--junit", str(tmp_path / "none" / "junit.xml"))
    assert done.code == 2 and "There is no folder" in done.err and not asked and not (tmp_path / "out").exists()
    done = cli("sweep", suite(tmp_path), "-o", str(tmp_path / "out"), "--summary", str(tmp_path))
    assert done.code == 2 and "could not be written" in done.err and (tmp_path / "out" / "report.html").exists()


def test_a_gate_takes_no_answers_from_the_cache(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    asked = serve(lambda question, number: "yes")
    seeded = "params = { seed = 1 }"
    path = suite(tmp_path, seeded, samples=2)
    assert cli("sweep", path, "-o", str(tmp_path / "one")).code == 0 and asked.total() == 4
    again = cli("sweep", path, "-o", str(tmp_path / "two"))
    assert again.code == 0 and asked.total() == 4 and "4 answers came from the cache" in again.err
    assert "4 answers from the cache" in (tmp_path / "two" / "report.html").read_text()
    assert summary(tmp_path / "two")["cells"][0]["from_cache"] == 2  # type: ignore[index]
    assert cli("sweep", path, "-o", str(tmp_path / "three"), "--no-cache").code == 0 and asked.total() == 8
    since = cli("sweep", path, "-o", str(tmp_path / "four"), "--since", str(tmp_path / "one"))
    assert since.code == 0 and asked.total() == 12, "a comparison with a run is of new answers"
    gated = suite(tmp_path, f"{seeded}\n[gate]\nbar = 0.8", samples=2)
    assert cli("sweep", gated, "-o", str(tmp_path / "five")).code == 0 and asked.total() == 16
    refused = cli("sweep", gated, "-o", str(tmp_path / "six"), "--cache")
    assert refused.code == 2 and "new each time" in refused.err and not (tmp_path / "six").exists()


def test_without_a_gate_a_proven_fall_since_an_earlier_run_fails_too(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    """And what may be chance does not; nothing is asked again for it."""
    path, old = suite(tmp_path, "", samples=20), str(tmp_path / "old")
    serve(lambda question, number: "yes")
    assert cli("sweep", path, "-o", old).code == 0
    asked = serve(lambda question, number: "no" if "bad" in question and number <= 2 else "yes")
    chance = cli("sweep", path, "-o", str(tmp_path / "chance"), "--since", old)
    assert chance.code == 0 and asked.total() == 40 and "It is not proven to have fallen" in chance.err
    assert "gate" not in chance.out.lower()
    serve(lambda question, number: "no" if "bad" in question else "yes")
    junit, markdown = tmp_path / "junit.xml", tmp_path / "summary.md"
    fallen = cli("sweep", path, "-o", str(tmp_path / "fallen"), "--since", old, "--junit", str(junit), "--summary",
                 str(markdown))
    assert fallen.code == 1 and "1 cell is proven to pass less than it did." in fallen.err
    assert ElementTree.parse(junit).getroot().get("failures") == "2"
    assert "**1 cell failed. 1 cell is proven to pass less than it did." in markdown.read_text()
    page = (tmp_path / "fallen" / "report.html").read_text()
    assert "<h2>Has it fallen?</h2>" in page and "<h2>Gate</h2>" not in page


def test_an_answer_is_named_with_its_row(
    cli: Cli, tmp_path: Path, serve: Callable[[Callable[[str, int], str]], Counter[str]]
) -> None:
    serve(lambda question, _: "no")
    path, junit = tmp_path / "plan.toml", tmp_path / "junit.xml"
    path.write_text('models = ["local/m"]\nprompt = "Of {{city}}"\nmin_pass_rate = 0.5\n[axes]\nstop = ["\\n"]\n'
                    '[[inputs]]\ncity = "Paris"\n[[inputs]]\ncity = "New\\nYork"\n'
                    '[[checks]]\nkind = "contains"\ntext = "yes"\n')
    done = cli("sweep", str(path), "-o", str(tmp_path / "out"), "--junit", str(junit))
    text = ElementTree.parse(junit).getroot().findtext("testcase/failure") or ""
    assert "sample 1 · city: Paris: contains" in text and "sample 1 · city: New York: contains" in text
    assert done.code == 1 and len(done.out.splitlines()) == 1 and 'stop="\\n"' in done.out


def test_a_plan_that_demands_nothing_passes_nothing(
    cli: Cli, tmp_path: Path, serve: Callable[[Callable[[str, int], str]], Counter[str]]
) -> None:
    serve(lambda question, _: "no")
    markdown = tmp_path / "summary.md"
    assert cli("sweep", suite(tmp_path, ""), "-o", str(tmp_path / "out"), "--summary", str(markdown)).code == 0
    shown = markdown.read_text()
    assert "demands no pass rate" in shown and "passed." not in shown and "✅" not in shown


def test_cells_that_the_cap_left_out_have_not_failed(
    cli: Cli, tmp_path: Path, server: Server
) -> None:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    chunks = chat_chunks("yes", usage={"prompt_tokens": 1, "completion_tokens": 1, "cost": 0.02})
    server.on("POST", "/v1/chat/completions", sse(*chunks))
    markdown, junit = tmp_path / "summary.md", tmp_path / "junit.xml"
    path = suite(tmp_path, "max_cost = 0.01\nmin_pass_rate = 0.5", samples=1)
    done = cli("sweep", path, "-o", str(tmp_path / "out"), "--summary", str(markdown), "--junit", str(junit))
    root = ElementTree.parse(junit).getroot()
    assert (root.get("errors"), root.get("failures"), root.get("skipped")) == ("0", "0", "1") and done.code == 3
    assert "1 cell was not asked" in markdown.read_text() and "❌" not in markdown.read_text()


@pytest.mark.parametrize("more", ["", "min_pass_rate = 0.5", "[gate]\nbar = 0.5"])
def test_what_the_cap_left_out_could_not_be_asked(cli: Cli, tmp_path: Path, server: Server, more: str) -> None:
    """Whatever the plan demands; and again when it is resumed, where nothing more is sent."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    chunks = chat_chunks("yes", usage={"prompt_tokens": 1, "completion_tokens": 1, "cost": 0.02})
    server.on("POST", "/v1/chat/completions", sse(*chunks))
    path = suite(tmp_path, f"max_cost = 0.03\n{more}", samples=2)
    for again in ([], ["--resume"]):
        done = cli("sweep", path, "-o", str(tmp_path / "out"), *again)
        assert done.code == 3 and "The cap of $0.03 is reached" in done.err
    assert sum(one.path == "/v1/chat/completions" for one in server.requests) == 1


def test_a_run_without_answers_is_not_said_to_be_of_other_rows(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    serve(lambda question, number: "yes")
    path, old = suite(tmp_path, "", samples=1), str(tmp_path / "old")
    assert cli("sweep", path, "-o", old).code == 0
    serve(lambda question, number: "")
    done = cli("sweep", path, "-o", str(tmp_path / "new"), "--since", old)
    assert done.code == 3 and "this run has no answers to compare" in done.err
    assert "it has answered none of these rows" not in done.err


def test_an_earlier_run_of_other_cases_compares_nothing_which_is_said_and_no_success(
    cli: Cli, serve: Serve, tmp_path: Path
) -> None:
    serve(lambda question, number: "yes")
    path, old = suite(tmp_path, "", samples=1), str(tmp_path / "old")
    assert cli("sweep", path, "-o", old).code == 0
    other = tmp_path / "other.toml"
    other.write_text(Path(path).read_text().replace('name = "good"', 'name = "fine"').replace('"bad | <b>"', '"poor"'))
    done = cli("sweep", str(other), "-o", str(tmp_path / "new"), "--since", old)
    assert done.code == 3 and "Nothing could be compared with the earlier run" in done.err
    gated = cli("sweep", suite(tmp_path, "[gate]\nbar = 0", samples=1), "-o", str(tmp_path / "gated"), "--since",
                str(tmp_path / "new"))
    assert gated.code == 3 and "Gate: could not be asked. Nothing could be compared" in gated.out


def test_many_rows_are_judged_as_rows_however_often_each_is_asked(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    """Twenty inputs, ten answers each that are always the same: one that has changed is no fall of the whole."""
    path = tmp_path / "rows.toml"
    inputs = "\n".join(f'[[inputs]]\nx = "n{number}"' for number in range(20))
    path.write_text('name = "Rows"\nmodels = ["local/m"]\nprompt = "Is {{x}}?"\nsamples = 10\nparallel = 8\n'
                    f'params = {{ temperature = 0 }}\n{inputs}\n[[checks]]\nkind = "contains"\ntext = "yes"\n')
    serve(lambda question, number: "yes")
    assert cli("sweep", str(path), "-o", str(tmp_path / "old"), "--no-cache").code == 0
    serve(lambda question, number: "no" if "n7?" in question else "yes")
    one = cli("sweep", str(path), "-o", str(tmp_path / "one"), "--since", str(tmp_path / "old"))
    assert one.code == 0 and "of 20 rows 1 fell and 0 rose" in one.err
    serve(lambda question, number: "no" if "n1" in question else "yes")
    many = cli("sweep", str(path), "-o", str(tmp_path / "many"), "--since", str(tmp_path / "old"))
    assert many.code == 1 and "of 20 rows 11 fell and 0 rose" in many.err
