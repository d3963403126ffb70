"""A demo county with work on its desks: cases of the last weeks in every state, made by the deeds a clerk would do.

Nothing is written around the engine: permission, guards, clocks, letters and ledger are those of real work, with the
moments of the past passed in as ``at``. Run once, on an empty house, and only for the demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from yiwang.config.faced import face_some
from yiwang.config.inspected import inspect_some
from yiwang.config.rated import rate_some
from yiwang.config.reported import report_some
from yiwang.config.voiced import voice_some
from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Place, Post
from yiwang.foundation.people import queries as parties
from yiwang.foundation.people.models import Firm, Person
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import Refusal
from yiwang.services.assistance import actions as assistance
from yiwang.services.automatic import actions as tables
from yiwang.services.automatic.models import TableVersion
from yiwang.services.cases import actions as cases
from yiwang.services.cases.actions.submitting import open_case
from yiwang.services.cases.applications import Application, Handed
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import inputs
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.catalogue.declarations import Declaration, FormField
from yiwang.services.catalogue.models import Guide, Item
from yiwang.services.certificates import actions as certificates

# Numbers whose shape a guide prescribes, invented: a county 449931 does not exist.
SHAPED = {
    "project_code": "2609-449931-04-01-123456",
    "licence_number": "JY24499310000012",
    "claims": "对方名称与我方名称近似，顾客经常走错，请求责令对方变更名称。",
    "story": "台风掀翻厨房屋顶，粮食进水，生活一时困难。",
    "deed": "连续十年义务维护镇上的自动气象站，多次在强降雨前及时转告村民。",
    "project": "示例建设项目",
    "creditor": "云溪农村商业银行",
}
OPINIONS = {
    "review": "经审核，申请材料齐全、符合法定形式，内容属实，建议准予。",
    "grant": "同意审核意见，依法准予。",
    "grant-on-the-spot": "材料齐全、符合法定形式，当场准予备案。",
    "deny": "同意审核意见，不予许可。",
    "send-back": "请补充现场核查记录后再报。",
    "publicise": "经审核，情况属实，予以公示。",
    "assess": "同意审核意见，按核定的金额征收。",
}


@dataclass(frozen=True, slots=True)
class Story:
    """One case: which guide, how many working days ago it came, and the steps taken since, each a day later."""

    guide: str
    days_ago: int
    steps: tuple[str, ...] = ()
    missing: str = ""  # a material left out, to be asked for
    delivery: str = Case.Delivery.COLLECT
    pace: int = 1


# The stories in which 林 applies for her shop; what is granted in the second brings the shop its first inspection.
SHOPS = (1, 18)
GRANTED = ("accept", "review", "grant")
OUT = (*GRANTED, "issue", "send-to-window")
DONE = (*OUT, "arrive", "hand-out")
STORIES = (
    Story("food-licence", 0),
    Story("food-licence", 1),
    Story("food-licence", 4),
    Story("food-licence", 2, ("accept",)),
    Story("food-licence", 5, ("accept", "review")),
    Story("food-licence", 13, ("accept",)),
    Story("food-licence", 6, ("ask-correction",), missing="any"),
    Story("food-licence", 9, GRANTED),
    Story("food-licence", 10, OUT),
    Story("food-licence", 12, (*OUT, "arrive")),
    Story("food-licence", 20, DONE),
    Story("food-licence", 22, DONE, delivery=Case.Delivery.POST),
    Story("food-licence", 11, ("accept", "review", "deny")),
    Story("food-licence-health", 3, ("accept", "review")),
    Story("prepacked-filing", 25, ("grant-on-the-spot",)),
    Story("prepacked-filing", 18, ("grant-on-the-spot",)),
    Story("prepacked-filing", 1),
    Story("public-place", 3, ("accept",)),
    Story("public-place", 8, GRANTED),
    Story("construction-permit", 2, ("accept",)),
    Story("construction-permit", 5, ("accept", "begin-special")),
    Story("water-permit", 7, ("accept",)),
    Story("water-renewal", 2),
    Story("labour-dispatch", 6, ("accept", "review")),
    Story("gas", 12, ("accept",)),
    Story("sewer", 1, ("accept",)),
    Story("soil-plan", 15, DONE),
    Story("sports-venue", 2),
    Story("banner", 1),
    Story("water-approval", 4, ("accept",)),
    Story("disaster-relief", 3, ("accept", "publicise")),
    Story("equity-pledge", 1, ("accept",)),
    Story("weather-award", 6, ("accept",)),
    Story("name-dispute", 5, ("accept", "notify-respondent")),
    Story("soil-levy", 4, ("accept", "review", "assess")),
    Story("repair-filing", 4, ("accept", "review", "grant")),
    Story("agency-market", 1, ("accept",)),
)


def enliven(at: datetime) -> int:
    """Tell every story up to ``at``. Answers how many cases were made; none if the house already has cases."""
    if Case.objects.exists():
        return 0
    people = list(Person.objects.order_by("pk"))
    told = 0
    for number, story in enumerate(STORIES):
        guide = Guide.objects.select_related("item").filter(document__id=story.guide, state="published").first()
        if guide is None:
            continue
        # 林 is the applicant of the first few, so that her own pages have something to show
        person = people[0] if number in (*SHOPS, 6, 9, 10) else people[1 + number % (len(people) - 1)]
        shop = _shop_of(person, at) if number in SHOPS else None
        with transaction.atomic():
            _tell(story, guide, person, at, shop)
        told += 1
    _publish_tables(at)
    _set_up_terminal(at)
    _license_shop(people[0], at)
    rate_some(at)
    inspect_some(at)
    voice_some(at)
    face_some(at)
    report_some(at)  # last: its figures are counted from the others
    return told


def _set_up_terminal(at: datetime) -> None:
    """A terminal in the hall; the demo lends it to whoever opens /kiosk/."""
    hall = Place.objects.filter(kind=Place.Kind.HALL).order_by("pk").first()
    if hall is not None:
        named: dict[str, Any] = {"code": "hall-01", "name": "大厅一号自助终端", "kind": "own", "place_id": hall.pk}
        assistance.register(**named, by=SYSTEM, at=_back(at, 40))  # the report of a cut-off yesterday counts it


def _shop_of(person: Person, at: datetime) -> Firm | None:
    """The firm the person speaks for."""
    return Firm.objects.filter(pk__in=parties.delegations(person.pk, day_of(at))).order_by("pk").first()


def _license_shop(person: Person, at: datetime) -> None:
    """The shop's 营业执照 of years ago is on record with what it says, so that it can be shown (亮码) in its application."""
    shop = _shop_of(person, at)
    item = Item.objects.filter(name="个体工商户设立登记").first()
    if shop is None or item is None:
        return
    certificates.record_existing(
        number=shop.uscc,
        name="营业执照",
        item_code=item.code,
        party_id=shop.pk,
        valid_from=day_of(_back(at, 500)),
        valid_until=None,
        values={"business": "餐饮服务；食品销售", "premises": "云溪县城关镇示例路12号"},
        by=SYSTEM,
        at=at,
    )


