"""What the reading of replies finds: one line a reply, invented, good and bad, and the findings a clerk is to see."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from yiwang.governance.hotline.replies import copies, rules
from yiwang.governance.hotline.replies.kinds import ReplyRules

CASES = list(csv.DictReader(Path(__file__).with_name("replies.csv").read_text(encoding="utf-8").splitlines()))
FILE = settings.ROOT / "packs/national/replies/hotline.replies.toml"
RULES = ReplyRules.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


def findings(case: dict[str, str]) -> list[rules.Finding]:
    earlier = [copies.Earlier("HL-1", copies.prints(case["earlier"], RULES.courtesies))] if case["earlier"] else []
    return rules.read(
        rules.Reply(case["reply"], case["question"], case["kind"], caller=case["caller"], earlier=earlier), RULES
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_reply_is_told_what_the_table_says(case: dict[str, str]) -> None:
    found = findings(case)
    assert sorted({one.code for one in found}) == sorted(case["expected"].split()), found


def test_every_finding_stands_in_the_table_with_a_sentence_of_its_own() -> None:
    found = {one.code: one.says for case in CASES for one in findings(case)}
    known = {one.code for one in RULES.part} | {"question", "vague", "unfilled", "copied", "id-number", "phone", "name"}
    assert set(found) == known
    assert all(says.endswith("。") and "{" not in says for says in found.values())


def test_no_finding_repeats_a_number_of_a_person() -> None:
    said = "".join(one.says + one.words for case in CASES for one in findings(case))
    assert "13900001234" not in said
    assert "449931198003052317" not in said
