"""The cast in the demo county, and restaurant licences on their way.

林 asks, 陈 sits at the counter A02, 周 accepts, 赵 reviews, 孙 decides, 郑 heads the bureau, 余 makes the certificate,
罗 hands it out, 吴 supervises. 王 is a citizen with nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tests.factories import documents, numbers
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Counter
from yiwang.foundation.people.models import Firm, Person
from yiwang.kernel.permissions import Doer
from yiwang.matters.standing import Standing
from yiwang.services.cases import actions
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, CaseMaterial, Draft
from yiwang.services.catalogue import queries as catalogue

LIN_NUMBER = "449931199105200223"  # 林小满
FOOD = "YX-SJ-0001"  # three hands
DAY = "2026-09-24"  # a Thursday; Friday to Sunday are Mid-Autumn, the last of September a Wednesday
CAST = {
    "chen": "陈晓岚",
    "zhou": "周志明",
    "zhao": "赵建国",
    "sun": "孙丽华",
    "zheng": "郑国平",
    "yu": "余晓彤",
    "luo": "罗婉婷",
    "wu": "吴敏",
    "feng": "冯少华",
}
ANSWERS = {"business": "catering", "cold": "no", "area": "small", "place": "rent", "agent": "self"}
UPLOADED = ("layout", "rules", "lease")
OPINION = "经审核，申请材料齐全、符合法定形式，内容真实，建议准予。"
REASON = "经营场所与垃圾中转站相距不足二十五米，不符合食品安全法第三十三条第一款第一项。"
REMEDIES = "可以自收到本决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"


def at(day: str = DAY, hour: int = 10, minute: int = 0) -> datetime:
    """That moment in Shanghai."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI) + timedelta(
        hours=hour, minutes=minute
    )


def staff(username: str, day: str = DAY) -> Doer:
    """Somebody of the cast, with the posts held that day."""
    return organs.doer_of(Account.objects.get(username=username), at(day))


def lin(day: str = DAY) -> Doer:
    """林小满, who has a noodle shop."""
    return citizen("林小满", day)


def citizen(name: str, day: str = DAY) -> Doer:
    return organs.doer_of(Person.objects.get(name=name).account, at(day))


def person(name: str) -> int:
    """The party of a citizen."""
    return Person.objects.get(name=name).pk


def noodle_shop() -> int:
    """林's individual business."""
    return Firm.objects.get(name="云溪县城关街道小满面馆").pk


def counter(number: str = "A02", place: str = "hall") -> Counter:
    return Counter.objects.select_related("place").get(place__code=place, number=number)


def form(**changes: Any) -> dict[str, Any]:
    """The restaurant licence's form, rightly filled for ``ANSWERS``. ``None`` leaves a field out."""
    filled = {
        "applicant_name": "云溪县城关街道小满面馆",
        "applicant_number": "92449931MA0000001W",
        "contact_name": "林小满",
        "contact_id_number": "449931199105200223",
        "mobile": "13800001111",
        "premises": "云溪县城关街道城东社区人民路16号",
        "floor_area": 45,
        "kitchen_area": 15,
        "lease_until": "2028-12-31",
        "operations": ["hot"],
        "online_sales": "no",
        "central_kitchen": "no",
        "manager_name": "林小满",
        "manager_id_number": numbers.id_number(serial=22),
        "workers": 3,
        "workers_healthy": "yes",
    }
    return {name: value for name, value in (filled | changes).items() if value is not None}


def draft(
    by: Doer | None = None,
    *,
    item: str = FOOD,
    party: int | None = None,
    day: str = DAY,
    answers: Mapping[str, str] = ANSWERS,
    said: Mapping[str, Any] | None = None,
    uploads: tuple[str, ...] = UPLOADED,
) -> Draft:
    """A draft filled to the last page."""
    by = by or lin(day)
    kept = actions.start(item_code=item, party_id=party or noodle_shop(), by=by, at=at(day, 9))
    actions.keep_answers(draft=kept, answers=answers, at=at(day, 9))
    values = form() if said is None else said
    actions.keep_form(draft=kept, values=values, page=9, at=at(day, 9))
    for code in uploads:
        actions.attach(draft=kept, code=code, content=documents.png(), name=f"{code}.png", by=by, at=at(day, 9))
    return kept


def submitted(day: str = DAY, *, delivery: str = "collect", hour: int = 10, **how: Any) -> Case:
    """A restaurant licence submitted online by 林."""
    by = how.pop("by", None) or lin(day)
    chosen = {name: how.pop(name) for name in ("defers", "promises") if name in how}
    made = draft(by, day=day, **how)
    return actions.submit(draft_id=made.pk, delivery=delivery, by=by, at=at(day, hour), **chosen)


def received(day: str = DAY, *, hour: int = 10, **changes: Any) -> Case:
    """The same licence taken in at counter A02 by 陈; ``states`` may leave materials missing, ``brought`` names others."""
    states = dict.fromkeys(changes.pop("brought", UPLOADED), "original")
    given: dict[str, Any] = {
        "item_code": FOOD,
        "counter": counter(),
        "party_id": noodle_shop(),
        "answers": ANSWERS,
        "form": form(),
        "states": states | changes.pop("states", {}),
        "scans": {},
        "delivery": "collect",
    }
    by = changes.pop("by", None) or staff("chen", day)
    return actions.receive(**given | changes, by=by, at=at(day, hour))


