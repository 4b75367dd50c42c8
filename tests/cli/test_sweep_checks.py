"""``workbench sweep`` with checks that hang, that run code, and on an answer of one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.reviews import TABLE, classify
from tests.support.server import Received, Reply, Server, chat_chunks, json_reply, sse
from workbench.files.experiments.run_folder import read_run, results_csv

PLAN = """
models = ["builtin/guide"]
prompt = "Hello {{who}}"
[[inputs]]
who = "you"
label = "yes"
[[checks]]
"""


def write(tmp_path: Path, checks: str) -> str:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN + checks)
    return str(path)


@pytest.mark.process
def test_a_pattern_without_end_does_not_hang_a_run(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    checks = 'kind = "regex"\npattern = \'^(.|[^x])+$(?!)\'\n[[checks]]\nkind = "max_words"\nwords = 9999\n'
    done = cli("sweep", write(tmp_path, checks), "-o", str(out))
    result = json.loads((out / "results.jsonl").read_text())
    assert [check["passed"] for check in result["checks"]] == [None, True]
    assert "took over" in result["checks"][0]["note"]
    cell = json.loads((out / "summary.json").read_text())["cells"][0]
    assert cell["pass_rate"] is None and cell["undecided"] == 1 and done.code == 3
    assert "1 of 1 answers could not be checked" in done.out
    assert "1 check could not be made. The first: regex could not be made: " in done.err and "took over" in done.err


@pytest.mark.process
def test_code_runs_only_when_it_is_allowed(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path, 'kind = "code"\ncode = "reply[\'input\'][\'label\'] == \'yes\' and len(answer) > 3"\n')
    done = cli("sweep", path, "-o", str(tmp_path / "out"))
    assert done.code == 2 and "--allow-code" in done.err and not (tmp_path / "out").exists()
    assert cli("sweep", path, "-o", str(tmp_path / "out"), "--allow-code").code == 0


@pytest.mark.process
def test_checks_are_tried_on_an_answer_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path, 'kind = "one_of"\noptions = ["yes", "no"]\nexpected = "{{label}}"\n[[checks]]\n'
                           'kind = "regex"\npattern = "^Y"\n[[checks]]\n'
                           'kind = "language"\nlanguage = "en"\nweight = 0\n')
    (tmp_path / "answer.txt").write_text("Yes.")
    done = cli("sweep", path, "--try", str(tmp_path / "answer.txt"))
    assert done.code == 0 and not list(tmp_path.glob("*-results"))
    assert [line.split("  ")[:2] for line in done.out.splitlines()] == [
        ["passes", "one of yes, no"], ["passes", "/^Y/"], ["not made", "in en"]]
    (tmp_path / "answer.txt").write_text("no")
    done = cli("sweep", path, "--try", str(tmp_path / "answer.txt"))
    assert done.code == 1 and "“no” instead of “yes”" in done.out
    assert cli("sweep", path, "--try", str(tmp_path / "none.txt")).code == 2


@pytest.mark.parametrize(("schema", "line", "place", "sentence"), [
    ('schema = { type = "objct" }', 9, "checks[1].schema.type", "type must be one of object, array"),
    ("schema.required = 'a'", 9, "checks[1].schema.required", "'a' is not of type 'array'"),
    ('schema = """\n{"type": "objct"}"""', 9, "checks[1].schema.type", "type must be one of"),
    ('schema = { "$ref" = "#" }', 9, "checks[1].schema.$ref", "leads back to itself"),
    ('[checks.schema]\n[checks.schema.properties.a]\n"$ref" = "#/$defs/b"\n[checks.schema."$defs"]\n'
     'b = { anyOf = [{ "$ref" = "#/properties/a" }] }', 11, "checks[1].schema.properties.a.$ref", "back to itself"),
    ('schema = { properties = { a = { "$ref" = "#/$defs/b" } } }', 9, "checks[1].schema.properties.a.$ref",
     "leads to nothing"),
    ("schema = { pattern = '(' }", 9, "checks[1].schema.pattern", "is not a 'regex'"),
    ('schema = { enum = ["{{who}}"], type = "{{label}}" }', 9, "checks[1].schema.type", '"yes" is not'),
])
@pytest.mark.process
def test_a_broken_schema_is_refused_before_anything_is_asked(
    cli: Cli, tmp_path: Path, schema: str, line: int, place: str, sentence: str
) -> None:
    path = write(tmp_path, f'kind = "json_schema"\n{schema}\n')
    done = cli("sweep", path, "-o", str(tmp_path / "out"))
    assert done.code == 2 and not (tmp_path / "out").exists()
    assert f"{path}, line {line}, {place}: The schema is wrong: " in done.err and sentence in done.err
    assert cli("sweep", path, "--dry-run").code == 2


@pytest.mark.process
def test_a_schema_that_refers_to_itself_below_is_used(cli: Cli, tmp_path: Path) -> None:
    tree = 'type = "object"\nproperties.child."$ref" = "#"'
    path = write(tmp_path, f'kind = "json_schema"\n[checks.schema]\n{tree}\n')
    (tmp_path / "answer.txt").write_text('{"child": {"child": {}}}')
    assert "passes" in cli("sweep", path, "--try", str(tmp_path / "answer.txt")).out


@pytest.mark.process
@pytest.mark.parametrize(("text", "place"), [
    ('prompt = "x"\nmodels = [\n  "builtin/guide",\n  "bulitin/ngram",\n]\n', "line 4, models[2]: "),
    ('prompt = "x"\nmodels = ["builtin/guide"]\n[[checks]]\nkind = "judge"\nrubric = "good"\nmodel = "opnai/x"\n',
     "line 6, checks[1].model: "),
])
def test_an_unknown_model_is_refused_with_its_line(cli: Cli, tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    done = cli("sweep", str(path), "-o", str(tmp_path / "out"))
    assert done.code == 2 and not (tmp_path / "out").exists()
    assert f"{path}, {place}There is no provider" in done.err


REVIEWS = """\
name = "Reviews"
models = ["local/m"]
parallel = 8
inputs_file = "reviews.csv"
[params]
max_tokens = 5
[axes]
temperature = [0, 0.3, 0.7, 1]
prompt = [
  "Is it good or bad? {{text}}",
  "Answer good or bad, in one word: {{text}}",
  "You judge reviews. Think, then answer good or bad. {{text}}",
]
[[checks]]
kind = "one_of"
options = ["good", "bad"]
expected = "{{label}}"
"""


@pytest.mark.process
def test_fifty_reviews_are_classified_by_a_plan_of_twenty_lines(cli: Cli, server: Server, tmp_path: Path) -> None:
    assert len(REVIEWS.splitlines()) <= 20
    server.on("POST", "/v1/chat/completions", classify)
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    (tmp_path / "reviews.csv").write_text(TABLE.replace("\t", ","))
    (tmp_path / "plan.toml").write_text(REVIEWS)
    done = cli("sweep", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out"))
    best = next(line for line in done.out.splitlines() if line.startswith("Best"))
    assert done.code == 0 and "in one word" in best and "not proven" in best and len(server.requests) == 600
    assert "Best so far, not proven" in (tmp_path / "out" / "report.html").read_text()


def test_meanings_are_compared_by_embeddings_whose_cost_counts(cli: Cli, server: Server, tmp_path: Path) -> None:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    vectors = {"yes": [1.0, 0.0], "Of course": [0.9, 0.1], "no": [0.0, 1.0]}
    answers = {"Hello you": "Of course", "Hello them": "no", "Hello all": ""}

    def embed(request: Received) -> Reply:
        data = [{"index": at, "embedding": vectors[text]} for at, text in enumerate(request.json["input"])]
        return json_reply({"data": data, "usage": {"prompt_tokens": 3, "total_tokens": 3, "cost": 0.25}})

    server.on("POST", "/v1/embeddings", embed)
    server.on("POST", "/v1/chat/completions",
              lambda request: sse(*chat_chunks(answers[request.json["messages"][-1]["content"]])))
    path = tmp_path / "plan.toml"
    check = '[[checks]]\nkind = "meaning"\ntext = "{{label}}"\nmodel = "%s"\n'
    path.write_text(PLAN.replace("builtin/guide", "local/m").replace("[[checks]]\n", '[[inputs]]\nwho = "them"\n'
                    'label = "yes"\n') + check % "local/embedder")
    done = cli("sweep", str(path), "-o", str(tmp_path / "out"))
    lines = (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    results = {one["input"]["who"]: one for one in map(json.loads, lines)}
    checks = {who: one["checks"][0] for who, one in results.items()}
    assert done.code == 0 and checks["you"]["passed"] and checks["you"]["score"] == pytest.approx(0.993884, abs=1e-5)
    assert (checks["them"]["passed"], checks["them"]["note"]) == (False, "0.00 is under 0.8")
    assert results["you"]["usage"]["cost"] == 0.25
    none = path.with_name("none.toml")
    none.write_text(path.read_text().replace("local/embedder", "builtin/guide"))
    refused = cli("sweep", str(none), "-o", str(tmp_path / "none"))
    assert refused.code == 3 and "builtin/guide gave no embeddings: The built-in models give no" in refused.err


def test_a_built_in_model_that_there_is_not_is_refused_with_the_one_meant(cli: Cli, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('models = ["builtin/guide",\n  "builtin/ngrm"]\nprompt = "Hi"\n')
    refused = cli("sweep", str(plan), "--dry-run")
    assert refused.code == 2 and "There is no model builtin/ngrm." in refused.err
    assert "Did you mean “ngram”?" in refused.err and "models[2]" in refused.err


def test_a_near_miss_of_another_provider_is_named_before_anything_is_paid(cli: Cli, tmp_path: Path) -> None:
    cli("providers", "add", "openai")
    plan = tmp_path / "plan.toml"
    plan.write_text('models = ["openai/gpt-5-mni", "openai/gpt-5-mini", "openai/my-own-finetune"]\nprompt = "Hi"\n')
    told = cli("sweep", str(plan), "--dry-run")
    assert told.code == 0  # lists are often incomplete
    assert told.err.count("is not in the list of its provider's models") == 1
    assert "openai/gpt-5-mni is" in told.err and "Did you mean “gpt-5-mini”?" in told.err


def test_what_a_gate_may_ask_again_is_told_before(cli: Cli, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('models = ["builtin/ngram"]\nprompt = "{{text}}"\nsamples = 5\ninputs_file = "rows.csv"\n'
                    '[gate]\nbar = 0.8\n[[checks]]\nkind = "contains"\ntext = "a"\n')
    (tmp_path / "rows.csv").write_text("id,text\n1,same\n2,same\n3,other\n")
    told = cli("sweep", str(plan), "--dry-run").err
    assert "15 requests," in told and "The gate may ask again: at most 180 requests in all." in told
    assert "1 row asks what another one asks, and counts as one with it." in told


POETS = """\
models = ["local/m"]
prompt = "{{who}}"
max_cost = 1
[axes]
temperature = [0, 1]
[[checks]]
kind = "pairwise"
rubric = "Is it warm?"
model = "local/judge"
than = { temperature = 0 }
"""


def test_cells_are_compared_in_both_orders_and_told_everywhere(cli: Cli, server: Server, tmp_path: Path) -> None:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")

    def answer(request: Received) -> Reply:
        if request.json["model"] == "m":
            return sse(*chat_chunks("warm" if request.json["temperature"] else "cold"))
        first = request.json["messages"][-1]["content"].split("<first>")[1].split()[0]
        return sse(*chat_chunks(json.dumps({"reason": "warmth", "better": "first" if first == "warm" else "second"})))

    server.on("POST", "/v1/chat/completions", answer)
    path, out = tmp_path / "plan.toml", tmp_path / "out"
    path.write_text(POETS + "".join(f'[[inputs]]\nwho = "{name}"\n' for name in "abcdefgh"))
    done = cli("sweep", str(path), "-o", str(out), "--summary", str(tmp_path / "s.md"))
    assert "(8 won, 0 tied, 0 lost)" in (tmp_path / "s.md").read_text().replace("\\", "")
    assert done.code == 0 and "32 requests" in done.err and len(server.requests) == 16 + 2 * 8
    cold, warm = [line for line in done.out.splitlines() if line.startswith("local/m")]
    assert "preferred" not in cold and "better (8 won, 0 tied, 0 lost)" in warm
    cells = json.loads((out / "summary.json").read_text())["cells"]
    assert [one["verdict"] for cell in cells for one in cell["preferences"]] == ["better"]
    table = list(csv.DictReader(io.StringIO(results_csv(*read_run(out)))))
    (preference,) = (name for name in table[0] if name.startswith("preference "))
    assert {(row["temperature"], row[preference]) for row in table} == {("0", ""), ("1", "won")}
    page = (out / "report.html").read_text()
    assert "Pairwise comparisons" in page and "<td>better</td>" in page
    assert cli("sweep", str(path), "-o", str(out), "--resume").code == 0 and len(server.requests) == 32
    tried = cli("sweep", str(path), "--try", str(path))
    assert "not made" in tried.out and "only a run has the answer" in tried.out and len(server.requests) == 32


RATED = """
models = ["local/m"]
prompt = "{{text}}"
max_cost = 1
[[checks]]
kind = "judge"
rubric = "Is it kind?"
model = "local/judge"
"""


def test_a_judge_is_compared_with_ratings_on_the_command_line(cli: Cli, server: Server, tmp_path: Path) -> None:
    """Ratings of the user stand in the lines of results; the judge likes one answer that the user does not."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")

    def answer(request: Received) -> Reply:
        question = request.json["messages"][-1]["content"]
        if request.json["model"] == "m":
            return sse(*chat_chunks(question))
        return sse(*chat_chunks(json.dumps({"reason": "tone", "score": 9 if "kind" in answer_of(question) else 2})))

    server.on("POST", "/v1/chat/completions", answer)
    path, out = tmp_path / "plan.toml", tmp_path / "out"
    words = ["kind"] * 5 + ["rude"] * 5
    path.write_text(RATED + "".join(f'[[inputs]]\ntext = "{word} {at}"\n' for at, word in enumerate(words)))
    done = cli("sweep", str(path), "-o", str(out))
    (judge,) = json.loads((out / "summary.json").read_text())["judges"]
    assert done.code == 0 and f"{judge['check']}: not compared with ratings of yours" in done.err
    assert (judge["rated"], judge["agreed"], judge["kappa"], judge["length_rho"]) == (0, 0, None, None)
    results = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    for one in results:
        one["rating"] = float("kind" in one["text"] and one["text"] != "kind 0")
    (out / "results.jsonl").write_text("".join(json.dumps(one) + "\n" for one in results))
    again = cli("sweep", str(path), "-o", str(out), "--resume")
    (judge,) = json.loads((out / "summary.json").read_text())["judges"]
    assert again.code == 0 and len(server.requests) == 20
    assert (judge["rated"], judge["agreed"], judge["orders"]) == (10, 9, {})
    kappa = judge["kappa"]
    assert kappa["value"] == pytest.approx(0.8) and 0 < kappa["low"] < 0.8 < kappa["high"] < 1
    assert f"{judge['check']}: agrees with 9 of 10 ratings of yours; κ 0.80 [{kappa['low']:.2f}, " in again.err


