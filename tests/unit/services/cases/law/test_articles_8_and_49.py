"""行政许可法 第八条: withdrawn when the law or the facts change, and compensated; 第四十九条: changed by the organ that issued."""

from datetime import date

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.services.certificates import actions as certificates

WATER = "511A0079400005"


@pytest.fixture
def permit():
    return certificates.record_existing(
        number="取水（云溪）字〔2021〕第9号",
        name="取水许可证",
        item_code=WATER,
        party_id=cast.person("林小满"),
        valid_from=date(2021, 11, 21),
        valid_until=date(2027, 11, 20),
        by=cast.staff("water-2"),
        at=cast.at(hour=8),
    )


def test_article_8_withdrawal_names_its_compensation(permit):
    words = {"ground": "circumstances", "facts": "水源地保护区调整，取水口位于一级保护区内。"}
    opened = certificates.propose(
        certificate_id=permit.pk,
        process="certificates.withdrawal",
        values=words,
        by=cast.staff("water-2"),
        at=cast.at(),
    )
    assert Letter.objects.get(kind="ending-notice").data["what"] == "撤回"
    heard = {"statement": "已投入取水设施，请求补偿。", "weighed": "属实，决定时一并补偿。"}
    matters.take(
        reference=opened.reference, step="state", by=cast.staff("water-2"), at=cast.at("2026-09-28"), values=heard
    )
    with pytest.raises(Refusal) as caught:
        matters.take(
            reference=opened.reference,
            step="decide",
            by=cast.staff("water-3"),
            at=cast.at("2026-10-20"),
            values={"opinion": "保护区调整属实，同意撤回。", "reason": "客观情况发生重大变化。"},
        )
    assert "compensation" in {fault.field for fault in caught.value.faults}


def test_article_49_another_organ_changes_nothing(refused, permit):
    change = {"certificate_id": permit.pk, "values": {"premises": "某路1号"}, "document": "云字〔2026〕1号"}
    refused("no-such-certificate", certificates.change, **change, by=cast.staff("sun"), at=cast.at())
