"""Holds the layers: which folder may import what, and a few habits of the whole package."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.sources import MODULES, PACKAGE, ROOT, tree_of

# What each folder may import besides the standard library and itself. Some parts of the standard library
# belong to one folder too (STDLIB_ONLY_IN).
DECODERS = {"pypdfium2", "pi_heif", "python_calamine", "striprtf", "charset_normalizer", "defusedxml"}
MAY_IMPORT = {
    "core": set(),
    "providers": {"workbench.core", "httpx", "truststore"},
    "storage": {"workbench.core", "keyring", "secretstorage", "platformdirs", "tomlkit"},
    "files": {"workbench.core", "workbench.rendering", "nh3", "PIL", "pypdf", "jsonschema", "referencing", "hunspell",
              *DECODERS},
    "tools": {"workbench.core", "mcp", "mcp_types", "httpx2", "anyio"},
    "rendering": {"markdown", "pygments", "ziamath", "ziafont", "latex2mathml", "nh3"},
    "ui": {"workbench.core", "workbench.rendering", "PySide6", "shiboken6", "qasync"},
}
STDLIB_ONLY_IN = {"sqlite3": {"storage", "files"}}  # files: databases of other programs, only read
# A process of its own lays out PDFs; the program that exports never loads these two itself.
MAY_IMPORT_BESIDES = {"files/exports/pdf_printer.py": {"PySide6"}, "files/exports/pdf_pictures.py": {"PySide6"},
                     "files/exports/pdf_places.py": {"PySide6"}}
STARTS_PROGRAMS = "core/processes/child_process.py"  # and nothing else does: children are isolated there
STARTING = re.compile(
    r"subprocess|multiprocessing|pty|(os|asyncio)\.(system|popen|spawn\w*|exec[lv]\w*|fork\w*|posix_spawn\w*|startfile"
    r"|create_subprocess_\w+)|subprocess_(exec|shell)|open_process|ProcessPoolExecutor|QProcess"
)
COMPOSITION_ROOTS = {"app.py", "window_app.py", "demo.py", "__main__.py", "cli", "cli.py", "bench"}
ADVICE = (
    "Take what is needed as an argument: declare it as a Protocol in workbench/core/ports/ and let app.py "
    "or cli hand in the real one. If the code needs no {layer}, it may belong into another folder."
)
MOST_LINES = 450


def layer_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0]


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def imports(module: Path) -> Iterator[tuple[int, str]]:
    """Every import of a module, also inside functions, as (line, absolute dotted name)."""
    package = list(module.relative_to(ROOT).parent.parts)
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            if name == "workbench":  # "from workbench import storage" names a folder in its second half
                yield from ((node.lineno, f"workbench.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, name


@cache
def modules_imported(module: Path) -> set[Path]:
    """The modules of the package that a module imports anywhere, also inside functions and for types alone."""
    found: set[Path] = set()
    package = list(module.relative_to(ROOT).parent.parts)
    for node in ast.walk(tree_of(module)):
        names: list[list[str]] = []
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = [*base, *(node.module.split(".") if node.module else [])]
            names = [[*source, alias.name] for alias in node.names]
        found |= {_FILES.get(tuple(name)) or _FILES.get(tuple(name[:-1]), module) for name in names}
    return found - {module}


def _name_parts(module: Path) -> tuple[str, ...]:
    parts = module.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


_FILES = {_name_parts(module): module for module in MODULES}
"""The modules of the package by the parts of their names."""


def circles(graph: dict[Path, set[Path]]) -> list[set[Path]]:
    """Groups of modules each of which leads to all others of its group (Tarjan 1972)."""
    order: dict[Path, int] = {}
    lowest: dict[Path, int] = {}
    stack: list[Path] = []
    found: list[set[Path]] = []

    def visit(module: Path) -> None:
        order[module] = lowest[module] = len(order)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in order:
                visit(other)
            if other in stack:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == order[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(set(group))

    for module in graph:
        if module not in order:
            visit(module)
    return found


def forbidden(layer: str, name: str) -> bool:
    top = name.split(".")[0]
    if top in sys.stdlib_module_names:
        return layer not in STDLIB_ONLY_IN.get(top, {layer})
    if name in ("workbench", "workbench.__version__"):
        return False
    allowed = MAY_IMPORT[layer] | {f"workbench.{layer}"}
    return not any(name == one or name.startswith(f"{one}.") for one in allowed)


def imports_across_layers(module: Path) -> Iterator[str]:
    layer = layer_of(module)
    besides = MAY_IMPORT_BESIDES.get(name_of(module), set())
    for line, name in imports(module):
        if forbidden(layer, name) and name.split(".")[0] not in besides:
            yield f"{module}:{line} imports {name}: {layer}/ may not. {ADVICE.format(layer=layer)}"


def test_imports_keep_to_the_layers() -> None:
    layered = [module for module in MODULES if layer_of(module) in MAY_IMPORT]
    assert len(layered) > 300
    wrong = [problem for module in layered for problem in imports_across_layers(module)]
    assert not wrong, "\n".join(wrong)


def test_programs_are_started_in_one_place() -> None:
    """What goes around it would run what lies in the folder that the user stands in, with the keys in the environment.
    """
    wrong = [f"{module}:{line} uses {name}" for module in MODULES if name_of(module) != STARTS_PROGRAMS
             for line, name in _ways_to_start(tree_of(module))]
    assert not wrong, "\n".join([*wrong, f"Start it by {STARTS_PROGRAMS}, or run a function by the worker beside it."])


def _ways_to_start(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [module, *(name for alias in node.names for name in (alias.name, f"{module}.{alias.name}"))]
        elif isinstance(node, ast.Attribute):
            names = [node.attr, f"{node.value.id}.{node.attr}"] if isinstance(node.value, ast.Name) else [node.attr]
        yield from ((node.lineno, name) for name in names if STARTING.fullmatch(name))  # type: ignore[attr-defined]


def test_ways_to_start_a_program_are_found() -> None:
    for code in ("import subprocess", "from subprocess import run", "import os; os.system('x')", "from os import execv",
                 "from concurrent.futures import ProcessPoolExecutor", "from PySide6.QtCore import QProcess",
                 "import asyncio; asyncio.create_subprocess_exec('x')", "loop.subprocess_exec(p, 'x')",
                 "def f():\n  import multiprocessing", "import asyncio.subprocess as a; a.open_process('x')"):
        assert list(_ways_to_start(ast.parse(code))), code
    assert not list(_ways_to_start(ast.parse("query.exec_(); app.exec(); os.environ; re.compile('x')")))


def test_no_modules_import_each_other_in_a_circle() -> None:
    found = circles({module: modules_imported(module) for module in MODULES})
    assert not found, "\n".join([
        *(f"{', '.join(sorted(map(name_of, group)))} import each other" for group in found),
        "An import for types alone counts too. Move what both need into a module below them, or let one of them "
        "take what it needs as a Protocol that it declares itself.",
    ])


def test_circles_are_found(tmp_path: Path) -> None:
    a, b, c, d = (tmp_path / name for name in "abcd")
    assert circles({a: {b}, b: {c}, c: {a, d}, d: set()}) == [{a, b, c}]
    assert circles({a: {b}, b: {c, d}, c: {d}, d: set()}) == []
    inline = PACKAGE / "rendering/inline.py"
    assert PACKAGE / "rendering/spans.py" in modules_imported(inline)
    assert PACKAGE / "ui/window.py" in modules_imported(PACKAGE / "window_app.py"), "inside a function"


def test_the_package_has_the_folders_of_the_table_only() -> None:
    allowed = {*MAY_IMPORT, *COMPOSITION_ROOTS, "__init__.py"}
    found = {path.name for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert found <= allowed, (
        f"{sorted(found - allowed)} stand directly in workbench/: put them into the folder that owns them "
        f"({', '.join(MAY_IMPORT)}); a new folder needs a row in MAY_IMPORT."
    )


def test_the_repository_has_the_folders_its_owner_asked_for() -> None:
    allowed = {"workbench", "resources", "tests", "packaging", "docs"}
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
    made = {"build", "dist", *(path.name for path in ROOT.glob("*.egg-info"))}  # by building, and ignored
    assert found <= allowed | made, f"{sorted(found - allowed - made)}: move them into {sorted(allowed)}."


def bad_habits(module: Path) -> Iterator[str]:
    if (lines := module.read_text("utf-8").count("\n")) > MOST_LINES:
        yield f"{module} has {lines} lines: split it by what its parts are about."
    for node in ast.walk(tree_of(module)):
        match node:
            case ast.ExceptHandler(type=None):
                yield f"{module}:{node.lineno} catches everything: name the exceptions it expects."
            case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="sleep")):
                yield f"{module}:{node.lineno} sleeps: wait for the event itself, with a timeout."
            case ast.ImportFrom(module="time", names=names) if any(n.name == "sleep" for n in names):
                yield f"{module}:{node.lineno} imports sleep: wait for the event itself."
            case ast.Constant(value=str(text)) if layer_of(module) == "storage" and re.search(r"[ (=]\?\d", text):
                yield f"{module}:{node.lineno} numbers a placeholder, which Python 3.14 refuses: name it."


def test_files_are_small_and_keep_the_habits() -> None:
    wrong = [problem for module in MODULES for problem in bad_habits(module)]
    assert not wrong, "\n".join(wrong)


def test_the_docstring_of_a_module_defines_it() -> None:
    """It begins with the noun that names the thing, so that a search for the field's term finds the module."""
    first = {module: (ast.get_docstring(tree_of(module)) or "").split()[:1] for module in MODULES}
    missing = [name_of(module) for module, words in first.items() if not words]
    assert not missing, f"Say what these modules are: {', '.join(missing)}"
    wrong = [name_of(module) for module, words in first.items()
             if words[0] in {"What", "How", "Where", "Which", "Whether", "Who", "When", "Why"}]
    assert not wrong, f"Begin with the noun that names the thing: {', '.join(wrong)}"


NO_VERBS = {"Always", "As", "Letters", "Lines", "Perhaps", "This", "Titles", "Tokens", "Words"}


def without_a_verb(module: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(module)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name == "__init__":
            continue
        if any(ast.unparse(decorator).endswith(("property", ".setter")) for decorator in node.decorator_list):
            continue
        first = (ast.get_docstring(node) or "Runs").split()[0].rstrip(".,:;")
        if not re.fullmatch(r"[A-Z][a-z]+s", first) or first in NO_VERBS:
            yield f"{name_of(module)}:{node.lineno} {node.name}: {first} …"


def test_the_docstring_of_a_function_says_what_it_does() -> None:
    """It begins with a verb in the present: “Returns …”, “Runs …”. Properties are values and named as such; that of
    ``__init__`` says what its arguments are."""
    wrong = [problem for module in MODULES for problem in without_a_verb(module)]
    assert not wrong, "\n".join(wrong)
