"""The engine: chunks, pace, choices, token counts."""

from __future__ import annotations

import asyncio
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.providers.builtin import engine as engine_module
from workbench.providers.builtin.body import ApiError
from workbench.providers.builtin.engine import CONTEXT, Engine

ROOT = Path(__file__).parents[3]


async def complete(engine: Engine, prompt: str = "The program", **fields: Any) -> dict[str, Any]:
    body = {"model": "ngram", "messages": [{"role": "user", "content": prompt}], "seed": 1, **fields}
    return dict(await (await engine.begin(body)).completion())


def text(answer: dict[str, Any], choice: int = 0) -> str:
    return str(answer["choices"][choice]["message"]["content"])


def test_temperature_zero_and_seeds_repeat(engine: Engine, run: Run) -> None:
    for fields in ({"temperature": 0, "seed": None}, {"temperature": 1.5, "seed": 7}):
        first, second = (run(complete(engine, max_tokens=40, **fields)) for _ in range(2))
        assert text(first) == text(second)
    assert text(run(complete(engine, seed=7, max_tokens=40))) != text(run(complete(engine, seed=8, max_tokens=40)))


def test_without_a_seed_answers_differ(engine: Engine, run: Run) -> None:
    answers = {text(run(complete(engine, seed=None, temperature=1.5, max_tokens=40))) for _ in range(4)}
    assert len(answers) > 1


_SCRIPT = """
import asyncio, json, sys
from workbench.providers.builtin.engine import Engine

async def main():
    body = json.loads(sys.argv[1])
    print(json.dumps((await (await Engine().begin(body)).completion())["choices"]))

asyncio.run(main())
"""


@pytest.mark.process
def test_a_seed_gives_the_same_in_every_process(engine: Engine, run: Run) -> None:
    body = {"model": "ngram", "messages": [{"role": "user", "content": "The program"}], "seed": 42, "n": 2,
            "temperature": 1.3, "top_p": 0.95, "frequency_penalty": 0.4, "max_tokens": 60, "logprobs": True}
    here = run(complete(engine, **{key: value for key, value in body.items() if key != "model"}))
    for hash_seed in ("0", "123"):
        there = subprocess.run(
            [sys.executable, "-c", _SCRIPT, json.dumps(body)], capture_output=True, check=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}, timeout=60)
        assert json.loads(there.stdout) == here["choices"]


def test_limits_and_usage(engine: Engine, run: Run) -> None:
    answer = run(complete(engine, max_tokens=7, ignore_eos=True))
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 7
    assert answer["usage"]["total_tokens"] == 7 + answer["usage"]["prompt_tokens"]
    assert run(complete(engine))["choices"][0]["finish_reason"] == "stop"


def test_max_completion_tokens_is_the_same_limit(engine: Engine, run: Run) -> None:
    assert text(run(complete(engine, max_tokens=9))) == text(run(complete(engine, max_completion_tokens=9)))


def test_min_tokens_holds_the_end_back(engine: Engine, run: Run) -> None:
    assert run(complete(engine, min_tokens=300, max_tokens=400))["usage"]["completion_tokens"] >= 300


def test_stop_sequences_end_the_text(engine: Engine, run: Run) -> None:
    whole = text(run(complete(engine, max_tokens=60, ignore_eos=True)))
    word = whole.split()[5]
    cut = run(complete(engine, max_tokens=60, ignore_eos=True, stop=[word]))
    assert text(cut) == whole[: whole.index(word)]
    assert cut["choices"][0]["finish_reason"] == "stop"


def test_n_gives_different_answers_of_which_the_first_is_that_of_one(engine: Engine, run: Run) -> None:
    several = run(complete(engine, n=4, max_tokens=30, temperature=1.5))
    assert [choice["index"] for choice in several["choices"]] == [0, 1, 2, 3]
    assert len({text(several, number) for number in range(4)}) > 1
    assert text(several) == text(run(complete(engine, max_tokens=30, temperature=1.5)))


