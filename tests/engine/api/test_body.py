"""Bodies and query strings: what was meant arrives, and what cannot be read is refused, never worse."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from honeyguide.engine.api.body import MAX_DEPTH, BadBody, nest, parse_brackets, parse_json, split_name

NAME = st.text(st.characters(codec="utf-8", exclude_characters="[] .\x00"), min_size=1, max_size=6)
VALUE = st.text(st.characters(codec="utf-8"), max_size=8)
NESTED = st.recursive(
    VALUE,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAME, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def as_brackets(name, value):
    """The pairs in which a client sends the value under this name."""
    if isinstance(value, str):
        return [(name, value)]
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    return [pair for key, inner in entries for pair in as_brackets(f"{name}[{key}]", inner)]


def is_list_like(value):
    """Maps with the keys 0..n-1 in order come back as lists, by rule."""
    if isinstance(value, dict):
        return list(value) == [str(i) for i in range(len(value))] or any(map(is_list_like, value.values()))
    return isinstance(value, list) and any(map(is_list_like, value))


@given(st.dictionaries(NAME, NESTED, max_size=3))
@settings(max_examples=150, deadline=None)
def test_what_is_sent_in_brackets_comes_back(sent):
    pairs = [pair for name, value in sent.items() for pair in as_brackets(name.strip(), value)]
    if len({name.strip() for name in sent}) < len(sent) or "" in {name.strip() for name in sent}:
        return
    if any(map(is_list_like, sent.values())):
        return
    text = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    assert parse_brackets(text) == {name.strip(): value for name, value in sent.items()}


@given(st.text(st.sampled_from("ab01²[]=&.%+ \x00é\n"), max_size=30) | st.text(max_size=30))
@example("a[²]=1&a[]=2")
@example("a[٣]=1&a[]=2")
@example("a=1&a[b]=2&a[b][]=3")
@settings(max_examples=300, deadline=None)
def test_any_query_string_is_read_or_refused(text):
    with suppress(BadBody):
        assert isinstance(parse_brackets(text), dict)


@given(st.binary(max_size=30) | st.text(st.sampled_from('[]{}",:01eE.-ntfu\\d8 '), max_size=20).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_refused(body):
    with suppress(BadBody):
        assert isinstance(parse_json(body), (dict, list))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("0[email]=x&0[firstname]=y&1[email]=z", {"0": {"email": "x", "firstname": "y"}, "1": {"email": "z"}}),
        ("a[]=1&a[5]=2&a[]=3", {"a": {"0": "1", "5": "2", "6": "3"}}),
        ("a[0]=x&a[1]=y", {"a": ["x", "y"]}),
        ("a[1]=x", {"a": {"1": "x"}}),
        ("a=1&a=2", {"a": "2"}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b]=1&a=2", {"a": "2"}),
        ("a.b=1&c d=2", {"a_b": "1", "c_d": "2"}),
        ("a[b=1", {"a_b": "1"}),
        ("a[b]c[d]=1", {"a": {"b": "1"}}),
        ("=1&[a]=2&a", {"a": ""}),
        ("a=%C5%BE%20%2B", {"a": "ž +"}),
        ("a=%FF", {"a": "\ufffd"}),
        ("", {}),
    ],
)
def test_brackets(text, meant):
    assert parse_brackets(text) == meant


@pytest.mark.parametrize(
    "body", [b"1", b'"x"', b"null", b"true", b"{", b'{"a":NaN}', b'"\\ud800"', b"\xff", b"{'a':1}"]
)
def test_json_that_is_no_object_or_list_is_refused(body):
    with pytest.raises(BadBody):
        parse_json(body)


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_body_has_no_parameters(body):
    assert parse_json(body) == {}


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_is_limited(opening):
    closing = "]" if opening == "[" else "}"

    def nested(depth):
        return (opening * (depth - 1) + ("[]" if opening == "[" else "{}") + closing * (depth - 1)).encode()

    parse_json(nested(MAX_DEPTH))
    with pytest.raises(BadBody):
        parse_json(nested(MAX_DEPTH + 1))
    with pytest.raises(BadBody):
        parse_brackets("a" + "[x]" * MAX_DEPTH + "=1")


def test_many_shallow_brackets_are_fine():
    assert len(parse_json(b"[" + b"[]," * 5000 + b"[]]")) == 5001


def test_too_many_names_are_refused():
    with pytest.raises(BadBody):
        parse_brackets("&".join("a=1" for _ in range(60_000)))


def test_files_keep_their_place():
    assert nest([("a[file]", 1), ("a[name]", "x")]) == {"a": {"file": 1, "name": "x"}}
    assert split_name("a[b][]") == ["a", "b", ""]
