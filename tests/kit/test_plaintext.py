import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.plaintext import clean_text

CLOSED_TAG = re.compile(r"<(?:/?[a-z]|!--|!doctype)[^>]*>", re.IGNORECASE)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

fragments = st.sampled_from(
    [
        *"<>/!-\"'= ab\n\t&;\x00\x85",
        "script",
        "style",
        "<script>",
        "</script>",
        "<style ",
        "</style\n>",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "--!>",
        "<!doctype",
        "<!doc",
        "type",
        '<a x="',
        "<a x='>'",
        "<img/src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "text",
    ]
)
hostile = st.lists(fragments, max_size=40).map("".join)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'Tom & Jerry <3 "50%"',
        "if x<y then z",
        "if x < y > z",
        "a < b > c",
        "1<2>3",
        "</3 and > that",
        "<>",
        "< b>",
        "<! not a comment >",
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &nbsp;",
        "a <b",
        "5 > 3",
        "tab\tand\nnewline",
        "👩‍🚀 zero width joiners \u200b stay, \u2028 too",
        "  white space around  ",
        "'quotes' \"double\" `ticks` \\ backslash %s {0}",
        "<-- arrow -->",
        "<é>",
    ],
)
def test_what_is_no_html_stays_as_typed(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("<b>bold</b>", "bold"),
        ("a<br>b<br/>c<BR />d", "abcd"),
        ('<a href="https://example.com">link</a>', "link"),
        ('<a title="x>y">z</a>', "z"),
        ("<a title='x>y'>z</a>", "z"),
        ("<a title=x>y</a>", "y"),
        ('<a title="never closed>text', "text"),
        ("<img src=x onerror=alert(1)//>", ""),
        ("<svg/onload=alert(1)>", ""),
        ("<p\nclass=x\n>text</p\n>", "text"),
        ("<my-element>x</my-element>", "x"),
        ("<script>alert(1)</script>", ""),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT type='x'>if (1 < 2) {}</ScRiPt >b", "ab"),
        ("a<script>'</scripty>'</script>b", "ab"),
        ("a<script/>b</script>c", "ac"),
        ("a<style>p > b { color: red }</style>b", "ab"),
        ("a<script>never closed", "a"),
        ("<scripty>text</scripty>", "text"),
        ("a</script>b", "ab"),
        ("a<!-- comment > still -->b", "ab"),
        ("a<!-->b", "ab"),
        ("a<!--->b", "ab"),
        ("a<!-- x --!>b", "ab"),
        ("a<!-- never closed > b", "a b"),
        ("<!DOCTYPE html>text", "text"),
        ("Tom & <b>Jerry</b> <3 &amp;", "Tom & Jerry <3 &amp;"),
        ("x<y <b>z</b>", "xz"),  # `<y <b>` is one tag, for a browser, too
    ],
)
def test_elements_go(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "<scr<script>ipt>alert(1)</script>",
        "<<b>script>alert(1)</script>",
        "<<b>b>x",
        "<<<<b>b>b>b>",
        "<<b></b>b>",
        "<</b>/b>",
        "</<b>b>",
        "<!-<b>- x -->",
        "<!doc<b>type html>",
        "<</script>script>x</script>",
        "<\x00script>x</script>",
        "<s\x1fcript>x</script\x00>",
    ],
)
def test_nested_constructions_leave_no_tag(text: str) -> None:
    cleaned = clean_text(text)
    assert not CLOSED_TAG.search(cleaned)
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb", "a\nb"),
        ("a\x00b\x07c\x1bd\x7fe\x85f\x9fg", "abcdefg"),
        ("a\x0bb\x0cc", "abc"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\ud800b", "ab"),
    ],
)
def test_control_characters_go(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@settings(max_examples=500)
@given(hostile)
def test_cleaning_what_was_cleaned_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned


@settings(max_examples=500)
@given(hostile)
def test_no_closed_tag_is_left(text: str) -> None:
    assert not CLOSED_TAG.search(clean_text(text))


@given(st.text(st.characters(exclude_characters="<")))
def test_without_a_less_than_sign_only_control_characters_go(text: str) -> None:
    assert clean_text(text) == CONTROLS.sub("", text)


@given(st.text(st.characters(exclude_characters=">")))
def test_without_a_greater_than_sign_only_control_characters_go(text: str) -> None:
    assert clean_text(text) == CONTROLS.sub("", text)


@given(hostile)
def test_nothing_is_added_or_reordered(text: str) -> None:
    left = iter(text)
    assert all(character in left for character in clean_text(text))


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a",
        "<b>",
        "<<b>b>",
        '<a x=">" ',
        "<a x='>",
        "<a x=\n",
        "<!-- >",
        "<!---->",
        "<script>",
        "<script></script>",
        "<!",
        "<!doctype",
        "</",
    ],
)
@pytest.mark.parametrize("ending", ["", ">"])
def test_hostile_text_takes_linear_time(unit: str, ending: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit)) + ending
        started = time.process_time()
        clean_text(text)
        return time.process_time() - started

    # Sixteen times the length: about sixteen times the time, where quadratic work would take 256 times.
    small = min(seconds(1 << 14) for _ in range(3))
    large = min(seconds(1 << 18) for _ in range(3))
    assert large < 80 * max(small, 0.002)


def test_deep_nesting_takes_linear_time() -> None:
    text = "<" * 300_000 + "b>" * 300_000
    started = time.process_time()
    assert clean_text(text) == ""
    assert time.process_time() - started < 5
