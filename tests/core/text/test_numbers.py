"""Numbers are read as people write them."""

from __future__ import annotations

import math

import pytest

from workbench.core.text.numbers import last_number, number_of, numbers_in


@pytest.mark.parametrize(("text", "numbers"), [
    ("1, 2 and 3.5", [1, 2, 3.5]), ("The total is 1,234.50 €.", [1234.5]), ("1.234,50", [1234.5]), ("12,5", [12.5]),
    ("1,234", [1234]), ("1.234", [1.234]), ("1,234,567", [1234567]), ("1.234.567", [1234567]), ("12'500", [12500]),
    ("1\u202f234,5", [1234.5]), ("−3 or -4", [-3, -4]), ("6.02e23", [6.02e23]), ("٣٫", [3]), ("１２", [12]), ("", []),
    ("no number", []), ("90%", [90]), ("v1.", [1]), ("1" * 400, [math.inf]),
    # groups of three by any space, an apostrophe or an underscore; in India of two and a last one of three
    ("1 000 000", [1000000]), ("1\u00a0000\u00a0000", [1000000]), ("1\u2009000,5", [1000.5]),
    ("1’234’567.89", [1234567.89]), ("1_000_000", [1000000]), ("1.234.567,89", [1234567.89]),
    ("1 234 567,89", [1234567.89]), ("1,00,000.5", [100000.5]), ("٬١٢", [12]), ("١٬٢٣٤٫٥", [1234.5]),
    # no groups: the first has more than three digits, or begins with 0
    ("1234,567", [1234.567]), ("0,123", [0.123]), ("In 2023 100 people", [2023, 100]), ("007", [7]), (".5", [0.5]),
    # several numbers, and what is none
    ("1,2,3", [1, 2, 3]), ("1,2,3.5", [1, 2, 3.5]), ("1.2.3", [1, 2, 3]), ("12.5 13.5", [12.5, 13.5]),
    ("12/25/2024", [12, 25, 2024]), ("2024-05-03", [2024, 5, 3]),
    ("192.168.1.1", [192, 168, 1, 1]), ("12:30", [12, 30]),
    ("1..2", [1, 2]), ("100 200 3", [100, 200, 3]), ("1,234,56", [1, 234, 56]), ("x²", []),
    # fractions
    ("1/3", [1 / 3]), ("2 1/2", [2.5]), ("½", [0.5]), ("2½", [2.5]), ("-1/3", [-1 / 3]), ("8／10", [0.8]),
    ("1⁄4", [0.25]), ("1/0", [1, 0]), ("-2 1/2", [-2.5]), ("1 000/8", [125]), ("3/4 cup", [0.75]),
    # signs
    ("3-5", [3, 5]), ("3–5", [3, 5]), ("–5", [-5]), ("5 -3", [5, -3]), ("GPT-4", [4]), ("-$5", [-5]), ("$-5", [-5]),
    ("−$1,234.50", [-1234.5]), ("+7", [7]), ("（－３）", [-3]), ("x=-4", [-4]),
    # powers
    ("6.02×10^23", [6.02e23]), ("6.02 × 10²³", [6.02e23]), ("1e-5", [1e-5]), ("10^6", [1e6]), ("10⁻³", [1e-3]),
    ("3 * 10^(-2)", [0.03]), ("1,5·10³", [1500]),
    # other scripts and widths
    ("１，２３４．５", [1234.5]), ("٥٠٪", [50]), ("१२३", [123]), ("共１２個", [12]),
])
def test_numbers_are_found_as_people_write_them(text: str, numbers: list[float]) -> None:
    assert [number.values[0] for number in numbers_in(text)] == pytest.approx(numbers, rel=1e-15)


def test_a_share_is_also_what_it_comes_to() -> None:
    assert numbers_in("90 %")[0].values == pytest.approx((90, 0.9))
    assert numbers_in("5‰")[0].values == pytest.approx((5, 0.005))


@pytest.mark.parametrize(("text", "doubtful"), [
    ("1,234", [1.234]), ("1.234", [1234]), ("5 100", [100]), ("1/3", [1, 3]), ("1,234,567", []), ("12,5", []),
    ("0.123", []), ("1,234.5", []), ("1\u202f234", []),
])
def test_what_somebody_else_may_mean_by_it_is_told(text: str, doubtful: list[float]) -> None:
    assert list(numbers_in(text)[0].doubtful) == doubtful


@pytest.mark.parametrize(("text", "number"), [
    ("12", 12), (" 1e3 ", 1000), ("12,5", 12.5), ("1/3", 1 / 3), ("90%", 90), ("a dozen", None), ("nan", None),
    ("", None), ("5 apples", None), ("1, 2", None),
])
def test_a_text_that_is_a_number(text: str, number: float | None) -> None:
    assert number_of(text) == number


def test_the_last_number_of_a_long_text_is_found_without_reading_all_of_it() -> None:
    long = last_number("1/" * 500_000 + "7 and so on" * 10_000)
    assert long is not None and long.values == (7,)
    assert last_number("none " * 100_000) is None
