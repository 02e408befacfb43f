"""Proofs of callers from outside."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine.access.proofs import is_base64_signature, is_hex_signature, is_secret

ODD = st.text(alphabet=st.characters(), max_size=40)  # lone surrogates too


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_what_is_signed_with_the_secret_is_right(algorithm):
    seal = hmac.new(b"key", "žluť".encode(), getattr(hashlib, algorithm))
    assert is_hex_signature("key", "žluť", seal.hexdigest(), algorithm=algorithm)
    assert is_base64_signature("key", "žluť", base64.b64encode(seal.digest()).decode(), algorithm=algorithm)
    assert not is_hex_signature("other", "žluť", seal.hexdigest(), algorithm=algorithm)
    assert not is_base64_signature("key", "zlut", base64.b64encode(seal.digest()).decode(), algorithm=algorithm)


def test_no_secret_proves_nothing():
    empty = hmac.new(b"", b"x", "sha256")
    assert not is_secret("", "")
    assert not is_hex_signature("", "x", empty.hexdigest())
    assert not is_base64_signature("", "x", base64.b64encode(empty.digest()).decode())


@given(ODD, ODD)
def test_odd_characters_prove_nothing_and_raise_nothing(text, odd):
    assert is_secret("key", odd) is (odd == "key")
    assert not is_hex_signature("key", text, odd)
    assert not is_base64_signature("key", text, odd)
