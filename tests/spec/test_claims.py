"""What the checker says of official prose: one line a case, the claims it finds and its verdict on each."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from yiwang.insight.checker.checking import check

CASES = list(csv.DictReader(Path(__file__).with_name("claims.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_prose_claims_what_the_table_says(case: dict[str, str]) -> None:
    text, claims = check(case["text"].replace("\\n", "\n"))
    found = sorted(f"{claim.kind}:{claim.verdict}" for claim in claims)
    assert found == sorted(case["expected"].split()), [claim.as_dict(text) for claim in claims]
