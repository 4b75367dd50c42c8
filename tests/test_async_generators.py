"""Holds that asynchronous generators are closed by whoever reads them.

One that is left in the middle, by an error or a cancelled task, is closed by the garbage collector in a task of its
own: a connection stays open until then, and a program that ends meanwhile says so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.sources import MODULES, tree_of

# httpx's generators lie one within the other: what reads them ends them by reading on.
ENDED_BY_READING = {("stream_watchdog.py", "pieces")}


def unclosed(tree: ast.AST, closed: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Every ``async for`` over anything but a name that an ``aclosing`` around it closes, or a parameter, which the
    caller closes."""
    for node in ast.iter_child_nodes(tree):
        known = closed
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args
            known = frozenset(one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
        elif isinstance(node, ast.AsyncWith):
            known = closed.union(*(_closed_by(item) for item in node.items))
        elif isinstance(node, ast.AsyncFor) or (isinstance(node, ast.comprehension) and node.is_async):
            yield from _unless_closed(node.iter, closed)
        yield from unclosed(node, known)


def _unless_closed(read: ast.expr, closed: frozenset[str]) -> Iterator[tuple[int, str]]:
    if not (isinstance(read, ast.Name) and read.id in closed):
        yield read.lineno, ast.unparse(read)


def _closed_by(item: ast.withitem) -> set[str]:
    match item.context_expr:
        case ast.Call(func=ast.Name("aclosing"), args=[value]):
            return {one.id for one in (value, item.optional_vars) if isinstance(one, ast.Name)}
    return set()


def test_who_reads_a_generator_closes_it() -> None:
    readers = [module for module in MODULES if "async for " in module.read_text("utf-8")]
    wrong = [f"{module}:{line} reads {name}" for module in readers for line, name in unclosed(tree_of(module))
             if (module.name, name) not in ENDED_BY_READING]
    assert readers
    assert not wrong, "\n".join([*wrong, "Write: async with aclosing(…) as items: async for item in items: …"])


CLOSED = """
async def one(given):
    async for item in given: pass
    async with aclosing(make()) as items, other() as more:
        async for item in items: pass
        return [item async for item in items]
async def two():
    made = make()
    async with aclosing(made):
        async for item in made: pass
"""
LEFT = (
    "async for item in make(): pass",
    "made = make()\n  async for item in made: pass",
    "return [item async for item in make()]",
    "async with other() as items:\n    async for item in items: pass",
    "async with aclosing(make()) as items: pass\n  async for item in items: pass",
    "async with aclosing(make()) as items:\n    async def inner():\n      async for item in items: pass",
)


def test_generators_that_are_left_are_found() -> None:
    assert not list(unclosed(ast.parse(CLOSED)))
    for code in LEFT:
        assert list(unclosed(ast.parse(f"async def f():\n  {code}"))), code