def _publish_tables(at: datetime) -> None:
    """The tables the packs brought are tried over the stories and published by other hands, as a county would."""
    for draft in TableVersion.objects.filter(state=TableVersion.State.DRAFT).select_related("table__item"):
        editors = organs.holders(draft.table.item.organ_id, "reviewer", day_of(at))
        publisher = Post.objects.filter(role="legal-reviewer").select_related("account").order_by("pk").first()
        if not editors or publisher is None:
            continue
        named: dict[str, Any] = {"code": draft.table.code, "number": draft.number, "at": at}
        try:
            tables.try_out(**named, by=organs.doer_of(editors[0], at))
            tables.publish(**named, by=organs.doer_of(publisher.account, at))
        except Refusal:
            continue  # flips, or too few cases: people look at it on the desk


def _tell(story: Story, guide: Guide, person: Person, until: datetime, shop: Firm | None = None) -> None:
    moment = _back(until, story.days_ago)
    case = _receive(story, guide, person, moment, shop)
    reference = case.matter.reference
    for name in story.steps:
        moment = min(_forward(moment, story.pace), until)
        _step(case, reference, name, story, moment)


def _receive(story: Story, guide: Guide, person: Person, at: datetime, shop: Firm | None = None) -> Case:
    declaration = declaration_of(guide)
    answers = {question.id: next(iter(question.choices)) for question in declaration.questions}
    asked = declaration.materials_for(answers)
    left_out = next((one.id for one in asked if one.need == "required" and _own(one)), "") if story.missing else ""
    handed = {one.id: Handed(_came(one)) for one in asked if one.id != left_out}
    by = Doer(
        reference=f"person:{person.pk}",
        kind="citizen",
        person_id=person.pk,
        grants=frozenset({(Permission.CASE_APPLY, None)}),
        delegations=frozenset({shop.pk} if shop else ()),
    )
    form = _plausible(declaration, answers, person, day_of(at).isoformat())
    if shop is not None:
        form |= {"applicant_name": shop.name, "applicant_number": shop.uscc}
    application = Application(
        guide=guide,
        party_id=shop.pk if shop else person.pk,
        answers=answers,
        form=form,
        handed=handed,
        channel=Case.Channel.COUNTER if left_out else Case.Channel.PORTAL,
        delivery=story.delivery,
    )
    return open_case(application, by=by, at=at)


def _own(one: Any) -> bool:
    return not (one.source and one.source.of in {"held", "step"})


def _came(one: Any) -> str:
    if one.source and one.source.of == "held":
        return CaseMaterial.State.HELD
    if one.source and one.source.of == "step":
        return CaseMaterial.State.STEP
    return CaseMaterial.State.ORIGINAL if one.need == "required" else CaseMaterial.State.DEFERRED


