"""Style sheets of written pages: the palette as CSS variables, following the reader's scheme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from workbench.core.palette import DARK, LIGHT, Palette


def palette_css() -> str:
    """Returns CSS that gives each colour a name: ``--text``, ``--accent-soft``, ``--code-keyword``, ``--series-0``,
    light and, for readers who prefer that, dark."""
    light, dark = (" ".join(_variables(palette)) for palette in (LIGHT, DARK))
    return (f":root {{ color-scheme: light dark; {light} }}\n"
            f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n")


def _variables(palette: Palette) -> Iterator[str]:
    for field in fields(palette):
        match getattr(palette, field.name):
            case str(colour) if colour.startswith("#"):
                yield f"--{field.name.replace('_', '-')}:{colour};"
    yield from (f"--code-{role}:{colour};" for role, colour in palette.code_colours.items())
    yield from (f"--series-{number}:{colour};" for number, colour in enumerate(palette.series))
