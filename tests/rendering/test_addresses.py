"""Addresses, labels and entities."""

from __future__ import annotations

import pytest

from workbench.rendering.addresses import (
    decode_entity,
    encode,
    is_web_address,
    normal_label,
    read_definitions,
    read_inline_target,
)


@pytest.mark.parametrize(
    "address",
    ["http://a.example", "HTTPS://a.example", "mailto:a@b.example", "#fn-1"],
)
def test_web_addresses(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "file:///etc/passwd",
        "//server/share",
        "\\\\server\\share",
        "data:text/html,x",
        "ms-msdt:/id",
        "smb://host",
        "vbscript:x",
        "ftp://host",
        "C:/windows",
        "/etc/passwd",
        "page.html",
        "a/b:c",
        "?q=a:b",
        "../up",
        "%5C%5Cserver%5Cshare",
    ],
)
def test_other_addresses(address: str) -> None:
    assert not is_web_address(address)


def test_encoding_keeps_what_is_encoded() -> None:
    assert encode("https://a.example/ä b%20c?d=[e]&f#g") == "https://a.example/%C3%A4%20b%20c?d=%5Be%5D&f#g"
    assert encode("\ud800") == "?"


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        ("&amp;", "&"),
        ("&#35;", "#"),
        ("&#x22;", '"'),
        ("&#0;", "\ufffd"),
        ("&#xD800;", "\ufffd"),
        ("&nosuch;", "&nosuch;"),
    ],
)
def test_entities(entity: str, text: str) -> None:
    assert decode_entity(entity) == text


def test_labels_are_equal_whatever_their_case_and_blanks() -> None:
    assert normal_label(" Straße\n A ") == normal_label("STRASSE a")


def test_definitions_are_taken_off_a_paragraph() -> None:
    found: dict[str, tuple[str, str]] = {}
    rest = read_definitions('[a]: /x "T"\n[B c]:\n <y z>\n[a]: /again\n[d] is text', found)
    assert rest == "[d] is text"
    assert found == {"a": ("/x", "T"), "b c": ("y%20z", "")}


@pytest.mark.parametrize(
    ("text", "address", "title"),
    [
        ("(a)", "a", ""),
        ("()", "", ""),
        ("(<a b>)", "a%20b", ""),
        ("(a(b)c 'd')", "a(b)c", "d"),
        ('( a\n"b\\"c" )', "a", 'b"c'),
    ],
)
def test_targets(text: str, address: str, title: str) -> None:
    assert read_inline_target(text, 0) == ((address, title), len(text))


@pytest.mark.parametrize("text", ["(a b)", "(a", "(a 'b)", "(<a\nb>)", "(" + "(" * 9 + ")" * 9 + ")"])
def test_no_targets(text: str) -> None:
    assert read_inline_target(text, 0) is None