def _step(case: Case, reference: str, name: str, story: Story, at: datetime) -> None:
    matter = case.matter
    matter.refresh_from_db()
    by = _hands(case, name, at)
    if by is None:
        return
    values: dict[str, Any] = {"opinion": OPINIONS[name]} if name in OPINIONS else {}
    shortcomings: dict[str, str] = {}
    match name:
        case "review":
            values["recommendation"] = "deny" if "deny" in story.steps else "grant"
        case "deny":
            values["reason"] = "经营场所与公共厕所的距离不足，不符合食品安全法第三十三条第一款第一项的规定。"
            values["remedies"] = "如不服本决定，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
        case "begin-special":
            values |= {"ground": "expert-review", "expected-days": 6, "reason": "深基坑工程需组织专家评审。"}
        case "ask-correction":
            wanting = CaseMaterial.objects.filter(matter_id=matter.pk, required=True, state="missing")
            shortcomings = {one.code: f"{one.name}未提交，请补交原件1份。" for one in wanting}
        case "publicise":
            values["place"] = "村（居）公告栏和县政府网站"
        case "assess":
            values |= {"amount-fen": 54_000, "standard": "征占土地900平方米，每平方米0.6元。"}
        case "hand-out":
            if case.delivery == Case.Delivery.POST:
                name, values = "post-out", {"tracking": "YX202609000123"}
            else:
                values = {"receiver": "applicant"}
    checked = [row.code for row in case.matter.case_materials.all()] if name == "accept" else []
    cases.take(reference=reference, step=name, by=by, at=at, values=values, shortcomings=shortcomings, checked=checked)


ROLE_OF = {
    "accept": "acceptor",
    "grant-on-the-spot": "acceptor",
    "ask-correction": "acceptor",
    "review": "reviewer",
    "begin-special": "reviewer",
    "publicise": "reviewer",
    "notify-respondent": "reviewer",
    "assess": "decider",
    "grant": "decider",
    "deny": "decider",
    "send-back": "decider",
    "issue": "issuer",
    "send-to-window": "issuer",
    "arrive": "dispatcher",
    "hand-out": "dispatcher",
}


def _hands(case: Case, step: str, at: datetime) -> Doer | None:
    """Somebody who holds the step's role that day, and has not been on the case where other hands are asked for."""
    role = ROLE_OF[step]
    organ_id = case.hall_id if role == "dispatcher" else case.organ_id
    took = {line.partition("=")[2] for line in case.matter.steps.split("\n") if line}
    found = [organs.doer_of(one, at) for one in organs.holders(organ_id or case.organ_id, role, day_of(at))]
    fresh = [by for by in found if by.reference not in took or role in {"issuer", "dispatcher"}]
    return next(iter(fresh or found), None)


def _plausible(declaration: Declaration, answers: Mapping[str, str], person: Person, today: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for group in declaration.form_for(answers):
        for one in group.fields:
            said |= {name: _value(one, name, person) for name, _ in inputs(one)}
    return said


def _value(declared: FormField, name: str, person: Person) -> Any:
    if name.endswith("_id_number"):
        return _id_number(person)
    if declared.kind == "firm":
        firm = Firm.objects.order_by("pk").first()
        return "" if firm is None else firm.uscc if name.endswith("_uscc") else firm.name
    if declared.kind == "person":
        return person.name
    match declared.kind:
        case "phone":
            return "0700-3312345"
        case "number":
            low = declared.minimum if declared.minimum is not None else 1
            return max(low, min(declared.maximum or 60, 60))
        case "date":
            return "2028-12-31"
        case "choice":
            return next(iter(declared.choices))
        case "choices":
            return [next(iter(declared.choices))]
        case "yes-no":
            return "no"
        case "address":
            return "云溪县城关镇示例路12号"
    if declared.id in SHAPED:
        return SHAPED[declared.id]
    if declared.pattern:
        return _id_number(person) if "18" in declared.pattern else "A1"
    return person.name if "name" in name else "示例内容"


def _id_number(person: Person) -> str:
    return cipher.unseal(bytes(person.id_number_cipher or b""), about=f"party:{person.pk}:id_number")


def _back(until: datetime, days: int) -> datetime:
    """``days`` working days before, at twenty past nine; today keeps an hour that has already passed."""
    table = calendar.table()
    day = day_of(until)
    for _ in range(days):
        day -= timedelta(days=1)
        while not table.is_workday(day):
            day -= timedelta(days=1)
    return min(datetime.combine(day, time(9, 20), SHANGHAI), until - timedelta(minutes=1))


def _forward(moment: datetime, days: int) -> datetime:
    table = calendar.table()
    return datetime.combine(table.add(day_of(moment), days), time(10, 5), SHANGHAI)
