"""Holds that the type checker sees everything: no module is exempt, and no value goes untyped without a reason."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UI = ROOT / "workbench" / "ui"


def explained_lines(source: str) -> set[int]:
    """The lines beside or below a comment that says something; ``# type:`` and ``# noqa`` alone do not."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not re.fullmatch(r"# *(type|noqa)\S*[^#]*", token.string):
            number, column = token.start
            lines.add(number if token.line[:column].strip() else number + 1)
    return lines


def uses_of_any(tree: ast.Module) -> Iterator[int]:
    """The lines on which ``Any`` stands in code, in annotations within quotation marks too."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id="Any") | ast.Attribute(attr="Any"):
                yield node.lineno
            case ast.arg(annotation=ast.AST() as quoted) | ast.AnnAssign(annotation=quoted) | ast.FunctionDef(
                returns=ast.AST() as quoted
            ) | ast.AsyncFunctionDef(returns=ast.AST() as quoted):
                yield from (text.lineno for text in ast.walk(quoted)
                            if isinstance(text, ast.Constant) and re.search(r"\bAny\b", str(text.value)))


def unexplained(source: str) -> list[int]:
    return sorted(set(uses_of_any(ast.parse(source))) - explained_lines(source))


def test_no_module_is_exempt_from_the_type_checker() -> None:
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert mypy["strict"] is True and mypy["files"] == ["workbench"]
    for part in (mypy, *mypy.get("overrides", ())):
        weaker = {name for name in part if name.startswith(("ignore_errors", "disable", "allow", "exclude"))}
        assert not weaker, f"{part.get('module', 'mypy')} sets {sorted(weaker)}: give the values a type instead."


def test_each_any_in_the_window_is_explained() -> None:
    modules = {module: unexplained(module.read_text("utf-8")) for module in sorted(UI.rglob("*.py"))}
    wrong = [f"{module}:{line}" for module, lines in modules.items() for line in lines]
    assert not wrong, "\n".join([
        *wrong, "Name the type: Json, object, a Protocol, a TypeVar or ParamSpec, a TypedDict.",
        "Where none can be named, a comment on the line or above it says why."])


@pytest.mark.parametrize(("source", "lines"), [
    ("def f(a: Any) -> None: ...", [1]), ("def f() -> 'list[Any]': ...", [1]), ("x: dict[str, Any] = {}", [1]),
    ("T = Callable[[Any], None]", [1]), ("def f(\n    a: int, *b: typing.Any\n): ...", [2]),
    ("x = 1  # of something else\ny: Any = 2", [2]), ("def f(a: Any): ...  # type: ignore[misc]", [1]),
    ("# of a form that nobody knows\ndef f(a: Any): ...", []),
    ("def f(a: Any): ...  # whatever a job gives", []), ("from typing import Any\nx = 'Any other server'", []),
])
def test_what_counts_as_explained(source: str, lines: list[int]) -> None:
    assert unexplained(source) == lines
