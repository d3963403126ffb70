"""The fixed cast in the demo county, and things that belong to somebody: what the permission matrix asks about.

Everything here belongs to 林 (a citizen) and the market supervision bureau (赵, 孙). 黎 of the health bureau, 王 (a
citizen) and a stranger have nothing to do with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from tests.factories import cases, certificates, filings, hotline, inspections, meetings, petitions, reports, themes
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.models import LedgerCheckpoint, LedgerEntry
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs import actions as organs
from yiwang.foundation.organs import queries as organ_queries
from yiwang.foundation.organs.models import Absence, Account, CounterAuthorisation, Organ, Post
from yiwang.foundation.people import actions as people
from yiwang.foundation.people.models import Firm, FirmOfficer, Mandate, Person
from yiwang.foundation.seals import actions as seal_actions
from yiwang.foundation.seals.models import Seal, SealAuthorisation, SealKeeper
from yiwang.governance.hotline.models import Call, Client, Knowledge, Order, Ruling
from yiwang.governance.hotline.models import Part as OrderPart
from yiwang.governance.inspections.models import CheckList, Claim, Draw, PlanLine
from yiwang.governance.meetings.models import Batch
from yiwang.governance.supervision import actions as supervision
from yiwang.governance.supervision.models import Card, Clue, Notice
from yiwang.insight.assessments.models import Assessment, Line
from yiwang.insight.facts import writing as facts
from yiwang.insight.reports import actions as report_actions
from yiwang.insight.reports.models import Report, Return, Snapshot
from yiwang.insight.whatif.models import Study
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer
from yiwang.matters import actions as matters
from yiwang.matters.models import Job
from yiwang.matters.standing import Standing
from yiwang.services.assistance import actions as assistance
from yiwang.services.assistance.models import Appointment, KioskVisit, Terminal, Ticket
from yiwang.services.automatic import actions as tables
from yiwang.services.automatic.models import Audit, Defect, Receipt
from yiwang.services.cases.models import Case, CaseMaterial, Draft, DraftFile, Promise
from yiwang.services.catalogue import publication
from yiwang.services.catalogue.models import Guide
from yiwang.services.certificates import actions as certificate_actions
from yiwang.services.certificates import codes
from yiwang.services.certificates.models import Asking, Bar, Certificate, Showing, Use
from yiwang.services.ratings import actions as ratings
from yiwang.services.ratings import invitations
from yiwang.services.ratings.models import Guest, Occasion, Rectification, Sign
from yiwang.services.relay import actions as relay
from yiwang.services.relay.models import AgreedItem, InboundCase
from yiwang.services.themes.models import ThemeDraft, ThemeDraftFile

NOW = cases.at(hour=16)
# who, in the order of the table's columns: login name of the demo county, or a citizen's name
CAST = {
    "stranger": None,
    "wang": "王建国",  # another citizen
    "lin": "林小满",  # the applicant
    "chen": "chen",  # receiver and acceptor at counter A02
    "zhou": "zhou",  # acceptor of the market supervision bureau
    "zhao": "zhao",  # its reviewer
    "sun": "sun",  # its decider
    "peng": "peng",  # its administrator of accounts and keeper of seals
    "li": "health-2",  # reviewer and administrator of accounts of another department
    "wu": "wu",  # supervisor
    "su": "su",  # catalogue editor
    "admin": "admin",  # system administrator, second factor passed
    "admin-1": "admin",  # the same before the second factor
}


@dataclass
class World:
    """Everything the tests point at.

    ``case`` was just submitted, ``returned`` waits for 林's correction (supplied, not handed in), ``reviewing`` for 赵.
    """

    accounts: dict[str, Account | None]
    doers: dict[str, Doer]
    organ: Organ
    elsewhere: Organ
    case: Case
    returned: Case
    reviewing: Case
    draft: Draft
    upload: DraftFile
    letter: Letter
    waiting: Letter
    message: Message
    job: Job
    person: Person
    firm: Firm
    officer: FirmOfficer
    mandate: Mandate
    theme: Standing  # 林 opens a restaurant in one go
    theme_draft: ThemeDraft
    theme_upload: ThemeDraftFile
    relayed: Standing  # 林's application for another county, at 陈's counter
    inbound: InboundCase  # what that county received for us, waiting at the bureau's counters
    agreed: AgreedItem
    colleague: Account
    post: Post
    absence: Absence
    authorisation: CounterAuthorisation
    counter: Any
    seal: Seal
    seal_authorisation: SealAuthorisation
    seal_keeper: SealKeeper
    guide: Guide
    certificate: Certificate
    showing: Showing
    asking: Asking
    use: Use
    looked: int
    checkpoint: LedgerCheckpoint
    entry: LedgerEntry
    card: Card  # of 赵's bureau, to be answered
    notice: Notice  # 孙 was told of it
    clue: Clue
    order: Order  # 林 said something; 赵's bureau is to handle it, another answers a part
    part: OrderPart
    ruling: Ruling
    knowledge: Knowledge
    client: Client
    call: Call  # at an operator's desk
    receipt: Receipt  # of a filing a decision table granted, drawn for an audit whose defect is open
    audit: Audit
    defect: Defect
    promise: Promise
    occasion: Occasion  # 林 was served by 赵 and was not content
    rating_link: str
    rectification: Rectification
    sign: Sign
    assessed: Line  # a figure of the market supervision bureau's July
    appointment: Appointment  # 林 comes to the hall another day
    ticket: Ticket  # waits for counter A02
    terminal: Terminal
    original: int  # a material taken in as an original at counter A02
    report: Report  # of the data bureau, being drafted by 苏
    task: Return  # the bureau itself is asked for a figure
    batch: Snapshot  # what the city's hotline handed over
    study: Study  # what-if, asked by 吴 for the whole county
    claim: Claim  # of the bureau, with its list
    checklist: CheckList
    plan_line: PlanLine
    frozen: Draw  # not drawn yet
    visit: Standing  # of the bureau's inspectors, on a complaint
    meeting: Batch  # of the data bureau, with an issue of the market supervision bureau
    issue: Standing
    petition: Standing  # the market supervision bureau decides it


def build() -> World:
    """In the database of the fixture ``county``; rolled back with it."""
    accounts = {who: _account(name) for who, name in CAST.items()}
    doers = {who: organ_queries.doer_of(one, NOW) if one else STRANGER for who, one in accounts.items()}
    organ, person = Organ.objects.get(code="market"), Person.objects.get(name="林小满")
    case, returned = cases.submitted(hour=10), cases.submitted(hour=11, party=person.pk)
    cases.checked(returned, layout="布局图未标明消毒区")
    cases.asked(returned, layout="请标明消毒区位置")
    cases.supplied(returned, "layout")
    reviewing = cases.walked(cases.submitted(hour=12, party=cases.noodle_shop()), "accept")
    matters.drain(at=NOW)
    ledger.checkpoint(at=NOW)
    facts.write(at=NOW)
    draft = cases.draft()
    return World(
        accounts=accounts,
        doers=doers,
        organ=organ,
        elsewhere=Organ.objects.get(code="health"),
        case=case,
        returned=returned,
        reviewing=reviewing,
        draft=draft,
        assessed=_assessed(organ),
        **_shown(_certificate(case), reviewing),
        upload=DraftFile.objects.filter(draft=draft).earliest("pk"),
        job=_failed_job(case),
        person=person,
        counter=cases.counter(),
        authorisation=CounterAuthorisation.objects.filter(organ=organ).earliest("pk"),
        seal=Seal.objects.filter(organ=organ).earliest("pk"),
        seal_authorisation=SealAuthorisation.objects.filter(organ=organ).earliest("pk"),
        seal_keeper=seal_actions.appoint_keeper(
            organ_id=organ.pk,
            kind=Seal.Kind.APPROVAL,
            account_id=doers["peng"].account_id,
            from_on=date(2026, 9, 1),
            by=doers["peng"],
            at=NOW,
        ),
        guide=publication.draft(item_code=cases.FOOD, by=doers["su"], at=NOW),
        checkpoint=LedgerCheckpoint.objects.latest("pk"),
        entry=LedgerEntry.objects.filter(subject__endswith=case.matter.reference).latest("pk"),
        **_tables(),
        **_letters(person),
        **_together(),
        **_staff(),
        **_people(doers, person),
        **_cards(person),
        **_rated(person, doers),
        **_hall(person, doers),
        **_reported(),
        **inspections.under_way(NOW),
        **hotline.under_way(NOW),
        **meetings.under_way(NOW),
        petition=petitions.under_way(NOW),
    )


def _reported() -> dict[str, Any]:
    opened = reports.opened()
    report_actions.ask_units(reference=opened.reference, by=cases.staff("su"), at=reports.NOW)
    return {
        "report": Report.objects.select_related("matter").get(matter_id=opened.id),
        "task": Return.objects.select_related("matter").get(organ_id=opened.organ_id),
        "batch": reports.batch(),
        "study": Study.objects.create(
            process="services.licence",
            since=date(2025, 9, 24),
            until=date(2026, 9, 24),
            cut_off=NOW,
            change={"kind": "limit", "clock": "promised", "days": 3},
            seed=1,
            rounds=20,
            asked_by=cases.staff("wu").reference,
            asked_at=NOW,
        ),
    }


def _hall(person: Person, doers: dict[str, Doer]) -> dict[str, Any]:
    hall = cases.counter().place
    booked = {"place_id": hall.pk, "queue": "A", "day": date(2026, 9, 28), "starts_at": time(10)}
    named = {"code": "hall-01", "name": "大厅一号", "kind": "own", "place_id": hall.pk}
    taken = cases.received("2026-09-24", hour=13, party_id=person.pk)
    terminal = assistance.register(**named, by=SYSTEM, at=NOW).terminal
    KioskVisit.objects.create(
        terminal=terminal, organ_id=hall.organ_id, party_id=person.pk, digest=bytes(32), opened_at=NOW, seen_at=NOW
    )
    put_right = {"field": "address", "value": "云溪县河口镇滨江路9号", "ground": "登记时写错门牌"}
    people.correct(party_id=person.pk, **put_right, by=cases.staff("chen"), at=NOW)
    return {
        "appointment": assistance.book(**booked, by=doers["lin"], at=NOW),
        "ticket": assistance.take_ticket(place_id=hall.pk, queue="A", by=cases.staff("chen"), at=NOW),
        "terminal": terminal,
        "original": CaseMaterial.objects.filter(matter=taken.matter, state="original").earliest("pk").pk,
    }


def _rated(person: Person, doers: dict[str, Doer]) -> dict[str, Any]:
    """A visit to 赵 that 林 rated badly, a link that would let her say more, and a sign to judge."""
    zhao = doers["zhao"]
    occasion = Occasion.objects.create(
        kind=Occasion.Kind.VISIT,
        reference="20260924-hall-A001",
        organ_id=zhao.organ_id,
        title="窗口服务",
        mode=Occasion.Mode.ON_SITE,
        handler_id=zhao.account_id,
        involved=[zhao.account_id],
        opened_on=NOW.date(),
    )
    Guest.objects.create(occasion=occasion, party_id=person.pk)
    ratings.rate(occasion_id=occasion.pk, level=5, text="等了半天。", by=doers["lin"], at=NOW)
    sign = Sign.objects.create(
        indicator=Sign.Indicator.BURST, key="x", organ_id=occasion.organ_id, says="集中评价", found_at=NOW
    )
    return {
        "occasion": occasion,
        "rating_link": invitations.make(occasion, channel="sms", at=NOW),
        "rectification": Rectification.objects.select_related("matter").get(rating__occasion=occasion),
        "sign": sign,
    }


def _cards(person: Person) -> dict[str, Any]:
    """A case accepted in August and still under review: its red card, whoever was told, and a clue."""
    late = cases.walked(cases.submitted("2026-08-03", party=person.pk), "accept", day="2026-08-03")
    supervision.sweep(at=NOW)
    card = Card.objects.get(about_id=late.pk, code="R05")
    clue = Clue.objects.create(
        about_id=late.pk,
        rule="supervision.c01",
        code="C01",
        occasion="line:2",
        organ_id=late.organ_id,
        actor="staff:1",
        says="停止计时",
        on=NOW.date(),
        found_at=NOW,
    )
    told = Notice.objects.get(card=card, account_id=Account.objects.get(username="sun").pk)
    return {"card": card, "notice": told, "clue": clue}


def _tables() -> dict[str, Any]:
    """A filing a published table granted, its audit with a defect; and a licence applied for on a promise."""
    filings.published()
    receipt = filings.decide(filings.filed())
    tables.draw(by=SYSTEM, at=NOW)
    audit = Audit.objects.get(receipt=receipt)
    note = "经营场所是仓库，人工会先现场核实再备案。"
    tables.answer(audit_id=audit.pk, agrees=False, note=note, by=cases.staff("wu"), at=NOW)
    uploads = tuple(code for code in cases.UPLOADED if code != "lease")
    promised = cases.submitted(hour=13, party=cases.person("林小满"), uploads=uploads, promises=True)
    return {
        "receipt": receipt,
        "audit": audit,
        "defect": Defect.objects.get(audit=audit),
        "promise": Promise.objects.get(matter=promised.matter),
    }


def _certificate(case: Case) -> Certificate:
    """林's certificate, and a bar on somebody whose application was false."""
    item, issued = case.guide.item, NOW.date()
    Bar.objects.create(
        party_id=case.party_id,
        item=item,
        organ_id=case.organ_id,
        article="行政许可法 第七十八条",
        from_on=issued.replace(year=2024),
        until_on=issued.replace(year=2025),
        matter_reference=case.matter.reference,
    )
    made = certificates.sealed(
        case.party_id, number="JY20260001", since=issued, until=issued.replace(year=2031), at=NOW
    )
    certificate_actions.publish_list(by=SYSTEM, at=NOW)
    return made


