"""Models: their names, and the facts about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.reply.usage import Price


@dataclass(frozen=True, slots=True, order=True)
class ModelRef:
    """``provider/model``, split at the first slash: model ids may hold slashes of their own."""

    provider: str
    model: str

    @classmethod
    def parse(cls, text: str) -> ModelRef:
        """Raises ``BadInput`` when there is no provider in front of the first slash."""
        provider, slash, model = text.strip().partition("/")
        if not slash or not provider or not model:
            raise BadInput(f"“{text}” names no model: write provider/model, for instance builtin/guide.")
        return cls(provider, model)

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The facts about a model. ``None`` means not known, never no.

    ``context``, ``max_input`` and ``max_output`` are in tokens; dates are ISO days. ``source`` says where the entry
    comes from: ``server`` (its own list), ``facts`` (shipped), ``typed`` (the user wrote the id). ``accepts`` holds
    what a probe measured: parameter or ability → yes, refused, ignored.
    """

    ref: ModelRef
    name: str = ""
    family: str = ""
    context: int | None = None
    max_input: int | None = None
    max_output: int | None = None
    price: Price | None = None
    input: tuple[str, ...] | None = None  # text, image, audio, video, pdf
    output: tuple[str, ...] | None = None
    tool_call: bool | None = None
    reasoning: bool | None = None
    reasoning_options: tuple[Mapping[str, Json], ...] = ()
    structured_output: bool | None = None
    temperature: bool | None = None
    knowledge: str = ""
    released: str = ""
    shutdown: str = ""
    deprecated: bool = False
    source: str = "typed"
    accepts: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def takes_images(self) -> bool | None:
        return None if self.input is None else "image" in self.input

    @property
    def window(self) -> int | None:
        """How many tokens a request may have."""
        return self.max_input or self.context

    @property
    def title(self) -> str:
        return self.name or self.ref.model