def test_logprobs_are_aligned_ranked_and_probabilities(engine: Engine, run: Run) -> None:
    answer = run(complete(engine, logprobs=True, top_logprobs=20, max_tokens=30, temperature=1.4))
    entries = answer["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == text(answer)
    for entry in entries:
        assert bytes(entry["bytes"]).decode() == entry["token"]
        top = [other["logprob"] for other in entry["top_logprobs"]]
        assert len(top) == 20
        assert top == sorted(top, reverse=True)
        assert math.fsum(math.exp(logprob) for logprob in top) <= 1 + 1e-6
        assert entry["logprob"] <= top[0]


def test_logprobs_do_not_depend_on_how_tokens_are_chosen(engine: Engine, run: Run) -> None:
    answers = [run(complete(engine, logprobs=True, top_logprobs=3, max_tokens=1, **fields))
               for fields in ({"temperature": 0}, {"temperature": 2}, {"top_k": 1})]
    tops = [answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"] for answer in answers]
    assert tops[0] == tops[1] == tops[2]


@pytest.mark.costly
def test_penalties_make_a_text_less_repetitive(engine: Engine, run: Run) -> None:
    def variety(**fields: Any) -> float:
        """Over several seeds: one text may go either way, and the model changes with the help pages."""
        found = []
        for seed in range(6):
            words = text(run(complete(engine, max_tokens=300, ignore_eos=True, temperature=0.7, seed=seed,
                                      **fields))).split()
            found.append(len(set(words)) / len(words))
        return sum(found) / len(found)

    plain = variety()
    assert variety(frequency_penalty=1.0) > plain
    assert variety(presence_penalty=2.0) > plain
    assert variety(repetition_penalty=1.5) > plain


def test_logit_bias_by_the_ids_that_the_model_numbers(engine: Engine, run: Run) -> None:
    _, model = engine.load()
    forced = str(model.ids[" temperature"])
    answer = run(complete(engine, logit_bias={forced: 100}, max_tokens=3))
    assert text(answer) == "temperature temperature temperature"
    with pytest.raises(ApiError, match="Token ids go from 0 to"):
        run(complete(engine, logit_bias={str(len(model.vocabulary)): 1}))


def test_the_prompt_conditions_the_answer(engine: Engine, run: Run) -> None:
    assert text(run(complete(engine, "Where are my chats", temperature=0, max_tokens=1))) == "kept"


def test_an_answer_that_was_begun_is_continued(engine: Engine, run: Run) -> None:
    whole = text(run(complete(engine, temperature=0, max_tokens=20, ignore_eos=True)))
    begun = " ".join(whole.split(" ")[:6])
    messages = [{"role": "user", "content": "The program"}, {"role": "assistant", "content": begun}]
    rest = text(run(complete(engine, messages=messages, temperature=0, max_tokens=5)))
    assert rest
    assert rest[0] == " " or not rest[0].isalnum()
    assert whole.startswith(begun + rest[:4])


def test_json_and_tool_calls(engine: Engine, run: Run) -> None:
    answer = run(complete(engine, response_format={"type": "json_object"}, logprobs=True))
    assert isinstance(json.loads(text(answer)), dict)
    tool = {"type": "function", "function": {"name": "look", "parameters": {
        "type": "object", "properties": {"deep": {"type": "boolean"}}, "required": ["deep"]}}}
    choice = run(complete(engine, tools=[tool], tool_choice="required"))["choices"][0]
    call = choice["message"]["tool_calls"][0]
    assert (choice["finish_reason"], call["type"], call["function"]["name"]) == ("tool_calls", "function", "look")
    assert isinstance(json.loads(call["function"]["arguments"])["deep"], bool)


def test_a_prompt_beyond_the_context_is_refused(engine: Engine, run: Run) -> None:
    with pytest.raises(ApiError) as caught:
        run(complete(engine, "word " * CONTEXT["ngram"]))
    assert caught.value.code == "context_length_exceeded"


def test_a_pace_is_kept(engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that only waiting moves."""
    now = 100.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    monkeypatch.setattr(engine_module, "time", SimpleNamespace(perf_counter=lambda: now, time=time.time))
    monkeypatch.setattr(engine_module, "asyncio", SimpleNamespace(sleep=sleep, to_thread=asyncio.to_thread))
    run(complete(engine, max_tokens=40, ignore_eos=True, tokens_per_second=400))
    assert now == pytest.approx(100 + 40 / 400)
    run(complete(engine, max_tokens=40, ignore_eos=True))
    assert now == pytest.approx(100 + 40 / 400), "without a pace nothing is held back"


def test_other_work_goes_on_between_tokens(engine: Engine, run: Run) -> None:
    async def turns_during_an_answer() -> int:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.get_running_loop().create_task(count())
        await complete(engine, max_tokens=40, ignore_eos=True, tokens_per_second=400)
        counting.cancel()
        return turns

    assert run(turns_during_an_answer()) > 40


def test_work_without_a_pace_lets_others_run(engine: Engine, run: Run) -> None:
    async def longest() -> int:
        finished: list[int] = []

        async def one(tokens: int) -> None:
            await complete(engine, max_tokens=tokens, ignore_eos=True)
            finished.append(tokens)

        await asyncio.gather(one(5000), one(10), one(10))
        return finished[-1]

    assert run(longest()) == 5000


def test_missing_pages_are_said_in_a_sentence(tmp_path: Path, run: Run) -> None:
    with pytest.raises(ApiError, match="install the program again") as caught:
        run(complete(Engine(tmp_path)))
    assert caught.value.status == 500