def _shown(certificate: Certificate, case: Case) -> dict[str, Any]:
    """林 shows her certificate; 赵 has looked at the shop's licence in the case he reviews, which is on record, and asks to
    look at it once more."""
    licence = certificates.business_licence(case.party_id, at=NOW)
    use = certificate_actions.fetch(
        reference=case.matter.reference,
        type_id=licence.type_id,
        id_number=cases.LIN_NUMBER,
        ground="当面口头同意",
        by=cases.staff("zhao"),
        at=NOW,
    )
    licence_shown = certificate_actions.show(certificate_id=licence.pk, by=cases.lin(), at=NOW)
    asking = certificate_actions.scan(
        code=codes.write(licence_shown.handle, 0, at=NOW),
        reference=case.matter.reference,
        by=cases.staff("zhao"),
        at=NOW,
    )
    showing = certificate_actions.show(certificate_id=certificate.pk, by=cases.lin(), at=NOW)
    looked = LedgerEntry.objects.filter(event="certificates.looked-at").latest("pk").pk
    return {"certificate": certificate, "showing": showing, "asking": asking, "use": use, "looked": looked}


def _together() -> dict[str, Any]:
    """A theme under way, a draft of another, and a case received for another place."""
    theme, draft = themes.submitted(), themes.draft()
    return {
        "theme": theme,
        "theme_draft": draft,
        "theme_upload": ThemeDraftFile.objects.filter(draft=draft).earliest("pk"),
        "relayed": themes.relayed(),
        "agreed": AgreedItem.objects.get(code="YB-SJ-0001"),
        "inbound": _inbound(),
    }


