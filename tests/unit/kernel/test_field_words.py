"""What the ledger kept of a declared field, in the words of its declaration."""

from __future__ import annotations

import pytest

from yiwang.kernel.process import Field


@pytest.mark.parametrize(
    ("kind", "kept", "said"),
    [
        ("code", "duty", "不属于本单位职责"),
        ("code", "unheard-of", ""),
        ("code", ["duty"], ""),
        ("number", 3, "3"),
        ("date", "2026-10-05", "2026年10月5日"),
        ("flag", True, "是"),
        ("flag", False, ""),
        ("reference", "housing", ""),
        ("text", "e239b2e976", ""),
        ("number", None, ""),
    ],
)
def test_what_was_chosen_is_said_and_what_says_nothing_by_itself_is_not(kind, kept, said):
    assert Field("ground", "退单理由", kind, choices={"duty": "不属于本单位职责"}).in_words(kept) == said
