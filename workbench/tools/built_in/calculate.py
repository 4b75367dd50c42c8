"""The calculator: arithmetic as Python writes it, with numbers, a few functions and nothing else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from workbench.core.errors import BadInput

MOST_LETTERS = 1000
MOST_BITS = 10_000
"""Bits of a whole number that is computed on the way: some 3,000 figures."""

_Number = int | float
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # Any: the operators of the standard library are not typed for numbers alone
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in (
        "sqrt", "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh",
        "cosh", "tanh", "degrees", "radians", "floor", "ceil", "trunc", "hypot", "gcd", "lcm")},
    "abs": abs, "round": round, "min": min, "max": max,
    "factorial": lambda number: math.factorial(_bounded(number, 500)),
    "comb": lambda number, chosen: math.comb(_bounded(number, 5000), chosen),
}
_HELP = f"Use numbers, + - * / // % ** ( ), {', '.join(_FUNCTIONS)} and {', '.join(_CONSTANTS)}."


def calculate(expression: str) -> str:
    """Returns the value of an expression. Raises ``BadInput``."""
    if len(expression) > MOST_LETTERS:
        raise BadInput(f"The expression has over {MOST_LETTERS} letters. Take it apart.")
    try:
        value = _value(ast.parse(expression.strip().replace("^", "**").replace("×", "*").replace("÷", "/"),
                                 mode="eval").body)
        return _written(value)
    except ZeroDivisionError:
        raise BadInput("It divides by zero.") from None
    except SyntaxError:
        raise BadInput(f"“{expression}” is no expression. {_HELP}") from None
    except (ValueError, TypeError, OverflowError) as error:
        raise BadInput(f"“{expression}” has no value: {error}.") from None
    except (RecursionError, MemoryError):
        raise BadInput("The expression is nested too deeply. Take it apart.") from None


def _written(value: _Number) -> str:
    if isinstance(value, int):
        return str(value)
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _value(node: ast.expr) -> _Number:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _small(number)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _UNARY:
            return _small(_UNARY[type(sign)](_value(operand)))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            one, other = _value(left), _value(right)
            if isinstance(sign, ast.Pow):
                _check_power(one, other)
            return _small(_BINARY[type(sign)](one, other))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _small(_FUNCTIONS[name](*map(_value, arguments)))
    raise BadInput(f"“{ast.unparse(node)}” cannot be calculated. {_HELP}")


def _check_power(base: _Number, exponent: _Number) -> None:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * abs(exponent) > MOST_BITS:
        raise BadInput("The power is too large to be written out. Use a number with a point, such as 2.0.")


def _small(value: Any) -> _Number:
    if isinstance(value, complex):
        raise BadInput("The value is no real number.")
    if not isinstance(value, int | float):
        raise BadInput("The value is no number.")
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise BadInput("A number on the way is too large to be written out.")
    return value


def _bounded(value: _Number, most: int) -> int:
    if not isinstance(value, int) or not 0 <= value <= most:
        raise BadInput(f"It takes a whole number from 0 to {most}.")
    return value
