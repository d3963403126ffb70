"""The tree has the shape RFC 6962 describes, and an audit path proves exactly one leaf of one tree."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.ledger import merkle

digests = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def by_the_letter(data):
    """RFC 6962 §2.1, written out as the text says it."""
    if not data:
        return hashlib.new("sm3").digest()
    if len(data) == 1:
        return hashlib.new("sm3", b"\0" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return hashlib.new("sm3", b"\1" + by_the_letter(data[:split]) + by_the_letter(data[split:])).digest()


@given(digests)
def test_the_streamed_root_is_the_root_of_the_rfc(data):
    assert merkle.root(iter(data)) == by_the_letter(data)


def test_no_leaf_at_all_gives_the_digest_of_nothing():
    assert merkle.root([]) == by_the_letter([])


@given(digests, st.data())
def test_every_leaf_has_a_path_to_the_root(data, drawn):
    position = drawn.draw(st.integers(0, len(data) - 1))
    siblings = merkle.path(data, position)
    assert merkle.climb(data[position], position, len(data), siblings) == merkle.root(data)
    assert len(siblings) <= len(data).bit_length()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=70, unique=True), st.data())
def test_a_path_proves_no_other_leaf_place_or_tree(data, drawn):
    position = drawn.draw(st.integers(0, len(data) - 1))
    other = drawn.draw(st.integers(0, len(data) - 1).filter(lambda p: p != position))
    siblings, root = merkle.path(data, position), merkle.root(data)
    assert merkle.climb(data[other], position, len(data), siblings) != root
    assert merkle.climb(data[position], other, len(data), siblings) != root
    assert merkle.climb(data[position], position, len(data), siblings[:-1]) != root
    assert merkle.climb(data[position], position, len(data), [*siblings, bytes(32)]) != root
    assert merkle.climb(data[position], len(data), len(data), siblings) is None


def test_a_place_outside_the_tree_has_no_path():
    with pytest.raises(IndexError):
        merkle.path([bytes(32)], 1)
