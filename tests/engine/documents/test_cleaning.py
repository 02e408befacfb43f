"""Documents are let in once and stay the same from then on."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.documents import documents, of
from honeyguide.engine.documents.blocks import BLOCKS
from honeyguide.engine.documents.cleaning import clean
from honeyguide.engine.resource import Invalid

NAMES = ["id", "kind", "sections", "columns", "styles", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(medium=st.sampled_from(["email", "page"]), data=st.data())
def test_what_was_opened_and_saved_opens_the_same(medium, data):
    saved = clean(data.draw(documents(medium)), medium)
    stored = orjson.loads(orjson.dumps(saved))
    assert clean(stored, medium) == saved == stored


@settings(deadline=None)
@given(anything=JSON)
def test_anything_else_is_refused_with_words(anything):
    try:
        cleaned = clean(anything, "email")
    except Invalid:
        return
    assert clean(cleaned, "email") == cleaned


def test_a_block_gets_what_it_lacks():
    block = clean(of({"kind": "button"}), "email")["sections"][0]["columns"][0]["blocks"][0]
    assert (block["label"], block["rounded"]) == ("Read more", 6)
    assert set(block) == {"id", "kind", *(one.name for one in BLOCKS["button"].properties)}


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"kind": "rocket"}, "no such block"),
        ({"kind": "form"}, "no such block"),  # e-mails hold no forms
        ({"kind": "text", "size": "big"}, "whole number"),
        ({"kind": "text", "color": "red;x:y"}, "A colour looks like"),
        ({"kind": "text", "text": "x" * 100_001}, "At most 100000 characters"),
        ({"kind": "text", "onclick": "x"}, "There is no 'onclick' here"),
        ({"kind": "social", "links": [{"network": "nowhere"}]}, "no such network"),
        ({"kind": ["text"]}, "no such block"),
    ],
)
def test_what_is_wrong_is_named(block, words):
    with pytest.raises(Invalid, match=words):
        clean(of(block), "email")


def test_ids_are_unique():
    twice = of({"kind": "spacer"}, {"kind": "spacer"})
    twice["sections"][0]["columns"][0]["blocks"][1]["id"] = "b0"
    with pytest.raises(Invalid, match="same id"):
        clean(twice, "email")
