"""``workbench sweep`` with simulated tools, on each protocol that has tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Received, Reply, Server
from tests.support.tool_models import PROTOCOLS, ToolModel

each = pytest.mark.parametrize("model", PROTOCOLS, ids=lambda model: model.protocol)
PLAN = """
models = ["m/m"]
prompt = "How is the weather in {{city}}?"
[[inputs]]
city = "Oslo"
[[inputs]]
city = "Rome"
[[inputs]]
city = "Atlantis"
[[tools]]
name = "weather"
description = "Tells the weather."
parameters = { type = "object", properties = { city = { type = "string" } }, required = ["city"] }
"""
RULES = """
reply = "Sun in {{city}}."
[[tools.rules]]
arguments = { city = "Oslo" }
reply = { sky = "snow" }
[[tools.rules]]
arguments = { city = "Atlantis" }
error = "There is no {{city}}."
"""
CHECKS = """
[[checks]]
kind = "calls"
name = "weather"
arguments = { city = "{{city}}" }
[[checks]]
kind = "not_contains"
text = "snow"
"""


def asking(model: ToolModel, *, again: bool = False) -> Any:
    """A model that calls the function with the city that it is asked about, then says what it was told."""
    def answer(received: Received) -> Reply:
        results = model.results(received.json)
        city = next(city for city in ("Oslo", "Rome", "Atlantis") if city in received.body.decode())
        if not results or again:
            return model.calling((f"c{len(results)}", "weather", {"city": city}))
        return model.saying(f"{city}: {results[-1][1]}")

    return answer


def sweep(cli: Cli, server: Server, model: ToolModel, tmp_path: Path, plan: str, *options: str) -> list[dict[str, Any]]:
    if cli("providers", "show", "m").code != 0:
        assert cli("providers", "add", "m", "--base-url", model.base_url(server.url), "--protocol", model.protocol,
                   "--no-key").code == 0
    (tmp_path / "plan.toml").write_text(plan, "utf-8")
    done = cli("sweep", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out"), *options)
    assert done.code in (0, 1), done.err
    lines = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text("utf-8").splitlines()]
    return sorted(lines, key=lambda line: str(line["input"]))


@each
def test_functions_answer_as_the_plan_says(cli: Cli, server: Server, model: ToolModel, tmp_path: Path) -> None:
    server.on("POST", model.path, asking(model))
    atlantis, oslo, rome = sweep(cli, server, model, tmp_path, PLAN + RULES + CHECKS)
    assert atlantis["text"] == "Atlantis: There is no Atlantis." and rome["text"] == "Rome: Sun in Rome."
    assert oslo["text"] == 'Oslo: {"sky": "snow"}' and oslo["calls"] == [
        {"name": "weather", "arguments": '{"city": "Oslo"}'}]
    assert [[check["passed"] for check in line["checks"]] for line in (atlantis, oslo, rome)] == [
        [True, True], [True, False], [True, True]]
    assert rome["usage"]["input"] == 20 and rome["usage"]["output"] == 10, "of both requests"
    assert len(server.requests) == 6 and model.offered(server.requests[-1].json) == ["weather"]
    # The same again asks nothing, and another answer of the function is another request.
    assert len(sweep(cli, server, model, tmp_path, PLAN + RULES + CHECKS, "--resume")) == 3
    assert len(server.requests) == 6


def test_another_answer_is_another_experiment(cli: Cli, server: Server, tmp_path: Path) -> None:
    model = PROTOCOLS[0]
    server.on("POST", model.path, asking(model))
    plan = PLAN.replace('city = "Rome"\n[[inputs]]\n', "").replace('city = "Atlantis"\n', 'city = "Rome"\n')
    sweep(cli, server, model, tmp_path, plan + RULES + "[params]\nseed = 1\n")
    first = len(server.requests)
    (tmp_path / "out").rename(tmp_path / "earlier")
    lines = sweep(cli, server, model, tmp_path, plan + RULES.replace("Sun", "Fog") + "[params]\nseed = 1\n")
    assert lines[-1]["text"] == "Rome: Fog in Rome." and len(server.requests) == 2 * first, "nothing from the cache"


def test_a_model_that_never_answers(cli: Cli, server: Server, tmp_path: Path) -> None:
    model = PROTOCOLS[0]
    server.on("POST", model.path, asking(model, again=True))
    lines = sweep(cli, server, model, tmp_path, PLAN + RULES + CHECKS)
    assert all(line["error"] is None and len(line["calls"]) == 13 and line["text"] == "" for line in lines)


def test_a_function_that_a_model_plays(cli: Cli, server: Server, tmp_path: Path) -> None:
    model = PROTOCOLS[0]

    def answer(received: Received) -> Reply:
        if "You play the part of a function" in received.body.decode():
            return model.saying("Hail.")
        reply: Reply = asking(model)(received)
        return reply

    server.on("POST", model.path, answer)
    lines = sweep(cli, server, model, tmp_path, PLAN + 'model = "m/m"\n' + CHECKS)
    assert {line["text"].partition(": ")[2] for line in lines} == {"Hail."} and len(server.requests) == 9


@each
def test_recorded_results_are_played_again(cli: Cli, server: Server, model: ToolModel, tmp_path: Path) -> None:
    """What a built-in tool really said becomes what the function says, each time."""
    server.on("POST", model.path, model.calling(
        ("a", "calculate", {"expression": "6*7"}), ("b", "calculate", {"expression": "1/0"})), model.saying("42"))
    cli("providers", "add", "m", "--base-url", model.base_url(server.url), "--protocol", model.protocol, "--no-key")
    cli("tools", "enable", "calculate")
    printed = cli("ask", "-m", "m/m", "--tools", "calculate", "--allow", "always", "--json", "?")
    (tmp_path / "run.json").write_text(printed.out, "utf-8")
    server.on("POST", model.path, model.calling(
        ("c", "calculate", {"expression": "6*7"}), ("d", "calculate", {"expression": "1/0"}),
        ("e", "calculate", {"expression": "8*8"})), model.saying("Done."))
    plan = 'models = ["m/m"]\nprompt = "?"\n[[tools]]\nname = "calculate"\nrecording = "run.json"\n'
    (line,) = sweep(cli, server, model, tmp_path, plan)
    assert line["text"] == "Done."
    played = [text for _, text in model.results(server.requests[-1].json)]
    assert played == ["42", "It divides by zero.", "The simulated function calculate has no rule for these arguments."]


@pytest.mark.parametrize(("tool", "words"), [
    ('name = "a b"\nreply = "x"', "line 5, tools[1]: name must be one that models can call"),
    ('name = "a"', "A tool needs an answer"), ('name = "a"\nreply = "x"\nrule = 1', "A tool has no rule"),
    ('name = "a"\nreply = "x"\n[[tools]]\nname = "a"\nreply = "y"', "Two tools are called a"),
    ('name = "a"\nrecording = "none.json"', "none.json"), ('name = "a"\nrecording = "plan.toml"', "is not JSON"),
    ('name = "a"\nreply = "x"\n[params]\nn = 2', "cannot set n"),
    ('name = "a"\nmodel = "nope/m"', "nope"),
])
def test_plans_that_cannot_be_run(cli: Cli, tmp_path: Path, tool: str, words: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(f'models = ["builtin/guide"]\nprompt = "?"\n\n\n[[tools]]\n{tool}\n', "utf-8")
    done = cli("sweep", str(path), "-o", str(tmp_path / "out"))
    assert done.code == 2 and words in done.err
