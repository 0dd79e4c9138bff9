"""What other servers send can be walked, encoded and stored, or is refused."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.parsing import DEPTH_MAX, Unreadable, parse_upstream, scrub

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None))
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner), max_leaves=20
)


@given(TREES)
def test_every_value_can_be_encoded_strictly_afterwards(tree: Any) -> None:
    parsed = parse_upstream(json.dumps(tree).encode())
    again = json.dumps(parsed, allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in again
    again.encode()
    msgspec.json.encode(parsed)


@given(TREES)
def test_scrubbing_twice_changes_nothing(tree: Any) -> None:
    assert scrub(scrub(tree)) == scrub(tree)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b"\n\n\n[1]", [1]),
        (b"[NaN, Infinity, -Infinity, 1e999, 1.5]", [None, None, None, None, 1.5]),
        (b"[" + b"9" * 5000 + b", 9223372036854775807, 9223372036854775808]", [None, 2**63 - 1, None]),
        (b'"a\\u0000b"', "ab"),
        (b'"\\ud800"', "\ufffd"),
        (b'{"a\\u0000": 1}', {"a": 1}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        ('"Amélie"'.encode("latin-1"), "Amélie"),
        ('"😀 שלום"'.encode(), "😀 שלום"),
        (b"null", None),
    ],
)
def test_oddities_are_read(body: bytes, value: Any) -> None:
    assert parse_upstream(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b'{"cut": [1, 2',
        b"[" * 200_000,
        b"[" * 200_000 + b"]" * 200_000,
        b"[" * (DEPTH_MAX + 2) + b"]" * (DEPTH_MAX + 2),
        b"error code: 1010",
        "[1]".encode("utf-16"),
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_or_too_deep_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_upstream(body)
    assert refusal.value.__context__ is None
