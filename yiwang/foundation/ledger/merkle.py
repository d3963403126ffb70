"""A Merkle tree of the shape of RFC 6962 §2.1, with SM3 in place of SHA-256. Pure.

A leaf hashes as SM3(0x00 ‖ data), a node as SM3(0x01 ‖ left ‖ right); a tree of n leaves splits at the largest power
of two below n, so a single leaf is its own root and no leaf is ever doubled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.new("sm3").digest()
_LEAF = hashlib.new("sm3", b"\0")
_NODE = hashlib.new("sm3", b"\1")


def leaf(data: bytes) -> bytes:
    """The hash of one leaf; ``data`` is the entry's 32-byte digest."""
    state = _LEAF.copy()  # copying a started state is twice as fast as looking the algorithm up again
    state.update(data)
    return state.digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    state = _NODE.copy()
    state.update(left + right)
    return state.digest()


def root(data: Iterable[bytes]) -> bytes:
    """The root over the leaves' data in order, kept in O(log n) memory; SM3 of nothing for no leaf at all."""
    standing: list[bytes] = []  # roots of the perfect subtrees seen so far, largest first
    leaf_copy, node_copy = _LEAF.copy, _NODE.copy
    for before, item in enumerate(data):
        state = leaf_copy()
        state.update(item)
        hashed = state.digest()
        carry = before
        while carry & 1:
            state = node_copy()
            state.update(standing.pop() + hashed)
            hashed = state.digest()
            carry >>= 1
        standing.append(hashed)
    if not standing:
        return EMPTY
    hashed = standing.pop()
    while standing:
        hashed = node(standing.pop(), hashed)
    return hashed


def path(data: Sequence[bytes], position: int) -> list[bytes]:
    """The audit path of the leaf at ``position`` (from 0), lowest sibling first (RFC 6962 §2.1.1)."""
    if not 0 <= position < len(data):
        raise IndexError("no leaf at that position")
    siblings: list[bytes] = []
    low, high = 0, len(data)
    while high - low > 1:
        split = low + (1 << (high - low - 1).bit_length() - 1)
        if position < split:
            siblings.append(root(data[split:high]))
            high = split
        else:
            siblings.append(root(data[low:split]))
            low = split
    return siblings[::-1]


def climb(data: bytes, position: int, size: int, siblings: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 9162 §2.1.3.2); ``None`` if the path cannot be of such a tree."""
    if not 0 <= position < size:
        return None
    hashed, place, last = leaf(data), position, size - 1
    for sibling in siblings:
        if last == 0:
            return None
        if place & 1 or place == last:
            hashed = node(sibling, hashed)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            hashed = node(hashed, sibling)
        place >>= 1
        last >>= 1
    return hashed if last == 0 else None
