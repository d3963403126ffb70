"""What is asked for: whose things stand in an address, and what a form is sent with. Every form is a right one, so that
whoever may not do it is refused for that reason and no other."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import cases, certificates, documents, filings, numbers, reports, themes
from tests.repo.asking import Route, Sent
from tests.repo.world import World
from yiwang.governance.inspections.models import Inspector
from yiwang.insight.reports.models import Template

LISTED = {"title": "日常监督检查", "per_year": "0", "objects_of": ["firm"], "entries": "进货查验记录齐全"}
DIRECTORY = "监管事项编码,监管事项名称,监管依据,生效日期\n449901009000,新事项,食品安全法,2026-09-01\n"
VOICE = {
    "kind": "complaint", "title": "垃圾没人清", "content": "门口垃圾三天没人清。", "topic": "waste", "disclosure": "open",
    "phone": "13900008899",
}  # fmt: skip
KEY = {"idempotency_key": "permission-matrix"}
RATED = "办件编号,单位,事项,服务时间,服务方式,满意度,评价来源\nP1,market,食品经营许可,2026-09-01 10:00,现场,1,主动\n"
PASSWORD = "only-i-know-1"


DRAWS = (
    "inspection-draw", "inspection-do-draw", "inspection-replace", "inspections-draw-public", "inspections-draw-file",
)  # fmt: skip
REPORTS = (
    "report", "report-front", "report-figures", "report-figure-bind", "report-card", "report-figure-change",
    "report-records", "report-differences",
)  # fmt: skip

TOTALS = reports.workbook(("指标", "数值"), ("受理", 3))


def _officer() -> int:
    """An officer of the market supervision bureau."""
    return Inspector.objects.get(code="YX449900001").pk


def _template(world: World) -> int:
    """The template its report was opened from."""
    return Template.objects.get(rule=world.report.rule, organ_id=world.report.organ_id).pk


def values(world: World, route: Route) -> dict[str, Any]:
    """What stands in the address: by the route's own needs, else by the parameter's name."""
    usual = {
        "reference": world.case.matter.reference,
        "draft_id": world.draft.pk,
        "upload_id": world.upload.pk,
        "page": 1,
        "theme_id": themes.THEME,
        "item_code": cases.FOOD,
        "step": "review",
        "deed": "claim",
        "job_id": world.job.pk,
        "certificate_id": world.certificate.pk,
        "handle": world.showing.handle,
        "use_id": world.use.pk,
        "asking_id": world.asking.pk,
        "file_id": world.letter.file_id,
        "letter_id": world.letter.pk,
        "message_id": world.message.pk,
        "party_id": world.person.pk,
        "mandate_id": world.mandate.pk,
        "account_id": world.colleague.pk,
        "post_id": world.post.pk,
        "absence_id": world.absence.pk,
        "counter_id": world.counter.pk,
        "authorisation_id": world.authorisation.pk,
        "seal_id": world.seal.pk,
        "keeper_id": world.seal_keeper.pk,
        "pk": world.guide.pk,
        "guidance_id": "open-restaurant",
        "indicator_id": "cases.accepted",
        "board_id": "today",
        "audit_id": world.audit.pk,
        "defect_id": world.defect.pk,
        "promise_id": world.promise.pk,
        "card_id": world.card.pk,
        "line_id": world.assessed.pk,
        "inbound_id": world.inbound.pk,
        "notice_id": world.notice.pk,
        "clue_id": world.clue.pk,
        "occasion_id": world.occasion.pk,
        "sign_id": world.sign.pk,
        "token": world.rating_link,
        "which": "power-type",
        "appointment_id": world.appointment.pk,
        "snapshot_id": world.batch.pk,
        "template_id": _template(world),
        "name": "hotline",
        "year": 2026,
        "number": 2026,
        "digest": bytes(world.entry.digest).hex(),
        "code": cases.FOOD,
    }
    return usual | _own(world).get(route.name, {})


def _own(world: World) -> dict[str, dict[str, Any]]:
    returned, reviewing = world.returned.matter.reference, world.reviewing.matter.reference
    table = {"code": filings.TABLE, "number": 1}
    market, layout, hall = {"code": "market"}, {"code": "layout"}, {"code": "hall"}
    carded = {"reference": world.card.matter.reference}
    ordered = {"reference": world.order.matter.reference}
    theme, relayed = {"reference": world.theme.reference}, {"reference": world.relayed.reference}
    draft = {"draft_id": world.theme_draft.pk, "upload_id": world.theme_upload.pk, "code": "register-lease"}
    return {
        **dict.fromkeys(("my-theme", "my-theme-withdraw", "desk-theme"), theme),
        "desk-theme-step": theme | {"step": "follow-up"},
        **{f"theme-draft{part}": draft for part in ("", "-materials", "-upload", "-remove", "-discard")},
        **dict.fromkeys(("relay-case", "relay-track"), relayed),
        "relay-step": relayed | {"step": "check"},
        "relay-agreement-end": {"code": "yunbei-2026"},
        "card": carded,
        **dict.fromkeys(
            ("order", "order-split", "order-caller", "order-history", "my-order", "hotline-reply-draft"), ordered
        ),
        "order-step": ordered | {"step": "sign"},
        "my-order-step": ordered | {"step": "urged"},
        "order-part": {"reference": world.part.matter.reference},
        "order-part-step": {"reference": world.part.matter.reference, "step": "answer-part"},
        **{key: {"call_id": world.call.pk} for key in ("order-call-end", "order-call-history")},
        "order-ruling-settle": {"ruling_id": world.ruling.pk},
        "order-knowledge-end": {"knowledge_id": world.knowledge.pk},
        **{f"open311-{one}": {"format": "json"} for one in ("discovery", "services", "requests", "updates")},
        "open311-service": {"format": "json", "code": "water"},
        **{f"open311-{one}": {"format": "json", "number": world.order.number} for one in ("request", "token")},
        **{f"supervision-{one}": {"claim_id": world.claim.pk} for one in ("claim", "do-claim", "rule", "list-new")},
        "supervision-item-end": {"code": world.claim.code},
        **{key: {"inspector_id": _officer()} for key in ("inspector-keep", "inspector-end")},
        "supervision-list": {"claim_id": world.claim.pk, "list_id": world.checklist.pk},
        **{f"inspection-{one}": {"line_id": world.plan_line.pk} for one in ("plan-publish", "freeze")},
        **{key: {"code": world.frozen.code} for key in DRAWS},
        **{key: {"reference": world.visit.reference} for key in ("inspection", "inspection-record")},
        "inspection-step": {"reference": world.visit.reference, "step": "cancel"},
        **{key: {"code": world.meeting.code} for key in ("meetings-batch", "meetings-hand-out")},
        "issue": {"reference": world.issue.reference},
        **{key: {"reference": world.petition.reference} for key in ("petition", "petition-person", "my-petition")},
        "my-petition-step": {"reference": world.petition.reference, "step": "ask-review"},
        "petition-step": {"reference": world.petition.reference, "step": "decide"},
        "issue-step": {"reference": world.issue.reference, "step": "decline"},
        "card-step": carded | {"step": "answer"},
        **{key: {"reference": world.report.matter.reference} for key in REPORTS},
        "report-section": {"reference": world.report.matter.reference, "code": "study"},
        "report-step": {"reference": world.report.matter.reference, "step": "gather"},
        "report-work": {"reference": world.report.matter.reference, "deed": "keep"},
        **{
            key: {"reference": world.report.matter.reference, "kind": "docx"}
            for key in ("report-file", "report-published", "report-published-file")
        },
        **{key: {"reference": world.task.matter.reference} for key in ("report-return", "report-return-fill")},
        "report-return-step": {"reference": world.task.matter.reference, "step": "recall"},
        **{key: {"study_id": world.study.pk} for key in ("whatif-study", "whatif-stop", "whatif-continue")},
        "rating-bad": {"reference": world.rectification.matter.reference},
        "rating-step": {"reference": world.rectification.matter.reference, "step": "dispatch"},
        "organs-organ": market,
        "organs-rename": market,
        "organs-merge": market,
        "organs-place": hall,
        "organs-place-close": hall,
        "organs-place-hours": hall,
        "organs-counter-new": hall,
        "letter-check": {"code": world.letter.code},
        "desk-letter-warrant": {"letter_id": world.waiting.pk},
        "appointment-book": hall,
        "queue-board": hall,
        "queue-deed": {"deed": "call"},
        "terminal-retire": {"code": world.terminal.code},
        "terminal-beat": {"code": world.terminal.code},
        "draft-upload": layout,
        "draft-reuse": layout,
        "people-officer-name": {"party_id": world.firm.pk},
        "people-officer-end": {"party_id": world.firm.pk, "officer_id": world.officer.pk},
        "seals-authorisation-end": {"authorisation_id": world.seal_authorisation.pk},
        "supply": layout | {"reference": returned},
        "correct": {"reference": returned},
        "desk-step": {"reference": reviewing},
        "matter-step": {"reference": reviewing},
        "desk-claim": {"reference": reviewing},
        "matter-moves": {"reference": reviewing},
        "matter-seat": {"reference": reviewing},
        "make-good-supply": {"code": "inspector"},
        "desk-table": table,
        "desk-table-draft": table,
        "desk-table-version": table,
        "desk-table-try": table,
        "desk-table-publish": table,
        "desk-table-stop": table,
        "receipt": {"number": world.receipt.number},
        "receipt-file": {"number": world.receipt.number},
        "certificate-file": {"kind": "pdf"},
        "case-certificates": {"reference": world.use.matter_reference},
        "certificate-scan": {"reference": world.use.matter_reference},
        "certificate-asked": {"reference": world.use.matter_reference},
        "certificate-fetch": {"reference": world.use.matter_reference},
        "certificate-use": {"reference": world.use.matter_reference},
        "who-read-dispute": {"number": world.looked},
        "ledger-checkpoint": {"number": world.checkpoint.pk},
        "one_checkpoint": {"number": world.checkpoint.pk},
    }


def query(world: World, route: Route) -> str:
    """What follows the address, where a page needs it."""
    return {
        "counter": f"?item={cases.FOOD}",
        "counter-keep": f"?item={cases.FOOD}",
        "relay-new": f"?item={world.agreed.pk}",
        "search": "?q=开饭店",
    }.get(route.name, "")


def sent(world: World, route: Route, method: str) -> Sent:
    """What a form is sent with; nothing with any other method."""
    return Sent(form=_body(world, route)) if method == "POST" else Sent()


def _body(world: World, route: Route) -> dict[str, Any]:
    opinion = cases.WORDS["review"]
    day, later = "2026-10-08", "2027-09-30"
    picture = {"file": SimpleUploadedFile("布局图.png", documents.png(), "image/png")}
    intake = {
        "go": "receive",
        "kind": "firm",
        "number": cases.form()["applicant_number"],
        "delivery": "collect",
        **{f"state-{code}": "original" for code in cases.UPLOADED},
    }
    sent: dict[str, dict[str, Any]] = {
        "account_login": {"username": "zhao", "password": "not-the-password-1"},
        "account_phone": {"phone": numbers.phone(9)},
        "account_phone_code": {"phone": numbers.phone(9), "code": "000000"},
        "account_change_password": {"old": "not-the-password-1", "password": PASSWORD, "again": PASSWORD},
        "account_reauthenticate": {"password": "not-the-password-1"},
        "apply": {"party": cases.noodle_shop()},
        "calendar-enter": _notice(),
        "card-step": KEY | {"f-cause": "staff", "f-explanation": "审核人员公出。", "f-measures": "指定代理人。"},
        "cards-judge": {"verdict": "true"},
        "rate": {"level": "4"},
        "rate-link": {"level": "4"},
        "rate-ticket": {"number": "A001", "code": "AAAAAAAAAA"},
        "rating-judge": {"verdict": "true", "reason": "调取记录核实。"},
        "rating-import": {"source": "大厅评价器", "best": "1", "file": SimpleUploadedFile("九月.csv", RATED.encode())},
        "rating-step": KEY | {"f-category": "attitude"},
        "appointment-book": {"day": "2026-09-29", "queue": "A", "starts_at": "10:00"},
        "queue-deed": {"counter": str(world.counter.pk)},
        "queue-shift": {"counter": str(world.counter.pk), "material": str(world.original)},
        "terminals": {"code": "hall-02", "name": "大厅二号", "kind": "own", "place": str(world.counter.place_id)},
        "rating-visits": {"counter": str(world.counter.pk), "kind": "visit", "ticket": "A9"},
        "assessments-count": {"month": "2026-08"},
        "assessments-answer": {"month": "2026-08", "text": "八月新录窗口人员，已组织培训。"},
        "supervision-do-claim": {"level": "here"},
        "supervision-rule": {"verdict": "approve", "said": "权限在市级。"},
        "supervision-list-new": LISTED,
        "supervision-list": LISTED,
        "supervision-intake": {
            "kind": "items",
            "source": "国家系统",
            "file": SimpleUploadedFile("目录.csv", DIRECTORY.encode()),
        },
        "inspection-new": {
            "source": "order",
            "cause": "交办1号",
            "subject": "92449931MA0000001W",
            "lists": [str(world.checklist.pk)],
            "inspectors": ["YX449900001", "YX449900002"],
        },
        "inspector-new": {"account": "1", "code": "YX1", "scope": "市场监督管理", "valid_until": "2028-01-01"},
        "inspector-keep": {"scope": "市场监督管理", "valid_until": "2028-01-01"},
        "inspector-end": {"left_on": "2026-09-24"},
        "supervision-item-end": {"last_on": "2026-09-24", "reason": "国家目录取消"},
        "inspection-names": {"code": "CS-0001", "kind": "place", "name": "文化广场"},
        "inspection-interest": {"inspector": "1", "subject": "92449931MA0000001W", "reason": "亲属"},
        "inspection-plan-new": {
            "title": "秋季抽查",
            "field": "农业农村",
            "lists": [str(world.checklist.pk)],
            "count": "1",
            "batches": "1",
            "from_on": "2026-09-01",
            "until_on": "2026-12-01",
        },
        "inspection-replace": {"out": "92449931MA0000001W", "ground": "closed", "reason": "停业"},
        "petition-new": {
            "source": "visit",
            "purpose": "appeal",
            "name": "何来访",
            "people": "1",
            "content": "补偿款未到账。",
        },
        "petition-person": {"field": "name", "purpose": "contact"},
        "petition-step": KEY | {"f-outcome": "explained", "f-decision": "已向信访人说明政策依据。"},
        "meetings-new": {
            "theme": "菜篮子",
            "handed_by": "市专班",
            "received_on": "2026-09-20",
            "due_on": "2026-10-20",
        },
        "meetings-hand-out": {"lines": "占道摆卖｜现场提出｜云溪县市场监督管理局"},
        "issue-step": KEY | {"f-opinion": "摊位在河道管理范围内。", "f-basis": "三定规定"},
        "inspection-record": {"visited_on": "2026-09-24", "outcome": "gone"},
        "inspection-step": KEY | {"f-opinion": "举报人撤回，经核实情况不存在。"},
        **dict.fromkeys(("order-new", "order-counter", "hotline-new"), KEY | VOICE),
        "hotline-business-new": KEY
        | VOICE
        | {"party": str(world.firm.pk), "against": "market", "topic": "business-fees", "disclosure": "confidential"},
        "order-call-begin": {"phone": numbers.phone(8)},
        "order-knowledge-new": {"question": "垃圾几点清运", "answer": "每日早晚各一次。", "topic": "waste"},
        "order-ruling-settle": {"settlement": "已列入城市管理部门权责清单。"},
        "order-step": KEY,
        "my-order-step": KEY | {"f-text": "请快一点。"},
        "my-petition-step": KEY | {"f-opinion": "评估价偏低，请求重新评估。"},
        "order-part-step": KEY | {"f-answer": "我局已现场核查。"},
        "order-split": {"organ": "housing", "task": "请核查路面。"},
        "order-caller": {"field": "phone", "purpose": "contact"},
        "open311-requests": {"service_code": "water"},
        "cards-order": {"reference": world.reviewing.matter.reference, "opinion": "群众来信反映办理缓慢，请核实。"},
        "cards-slip": {"kind": "reminder"},
        "catalogue-item-state": {
            "state": "suspended",
            "from_on": "2026-09-24",
            "basis": "云府〔2026〕9号",
            "reason": "停办",
        },
        "catalogue-guide-review": {"step": "pass-establishment", "opinion": "同意。"},
        "correct": KEY,
        "counter": KEY | cases.ANSWERS | cases.form() | intake,
        "counter-visitor": {"number": cases.form()["applicant_number"]},
        "desk-claim": {"seat": "reviewer"},
        "desk-laws": _law(),
        "desk-letter-serve": {"how": "counter"},
        "desk-materials": {"verdict-layout": "right"},
        "desk-step": KEY | opinion,
        "report-open": {"template": _template(world), "year": "2025"},
        "report-template-change": {"title": "{{ year }}年度报告", "main": "县委、县政府"},
        "report-batch-take": {
            "source": "市平台",
            "batch": "1",
            "title": "合计",
            "from_on": "2026-01-01",
            "until_on": "2026-09-01",
            "cut_off": "2026-09-01",
            "file": SimpleUploadedFile("合计.xlsx", TOTALS),
        },
        "report-batch-compare": {"indicator": "cases.accepted"},
        "report-front": {"title": "年度报告", "main": "县委", "publicity": "public", "cut_off": "2026-09-01"},
        "report-section": {"text": "认真学习。"},
        "report-step": KEY,
        "report-figure-bind": {"name": "fresh", "title": "新数", "kind": "imported", "unit": "件"},
        "report-figure-change": {"deed": "note", "note": "市平台口径"},
        "report-return-step": KEY | {"f-opinion": "改由书面报送。"},
        "whatif": {"kind": "limit", "clock": "promised", "days": "3", "rounds": "20", "seed": "1"},
        "report-check": {"text": "全年办件1200件，其中个人800件、法人400件。"},
        "certificate-verify": {"code": world.certificate.issuances.get().code},
        "certificate-answer": {"answer": "agree"},
        "certificate-fetch": {
            "type_id": "business-licence",
            "id_number": cases.LIN_NUMBER,
            "ground": "当面口头同意",
        },
        "who-read-dispute": {"says": "我没有在办这件事。"},
        "people-correct": {"field": "address", "value": "云溪县人民路17号", "ground": "搬家"},
        "desk-certificate-stand": {"deed": "suspend", "document": "云市监停〔2026〕1号"},
        "certificate-intake": {
            "kind": f"{cases.FOOD}|food-licence",
            "file": SimpleUploadedFile("存量.csv", certificates.table(), "text/csv"),
        },
        "certificate-record": {
            "item": cases.FOOD,
            "number": "JY24499310000017",
            "holder_name": "云溪县城关街道小满面馆",
            "holder_number": cases.form()["applicant_number"],
            "issued_on": "2022-05-09",
            "valid_from": "2022-05-09",
        },
        "desk-certificate-propose": {
            "process": "certificates.revocation",
            "f-ground": "unqualified",
            "f-facts": "经营场所不符合条件。",
        },
        "my-step": KEY,
        "theme": themes.ANSWERS,
        "theme-draft": themes.form(),
        "theme-draft-materials": KEY | {"delivery": "collect"},
        "theme-draft-upload": picture,
        "desk-theme-step": {"opinion": "已电话提醒登记注册股。"},
        "relay-new": KEY | {"name": "林小满", "id_number": themes.LIN[1], "mode": "receive", "material-1": "copy"},
        "relay-step": {"identity": "on", "form": "on"},
        "relay-inbound-one": {"counter": world.counter.pk},
        "relay-agreement-new": {
            "code": "yundong-2026",
            "place_name": "云东县",
            "place_code": "449933",
            "competent": "云东县行政审批局",
            "document": "合作协议",
            "organ_code": "data-bureau",
            "adapter": "paper",
            "from_on": "2026-09-01",
            "until_on": "2028-09-01",
            "items-TOTAL_FORMS": "1",
            "items-INITIAL_FORMS": "0",
            "items-0-code": "YD-1",
            "items-0-name": "食品经营许可",
            "items-0-powers": "receive",
            "items-0-materials": "申请书",
        },
        "desk-urge": {"text": "请尽快办理。"},
        "draft-confirm": KEY | {"delivery": "collect", "truthful": "on"},
        "draft-form": cases.form(),
        "draft-reuse": {"file": world.letter.file_id, "agrees": "1"},
        "draft-situation": cases.ANSWERS,
        "draft-upload": picture,
        "letters": {"code": world.letter.code},
        "matter-seat": {"seat": "reviewer"},
        "matter-step": KEY | {f"f-{name}": value for name, value in opinion.items()},
        "organs-absence": {"reason": "公休", "from_on": "2026-11-02", "last_on": "2026-11-03"},
        "organs-account-new": {"organ": "market", "username": "newcomer", "name": "新来", "password": PASSWORD},
        "organs-authorise": {
            "organ": "market",
            "powers": ["receive"],
            "item_codes": "511A17033003",
            "from_on": day,
            "last_on": later,
            "document": "授权1号",
        },
        "organs-counter-close": {"on": day, "reason": "撤并"},
        "organs-counter-new": {
            "number": "Z99",
            "name": "专窗",
            "kind": "department",
            "organ": "market",
            "from_on": day,
        },
        "organs-place-close": {"on": day, "reason": "搬迁"},
        "organs-counter-hours": _hours(day),
        "organs-place-hours": _hours(day),
        "organs-place-new": {
            "kind": "hall",
            "code": "second-hall",
            "name": "分厅",
            "organ": "market",
            "division": world.organ.division_id,
            "address": "文明路2号",
            "from_on": day,
        },
        "organs-leaving": {"reason": "调离", "placing": "queue"},
        "organs-merge": {"new": "health", "from_day": day, "document": "云机改1号", "confirm": "on"},
        "organs-password": {"password": PASSWORD},
        "organs-post-new": {"role": "inspector", "from_on": "2026-09-24"},
        "organs-rename": {"name": "云溪县市场监管局", "short_name": "市监局", "from_on": day, "document": "云编1号"},
        "organs-training": {"subject": "审查通则", "on": "2026-09-01", "hours": "6"},
        "people-firm-register": {
            "uscc": numbers.uscc(4711),
            "name": "云溪县新来商行",
            "kind": "enterprise",
            "legal_representative": "新来",
        },
        "people-officer-name": {"duty": "handler", "id_number": "449931198507120133"},
        "people-look-up": {"text": cases.form()["applicant_number"]},
        "people-mandate-give": {
            "principal_id": world.person.pk,
            "agent_name": "王建国",
            "agent_id_number": "449931196802030115",
            "until_on": later,
        },
        "people-me": {"address": "云溪县城关街道解放路3号"},
        "people-register": {"name": "新来", "id_number": numbers.id_number(serial=77)},
        "people-unmask": {"field": "phone", "purpose": "contact"},
        "seals-authorise": {"role": "decider", "document": "云市监〔2026〕9号", "from_on": day},
        "seals-keeper-new": {"account": world.colleague.pk, "from_on": day},
        "seals-new": {"organ": world.organ.pk, "kind": "handling", "shape": "round"},
        "seals-renew": {"reason": "密钥更换"},
        "seals-stop": {"reason": "机构更名"},
        "supply": picture,
        "text-size": {"size": "large"},
        "withdraw": KEY,
        "make-good": KEY,
        "make-good-supply": picture,
        "desk-promise-check": {"found": "true", "note": "现场核对租赁合同原件，与申报一致。"},
        "desk-audit": {"verdict": "agrees"},
        "desk-defect-close": {"resolution": "第二版起仓库地址转人工办理。"},
    }
    return sent.get(route.name, {})


def _notice() -> dict[str, Any]:
    empty = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0"}
    first = {"0-name": "元旦", "0-first_on": "2027-01-01", "0-last_on": "2027-01-03"}
    return {
        "deed": "preview",
        "year": "2027",
        "document_number": "国办发明电〔2026〕9号",
        "issued_on": "2026-11-03",
        "source": "收文2026-311",
        **{f"holiday-{name}": value for name, value in (empty | first).items()},
    }


def _hours(day: str) -> dict[str, Any]:
    line = {"weekday": "4", "opens_at": "09:00", "closes_at": "12:00"}
    empty = {"opening-TOTAL_FORMS": "1", "opening-INITIAL_FORMS": "0"}
    return empty | {f"opening-0-{name}": value for name, value in line.items()} | {"from_on": day}


def _law() -> dict[str, Any]:
    return {"title": "云溪县示例办法", "category": "规范性文件", "articles": "9", "source": "云溪县公报2026年第1期"}