def test_an_unclear_verdict_decides_nothing_and_braces_are_text(cli: Cli, server: Server, tmp_path: Path) -> None:
    """The judge says in one case that it cannot tell; rubric, question and answer hold what looks like our fields."""
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    asked: list[str] = []

    def answer(request: Received) -> Reply:
        question = request.json["messages"][-1]["content"]
        if request.json["model"] == "m":
            return sse(*chat_chunks(question.replace("{answer}", "{rubric}")))
        asked.append(question)
        return sse(*chat_chunks("I cannot say." if "odd" in answer_of(question) else '{"reason": "", "score": 9}'))

    server.on("POST", "/v1/chat/completions", answer)
    path, out = tmp_path / "plan.toml", tmp_path / "out"
    path.write_text(RATED.replace("Is it kind?", "Does {answer} fit {question}?")
                    + '[[inputs]]\ntext = "odd {answer}"\n[[inputs]]\ntext = "even {answer}"\n')
    done = cli("sweep", str(path), "-o", str(out))
    assert done.code == 3 and "1 of 2 answers could not be checked" in done.out and "no score" in done.err
    (cell,) = json.loads((out / "summary.json").read_text())["cells"]
    assert (cell["answered"], cell["undecided"], cell["errors"], cell["pass_rate"]["value"]) == (2, 1, 0, 1)
    assert len(asked) == 2
    for text in asked:
        assert text.count("<rubric>\nDoes {answer} fit {question}?\n</rubric>") == 1
        word = "odd" if "odd" in text else "even"
        assert f"<question>\n{word} {{answer}}\n</question>" in text and answer_of(text) == f"\n{word} {{rubric}}\n"


def answer_of(question: str) -> str:
    return question.split("<answer>")[1].split("</answer>")[0]