WORDS: dict[str, dict[str, Any]] = {
    "not-required": {"reason": "只销售食用农产品，依法不需要取得食品经营许可。"},
    "refuse-acceptance": {"reason": "申请事项依法不属于本机关职权范围。", "competent": "云溪县卫生健康局"},
    "review": {"opinion": OPINION, "recommendation": "grant"},
    "grant": {"opinion": "同意审核意见，准予许可。"},
    "deny": {"opinion": "同意审核意见，不予许可。", "reason": REASON, "remedies": REMEDIES},
    "send-back": {"opinion": "请补充现场核查情况后再报。"},
    "begin-special": {"ground": "expert-review", "expected-days": 8, "reason": "油烟排放方案需专家评审。"},
    "end-special": {"result": "专家评审通过。"},
    "extend": {"opinion": "场所权属需进一步核实，经批准延长。", "days": 5},
    "hand-out": {"receiver": "applicant"},
    "post-out": {"tracking": "EMS1234567890"},
    "terminate": {"opinion": "申请人死亡，依法终止。", "reason": "申请人死亡，许可事项不再存在。"},
    "transfer-up": {"opinion": OPINION, "superior": "云州市市场监督管理局"},
    "grant-on-the-spot": {"opinion": "材料齐全、符合法定形式，当场准予。"},
    "deny-on-the-spot": {"opinion": "不符合条件，不予办理。", "reason": REASON, "remedies": REMEDIES},
}
HANDS = {
    "accept": "zhou",
    "ask-correction": "zhou",
    "not-required": "zhou",
    "refuse-acceptance": "zhou",
    "review": "zhao",
    "begin-special": "zhao",
    "end-special": "zhao",
    "transfer-up": "zhao",
    "extend": "zheng",
    "grant": "sun",
    "deny": "sun",
    "send-back": "sun",
    "terminate": "sun",
    "issue": "yu",
    "send-to-window": "yu",
    "deliver-online": "yu",
    "arrive": "luo",
    "hand-out": "luo",
    "post-out": "luo",
}


def take(case: Case | str, step: str, day: str = DAY, *, by: Doer | str | None = None, **more: Any) -> Standing:
    """A step taken by whoever takes it in the story, with plausible words."""
    reference = case if isinstance(case, str) else case.matter.reference
    doer = by if isinstance(by, Doer) else staff(by or HANDS[step], day)
    if step == "accept" and "checked" not in more:  # whoever accepts has looked at everything
        more["checked"] = sorted(
            CaseMaterial.objects.filter(matter__reference=reference).values_list("code", flat=True)
        )
    values = more.pop("values", None)
    return actions.take(
        reference=reference,
        step=step,
        by=doer,
        at=at(day, more.pop("hour", 11)),
        values=WORDS.get(step, {}) if values is None else values,
        **more,
    )


def walked(case: Case, *steps: str, day: str = DAY) -> Case:
    """The case after these steps."""
    for step in steps:
        take(case, step, day)
    case.refresh_from_db()
    return case


def checked(case: Case, day: str = DAY, by: str = "zhou", **findings: str) -> Standing:
    """周 writes down what is wrong: ``layout="布局图未标明消毒区"``."""
    return actions.check(
        reference=case.matter.reference,
        findings={code: ("wrong", note) if note else ("right", "") for code, note in findings.items()},
        by=staff(by, day),
        at=at(day, 10, 30),
    )


def asked(case: Case, day: str = DAY, grounds: Mapping[str, str] | None = None, **demanded: str) -> Standing:
    """周 asks for corrections: ``layout="请标明消毒区位置"``; ``grounds`` for what the government holds."""
    return take(case, "ask-correction", day, shortcomings=demanded, grounds=grounds)


def served(case: Case, day: str = DAY, kind: str = "correction-notice") -> None:
    """林 opens the newest letter of that kind and confirms having it; the worker has sealed it before."""
    letter = Letter.objects.filter(matter_reference=case.matter.reference, kind=kind).latest("pk")
    letters.render(letter_id=letter.pk, at=at(day, 12))
    letters.serve(letter=letter.pk, how="opened", by=lin(day), at=at(day, 13))


def supplied(case: Case, code: str, day: str = DAY, by: Doer | None = None) -> None:
    actions.supply(
        reference=case.matter.reference,
        code=code,
        content=documents.pdf(),
        name=f"{code}.pdf",
        by=by or lin(day),
        at=at(day, 15),
    )


def materials(case: Case) -> dict[str, Any]:
    """The case's materials by code."""
    return {row.code: row for row in case.matter.case_materials.all()}


def asked_of(item: str = FOOD, answers: Mapping[str, str] = ANSWERS) -> list[str]:
    """Codes of what the applicant has to bring."""
    guide = catalogue.guide_in_force(item, at().date())
    return [
        one.id for one in declaration_of(guide).materials_for(answers) if not one.source or one.source.of == "applicant"
    ]
