"""The key mask: no key in a reply, in whatever pieces it comes, and nothing else changed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from workbench.core.provider_secrets import KEPT
from workbench.core.reply.events import (
    Cited,
    Event,
    Finished,
    ImageData,
    MessageExtra,
    ReasoningDelta,
    ReasoningWasText,
    ResponseInfo,
    StartedAgain,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
)
from workbench.core.settings import ProviderConfig
from workbench.providers.http.headers import KEY_PLACE, hide_key
from workbench.providers.http.key_mask import KeyMask, ReplyMask

KEY = "sk-canary-0123456789"


def masked(events: Iterable[Event], key: str | None = KEY) -> list[Event]:
    mask = KeyMask(key)
    return [*(shown for event in events for shown in mask.events(event)), *mask.rest()]


def text_of(events: Iterable[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_a_key_in_one_piece() -> None:
    assert masked([TextDelta(f"You sent {KEY}, and {KEY}."), Finished("stop")]) == [
        TextDelta(f"You sent {KEY_PLACE}, and {KEY_PLACE}."), Finished("stop")]


def test_every_kind_of_text() -> None:
    events = masked([ReasoningDelta(KEY), ToolCallDelta(0, "i", "f", f'{{"k": "{KEY}"}}'), Cited(f"https://x/?k={KEY}"),
                     ResponseInfo({"a": [KEY]}), MessageExtra({"blocks": [{"text": KEY}]}),
                     ToolResultData("c", f"printed {KEY}"), ToolCallDelta(1, KEY, KEY), ImageData(url=f"https://x/{KEY}")])
    assert KEY not in str(events) and str(events).count(KEY_PLACE) == 9


def test_text_that_only_looks_like_the_key_waits_and_is_shown() -> None:
    mask = KeyMask(KEY)
    assert list(mask.events(TextDelta("see sk-can"))) == [TextDelta("see ")]
    assert list(mask.events(TextDelta("dy"))) == [TextDelta("sk-candy")]
    assert list(mask.events(TextDelta("!"))) == [TextDelta("!")]


def test_words_do_not_wait() -> None:
    """The first letters of a key are the last ones of many words."""
    assert masked([TextDelta("Yes")]) == [TextDelta("Yes")]
    assert list(KeyMask(KEY).events(TextDelta("words"))) == [TextDelta("words")]


def test_what_waits_comes_before_the_end() -> None:
    assert masked([TextDelta("sk-can"), Finished("stop")]) == [TextDelta("sk-can"), Finished("stop")]


def test_reasoning_that_was_text_is_all_there_before_it_is_taken_away() -> None:
    for said in (f"It is {KEY}", f"It is {KEY[:9]}"):
        events = masked([ReasoningDelta(said), ReasoningWasText(said), TextDelta(said), Finished("stop")])
        thoughts = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
        assert ReasoningWasText(thoughts) in events and text_of(events) == thoughts and KEY not in str(events)


def test_a_reply_that_starts_again_starts_empty() -> None:
    assert text_of(masked([TextDelta("sk-canary-"), StartedAgain(), TextDelta("0123456789")])) == "0123456789"


def test_without_a_key_that_can_be_told_from_a_word() -> None:
    for key in (None, "", "local", "1234"):
        assert masked([TextDelta("local 1234")], key) == [TextDelta("local 1234")]
    assert masked([TextDelta("a sk-1234")], "sk-1234") == [TextDelta(f"a {KEY_PLACE}")]
    assert hide_key("Bearer sk-1234", "sk-1234") == f"Bearer {KEY_PLACE}"


@given(st.lists(st.sampled_from([KEY, "sk-", "s", "sk-canary", " ", "words", "0123456789", "sk-canary-012345678"])),
       st.data())
def test_in_any_pieces(words: list[str], data: st.DataObject) -> None:
    whole = "".join(words)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    shown = text_of(masked([TextDelta(piece) for piece in pieces]))
    assert KEY not in shown
    # Up to three characters of a key's beginning may stand before its place; nothing else is lost or added.
    place = rf"(sk-|sk|s)?{re.escape(KEY_PLACE)}"
    assert re.fullmatch(place.join(re.escape(between) for between in whole.split(KEY)), shown)


SECRETS = ProviderConfig("p", headers={
    "X-Secret": "topsecretvalue99", "Authorization": "Bearer sk-verysecret-key-1", "X-Title": "My own words",
    "X-Token": "yes"})


def test_secrets_of_headers_are_taken_out_too() -> None:
    mask = ReplyMask(KEY, SECRETS)
    said = f"My own words, yes: topsecretvalue99, Bearer sk-verysecret-key-1, sk-verysecret-key-1 and {KEY}. topsecret"
    events = [*(shown for piece in said for shown in mask.events(TextDelta(piece))), *mask.rest()]
    # As of a key, the first characters may have passed before the rest came.
    assert text_of(events) == (
        f"My own words, yes: top{KEPT}, Bearer sk-{KEPT}, sk-{KEPT} and sk-{KEY_PLACE}. topsecret")
    (whole,) = ReplyMask(KEY, SECRETS).events(TextDelta(f"{said}!"))
    assert whole == TextDelta(f"My own words, yes: {KEPT}, Bearer {KEPT}, {KEPT} and {KEY_PLACE}. topsecret!")
    call = ToolCallDelta(0, "i", "f", '{"k": "topsecretvalue99"}')
    kept = MessageExtra({"a": ["topsecretvalue99"]})
    assert "topsecret" not in str([list(ReplyMask(None, SECRETS).events(event)) for event in (call, kept)])


def test_words_that_wait_at_several_masks_come_out() -> None:
    mask = ReplyMask("topsecret-key-000", SECRETS)
    assert [*mask.events(TextDelta("a topsecret")), *mask.rest()] == [TextDelta("a "), TextDelta("topsecret")]


def test_a_secret_of_a_header_is_no_key() -> None:
    """It may hold blanks, which no key does, and whatever else a header can."""
    said = "Basic pk-canary-42 and correct horse battery staple"
    config = ProviderConfig(
        "p", headers={"Authorization": "Basic pk-canary-42", "X-Secret": "correct horse battery staple"})
    (whole,) = ReplyMask(None, config).events(TextDelta(f"{said}!"))
    assert whole == TextDelta(f"Basic {KEPT} and correct {KEPT}!")
