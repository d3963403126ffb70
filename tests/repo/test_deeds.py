"""Every deed of every module is asked by people who have no business with it, and refuses them for that reason.

Arguments are right ones, so that a deed which looks at the doer last, or not at all, is found: whoever may not do it must
be answered ``NotAllowed`` or ``NotFound``, nothing else.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

import yiwang
from tests.factories import cases, documents, filings, hotline, numbers, petitions, themes
from tests.factories.rules import shipped
from tests.repo import world
from yiwang.foundation.organs.actions import Opening
from yiwang.foundation.organs.models import Account, Counter, Organ
from yiwang.foundation.people.models import Person
from yiwang.governance.inspections.models import Inspector
from yiwang.governance.meetings.rules import Line
from yiwang.insight.reports.models import Template
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters.actions.bulk import Bulk, Newcomer
from yiwang.matters.actions.correcting import Correction
from yiwang.services.ratings.actions import Call

UNRELATED = ("stranger", "wang", "li")
# Functions that take ``by`` and ``at`` and are reached only from a deed that has asked: what they are, by module.
BEHIND_DEEDS = {
    "yiwang.foundation.ledger.actions.record": "writes the line of the deed that calls it",
    "yiwang.foundation.letters.actions.issuing.issue": "the letter of a step; the step's role was asked",
    "yiwang.foundation.letters.actions.telling.tell": "the message of a step; the step's role was asked",
    "yiwang.foundation.letters.actions.telling.deliver": "the worker's job",
    "yiwang.matters.actions.reprojection.mark": "the calendar's deed calls it by a registered name",
    "yiwang.matters.actions.seats.pass_on": "closing an account calls it by a registered name",
    "yiwang.matters.actions.seats.succeed": "the succession of organs calls it by a registered name",
    "yiwang.web.excel.response": "behind a list, which asked who sees it",
    "yiwang.config.year.people.applicants": "behind building a year, which is done on the command line",
    "yiwang.services.cases.actions.supplying.put": "the file of a supply; who may was asked",
    "yiwang.matters.history.foreign.store": "behind the import, which has asked",
    "yiwang.matters.history.replay.happen": "a plan, nothing is done",
    "yiwang.services.cases.past.frame": "the import calls it by a registered name",
    "yiwang.matters.actions.steps.context": "a plan, nothing is done",
    "yiwang.matters.actions.steps.opening_context": "a plan, nothing is done",
    "yiwang.matters.actions.steps.step_context": "a plan, nothing is done",
    "yiwang.services.cases.actions.serving.result_handed_over": "behind the step by which a window hands out",
    "yiwang.services.cases.renewing.keep": "behind submitting and receiving, which have asked",
    "yiwang.services.certificates.actions.issuing.bar": "behind a decision, which has asked",
    "yiwang.services.certificates.actions.issuing.issue": "behind the step that makes the certificate",
    "yiwang.services.certificates.actions.electronic.issue_version": "behind the deed that made or changed the certificate",
    "yiwang.services.certificates.actions.issuing.renewal_applied": "behind submitting and receiving, which have asked",
    "yiwang.services.cases.held.actions.keep": "behind receiving and the correction notice, which have asked",
    "yiwang.services.cases.held.copies.keep_consent": "behind submitting, which has asked",
    "yiwang.services.cases.held.copies.keep_consent_at_counter": "behind receiving, which has asked",
    "yiwang.services.cases.held.telling.tell": "the line of a deed that has asked",
    "yiwang.services.cases.tolerance.making.make": "behind submitting and receiving, which have asked",
    "yiwang.services.cases.actions.submitting.open_case": "behind submitting and receiving, which have asked",
    "yiwang.services.ratings.actions.rating.note_opening": "a mark a page leaves; nothing is shown and nothing changes",
    "yiwang.foundation.people.actions.keeping.keep": "inside the deeds that change or correct, which have asked",
    "yiwang.governance.inspections.actions.visiting.open_visit": "behind assign, a draw and a licence, which have asked",
    "yiwang.governance.inspections.actions.visiting.give_way": "behind replace, which has asked",
    "yiwang.governance.hotline.actions.splitting.ask": "behind dispatch and split, which have asked",
    "yiwang.services.catalogue.guides.publish": "an effect of the publication's last step",
    "yiwang.services.catalogue.guides.seed": "loading packs calls it by a registered name",
}
REGISTERED = (
    "seeds",
    "hooks",
    "kinds",
    "papers",
    "queries",
    "rules",
    "after",
    "effects",
)  # reached by a registered name
# Deeds somebody unrelated may do, who, and why.
OPEN: dict[str, tuple[frozenset[str], str]] = {
    "yiwang.services.assistance.actions.appointments.book": (frozenset({"wang"}), "everybody books for himself"),
    "yiwang.services.assistance.actions.applying.apply": (frozenset({"wang"}), "everybody applies for himself"),
    "yiwang.governance.inspections.actions.registering.keep_subject": (
        frozenset({"li"}),
        "every department that inspects keeps the county's one list of objects",
    ),
    "yiwang.foundation.files.actions.store": (frozenset({"wang", "li"}), "a file of one's own; it opens for its owner"),
}
BUDGETS = {"guide.legal_days": 20, "guide.promised_days": 7, "guide.extension_max": 10}


def deeds() -> dict[str, Callable[..., Any]]:
    """Dotted name → public function with keyword-only ``by`` and ``at``, of every module."""
    found = {}
    for info in pkgutil.walk_packages(yiwang.__path__, "yiwang."):
        parts = info.name.split(".")
        if set(parts) & {"migrations", "management", "tasks", *REGISTERED}:
            continue
        for name, function in vars(importlib.import_module(info.name)).items():
            if inspect.isfunction(function) and function.__module__ == info.name and not name.startswith("_"):
                keywords = {p.name for p in inspect.signature(function).parameters.values() if p.kind == p.KEYWORD_ONLY}
                if {"by", "at"} <= keywords:
                    found[f"{info.name}.{name}"] = function
    return found


def usual(there: world.World) -> dict[str, Any]:
    """What to hand over for a parameter of that name, wherever it stands."""
    text = {
        "name": "新来", "short_name": "新", "username": "newcomer", "title": "审核员", "password": "only-i-know-1",
        "reason": "工作调整", "document": "云府办〔2026〕9号", "subject": "审查通则", "text": "请尽快办理。", "field": "phone",
        "purpose": "contact", "opinion": "同意。", "role": "inspector", "how": "counter", "source": "收文2026-311",
        "address": "云溪县城关街道解放路3号", "legal_representative": "新来", "category": "规范性文件",
    }  # fmt: skip
    things = {
        "account": there.colleague, "absence": there.absence, "post": there.post, "organ": there.organ,
        "organ_id": there.organ.pk, "counter": there.counter, "authorisation": there.authorisation, "seal": there.seal,
        "seal_id": there.seal.pk, "authorisation_id": there.seal_authorisation.pk, "file_id": there.letter.file_id,
        "letter": there.letter, "letter_id": there.waiting.pk, "message_id": there.message.pk, "job_id": there.job.pk,
        "reference": there.case.matter.reference, "references": [there.case.matter.reference], "draft": there.draft,
        "draft_id": there.draft.pk, "party_id": there.person.pk, "person": there.person, "firm": there.firm,
        "officer": there.officer, "mandate": there.mandate, "guide_id": there.guide.pk, "item_code": cases.FOOD,
        "principal_id": there.person.pk, "account_id": there.colleague.pk, "to_account_id": there.colleague.pk,
        "old": there.organ, "new": Organ.objects.get(code="health"), "division": there.organ.division,
    }  # fmt: skip
    days = {"from_on": date(2026, 10, 12), "until_on": date(2027, 1, 1), "on": date(2026, 10, 12)}
    days |= {"from_day": date(2026, 10, 12), "version_on": None}
    return (
        text
        | things
        | days
        | {"at": world.NOW, "hours": Decimal(6), "articles": 9, "year": 2027, "content": documents.png()}
    )


def special(there: world.World) -> dict[str, dict[str, Any]]:
    """What one deed needs besides, by the end of its dotted name."""
    review = {"reference": there.reviewing.matter.reference, "step": "review"}
    ordered = {"reference": there.order.matter.reference}
    officer = {"inspector_id": Inspector.objects.get(code="YX449900001").pk}
    returned = {"reference": there.returned.matter.reference, "code": "layout", "name": "布局图.png"}
    holiday = {"off": {date(2027, 1, 1): "元旦"}, "makeup": {}, "document_number": "国办发明电〔2026〕9号"}
    matter = {"organ_id": there.organ.pk, "title": "食品经营许可", "chain": "three-hands", "budgets": BUDGETS}
    matter |= {"organs": {"hall": there.counter.place.organ_id}, "party_id": there.person.pk}
    citizen = Account.objects.create(username="citizen-newcomer", kind="citizen")
    return {
        "answering.actions.answer": {"evidence": []},
        "together.hand_in": {
            "party_id": cases.noodle_shop(), "answers": cases.ANSWERS, "form": cases.form(), "files": {}, "channel": "portal",
            "delivery": "collect", "parent": there.theme.reference,
        },
        "themes.actions.drafts.start": {"theme_id": themes.THEME, "answers": themes.ANSWERS},
        "themes.actions.drafts.attach": {"draft": there.theme_draft, "key": "register-lease", "name": "租赁合同.png"},
        "themes.actions.submitting.submit": {"draft_id": there.theme_draft.pk, "delivery": "collect"},
        "advancing.follow_up": {"reference": there.theme.reference, "opinion": "已电话提醒登记注册股。"},
        "advancing.try_again": {"reference": there.theme.reference},
        "advancing.withdraw": {"reference": there.theme.reference},
        "agreements.register": {
            "code": "another", "place_name": "某县", "place_code": "449999", "competent": "某局", "organ_code": "data-bureau",
            "adapter": "paper", "phone": "", "items": [{"code": "1", "name": "某事", "powers": ["receive"], "materials": ["表"]}],
        },
        "agreements.end": {"code": "yunbei-2026"},
        "relaying.receive": {"agreed_item_id": there.agreed.pk, "mode": "receive", "materials": {"经营者身份证明": "copy"}},
        "relaying.take": {
            "reference": there.relayed.reference, "step": "check", "values": {"identity": "on", "form": "on"},
        },
        "relaying.track": {"reference": there.relayed.reference},
        "arriving.take_in": {"inbound_id": there.inbound.pk, "counter": Counter.objects.get(pk=there.counter.pk)},
        "calendar.actions.preview_notice": holiday,
        "calendar.actions.enter_notice": holiday,
        "files.actions.verify_file": {"original_seen": True},
        "ledger.actions.open_epoch": {"detail": {}},
        "absences.declare_absence": {"account": Account.objects.get(username="zhao")},
        "accounts.change_own_password": {"old": "x", "new": "only-i-know-2"},
        "accounts.record_training": {"on": date(2026, 9, 1)},
        "counters.authorise_counter": {"powers": ["receive"], "item_codes": ["511A17033003"]},
        "logins.bind_phone": {"phone": numbers.phone(8)},
        "organs.found_organ": {"code": "new-bureau", "kind": "department"},
        "places.open_place": {"code": "second-hall", "kind": "hall"},
        "places.close_place": {"place": there.counter.place},
        "places.set_hours": {"place": there.counter.place, "openings": [Opening(4, time(9), time(12))]},
        "places.open_counter": {"place": there.counter.place, "number": "Z99", "kind": "department"},
        "actions.posts.give_post": {"from_on": world.NOW.date()},
        "packs.actions.load": {"reading": shipped()},
        "firms.name_officer": {"person": Person.objects.get(name="李志强"), "duty": "handler"},
        "firms.register_firm": {"uscc": numbers.uscc(4711), "name": "云溪县新来商行"},
        "firms.set_firm_status": {"status": "closed"},
        "mandates.give_mandate": {"agent_name": "王建国", "agent_id_number": "449931196802030115"},
        "persons.change_phone": {"phone": numbers.phone(8)},
        "persons.link_account": {"account": citizen},
        "persons.register_at_counter": {"id_number": numbers.id_number(serial=77)},
        "persons.register_citizen": {"account": citizen, "id_number": numbers.id_number(serial=77), "agreed": True},
        "persons.register_from_pack": {"id_number": numbers.id_number(serial=77)},
        "authority.make": {"kind": "approval"},
        "granting.appoint_keeper": {"kind": "approval"},
        "granting.dismiss_keeper": {"keeper_id": there.seal_keeper.pk},
        "granting.authorise": {"kind": "approval"},
        "signing.sign": {"data": b"x"},
        "signing.sign_digest": {"digest": bytes(32)},
        "bulk.open_many": {"process": "services.licence", "newcomers": [Newcomer(**matter)]},
        "living.live_many": {"process": "services.licence", "pasts": []},
        "history.importing.import_log": {"path": Path("log.csv"), "mapping": None},
        "bulk.take_many": {"step": "accept"},
        "rebase.rebase": {
            "process": "services.licence", "from_version": "2026.1", "to_version": "2026.1", "states": ["received"],
            "approver": there.doers["admin"],
        },
        "seats.assign": {"seat": "acceptor"},
        "seats.claim": {"seat": "acceptor"},
        "seats.release": {"seat": "acceptor"},
        "seats.transfer": {"to_organ_id": Organ.objects.get(code="health").pk},
        "matters.actions.steps.open": matter | {"process": "services.licence"},
        "matters.actions.steps.take": review,
        "matters.stepping.take_as_its_room_does": review | {"values": {}, "version": None},
        "cases.actions.steps.take": review | {"values": cases.WORDS["review"]},
        "counter.identify": {"kind": "person", "number": numbers.id_number(serial=77)},
        "counter.receive": {
            "counter": Counter.objects.get(pk=there.counter.pk), "answers": cases.ANSWERS, "form": cases.form(), "scans": {},
            "states": dict.fromkeys(cases.UPLOADED, "original"), "delivery": "collect", "party_id": cases.noodle_shop(),
        },
        "certificates.actions.electronic.retry": {"certificate_id": there.certificate.pk},
        "certificates.actions.standing.change": {
            "certificate_id": there.certificate.pk, "values": {"premises": "人民路1号"},
        },
        "certificates.actions.standing.suspend": {"certificate_id": there.certificate.pk},
        "certificates.actions.standing.strike": {"certificate_id": there.certificate.pk},
        "certificates.actions.standing.resume": {"certificate_id": there.certificate.pk},
        "certificates.actions.intake.take_in": {
            "type_id": "food-licence", "content": b"a,b\n1,2", "name": "a.csv", "dry_run": True,
        },
        "certificates.actions.showing.show": {"certificate_id": there.certificate.pk},
        "certificates.actions.showing.put_away": {"handle": there.showing.handle},
        "certificates.actions.showing.agree": {"asking_id": there.asking.pk},
        "certificates.actions.showing.decline": {"asking_id": there.asking.pk},
        "certificates.actions.showing.scan": {"reference": there.use.matter_reference, "code": "LM-"},
        "certificates.actions.showing.fetch": {
            "reference": there.use.matter_reference, "type_id": "business-licence", "id_number": cases.LIN_NUMBER,
            "ground": "当面口头同意",
        },
        "assistance.actions.applying.apply": {
            "item_code": "511A0074300005", "answers": {"place": "own", "family": "single", "agent": "self"}, "form": {},
            "delivery": "collect",
        },
        "appointments.book": {
            "place_id": there.counter.place_id, "queue": "A", "day": date(2026, 9, 29), "starts_at": time(10),
        },
        "appointments.cancel": {"appointment_id": there.appointment.pk},
        "tickets.take_ticket": {"place_id": there.counter.place_id, "queue": "A"},
        **{
            f"calling.{deed}": {"counter_id": there.counter.pk, "ticket_id": there.ticket.pk}
            for deed in ("call_next", "recall", "miss", "finish", "pause", "resume")
        },
        "shifts.hand_over_originals": {"counter_id": there.counter.pk, "material_ids": [there.original]},
        "terminals.register": {"code": "hall-02", "name": "大厅二号", "kind": "own", "place_id": there.counter.place_id},
        "terminals.retire": {"code": there.terminal.code},
        "noting.note": {"event": "certificates.used", "detail": {}},
        "correcting.correct": {"field": "address", "value": "云溪县人民路17号", "ground": "搬家"},
        "wechat.bind_wechat": {"openid": "o1", "moment": "1", "signature": "x", "agreed": True},
        "readings.actions.dispute": {"number": there.looked, "says": "我没有在办这件事。"},
        "ending.propose": {
            "certificate_id": there.certificate.pk, "process": "certificates.cancellation",
            "values": {"ground": "entity-ended", "facts": "已注销营业执照。"},
        },
        "issuing.record_existing": {
            "number": "JY20200001", "valid_from": date(2020, 1, 1), "valid_until": date(2027, 1, 1),
        },
        "tolerance.actions.make_good": {"code": "inspector", "name": "任命文件.pdf"},
        "tolerance.actions.check_promise": {"promise_id": there.promise.pk, "truthful": True, "note": "现场核对，与申报一致。"},
        "drafting.draft": {"data": json.loads(there.receipt.version.content)},
        "trying.try_out": {"code": filings.TABLE, "number": 1},
        "publishing.publish": {"code": filings.TABLE, "number": 1},
        "publishing.stop": {"code": filings.TABLE, "number": 1},
        "auditing.answer": {"audit_id": there.audit.pk, "agrees": True, "note": ""},
        "auditing.close_defect": {"defect_id": there.defect.pk, "resolution": "第二版起仓库地址转人工办理。"},
        "drafts.attach": {"code": "layout", "name": "布局图.png"},
        "drafts.reuse": {"code": "layout", "agrees": True},
        "materials.check": {"findings": {"layout": ("right", "")}},
        "materials.supply": returned,
        "submitting.submit": {"delivery": "collect"},
        "changing.change_item": {"state": "suspended", "basis": "云府〔2026〕9号"},
        "catalogue.actions.add_law": {"title": "云溪县示例办法", "document_number": ""},
        "importing.import_items": {"rows": [], "mapping": None, "file_name": "x.csv", "file_digest": ""},
        "publication.draft": {"item_code": "YX-SJ-0002"},
        "publication.edit": {"data": dict(there.guide.document)},
        "publication.review": {"step": "pass-establishment"},
        "correcting.correct_clock": {
            "clock": "acceptance", "cause": there.card.matter.reference,
            "correction": Correction("收件登记3号", started_on=date(2026, 9, 23)),
        },
        "assessments.actions.count": {"month": date(2026, 8, 1)},
        "assessments.actions.answer": {"month": date(2026, 8, 1)},
        "inspections.actions.claiming.claim": {"claim_id": there.claim.pk, "here": True},
        "inspections.actions.claiming.rule_claim": {"claim_id": there.claim.pk, "approved": True, "said": "权限在市级。"},
        "inspections.actions.claiming.keep_list": {
            "claim_id": there.claim.pk, "list_id": None, "title": "日常", "objects_of": [], "form": "", "per_year": 0,
            "basis": "", "papers": [], "entries": "",
        },
        "inspections.actions.registering.register_items": {"lines": [], "organs": {}},
        "inspections.actions.registering.end_item": {
            "code": there.claim.code, "last_on": world.NOW.date(), "reason": "国家目录取消",
        },
        "inspections.actions.officers.register_inspector": {
            "code": "YX1", "valid_until": date(2028, 1, 1), "scope": "市场监督管理",
        },
        "inspections.actions.officers.keep_inspector": officer | {
            "valid_until": date(2028, 1, 1), "scope": "市场监督管理",
        },
        "inspections.actions.officers.end_inspector": officer | {"left_on": world.NOW.date()},
        "inspections.actions.registering.keep_subject": {"code": "CS-0001", "kind": "place"},
        "inspections.actions.officers.declare_interest": officer | {"subject_code": "92449931MA0000001W"},
        "inspections.actions.importing.bring_in": {"kind": "items", "content": b"a", "name": "a.csv"},
        "inspections.actions.planning.make_line": {
            "list_ids": [there.checklist.pk], "count": 1, "batches": 1, "from_on": date(2026, 9, 1),
            "until_on": date(2026, 12, 1),
        },
        "inspections.actions.planning.publish_line": {"line_id": there.plan_line.pk},
        "inspections.actions.drawing.freeze": {"line_id": there.plan_line.pk},
        "inspections.actions.drawing.draw": {"code": there.frozen.code},
        "inspections.actions.drawing.replace": {
            "code": there.frozen.code, "kind": "subject", "subject_code": "92449931MA0000001W", "ground": "closed",
        },
        "inspections.actions.visiting.assign": {
            "source": "order", "cause": "交办1号", "subject_code": "92449931MA0000001W",
            "list_ids": [there.checklist.pk], "inspector_codes": ["YX449900001", "YX449900002"],
        },
        "inspections.actions.visiting.record": {
            "reference": there.visit.reference, "visited_on": world.NOW.date(), "results": {}, "outcome": "gone",
        },
        **{f"petitions.actions.{one}": {"intake": petitions.SAID} for one in ("register", "hand_over")},
        "petitions.actions.take": {"reference": there.petition.reference, "step": "decide"},
        "petitions.actions.take_own": {"reference": there.petition.reference, "step": "ask-review"},
        "petitions.actions.read_person": {
            "reference": there.petition.reference, "field": "name", "purpose": "contact",
        },
        "meetings.actions.open_batch": {
            "theme": "菜篮子", "handed_by": "市专班", "received_on": date(2026, 9, 20), "due_on": date(2026, 10, 20),
        },
        "meetings.actions.hand_out": {"code": there.meeting.code, "lines": [Line("占道摆卖", "meeting", there.organ.pk)]},
        "meetings.actions.take": {"reference": there.issue.reference, "step": "sign"},
        "inspections.actions.visiting.take": {"reference": there.visit.reference, "step": "cancel"},
        **{f"hotline.actions.recording.{one}": {"intake": hotline.SAID} for one in ("record", "take_in", "file")},
        "hotline.actions.handling.take": ordered | {"step": "sign"},
        "hotline.duty.bringing.bring_in": {"rows": [], "source": "云府办〔2026〕8号", "digest": "ab" * 32},
        "hotline.actions.handling.take_own": ordered | {"step": "urged", "values": {"text": "请快一点。"}},
        "hotline.actions.handling.take_part": {"reference": there.part.matter.reference, "step": "refuse-part"},
        "hotline.actions.splitting.split": ordered | {"organ": "housing", "task": "请核查路面。"},
        "hotline.actions.calling.look_up": ordered,
        "hotline.actions.calling.read_caller": ordered | {"field": "phone", "purpose": "contact"},
        "hotline.actions.calling.end_call": {"call_id": there.call.pk},
        "hotline.actions.knowing.write_knowledge": {"question": "几点清运", "answer": "每日两次。", "topic": "waste"},
        "hotline.actions.knowing.end_knowledge": {"knowledge_id": there.knowledge.pk},
        "hotline.actions.knowing.settle": {"ruling_id": there.ruling.pk, "settlement": "已列入清单。"},
        "hotline.actions.clients.end_client": {"client_id": there.client.pk},
        "supervision.actions.cards.take": {
            "reference": there.card.matter.reference, "step": "answer",
            "values": {"cause": "staff", "explanation": "审核人员公出。", "measures": "指定代理人。"},
        },
        "supervision.actions.cards.order": {"opinion": "群众来信反映办理缓慢，请核实。"},
        "slips.print_slip": {"card_id": there.card.pk, "kind": "reminder"},
        "ratings.actions.rating.rate": {"occasion_id": there.occasion.pk, "level": 4},
        "gathering.open_visit": {"counter_id": there.counter.pk, "kind": "visit", "ticket": "A1"},
        "importing.bring_in": {"source": "省平台", "lines": []},
        "importing.bring_in_table": {"source": "省平台", "content": b"a,b\n1,2", "name": "a.csv"},
        "hearing.hear": {"call": Call("T1", "consultation", "market", world.NOW)},
        "looking.judge": {"sign_id": there.sign.pk, "verdict": "true"},
        **{
            f"reports.actions.{deed}": {"reference": there.report.matter.reference, **given}
            for deed, given in {
                "opening.revise": {}, "editing.edit_section": {"code": "study"}, "editing.explain": {"key": "late:x"},
                "editing.edit_front": {
                    "title": "年度报告", "main": ["县委"], "copies": [], "publicity": "public", "cut_off": world.NOW,
                    "hides_small": True,
                },
                "figures.bind": {"figure": {"name": "fresh", "title": "新数", "kind": "imported"}},
                "figures.unbind": {"name": "hotline"}, "figures.take_figures": {}, "figures.confirm": {"names": ["hotline"]},
                "figures.note_change": {"name": "hotline", "note": "", "change": ""}, "returning.ask_units": {},
                "snapshots.use_snapshot": {"name": "hotline", "snapshot_id": there.batch.pk, "total": "受理"},
                "steps.take": {"step": "gather"}, "templates.keep_as_template": {}, "templates.from_document": {},
            }.items()
        },
        "reports.actions.opening.open_report": {"template_id": Template.objects.earliest("pk").pk, "year": 2025},
        "reports.actions.returning.fill": {
            "reference": there.task.matter.reference, "given": {"law_lessons": {"value": "2"}}, "evidence": documents.png(),
        },
        "reports.actions.returning.take_return": {"reference": there.task.matter.reference, "step": "sign"},
        "reports.actions.snapshots.take_in": {
            "organ_id": there.report.organ_id, "source": "市平台", "batch": "1", "title": "合计", "cut_off": world.NOW,
            "from_on": date(2026, 1, 1), "until_on": date(2026, 9, 1), "name": "a.xlsx",
        },
        "reports.actions.snapshots.compare": {"snapshot_id": there.batch.pk, "indicator": "cases.accepted"},
        "reports.actions.templates.change_template": {
            "template_id": Template.objects.earliest("pk").pk, "title": "年度报告", "main": ["县委"], "copies": [], "sections": [],
        },
        "whatif.actions.ask": {
            "process": "services.licence", "organ": "", "change": {"kind": "limit", "clock": "promised", "days": 3},
        },
        "whatif.actions.stop": {"study_id": there.study.pk},
        "whatif.actions.proceed": {"study_id": there.study.pk},
        "reports.actions.templates.change_layout": {"template_id": Template.objects.earliest("pk").pk, "content": None},
        "reading.acknowledge": {"notice_id": there.notice.pk},
        "reading.judge": {"clue_id": there.clue.pk, "verdict": "true"},
    }  # fmt: skip


def arguments(name: str, deed: Callable[..., Any], known: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    given = {}
    for parameter in inspect.signature(deed).parameters.values():
        if parameter.name == "by":
            continue
        if parameter.name in own:
            given[parameter.name] = own[parameter.name]
        elif parameter.default is parameter.empty:
            assert parameter.name in known, f"{name}: say in `special` what to hand over for `{parameter.name}`"
            given[parameter.name] = known[parameter.name]
    return given


def answer(deed: Callable[..., Any], given: Mapping[str, Any]) -> str:
    """``no`` for a refusal because of who asks, ``done``, or another refusal's code. Nothing stays."""
    point = transaction.savepoint()
    try:
        done = deed(**given)
    except (NotAllowed, NotFound):
        return "no"
    except Refusal as refusal:
        return refusal.code
    finally:
        transaction.savepoint_rollback(point)
    if isinstance(done, Bulk) and not done.done:
        return "no" if all(isinstance(one, NotAllowed | NotFound) for one in done.refused.values()) else "refused"
    return "done"


def test_every_deed_refuses_whoever_has_no_business_with_it(there):
    known, own = usual(there), special(there)
    wrong, passed = [], {}
    found = deeds()
    assert len(found) > 70  # or the search finds nothing any more
    for name, deed in found.items():
        if name in BEHIND_DEEDS:
            continue
        mine = next((given for end, given in own.items() if name.endswith("." + end)), {})
        given = arguments(name, deed, known, mine)
        for who in UNRELATED:
            said = answer(deed, {**given, "by": there.doers[who]})
            if said != "no" and who not in OPEN.get(name, (frozenset(), ""))[0]:
                wrong.append(f"{name} asked by {who}: {said}")
            if said != "no":
                passed.setdefault(name, set()).add(who)
    assert not wrong, "\n".join(["", *wrong])
    assert {name: set(who) for name, (who, _) in OPEN.items()} == passed


def test_every_exception_is_a_deed_that_exists():
    assert [name for name in (*BEHIND_DEEDS, *OPEN) if name not in deeds()] == []