def _inbound() -> InboundCase:
    """What another county received for the market supervision bureau, not taken in yet."""
    relay.fetch(at=NOW)
    return InboundCase.objects.get()


def _account(name: str | None) -> Account | None:
    if name is None:
        return None
    person = Person.objects.filter(name=name).first()
    return person.account if person else Account.objects.get(username=name)


def _failed_job(case: Case) -> Job:
    job = Job.objects.filter(matter_id=case.pk).earliest("pk")
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, done_at=None)
    job.refresh_from_db()
    return job


def _letters(person: Person) -> dict[str, Any]:
    """One sealed letter to 林, one that waits for somebody with 用印授权, one message."""
    sealed, waiting = Letter.objects.filter(party_id=person.pk).order_by("pk")[:2]
    letters.render(letter_id=sealed.pk, at=NOW)
    Letter.objects.filter(pk=waiting.pk).update(status=Letter.Status.DRAFTED, error="没有用印授权")
    sealed.refresh_from_db()
    waiting.refresh_from_db()
    return {"letter": sealed, "waiting": waiting, "message": Message.objects.filter(party_id=person.pk).earliest("pk")}


def _staff() -> dict[str, Any]:
    """谢 of the bureau, nobody of the cast: a post, an absence to come."""
    xie = Account.objects.get(username="xie")
    absence = organs.declare_absence(
        account=xie,
        from_on=date(2026, 10, 12),
        until_on=date(2026, 10, 14),
        reason="公休",
        by=cases.staff("xie"),
        at=NOW,
    )
    return {"colleague": xie, "post": Post.objects.filter(account=xie).earliest("pk"), "absence": absence}


def _people(doers: dict[str, Doer], person: Person) -> dict[str, Any]:
    agent = Person.objects.get(name="李志强")
    mandate = people.give_mandate(
        principal_id=person.pk,
        agent_name=agent.name,
        agent_id_number="449931198507120133",
        until_on=date(2027, 1, 1),
        by=doers["lin"],
        at=NOW,
    )
    firm = Firm.objects.get(pk=cases.noodle_shop())
    return {"mandate": mandate, "firm": firm, "officer": FirmOfficer.objects.filter(firm=firm).earliest("pk")}


def _assessed(organ: Organ) -> Line:
    july = Assessment.objects.create(
        month=date(2026, 7, 1),
        rule_version="2026.1",
        facts_as_of=NOW,
        small=5,
        digest="0" * 64,
        answer_by=NOW.date(),
        counted_at=NOW,
        counted_by="system",
    )
    return Line.objects.create(
        assessment=july,
        about="unit",
        code=organ.code,
        name="市场监督管理局",
        organ_id=organ.pk,
        indicator="cases.accepted",
        title="受理量",
        place=0,
        numerator=0,
        value="0件",
    )
