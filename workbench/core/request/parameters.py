"""Request parameters: the name, the range and the purpose of each.

A parameter is Default (absent from the request) or Custom. To add one, add a line to ``PARAMETERS``, or to
``resources/parameters.json`` when only some providers know it; the panel, the command line's ``-p``, sweeps and the
preview follow.

Source of names, ranges and defaults: the OpenAI chat-completions reference as the openai package 3.52.0 has it;
the extras are those of vLLM, llama.cpp and OpenRouter, the thinking switches those of their vendors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.resources import resource

from . import parameter_shapes as shapes
from .parameter_types import Parameter

__all__ = ["OWN", "PARAMETERS", "Parameter", "by_name", "check_all", "parse_assignments", "partition_valid"]

def own_parameters() -> tuple[Parameter, ...]:
    """Returns the parameters that only some providers know (``resources/parameters.json``).

    Which ones do is said by ``extra_params`` in ``resources/providers.json``.
    """
    entries = json.loads(resource("parameters.json").read_text("utf-8"))["parameters"]
    return tuple(_own_parameter(entry) for entry in entries)


def _own_parameter(entry: dict[str, Any]) -> Parameter:  # fields of JSON, which have any type
    given = {"group": OWN, **entry}
    if "example" in given:
        given["example"] = json.dumps(given["example"])
    if given.pop("shape", "") == "object":
        given["shape"] = shapes.is_object
    return Parameter(**{**given, "choices": tuple(given.get("choices", ()))})


OWN = "Of one provider"
"""The group of parameters that only some providers know."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("temperature", "Temperature", "float", low=0, high=2, step=0.05, start=1.0,
              help="How freely the next word is chosen: 0 takes the likeliest, high values take risks."),
    Parameter("top_p", "Top P", "float", low=0, high=1, step=0.01, start=1.0,
              help="Only the likeliest words whose chances add up to this share are considered."),
    Parameter("max_tokens", "Max tokens", "int", low=1, start=4096,
              slider=(1, 131072), logarithmic=True,
              help="The answer ends after this many tokens, reasoning included on most servers."),
    Parameter("frequency_penalty", "Frequency penalty", "float", low=-2, high=2, step=0.05, start=0.0,
              help="Makes a word less likely each time it has already appeared."),
    Parameter("presence_penalty", "Presence penalty", "float", low=-2, high=2, step=0.05, start=0.0,
              help="Makes every word that has already appeared once less likely."),
    Parameter("seed", "Seed", "int", low=-(2**63), high=2**63 - 1, step=1, start=0, slider=None,
              help="The same seed and settings give the same answer where the server can promise it."),
    Parameter("stop", "Stop sequences", "strings", most=4, start=[],
              help="The answer ends before any of these texts; they are not part of it."),
    Parameter("reasoning_effort", "Reasoning effort", "choice", start="medium",
              choices=("none", "minimal", "low", "medium", "high", "xhigh", "max"),
              help="How long a reasoning model thinks before it answers."),
    Parameter("response_format", "Response format", "json", shape=shapes.response_format,
              example='{"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object", '
                      '"properties": {"answer": {"type": "string"}}, "required": ["answer"]}}}',
              help="Binds the answer to text, to JSON, or to JSON that fits a schema."),
    # Choosing words
    Parameter("top_k", "Top K", "int", group="Sampling", low=0, start=40, slider=(0, 200),
              help="Only this many of the likeliest words are considered; 0 considers all."),
    Parameter("min_p", "Min P", "float", group="Sampling", low=0, high=1, step=0.01, start=0.05,
              help="Words less likely than this share of the likeliest one's chance are left out."),
    Parameter("typical_p", "Typical P", "float", group="Sampling", low=0, high=1, step=0.01, start=1.0,
              help="Prefers words about as surprising as the text is on the whole."),
    Parameter("repetition_penalty", "Repetition penalty", "float", group="Sampling", low=0, high=2, step=0.01,
              start=1.0,
              help="Divides the chances of words that were used before; 1 changes nothing."),
    Parameter("logit_bias", "Logit bias", "json", group="Sampling", shape=shapes.logit_bias, example='{"50256": -100}',
              help="Makes single tokens likelier or less likely, by their ids in the model's vocabulary."),
    # What comes back
    Parameter("n", "Answers at once", "int", group="Output", low=1, high=128, start=2, slider=(1, 8),
              help="How many answers to one request; each is a branch and costs its own tokens."),
    Parameter("logprobs", "Token probabilities", "bool", group="Output", start=True,
              help="Sends along how likely each token was."),
    Parameter("top_logprobs", "Alternatives per token", "int", group="Output", low=0, high=20, start=5,
              help="How many other tokens are reported for each position; needs token probabilities."),
    Parameter("verbosity", "Verbosity", "choice", group="Output", choices=("low", "medium", "high"), start="medium",
              help="How long the answer is meant to be, on models that know this."),
    Parameter("modalities", "Kinds of output", "json", group="Output", shape=shapes.modalities,
              example='["text", "audio"]', help="What the answer may consist of: text, audio, image."),
    Parameter("audio", "Audio", "json", group="Output", shape=shapes.is_object,
              example='{"format": "wav", "voice": "alloy"}', help="Format and voice of a spoken answer."),
    Parameter("prediction", "Prediction", "json", group="Output", shape=shapes.prediction,
              example='{"type": "content", "content": ""}',
              help="Text that the answer will mostly repeat, so that it comes faster."),
    Parameter("stream", "Stream", "bool", group="Output", start=False,
              help="Off: the answer comes whole, which some servers need for some features."),
    Parameter("stream_options", "Stream options", "json", group="Output", shape=shapes.is_object,
              example='{"include_usage": true}', help="What the stream carries besides the text."),
    # Thinking
    Parameter("thinking", "Thinking", "json", group="Reasoning", shape=shapes.thinking,
              example='{"type": "enabled", "budget_tokens": 2048}',
              help="Switches thinking on or off, with a budget in tokens, on Claude, DeepSeek, GLM and Kimi."),
    Parameter("enable_thinking", "Enable thinking", "bool", group="Reasoning", start=False,
              help="Switches thinking on or off on Qwen and servers that follow it."),
    Parameter("thinking_budget", "Thinking budget", "int", group="Reasoning", low=1, start=4096, slider=(1, 65536),
              logarithmic=True, help="The most tokens that thinking may take, on Qwen and SiliconFlow."),
    Parameter("reasoning", "Reasoning", "json", group="Reasoning", shape=shapes.is_object,
              example='{"effort": "medium", "exclude": false}', help="OpenRouter's and Ollama's reasoning settings."),
    # Tools
    Parameter("tools", "Tools", "json", group="Tools", shape=shapes.tools,
              example='[{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", '
                      '"properties": {"query": {"type": "string"}}}}}]',
              help="Functions that the model may ask to be called, as JSON schemas."),
    Parameter("tool_choice", "Tool choice", "json", group="Tools", shape=shapes.tool_choice, example='"auto"',
              help="Whether a tool may, must or must not be called, or which one."),
    Parameter("parallel_tool_calls", "Parallel calls", "bool", group="Tools", start=False,
              help="Whether several tools may be called in one answer."),
    Parameter("web_search_options", "Web search", "json", group="Tools", shape=shapes.is_object,
              example='{"search_context_size": "medium"}', help="Lets a searching model search, and how much."),
    # The account's side
    Parameter("service_tier", "Service tier", "choice", group="Service", start="auto",
              choices=("auto", "default", "flex", "scale", "priority", "fast", "on_demand", "performance"),
              help="Which queue the request waits in, and so what it costs."),
    Parameter("store", "Store", "bool", group="Service", start=False,
              help="Whether the provider keeps the exchange for its own tools."),
    Parameter("metadata", "Metadata", "json", group="Service", shape=shapes.metadata, example='{"purpose": "test"}',
              help="Up to 16 labels that the provider keeps with the exchange."),
    Parameter("user", "User", "text", group="Service", start="",
              help="A name for whoever asks, for the provider's abuse checks; do not use a real one."),
    *own_parameters(),
)


def by_name() -> Mapping[str, Parameter]:
    return {parameter.name: parameter for parameter in PARAMETERS}


def check_all(params: Mapping[str, Json]) -> dict[str, Json]:
    """Checks all values; names that are no parameter of ours pass as they are (free body fields)."""
    known = by_name()
    return {name: known[name].check(value) if name in known else value for name, value in params.items()}


def partition_valid(params: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """Returns the values that pass their check, and the names of the others."""
    valid: dict[str, Json] = {}
    invalid: list[str] = []
    for name, value in params.items():
        try:
            check_all({name: value})
            valid[name] = value
        except BadInput:
            invalid.append(name)
    return valid, invalid


def parse_assignments(lines: Iterable[str]) -> dict[str, Json]:
    """Parses ``NAME=VALUE`` from a command line; an unknown name's value is JSON, or a text when it is not JSON."""
    known, params = by_name(), dict[str, Json]()
    for line in lines:
        name, equals, text = line.partition("=")
        if not equals or not name:
            raise BadInput(f"“{line}” is not a parameter: write NAME=VALUE, for instance temperature=0.2.")
        if name in known:
            params[name] = known[name].parse(text)
            continue
        try:
            params[name] = json.loads(text)
        except ValueError:
            params[name] = text
    return params
