"""From an item handed out to a result that is public: claims, lists, a joint draw, visits, a licence's first check."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.factories import cases
from tests.factories import inspections as factory
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account, Organ
from yiwang.foundation.packs import queries as packs
from yiwang.governance.inspections import actions, after, drawing, hooks, queries, rules
from yiwang.governance.inspections.models import (
    Attendance,
    Behaviour,
    CheckList,
    Claim,
    Draw,
    Inspection,
    Inspector,
    Intake,
    Subject,
    SupervisionItem,
)
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.models import MatterClock

pytestmark = pytest.mark.usefixtures("county")

FOOD, FIRE = factory.FOOD, factory.FIRE


def at(day="2026-09-10", hour=10, minute=0):
    return cases.at(day, hour, minute)


def staff(name):
    return cases.staff(name)


def listed(code, who, **changes):
    return factory.listed(code, who, at(), **changes)


def sealed(monkeypatch, number=7, digest="ab" * 32):
    monkeypatch.setattr(queries, "checkpoint_of", lambda entry: (number, digest))


def test_an_item_is_claimed_by_its_department_and_leaves_the_denominator_only_when_the_office_agrees():
    claim = Claim.objects.get(code=FOOD)
    with pytest.raises(NotFound):
        actions.claim(claim_id=claim.pk, here=True, by=staff("health-2"), at=at())
    with pytest.raises(Refusal, match="理由"):
        actions.claim(claim_id=claim.pk, here=False, reason="无", by=staff("zhao"), at=at())
    actions.claim(claim_id=claim.pk, here=False, reason="由市级直接监管，本县没有执法权限", by=staff("zhao"), at=at())
    with pytest.raises(NotAllowed):
        actions.rule_claim(claim_id=claim.pk, approved=True, said="同意", by=staff("zhao"), at=at())
    before = queries.counts(staff("wu"), date(2026, 9, 10))
    assert (before["claimed"], before["asked"], before["elsewhere"]) == (1, 1, 0)
    actions.rule_claim(claim_id=claim.pk, approved=False, said="许可由县局作出，应由县局监管", by=staff("wu"), at=at())
    assert Claim.objects.get(pk=claim.pk).level == ""
    kept = listed(FOOD, "zhao", papers=[])
    assert kept.completed_at is None  # papers are missing, so the list does not count as complete
    counts = queries.counts(staff("wu"), date(2026, 9, 10))
    assert (counts["here"], counts["lists"], counts["complete"], counts["due"]) == (1, 1, 0, 21)


def test_a_table_of_the_national_system_adds_up_and_lists_every_refused_row():
    head = "监管事项编码,主项编码,监管事项名称,监管领域,监管依据,监管单位,生效日期\n"
    rows = (
        "449901001000,,食品经营监督检查,市场监管,食品安全法 第一百一十条,,2023-01-01\n"  # the same
        "449901001001,449901001000,食品经营许可后日常监督检查,市场监管,食品安全法 第一百一十条,云溪县市场监督管理局,2026-10-01\n"
        "449901001003,449901001000,餐具消毒单位监督检查,市场监管,食品安全法 第五十八条,云溪县卫生健康局,2026/9/1\n"
        "449901001004,449909999000,没有主项,市场监管,食品安全法,market,2026-09-01\n"
        "449901001002,449901001000,预包装食品销售备案检查改名,市场监管,食品安全法,market,2020-01-01\n"
        "449901001003,449901001000,重复,市场监管,食品安全法,market,2026-09-01\n"
        "坏编码,,x,,,,\n"
    )
    table = (head + rows).encode("gb18030")
    with pytest.raises(NotAllowed):
        actions.bring_in(kind="items", source="国家系统", content=table, name="a.csv", by=staff("zhao"), at=at())
    done = actions.bring_in(kind="items", source="国家系统", content=table, name="a.csv", by=staff("wu"), at=at())
    assert (done.read, done.added, done.changed, done.same, done.refused) == (7, 1, 1, 1, 4)
    assert [one["row"] for one in done.refusals] == [5, 6, 7, 8]
    assert "没有主项449909999000" in done.refusals[0]["why"]
    old, new = SupervisionItem.objects.filter(code=FOOD).order_by("from_on")
    assert (old.until_on, new.from_on) == (date(2026, 10, 1), date(2026, 10, 1))
    assert Claim.objects.filter(code="449901001003", organ_id=Organ.objects.get(code="health").pk).exists()
    again = actions.bring_in(kind="items", source="国家系统", content=table, name="a.csv", by=staff("wu"), at=at())
    assert (again.added, again.changed, again.same, again.refused) == (0, 0, 3, 4)

    listed(FOOD, "zhao")
    acts = "监管行为编号,监管事项编码,监管单位,监管行为类别,检查对象编码,行为日期,发现问题\n" + (
        f"A1,{FOOD},market,行政检查,92449931MA0000001W,2026-03-01,否\n"
        f"A2,{FIRE},fire,行政检查,92449931MA0000001W,2026-03-01,否\n"  # not claimed
        f"A3,{FOOD},market,行政检查,449931199105200223,2026-03-01,否\n"  # a person's number
        f"A4,{FOOD},market,行政检查,92449931MA0000001W,2027-03-01,否\n"
    )
    named = {"kind": "behaviours", "source": "国家系统", "name": "b.csv", "by": staff("wu"), "at": at()}
    done = actions.bring_in(content=acts.encode(), **named)
    assert (done.read, done.added, done.refused) == (4, 1, 3)
    assert Behaviour.objects.get().intake_id == done.pk
    assert "没有认领" in done.refusals[0]["why"]
    assert Intake.objects.count() == 3


def test_two_departments_draw_once_visit_together_and_publish(monkeypatch):
    lists = [listed(FOOD, "zhao"), listed(FIRE, "fire-2", entries="疏散通道畅通\n消防设施完好")]
    mai = Inspector.objects.get(account_id=staff("mai").account_id)
    shop = Subject.objects.get(code="92449931MA0000001W")
    actions.declare_interest(
        inspector_id=mai.pk, subject_code=shop.code, reason="经营者是其姐夫", by=staff("mai"), at=at()
    )
    line = factory.planned(lists, at())
    found = actions.freeze(line_id=line.pk, by=staff("zhao"), at=at(minute=5))
    assert drawing.sha256(found.frozen) == found.digest
    assert '"inspector":"YX449900002","object":"92449931MA0000001W"' in found.frozen
    with pytest.raises(Refusal) as waiting:
        actions.draw(code=found.code, by=staff("zhao"), at=at(minute=6))
    assert waiting.value.code == "not-sealed-yet"  # nobody knows the seed before the ledger sealed the freezing
    sealed(monkeypatch)
    with pytest.raises(NotFound):
        actions.draw(code=found.code, by=staff("health-2"), at=at(minute=7))
    drawn = actions.draw(code=found.code, by=staff("zhao"), at=at(minute=7))
    assert drawing.verify(queries.exported(drawn)) == []
    tasks = list(Inspection.objects.filter(draw=drawn).order_by("pk"))
    assert [one.subject.code for one in tasks] == [one["object"] for one in drawn.result]
    assert all(one.attendances.count() == 4 and one.parts.count() == 2 for one in tasks)  # one visit, two of each

    for attempt in (8, 9):
        with pytest.raises(Refusal) as refused:
            actions.draw(code=found.code, by=staff("zhao"), at=at(minute=attempt))
        assert refused.value.code == "drawn-already"
    with pytest.raises(Refusal) as refused:
        actions.freeze(line_id=line.pk, by=staff("zhao"), at=at(minute=10))
    assert refused.value.code == "no-more-batches"
    logged = LedgerEntry.objects.filter(event="inspections.draw-refused")
    assert logged.count() == 3
    assert Draw.objects.get(pk=drawn.pk).result == drawn.result

    task = tasks[0]
    reference = task.matter.reference
    out = task.attendances.filter(organ_id=task.organ_id).first().inspector
    named = {
        "code": drawn.code,
        "kind": "inspector",
        "subject_code": task.subject.code,
        "by": staff("zhao"),
        "at": at(minute=11),
    }
    with pytest.raises(Refusal, match="具体情况"):
        actions.replace(out=out.code, ground="absent", reason="", **named)
    made = actions.replace(out=out.code, ground="absent", reason="住院", **named)
    assert made.into != out.code
    assert Attendance.objects.get(inspection=task, inspector=out).released_at
    gone = actions.replace(
        code=drawn.code, kind="subject", subject_code=tasks[1].subject.code, ground="closed", reason="已停业搬空",
        by=staff("zhao"), at=at(minute=12),
    )  # fmt: skip
    assert drawing.verify(queries.exported(drawn)) == []
    assert Inspection.objects.get(draw=drawn, subject__code=gone.into).attendances.count() == 4

    sent = {one.organ_id: [] for one in task.attendances.all()}
    for one in task.attendances.filter(released_at=None).select_related("inspector"):
        sent[one.organ_id].append(one.inspector.account_id)
    market, fire = sent[task.organ_id], next(who for organ, who in sent.items() if organ != task.organ_id)

    def who(account_id):
        return staff(Account.objects.get(pk=account_id).username)

    good = {"result": "fine"}
    asked = {
        "reference": reference, "visited_on": date(2026, 9, 11), "at": at("2026-09-11"), "outcome": "ordered",
        "remedy_by": date(2026, 9, 20),
    }  # fmt: skip
    food, smoke = (str(one.pk) for one in lists)
    bad = {food: {"01": {"result": "problem", "note": "两人健康证过期"}, "02": good}}
    with pytest.raises(Refusal) as refused:
        actions.record(results=bad, by=who(market[0]), **asked)
    assert refused.value.code == "not-yet"  # the fire brigade has not recorded its part
    idle = Inspector.objects.filter(organ_id=task.organ_id).exclude(account_id__in=market).first()
    with pytest.raises(NotAllowed):
        actions.record(results=bad, by=who(idle.account_id), **asked)
    actions.record(results={smoke: {"01": good, "02": good}}, by=who(fire[0]), **asked)
    with pytest.raises(Refusal, match="页面"):  # the engine's own endpoint cannot close it without a record
        matters.take(
            reference=reference, step="record-clean", by=who(market[0]), at=at("2026-09-11"),
            values={"outcome": "clean", "visited-on": "2026-09-11"},
        )  # fmt: skip
    for wrong, said in (
        ({food: {"01": good}}, "进货查验"),
        ({food: {"01": {"result": "problem"}, "02": good}}, "发现的问题"),
        ({food: {"01": good, "02": good}}, "没有不合格"),
    ):
        with pytest.raises(Refusal, match=said):
            actions.record(results=wrong, by=who(market[0]), **asked)
    actions.record(results=bad, by=who(market[0]), **asked)
    assert Behaviour.objects.filter(matter_id=task.pk).count() == 2
    sign = {"reference": reference, "step": "countersign-order", "at": at("2026-09-11", 15)}
    with pytest.raises(NotAllowed, match="不得再办理"):
        actions.take(by=who(market[0]), **sign)
    actions.take(by=who(market[1]), **sign)
    after.write_record(task.pk, 0, {})
    after.write_order(task.pk, 0, {})
    with pytest.raises(Refusal, match="期满之后"):
        actions.take(
            reference=reference,
            step="recheck-bad",
            by=who(market[0]),
            at=at("2026-09-18"),
            values={"opinion": "仍未改正"},
        )
    actions.take(
        reference=reference,
        step="recheck-good",
        by=who(market[0]),
        at=at("2026-09-18"),
        values={"opinion": "已换发健康证"},
    )
    actions.take(reference=reference, step="publish", by=staff("sun"), at=at("2026-09-21"))
    rows, _ = queries.public_results(date(2026, 9, 21))
    assert [(row.code, row.outcome) for row in rows] == [(task.subject.code, "已按期改正")]


def test_an_object_is_not_visited_more_often_than_allowed_but_a_complaint_is_always_followed():
    food = listed(FOOD, "zhao", per_year=1)
    asked = {
        "organ_id": Organ.objects.get(code="market").pk, "subject_code": "92449931MA00000020", "list_ids": [food.pk],
        "inspector_codes": ["YX449900001", "YX449900002"], "by": staff("zhao"), "at": at(),
    }  # fmt: skip
    with pytest.raises(Refusal, match="不得少于2人"):
        actions.assign(source="plan", cause="ZX-1", **{**asked, "inspector_codes": ["YX449900001"]})
    actions.assign(source="plan", cause="ZX-1", **asked)
    with pytest.raises(Refusal) as refused:
        actions.assign(source="plan", cause="ZX-2", **asked)
    assert refused.value.code == "too-often"
    with pytest.raises(Refusal, match="编号"):
        actions.assign(source="complaint", cause="", **asked)
    actions.assign(source="complaint", cause="2026-000123", **asked)
    assert Inspection.objects.count() == 2


def test_a_licence_granted_creates_one_first_check_due_in_the_days_of_the_rule():
    case = cases.submitted()
    reference, party = case.matter.reference, cases.noodle_shop()
    told = {"reference": reference, "party_id": party, "at": at()}
    hooks.case_granted(**told)
    assert not Inspection.objects.exists()  # nobody claimed the item yet
    listed(FOOD, "zhao")
    hooks.case_granted(**told)
    hooks.case_granted(**told)
    found = Inspection.objects.get()
    assert (found.source, found.cause) == ("licence", reference)
    clock = MatterClock.objects.get(matter_id=found.pk, clock="first-check")
    assert (clock.days, clock.started_on) == (30, date(2026, 9, 10))
    record = {
        "reference": found.matter.reference, "visited_on": date(2026, 9, 10), "outcome": "clean", "at": at(hour=12),
        "results": {str(CheckList.objects.get().pk): {"01": {"result": "fine"}, "02": {"result": "fine"}}},
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.record(by=staff("zhao"), **record)  # no officer
    actions.record(by=staff("xie"), **record)
    assert MatterClock.objects.get(pk=clock.pk).stopped_on == date(2026, 9, 10)


def test_what_was_granted_to_a_person_is_checked_at_its_place_and_names_nobody():
    listed(FOOD, "zhao")
    case = cases.submitted()
    told = {"reference": case.matter.reference, "party_id": cases.lin().person_id, "at": at()}
    hooks.case_granted(**told)
    hooks.case_granted(**told)
    place = Inspection.objects.get().subject
    assert (place.kind, place.code) == ("place", f"CS-{case.matter.reference}")
    assert case.matter.reference in place.name
    assert "林小满" not in place.name


def test_a_record_that_was_refused_stands_as_it_was_typed(client):
    listed(FOOD, "zhao")
    hooks.case_granted(reference=cases.submitted().matter.reference, party_id=cases.noodle_shop(), at=at())
    reference = Inspection.objects.get().matter.reference
    client.force_login(Account.objects.get(username="xie"))
    typed = {"visited_on": "2026-09-11", "outcome": "clean", "version": "1"}
    answer = client.post(f"/desk/inspections/{reference}/record/", typed)
    assert answer.status_code == 422
    assert 'value="2026-09-11"' in answer.content.decode()


def test_names_kept_are_firms_and_places_never_people():
    with pytest.raises(Refusal, match="统一社会信用代码"):
        actions.keep_subject(code="449931199105200223", kind="firm", name="某人", by=staff("zhao"), at=at())
    with pytest.raises(NotAllowed):
        actions.keep_subject(code="CS-0001", kind="place", name="广场", by=staff("chen"), at=at())
    actions.keep_subject(code="CS-0001", kind="place", name="文化广场", by=staff("zhao"), at=at())
    assert Subject.objects.get(code="CS-0001").name == "文化广场"


def test_a_whole_table_lists_what_it_no_longer_names_and_an_item_is_ended_by_hand_alone():
    head = "监管事项编码,主项编码,监管事项名称,监管领域,监管依据,监管单位,生效日期\n"
    table = (head + "449901001000,,食品经营监督检查,市场监管,食品安全法 第一百一十条,,2023-01-01\n坏,,x,,,,\n").encode()
    named = {"kind": "items", "source": "国家系统", "name": "a.csv", "by": staff("wu"), "at": at()}
    assert actions.bring_in(content=table, **named).vanished == []  # nobody said it was all of it
    done = actions.bring_in(content=table, whole=True, **named)
    standing = SupervisionItem.objects.filter(until_on=None)
    assert len(done.vanished) == standing.count() - 1
    assert {"code": FOOD, "title": "食品经营许可后监督检查", "claims": 1} in done.vanished
    ending = {"code": FOOD, "last_on": date(2026, 9, 9), "reason": "国家目录本次调整取消"}
    with pytest.raises(NotAllowed):
        actions.end_item(**ending, by=staff("zhao"), at=at())
    for wrong, code in (({"last_on": date(2026, 9, 11)}, "day"), ({"reason": "无"}, "reason")):
        with pytest.raises(Refusal) as refused:
            actions.end_item(**(ending | wrong), by=staff("wu"), at=at())
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        actions.end_item(**(ending | {"code": "449901001000"}), by=staff("wu"), at=at())
    assert refused.value.code == "has-sub-items"
    actions.end_item(**ending, by=staff("wu"), at=at())
    assert SupervisionItem.objects.get(code=FOOD).until_on == date(2026, 9, 10)
    claim = Claim.objects.get(code=FOOD)
    assert claim.ended_at == at()
    with pytest.raises(Refusal, match="取消"):
        actions.claim(claim_id=claim.pk, here=True, by=staff("zhao"), at=at())


def test_an_officer_is_a_colleague_with_a_certificate_who_may_leave_and_come_back():
    market = Organ.objects.get(code="market").pk
    one = queries.not_entered(market, date(2026, 9, 10))[0][0]
    given = {"organ_id": market, "code": "YX449900099", "scope": "市场监督管理", "by": staff("zhao"), "at": at()}
    for wrong, code in (
        ({"account_id": staff("health-2").account_id, "valid_until": date(2028, 1, 1)}, "no-such-colleague"),
        ({"account_id": one, "valid_until": date(2026, 9, 10)}, "expired"),
        ({"account_id": one, "valid_until": date(2028, 1, 1), "scope": " "}, "scope"),
    ):
        with pytest.raises(Refusal) as refused:
            actions.register_inspector(**(given | wrong))
        assert refused.value.code == code
    made = actions.register_inspector(account_id=one, valid_until=date(2028, 1, 1), **given)
    leaving = {"inspector_id": made.pk, "left_on": date(2026, 9, 10), "at": at()}
    with pytest.raises(NotFound):
        actions.end_inspector(**leaving, by=staff("health-2"))
    assert actions.end_inspector(**leaving, by=staff("zhao")) == 0
    assert made.code not in [entered.code for entered, _ in queries.inspectors_of(market)]
    back = {"inspector_id": made.pk, "valid_until": date(2029, 1, 1), "scope": "市场监督管理"}
    assert actions.keep_inspector(**back, by=staff("zhao"), at=at()).left_on is None


def test_an_officer_whose_certificate_does_not_cover_the_field_is_neither_drawn_nor_sent():
    food = listed(FOOD, "zhao")
    codes = [one.code for one, _ in queries.inspectors_of(food.claim.organ_id)]
    Inspector.objects.filter(code=codes[0]).update(scope="水务")
    Inspector.objects.filter(code=codes[1]).update(scope="水务、市场监管")  # a field named itself is covered
    sent = {
        "source": "order", "cause": "交办3号", "organ_id": food.claim.organ_id, "subject_code": "92449931MA0000001W",
        "list_ids": [food.pk], "by": staff("zhao"), "at": at(),
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        actions.assign(**sent, inspector_codes=codes[:2])
    assert refused.value.code == "out-of-scope"
    assert all(said in refused.value.says for said in (codes[0], "水务", "市场监管"))
    line = factory.planned([food], at(), field="市场监管")
    found = actions.freeze(line_id=line.pk, by=staff("zhao"), at=at(minute=5))
    data = json.loads(found.frozen)
    assert {one["code"] for one in data["inspectors"]} == set(codes[1:])
    left_out = {"kind": "inspector", "code": codes[0], "ground": "scope", "scope": "水务", "field": "市场监管"}
    assert left_out in data["excluded"]
    assert (
        codes[0] not in drawing.listing(found.frozen).inspectors
    )  # who draws again from the text finds him in no order
    actions.assign(**sent, inspector_codes=codes[1:3])


def test_the_scopes_of_one_certificate_are_read_apart_and_an_empty_one_covers_nothing():
    rule = packs.rule(rules.KIND, rules.RULE, date(2026, 9, 10)).value
    assert rule.beyond("文化市场、体育", {"文化体育"}) == []
    assert rule.beyond("", {"市场监管", ""}) == ["市场监管"]
    assert rule.beyond("市场", {"市场监管"}) == ["市场监管"]


def test_each_officer_of_a_department_fills_in_the_lists_he_looked_at():
    food, drink = listed(FOOD, "zhao"), listed("449901001002", "zhao", title="预包装食品")
    sent = [one.code for one, _ in queries.inspectors_of(food.claim.organ_id)][:2]
    opened = actions.assign(
        source="order", cause="交办2号", organ_id=food.claim.organ_id, subject_code="92449931MA0000001W",
        list_ids=[food.pk, drink.pk], inspector_codes=sent, by=staff("zhao"), at=at(),
    )  # fmt: skip
    visit = Inspection.objects.get(matter__reference=opened.reference)
    first, second = (
        cases.staff(Account.objects.get(pk=Inspector.objects.get(code=code).account_id).username) for code in sent
    )
    good = {one["code"]: {"result": "fine"} for one in food.entries}
    asked = {"reference": opened.reference, "visited_on": date(2026, 9, 10), "outcome": "clean", "at": at(hour=16)}
    with pytest.raises(Refusal):
        actions.record(results={}, by=first, **asked)  # nothing filled in is nobody's part
    blank = {one["code"]: {"result": "", "note": ""} for one in drink.entries}
    half = actions.record(results={str(food.pk): good, str(drink.pk): blank}, by=first, **asked)
    assert half.state == "assigned"
    assert [part.recorded_by for part in visit.parts.order_by("pk")] == [first.reference, ""]
    with pytest.raises(Refusal):
        actions.record(results={}, by=second, **(asked | {"outcome": "gone"}))
    whole = {one["code"]: {"result": "fine"} for one in drink.entries}
    assert actions.record(results={str(drink.pk): whole}, by=second, **asked).state != "assigned"
    assert visit.parts.get(checklist=drink).recorded_by == second.reference
    assert Behaviour.objects.filter(matter_id=visit.pk).count() == 2
