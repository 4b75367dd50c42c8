"""The writer of ``builtin/ngram``: samples tokens, or fills a JSON schema or a tool call with them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from workbench.core.json_types import Json, JsonObject

from . import schemas
from .body import ApiError, Body
from .ngram import END, Distribution, NGram
from .pieces import Answer, Piece
from .sampling import Sampler


class Writer:
    """Answers one request. Raises ``ApiError`` when the request asks for what the model does not have."""

    def __init__(self, model: NGram, body: Body) -> None:
        self._model = model
        self._body = body
        if unknown := [token for token in body.sampling.logit_bias if token >= len(model.vocabulary)]:
            raise ApiError(f"Invalid key in 'logit_bias': {unknown[0]}. Token ids go from 0 to "
                           f"{len(model.vocabulary) - 1}; POST /tokenize tells them.", "logit_bias",
                           "invalid_value")
        self._schema = schemas.of_format(body.response_format)
        self._tool = schemas.of_tools(body.tools, body.tool_choice)
        # Without a seed each request gets a new one; with one, each choice its own sequence.
        self._seed = secrets.token_hex(8) if body.seed is None else str(body.seed)
        prefill = body.turns[-1].text if body.turns[-1].role == "assistant" else None
        self._prefill = prefill
        self._prompt = body.turns[-1].text if prefill else _last_text(body)

    def answer(self, choice: int) -> Answer:
        """Yields the pieces of answer number ``choice``, counted from 0."""
        sampler = Sampler(self._model, self._body.sampling, f"{self._seed}:{choice}", self._known())
        if self._tool is not None:
            name, schema = self._tool
            yield Piece("", "call", name=name)
            for text in schemas.write(schema, self._model, sampler):
                yield Piece(text, "call")
            return "tool_calls"
        if self._schema is not None:
            for text in schemas.write(self._schema, self._model, sampler):
                yield Piece(text, logprob=self._certain(text))
            return "stop"
        return (yield from self._text(sampler))

    def _known(self) -> set[int]:
        """Returns the tokens of the prompt, where the repetition penalty needs them."""
        if self._body.sampling.repetition_penalty == 1:
            return set()
        return {token for turn in self._body.turns for token in self._model.encode(turn.text)} - {-1}

    def _text(self, sampler: Sampler) -> Answer:
        model, body = self._model, self._body
        context = model.context(self._prompt)
        for token in model.encode(self._prefill or ""):
            if token >= 0:
                sampler.add(token)
        glued = not self._prefill or self._prefill[-1:].isspace()  # no space before the first word then
        made = 0
        while True:
            distribution = model.after(context)
            forbidden = (model.end,) if body.ignore_eos or made < body.min_tokens else ()
            token = sampler.choose(distribution, forbidden)
            if token == model.end:
                return "stop"
            sampler.add(token)
            text = model.vocabulary[token]
            if glued and made == 0:
                text = text.lstrip(" ")
            made += 1
            yield Piece(text, logprob=self._entry(distribution, token, text) if body.logprobs else None)
            context = [*context, token][-8:]

    def _entry(self, distribution: Distribution, token: int, text: str) -> JsonObject:
        """Returns what the model itself gave the token, before bias, penalties, temperature and cuts."""
        ranked = self._model.ranked(distribution)
        top: Sequence[Json] = [
            _shown(self._model.vocabulary[other], logprob)
            for (other, logprob), _ in zip(ranked, range(self._body.top_logprobs), strict=False)
        ]
        return {**_shown(text, self._model.logprob(distribution, token)), "top_logprobs": list(top)}

    def _certain(self, text: str) -> JsonObject | None:
        return {**_shown(text, 0.0), "top_logprobs": []} if self._body.logprobs else None


def _shown(token: str, logprob: float) -> JsonObject:
    text = "<|end|>" if token == END else token
    return {"token": text, "logprob": round(logprob, 6), "bytes": list(text.encode())}


def _last_text(body: Body) -> str:
    return next((turn.text for turn in reversed(body.turns) if turn.role in ("user", "tool")), "")
