"""Token probabilities in every form."""

from __future__ import annotations

from typing import Any

from workbench.core.reply.events import Logprobs
from workbench.core.reply.records import TokenChance, TokenLogprob
from workbench.providers.protocols.chat_reader import ChatReader


def chunk(delta: Any = None, finish: Any = None, index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta or {}, "finish_reason": finish, **more.pop("choice", {})}
    return {"choices": [choice], **more}


def read(*chunks: Any, done: bool = True, **quirks: Any) -> list[Any]:
    reader = ChatReader(quirks, "X")
    events = [event for one in chunks for event in reader.whole(one)]
    return events + list(reader.end(done))


def test_logprobs_in_every_form() -> None:
    def tokens(logprobs: Any, content: str = "a") -> Any:
        events = read(chunk({"content": content}, "stop", choice={"logprobs": logprobs}))
        return [token for event in events if isinstance(event, Logprobs) for token in event.tokens]

    item = {"token": "a", "logprob": -0.5, "bytes": None, "top_logprobs": [{"token": "b", "logprob": -1}]}
    expected = [TokenLogprob("a", -0.5, (TokenChance("b", -1.0),))]
    assert tokens({"content": [item]}) == expected
    assert tokens(item) == expected
    assert tokens(-0.5) == [TokenLogprob("a", -0.5)]
    assert tokens({"tokens": ["a"], "token_logprobs": [-0.5], "top_logprobs": [{"b": -1}]}) == expected
    assert tokens({"refusal": [item], "content": None}) == expected
    assert tokens(None) == [] and tokens({"content": [{"token": 1}]}) == []
