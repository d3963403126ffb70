"""A guide goes from the editor through two reviews into force; nothing on that way can be skipped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.unit.services.catalogue.guide_parts import TODAY, moment, stock
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.foundation.organs.queries import doer_of
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal, Stale
from yiwang.matters.actions import drain
from yiwang.matters.actions import take as take_step
from yiwang.services.catalogue import guides, publication
from yiwang.services.catalogue.models import Guide, Material
from yiwang.services.catalogue.queries import guide_in_force

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
BANNER = "511A17033003"
OPINION = "要素齐全，依据明确，时限合法，同意。"


@pytest.fixture
def cast():
    stock(guides=("banner",))

    def who(username):
        return doer_of(Account.objects.get(username=username), NOW)

    return {"editor": who("su"), "establishment": who("bian"), "legal": who("song"), "outsider": who("zhao")}


@pytest.fixture
def draft(cast):
    guide = publication.draft(item_code=BANNER, by=cast["editor"], at=NOW)
    data = guide.document | {"in_force": {"from": "2026-10-01"}, "scope": "全市通办"}
    return publication.edit(guide_id=guide.pk, data=data, by=cast["editor"], at=NOW)


def test_a_draft_is_the_newest_version_under_the_next_name_and_nobody_sees_it(cast):
    guide = publication.draft(item_code=BANNER, by=cast["editor"], at=NOW)
    assert (guide.edition, guide.version, guide.state) == ("2026.2", 2, Guide.State.DRAFT)
    assert guides.declared(guide).materials == guides.declared(Guide.objects.get(version=1)).materials
    assert guide_in_force(BANNER, TODAY).version == 1
    with pytest.raises(NotFound):
        publication.declaration_of(STRANGER, guide.pk)
    with pytest.raises(NotFound):
        publication.declaration_of(cast["outsider"], guide.pk)


def test_only_an_editor_drafts_and_only_one_draft_is_open(cast):
    with pytest.raises(NotAllowed):
        publication.draft(item_code=BANNER, by=cast["outsider"], at=NOW)
    publication.draft(item_code=BANNER, by=cast["editor"], at=NOW)
    with pytest.raises(Refusal) as refused:
        publication.draft(item_code=BANNER, by=cast["editor"], at=NOW)
    assert refused.value.code == "draft-open"


def test_an_edit_that_saw_an_older_text_is_stale(cast, draft):
    seen = guides.fingerprint(draft)
    publication.edit(
        guide_id=draft.pk, data=draft.document | {"quota": "每街不超过十条"}, by=cast["editor"], at=NOW, seen=seen
    )
    with pytest.raises(Stale):
        publication.edit(guide_id=draft.pk, data=draft.document, by=cast["editor"], at=NOW, seen=seen)


def test_an_edit_cannot_turn_the_guide_into_another_items(cast, draft):
    data = draft.document | {"item_code": "YX-SJ-0001", "type": "行政处罚", "organ": "别的局", "version": "2099.1"}
    edited = publication.edit(guide_id=draft.pk, data=data, by=cast["editor"], at=NOW)
    assert (edited.document["item_code"], edited.document["type"], edited.edition) == (BANNER, "行政许可", "2026.2")


def test_a_draft_with_faults_is_refused_with_all_of_them_and_opens_nothing(cast, draft):
    bad = draft.document | {
        "limits": draft.document["limits"] | {"promised": {"days": 30}, "legal": {"days": 20}},
        "fees": [{"name": "场地费", "standard": "每天10元"}],
        "phones": [],
    }
    publication.edit(guide_id=draft.pk, data=bad, by=cast["editor"], at=NOW)
    with pytest.raises(guides.NotLawful) as refused:
        publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    assert {f.code for f in refused.value.faults} >= {"promise-later-than-law", "fee-without-basis", "missing-element"}
    assert publication.matter_of(draft) is None
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.DRAFT


def test_a_version_may_not_apply_before_it_is_published(cast, draft):
    data = draft.document | {"in_force": {"from": "2026-09-01"}}
    publication.edit(guide_id=draft.pk, data=data, by=cast["editor"], at=NOW)
    with pytest.raises(guides.NotLawful) as refused:
        publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    assert "in-force-before-publication" in {fault.code for fault in refused.value.faults}


def test_two_reviews_publish_the_version_from_its_day_and_end_the_one_before(cast, draft):
    matter = publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    assert matter.state == "establishment-review"
    with pytest.raises(Refusal):  # no editing while it is reviewed
        publication.edit(guide_id=draft.pk, data=draft.document, by=cast["editor"], at=NOW)
    publication.review(guide_id=draft.pk, step="pass-establishment", opinion=OPINION, by=cast["establishment"], at=NOW)
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.LEGAL
    done = publication.review(guide_id=draft.pk, step="publish", opinion=OPINION, by=cast["legal"], at=NOW)
    assert done.state == "published"
    assert guide_in_force(BANNER, date(2026, 9, 30)).version == 1
    assert guide_in_force(BANNER, date(2026, 10, 1)).pk == draft.pk
    assert Material.objects.filter(guide=draft).count() == 3
    events = LedgerEntry.objects.filter(subject=f"item:{BANNER}").values_list("event", flat=True)
    assert set(events) >= {"catalogue.guide-drafted", "catalogue.guide-edited", "catalogue.guide-published"}


def test_a_review_needs_the_reviewers_role_and_an_opinion(cast, draft):
    publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    with pytest.raises(Refusal):
        publication.review(guide_id=draft.pk, step="pass-establishment", opinion=OPINION, by=cast["legal"], at=NOW)
    with pytest.raises(Refusal):
        publication.review(guide_id=draft.pk, step="pass-establishment", opinion="", by=cast["establishment"], at=NOW)
    with pytest.raises(Refusal):  # the legal review cannot come first
        publication.review(guide_id=draft.pk, step="publish", opinion=OPINION, by=cast["legal"], at=NOW)
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.SUBMITTED


def test_a_draft_returned_with_reasons_can_be_mended_and_submitted_in_the_same_matter(cast, draft):
    matter = publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    why = "通办范围与市里目录不一致，请按县内办理填写。"
    publication.review(guide_id=draft.pk, step="return-to-editor", opinion=why, by=cast["establishment"], at=NOW)
    returned = Guide.objects.get(pk=draft.pk)
    assert returned.state == Guide.State.RETURNED
    publication.edit(guide_id=draft.pk, data=returned.document | {"scope": "本县"}, by=cast["editor"], at=NOW)
    again = publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    assert (again.reference, again.state) == (matter.reference, "establishment-review")


def test_what_became_unlawful_between_the_reviews_is_not_published(cast, draft):
    publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    publication.review(guide_id=draft.pk, step="pass-establishment", opinion=OPINION, by=cast["establishment"], at=NOW)
    late = NOW + timedelta(days=30)  # the day it should have come into force has passed
    with pytest.raises(guides.NotLawful):
        publication.review(guide_id=draft.pk, step="publish", opinion=OPINION, by=cast["legal"], at=late)
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.LEGAL


def test_a_step_taken_from_the_matters_own_page_moves_the_guide_too(cast, draft):
    matter = publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    for step, who in (("pass-establishment", "establishment"), ("publish", "legal")):
        take_step(reference=matter.reference, step=step, by=cast[who], at=NOW, values={"opinion": OPINION})
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.SUBMITTED
    drain(at=NOW + timedelta(minutes=1))
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.PUBLISHED
    drain(at=NOW + timedelta(minutes=2))
    assert guide_in_force(BANNER, date(2026, 10, 2)).pk == draft.pk


def test_a_withdrawn_draft_can_be_submitted_anew(cast, draft):
    first = publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    publication.review(
        guide_id=draft.pk, step="return-to-editor", opinion="请补充材料依据。", by=cast["establishment"], at=NOW
    )
    publication.review(guide_id=draft.pk, step="abandon", opinion="", by=cast["editor"], at=NOW)
    assert Guide.objects.get(pk=draft.pk).state == Guide.State.DRAFT
    second = publication.submit(guide_id=draft.pk, by=cast["editor"], at=NOW)
    assert second.reference != first.reference
