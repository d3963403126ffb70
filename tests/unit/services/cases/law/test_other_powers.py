"""给付, 确认, 奖励, 裁决, 征收, 其他 and 下级初步审查: each under its own process, clocks, words and letters."""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.matters import actions as matters
from yiwang.matters.models import MatterClock
from yiwang.services.cases.power_papers import POWERS
from yiwang.services.catalogue.models import Guide

PROCESSES = Path(settings.ROOT) / "packs" / "national" / "processes"
REVIEW = {"opinion": "材料齐全，核查属实，建议准予。", "recommendation": "grant"}
AGREE = "同意审核意见，依法作出决定。"


def of(process, chain="two-hands", **how):
    """The restaurant item run under another power's process: the processes are what is looked at, not the item."""
    guide = Guide.objects.filter(item__code=cast.FOOD, state="published").latest("version")
    Guide.objects.filter(pk=guide.pk).update(process_id=process, chain=chain)
    return cast.submitted(**how)


def clocks(case):
    return {row.clock: row for row in MatterClock.objects.filter(matter_id=case.matter_id)}


@pytest.mark.parametrize("process", sorted(POWERS))
def test_each_power_rests_on_its_own_law_and_not_on_the_licensing_law(process):
    declared = tomllib.loads((PROCESSES / f"{process}.toml").read_text(encoding="utf-8"))
    assert declared["basis"]
    bases = [declared["basis"], *(one.get("basis", "") for part in ("step", "clock") for one in declared[part])]
    assert not [basis for basis in bases if "行政许可法" in basis]
    legal = next(clock for clock in declared["clock"] if clock["id"] == "legal")
    assert legal["days"] == "guide.legal_days"


def test_a_benefit_is_publicised_and_decided_with_its_standard(refused):
    case = of("services.benefit")
    cast.take(case, "accept", by="zhou")
    assert Letter.objects.get(kind="power-notice").title == "行政给付受理通知书"
    cast.take(case, "publicise", by="zhao", values={"opinion": "核查属实，予以公示。", "place": "城东社区公告栏"})
    assert str(clocks(case)["publicity"].due_on) == "2026-10-08"  # seven natural days end in the holiday
    assert matters.sweep(at=cast.at("2026-10-09", 1)).taken == 1
    words = {"opinion": AGREE, "standard-fen": 78000, "first-on": "2026-10-01"}
    refused("missing", cast.take, case, "grant", "2026-10-09", values={"opinion": AGREE})
    cast.take(case, "grant", "2026-10-09", values=words)
    letter = Letter.objects.get(kind="power-decision")
    assert letter.data["heading"] == "行政给付决定书"
    assert "给付标准（每月或一次）：780.00元" in letter.data["content"]


def test_an_objection_sends_a_reward_back_to_be_looked_into():
    case = of("services.reward")
    cast.take(case, "accept", by="zhou")
    cast.take(case, "publicise", by="zhao", values={"opinion": "事迹属实，予以公示。", "place": "政府网站"})
    cast.take(case, "object", by="zhao", values={"objection": "收到一封署名来信，安排两人核实。"})
    case.matter.refresh_from_db()
    assert case.matter.state == "under-review"


def test_whatever_the_power_a_refusal_gives_reasons_and_both_remedies(refused):
    case = of("services.confirmation")
    cast.take(case, "accept", by="zhou")
    cast.take(case, "review", by="zhao", values=REVIEW)
    words = cast.WORDS["deny"]
    refused("no-reasons", cast.take, case, "deny", values=words | {"reason": "不行"})
    refused("no-remedies", cast.take, case, "deny", values=words | {"remedies": "如有疑问请来电咨询。"})
    cast.take(case, "deny", values=words)
    assert Letter.objects.get(kind="power-decision").data["result"] == "不予确认"


def test_what_is_done_on_the_spot_is_accepted_and_decided_in_one_sitting():
    case = of("services.other", "on-the-spot")
    cast.take(case, "grant-on-the-spot", by="zhou", values={"opinion": "材料齐全，当场办结。"})
    case.refresh_from_db()
    assert (case.outcome, case.matter.state) == ("granted", "granted")
    assert [name for name, _ in [line.partition("=")[::2] for line in case.matter.steps.split()]] == [
        "submit",
        "grant-on-the-spot",
    ]


# -- 第三十五条、第四十三条 -------------------------------------------------------------------------------------------------


def test_article_43_the_lower_organ_has_twenty_days_and_sends_up_everything(refused):
    case = of("services.preliminary")
    cast.take(case, "accept", by="zhou")
    clock = clocks(case)["preliminary"]
    assert (clock.days, clock.kind, str(clock.due_on)) == (20, "legal", "2026-10-29")
    cast.take(case, "review", by="zhao", values=REVIEW)
    refused("no-such-step", cast.take, case, "extend", by="zheng", values=cast.WORDS["extend"])
    words = {"opinion": "初步审查符合条件，建议准予。", "superior": "云州市市场监督管理局"}
    refused("missing", cast.take, case, "transfer-up", by="sun", values={"opinion": words["opinion"]})
    cast.take(case, "transfer-up", by="sun", values=words)
    letter = Letter.objects.get(kind="preliminary-opinion")
    assert len(letter.data["materials"]) == len(cast.materials(case))
    assert letter.party_id is None  # it goes to the organ above, not to the applicant
    case.matter.refresh_from_db()
    assert case.matter.state == "transferred-up"


def test_article_32_silence_accepts_under_preliminary_review_too():
    case = of("services.preliminary")
    assert matters.sweep(at=cast.at("2026-10-10", 1)).taken == 1
    assert str(clocks(case)["preliminary"].started_on) == "2026-09-24"
