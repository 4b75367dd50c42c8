"""Token usage, and its cost."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.json_types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply. ``None`` means: the server did not say.

    ``input`` includes cached tokens, ``output`` includes reasoning tokens, whatever the server's own habit;
    ``cost`` is in US dollars when the server itself names it.
    """

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    cache_written: int | None = None
    reasoning: int | None = None
    cost: float | None = None

    def to_json(self) -> JsonObject:
        names = ("input", "output", "cached", "cache_written", "reasoning", "cost")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @classmethod
    def from_json(cls, data: dict[str, Json]) -> Usage:
        return cls(**{name: data.get(name) for name in cls.__slots__})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. ``None`` means unknown, 0 means free.

    ``tiers`` are ``(over, price)``: another price once the prompt is longer than ``over`` tokens.
    """

    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    reasoning: float | None = None
    tiers: tuple[tuple[int, Price], ...] = ()

    def cost(self, usage: Usage) -> float | None:
        """Returns the cost of ``usage`` in dollars, None when a price or a count that matters is unknown."""
        if usage.cost is not None:
            return usage.cost
        if usage.input is None or usage.output is None:
            return None
        price = self
        for over, tier in sorted(self.tiers, key=lambda item: item[0]):
            if usage.input > over:
                price = tier
        if price.input is None or price.output is None:
            return None
        cached, written = usage.cached or 0, usage.cache_written or 0
        read_price = price.input if price.cache_read is None else price.cache_read
        write_price = price.input if price.cache_write is None else price.cache_write
        reasoning = usage.reasoning or 0
        reasoning_price = price.output if price.reasoning is None else price.reasoning
        return (
            max(usage.input - cached - written, 0) * price.input
            + cached * read_price
            + written * write_price
            + max(usage.output - reasoning, 0) * price.output
            + reasoning * reasoning_price
        ) / 1e6
