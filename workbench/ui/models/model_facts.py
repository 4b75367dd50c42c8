"""Facts about a model as short texts and icons, for rows of a list and the button."""

from __future__ import annotations

from workbench.core.request.models import ModelInfo


def abilities(info: ModelInfo) -> list[tuple[str, str]]:
    """Returns icons and what they mean. A measured ability outweighs a listed one; unknown ones are left out."""
    found = []
    if _measured(info, "images", info.takes_images):
        found.append(("eye", "Takes images"))
    if _measured(info, "tools", info.tool_call):
        found.append(("tool", "Calls tools"))
    if info.reasoning or info.accepts.get("reasoning_effort") == "yes":  # some reason and refuse a setting
        found.append(("brain", "Reasons before it answers"))
    return found


def _measured(info: ModelInfo, ability: str, said: bool | None) -> bool:
    verdict = info.accepts.get(ability)
    return verdict == "yes" or (bool(said) and verdict not in ("refused", "ignored"))


def context_text(info: ModelInfo | None) -> str:
    """Returns the context window: 200k, 1M."""
    if info is None or not info.context:
        return ""
    if info.context >= 1_000_000:
        return f"{info.context / 1_000_000:.2g}M"
    return f"{info.context / 1000:.0f}k" if info.context >= 1000 else str(info.context)


def price_text(info: ModelInfo) -> str:
    """Returns the US dollars per million tokens in and out; "free" where both are 0."""
    price = info.price
    if price is None or price.input is None or price.output is None:
        return ""
    if not price.input and not price.output:
        return "free"
    return f"{_dollars(price.input)} / {_dollars(price.output)}"


def _dollars(amount: float) -> str:
    if amount == int(amount):
        return f"${amount:.0f}"
    return f"${amount:.2f}" if amount >= 0.1 else f"${amount:.2g}"


def describe(info: ModelInfo) -> str:
    """Returns all facts in words, for a screen reader."""
    context, price = context_text(info), price_text(info)
    facts = [meaning for _, meaning in abilities(info)]
    if context:
        facts.append(f"{context} context")
    if price:
        facts.append("free" if price == "free" else f"{price} per million tokens")
    if info.deprecated or info.shutdown:
        facts.append(f"ends {info.shutdown}" if info.shutdown else "deprecated")
    return ", ".join(facts)
