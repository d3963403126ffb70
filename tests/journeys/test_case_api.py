"""The whole licence over the JSON API: every actor with a session of their own, versions as ETags, problems as refusals."""

from __future__ import annotations

import base64
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Person
from yiwang.matters.models import Matter
from yiwang.services.cases.limits import TRIES
from yiwang.services.cases.models import Case, Draft

API = "/api/v1"


class Caller:
    """Somebody with a session: JSON in, JSON out."""

    def __init__(self, who=None, **client):
        self.browser = Client(**client)
        if who is not None:
            self.browser.force_login(who)

    def __call__(self, method, path, body=None, *, version=None, key=None, status=200, **headers):
        given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if version is not None:
            given["HTTP_IF_MATCH"] = f'"{version}"'
        if key is not None:
            given["HTTP_IDEMPOTENCY_KEY"] = key
        data = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        answer = self.browser.generic(method, API + path, data, content_type="application/json", **given)
        assert answer.status_code == status, (answer.status_code, answer.content.decode()[:1500])
        if status >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == status
        return answer

    def upload(self, path, content, name="文件.png", status=201):
        answer = self.browser.post(API + path, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == status, answer.content.decode()[:1500]
        return answer.json()


def staff(username):
    return Caller(Account.objects.get(username=username))


def citizen(name):
    return Caller(Person.objects.get(name=name).account)


def application(**changes):
    file = base64.b64encode(documents.png()).decode()
    return {
        "item_code": cast.FOOD,
        "party_id": cast.noodle_shop(),
        "answers": cast.ANSWERS,
        "form": cast.form(),
        "delivery": "collect",
        "files": [{"material": code, "name": f"{code}.png", "content": file} for code in cast.UPLOADED],
    } | changes


pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture
def lin():
    return citizen("林小满")


@pytest.fixture
def case(lin):
    answer = lin("POST", "/cases", application(), key="first-case", status=201)
    return Case.objects.select_related("matter").get(matter__reference=answer.json()["reference"])


def take(who, case, step, version, status=200, **values):
    path = f"/cases/{case.matter.reference}/steps/{step}"
    shortcomings = values.pop("shortcomings", {})
    said = {"values": values, "shortcomings": shortcomings}
    if step == "accept":
        said["checked"] = values.pop("checked", list(cast.UPLOADED))
    return staff(who)("POST", path, said, version=version, status=status)


# -- the way of a licence ----------------------------------------------------------------------------------------------


def test_from_the_application_to_the_handing_out(lin):
    made = lin("POST", "/cases", application(), key="the-first-one", status=201)
    reference = made.json()["reference"]
    assert made["Location"] == f"{API}/cases/{reference}"
    case = Case.objects.select_related("matter").get(matter__reference=reference)
    assert case.channel == "api"
    version = made["ETag"].strip('"')
    for who, step, values in [
        ("zhou", "accept", {}),
        ("zhao", "review", cast.WORDS["review"]),
        ("sun", "grant", cast.WORDS["grant"] | {"valid-until": "2031-09-23"}),
        ("yu", "issue", {}),
        ("yu", "send-to-window", {}),
        ("luo", "arrive", {}),
        ("luo", "hand-out", {"receiver": "applicant"}),
    ]:
        shown = staff(who)("GET", f"/cases/{reference}")
        assert step in [one["name"] for one in shown.json()["steps"]]
        assert shown["ETag"].strip('"') == version
        moved = take(who, case, step, version, **values)
        version = moved["ETag"].strip('"')
    assert moved.json()["state"] == "delivered"
    shown = lin("GET", f"/cases/{reference}").json()
    assert (shown["state"], shown["outcome"], shown["closed"], shown["valid_until"]) == (
        "delivered",
        "granted",
        True,
        "2031-09-23",
    )
    assert shown["steps"] == []
    assert [one["kind"] for one in shown["letters"]][:2] == ["material-receipt", "acceptance-notice"]


def test_what_an_item_asks_is_listed_for_the_situation(lin):
    path = f"/items/{cast.FOOD}/checklist"
    everything = lin("POST", path, {"answers": {}}).json()
    assert [one["code"] for one in everything["questions"]] == ["business", "cold", "area", "place", "agent"]
    mine = lin("POST", path, {"answers": cast.ANSWERS}).json()
    assert mine["questions"] == []
    assert {one["code"] for one in mine["materials"] if one["required"]} == set(cast.UPLOADED)
    assert set(cast.form()) <= {one["name"] for one in mine["fields"]}
    known = {one["name"]: one["known"] for one in mine["fields"]}
    assert known["mobile"] == "13800001111"


def test_the_clocks_are_explained_and_the_sentence_is_the_page_s(lin, case):
    shown = lin("GET", f"/cases/{case.matter.reference}").json()
    assert shown["sentence"] == "材料已收到，最迟10月9日前告诉您受理、补正或不予受理"
    clock = shown["clocks"][0]
    assert (clock["clock"], clock["days"], clock["due_on"], clock["certain"]) == ("acceptance", 5, "2026-10-09", True)
    assert clock["sentences"]
    assert [one["says"] for one in shown["story"]] == ["申请人提交申请"]
    assert shown["enquiry_code"] == case.enquiry_code
    assert staff("zhou")("GET", f"/cases/{case.matter.reference}").json()["enquiry_code"] == ""


# -- who ---------------------------------------------------------------------------------------------------------------


def test_without_a_session_there_is_a_401_and_a_problem():
    for path in ("/me", "/my/cases", "/cases/2026-000001", "/inbox", "/drafts", "/desk/cases"):
        answer = Caller()("GET", path, status=401)
        assert answer.json()["code"] == "not-logged-in"


def test_a_write_without_the_csrf_token_does_nothing(lin, case):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Person.objects.get(name="林小满").account)
    lin.browser = browser
    path = f"/cases/{case.matter.reference}/steps/withdraw"
    assert lin("POST", path, {}, version=1, status=403).json()["code"] == "csrf"
    token = lin("GET", "/me").json()["csrf_token"]
    lin("POST", path, {}, version=1, x_csrftoken=token)


def test_me_tells_for_whom_one_may_apply(lin):
    mine = lin("GET", "/me").json()
    assert mine["kind"] == "citizen"
    assert {one["party_id"] for one in mine["parties"]} == {cast.person("林小满"), cast.noodle_shop()}
    zhou = staff("zhou")("GET", "/me").json()
    assert "case.accept" in zhou["permissions"]
    assert zhou["parties"] == []


def test_a_case_of_another_is_a_404_on_every_address(case):
    wang, song = citizen("王建国"), staff("song")
    reference = case.matter.reference
    for caller in (wang, song):
        caller("GET", f"/cases/{reference}", status=404)
        caller("GET", f"/cases/{reference}/letters", status=404)
        caller("GET", f"/cases/{reference}/letters/{Letter.objects.get().pk}", status=404)
        caller("POST", f"/cases/{reference}/steps/withdraw", {}, version=1, status=404)
        caller(
            "POST",
            f"/cases/{reference}/findings",
            {"findings": {"layout": {"verdict": "right"}}},
            version=1,
            status=404,
        )
        caller("POST", f"/cases/{reference}/seats/acceptor/claim", version=1, status=404)
        caller.upload(f"/cases/{reference}/corrections/layout", documents.png(), status=404)


def test_a_draft_of_another_is_a_404(lin):
    draft = lin("POST", "/drafts", {"item_code": cast.FOOD, "party_id": cast.noodle_shop()}, status=201).json()
    wang = citizen("王建国")
    for method, path, body in [
        ("GET", "", None),
        ("PUT", "", {"answers": {}, "form": {}}),
        ("DELETE", "", None),
        ("DELETE", "/uploads/1", None),
    ]:
        wang(method, f"/drafts/{draft['id']}{path}", body, status=404)
    wang("POST", f"/drafts/{draft['id']}/submission", {}, key="not-my-draft", status=404)
    assert Draft.objects.count() == 1


def test_another_kind_of_matter_is_no_case(case):
    Matter.objects.filter(pk=case.pk).update(process_id="catalogue.publication", state="drafting")
    reference = case.matter.reference
    staff("zhou")("POST", f"/cases/{reference}/steps/submit-for-review", {}, version=1, status=404)


# -- versions and keys -------------------------------------------------------------------------------------------------


def test_a_deed_without_the_version_seen_is_a_428(case):
    reference = case.matter.reference
    zhou = staff("zhou")
    for path, body in [
        ("steps/accept", {}),
        ("findings", {"findings": {"layout": {"verdict": "right"}}}),
        ("seats/acceptor/claim", None),
        ("seats/acceptor/release", None),
        ("seats/acceptor/assign", {"to_account_id": 1}),
        ("transfer", {"reason": "不属本股职责。", "to_organ_id": 1}),
    ]:
        assert zhou("POST", f"/cases/{reference}/{path}", body, status=428).json()["code"] == "no-version"
    case.matter.refresh_from_db()
    assert case.matter.version == 1


def test_a_version_that_is_no_longer_the_newest_is_a_409(case):
    take("zhou", case, "accept", 1)
    assert take("zhao", case, "review", 1, status=409, **cast.WORDS["review"]).json()["code"] == "stale"


@pytest.mark.parametrize("match", ["x", '"-1"', "99999999999999999999", '"１"'])
def test_a_version_that_is_none_is_a_422(case, match):
    given = {"HTTP_IF_MATCH": match.encode().decode("latin-1")}
    path = f"{API}/cases/{case.matter.reference}/steps/accept"
    browser = staff("zhou").browser
    answer = browser.generic("POST", path, "{}", content_type="application/json", **given)
    assert answer.status_code == 422


def test_the_same_request_twice_is_one_case_and_another_body_is_refused(lin):
    first = lin("POST", "/cases", application(), key="press-twice", status=201)
    again = lin("POST", "/cases", application(), key="press-twice", status=201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    other = lin("POST", "/cases", application(delivery="post"), key="press-twice", status=422)
    assert other.json()["code"] == "idempotency-key-reused"
    assert Case.objects.count() == 1


def test_a_creation_without_a_key_is_refused(lin):
    for key in (None, "short", "x" * 81):
        lin("POST", "/cases", application(), key=key, status=422)
    assert not Case.objects.exists()


# -- faults ------------------------------------------------------------------------------------------------------------


def test_everything_missing_is_named_and_nothing_is_left_behind(lin):
    body = application(files=[], form=cast.form(premises=None, workers=0))
    answer = lin("POST", "/cases", body, key="incomplete-1", status=422).json()
    assert answer["code"] == "application-incomplete"
    assert {one["pointer"] for one in answer["errors"]} == {
        "premises",
        "workers",
        "material-layout",
        "material-rules",
        "material-lease",
    }
    assert not Draft.objects.exists()
    lin("POST", "/cases", application(), key="incomplete-1", status=201)


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"business": "casino"}},
        {"answers": {"nothing": "yes"}},
        {"form": {"no_such_field": 1}},
        {"form": {"premises": ["a", "b"]}},
        {"form": {"floor_area": 10**30}},
        {"party_id": 2**63},
        {"party_id": -1},
        {"party_id": "1; drop table"},
        {"item_code": "\x00"},
        {"form": {"premises": "路\x00号"}},
        {"delivery": "pigeon"},
        {"files": [{"material": "layout", "name": "x.png", "content": "not base64!"}]},
        {"files": [{"material": "layout", "name": "x.png", "content": "QUJD"}]},
        {"files": [{"material": "licence", "name": "x.png", "content": ""}]},
    ],
)
def test_what_is_out_of_bounds_is_a_422_with_its_place(lin, change):
    answer = lin("POST", "/cases", application(**change), key="out-of-bounds", status=422).json()
    assert answer["errors"]
    assert not Case.objects.exists()


def test_what_is_no_json_is_a_400(lin):
    assert lin("POST", "/cases", "{not json", key="no-json-at-all", status=400).json()["code"] == "unreadable"


def test_an_unknown_item_is_a_404_and_a_firm_not_one_s_own_a_422(lin):
    lin("POST", "/cases", application(item_code="NO-SUCH"), key="unknown-item", status=404)
    foreign = application(party_id=cast.person("王建国"))
    assert lin("POST", "/cases", foreign, key="not-my-party", status=422).json()["code"] == "no-mandate"


def test_staff_cannot_apply_and_citizens_cannot_decide(lin, case):
    staff("zhou")("POST", "/cases", application(), key="staff-applies", status=422)
    path = f"/cases/{case.matter.reference}/steps/accept"
    assert lin("POST", path, {}, version=1, status=422).json()["code"] == "not-allowed"


def test_a_refused_step_names_its_fields_and_its_article(case):
    take("zhou", case, "accept", 1)
    answer = take("zhao", case, "review", 2, status=422, opinion="同意").json()
    assert {one["pointer"] for one in answer["errors"]} == {"opinion", "recommendation"}
    take("zhao", case, "review", 2, **cast.WORDS["review"])
    answer = take("sun", case, "deny", 3, status=422, **(cast.WORDS["deny"] | {"reason": "不行"})).json()
    assert answer["article"] == "行政许可法 第三十八条第二款"


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_filled_in_parts_and_submitted(lin):
    begun = lin("POST", "/drafts", {"item_code": cast.FOOD, "party_id": cast.noodle_shop()}, status=201)
    draft = begun.json()["id"]
    assert begun["Location"] == f"{API}/drafts/{draft}"
    kept = lin("PUT", f"/drafts/{draft}", {"answers": cast.ANSWERS, "form": cast.form(mobile=None)}).json()
    assert kept["form"]["floor_area"] == 45
    for code in cast.UPLOADED:
        upload = lin.upload(f"/drafts/{draft}/materials/{code}", documents.jpeg(), "照片.jpg")
        assert (upload["material"], upload["kind"]) == (code, "jpeg")
    lin("POST", f"/drafts/{draft}/submission", {"delivery": "post"}, key="draft-is-sent", status=422)
    lin("PUT", f"/drafts/{draft}", {"answers": cast.ANSWERS, "form": cast.form()})
    made = lin("POST", f"/drafts/{draft}/submission", {"delivery": "post"}, key="draft-is-sent", status=201)
    again = lin("POST", f"/drafts/{draft}/submission", {"delivery": "post"}, key="draft-is-sent", status=201)
    assert made.json() == again.json()
    assert lin("GET", "/drafts").json() == []
    assert [one["reference"] for one in lin("GET", "/my/cases").json()["items"]] == [made.json()["reference"]]


def test_an_upload_is_judged_by_its_content(lin):
    draft = lin("POST", "/drafts", {"item_code": cast.FOOD, "party_id": cast.noodle_shop()}, status=201).json()["id"]
    path = f"/drafts/{draft}/materials"
    assert lin.upload(f"{path}/layout", b"MZ\x90\x00", "布局图.png", status=422)["errors"][0]["pointer"] == "layout"
    big = documents.pdf() + b"\n" * 21_000_000
    assert lin.upload(f"{path}/layout", big, "图.pdf", status=422)["code"] == "file-too-large"
    kept = lin.upload(f"{path}/layout", documents.pdf(), "图.pdf")
    lin("DELETE", f"/drafts/{draft}/uploads/{kept['id']}", status=204)
    assert lin("GET", f"/drafts/{draft}").json()["uploads"] == []
    lin("DELETE", f"/drafts/{draft}", status=204)
    lin("GET", f"/drafts/{draft}", status=404)


# -- correction --------------------------------------------------------------------------------------------------------


def test_findings_notice_correction_and_acceptance(lin, case):
    reference, zhou = case.matter.reference, staff("zhou")
    found = {"findings": {"layout": {"verdict": "wrong", "note": "未标明消毒区"}, "rules": {"verdict": "right"}}}
    zhou("POST", f"/cases/{reference}/findings", found, version=1)
    take("zhou", case, "ask-correction", 2, status=422)
    take("zhou", case, "ask-correction", 2, shortcomings={"layout": "请在布局图上标明消毒区"})
    mine = lin("GET", f"/cases/{reference}").json()
    assert mine["todo"] == ["请补1样材料。请先打开补正告知书并确认收到，补正期限从那天起算。"]
    assert [(one["code"], one["supplied"]) for one in mine["shortcomings"]] == [("layout", False)]
    step = f"/cases/{reference}/steps/hand-in-correction"
    assert lin("POST", step, {}, version=3, status=422).json()["code"] == "supplement-incomplete"
    lin.upload(f"/cases/{reference}/corrections/rules", documents.png(), status=422)
    lin.upload(f"/cases/{reference}/corrections/layout", documents.png())
    lin("POST", step, {}, version=3)
    refused = take("zhou", case, "accept", 4, status=422, checked=[]).json()
    assert {one["pointer"] for one in refused["errors"]} == {"layout", "lease"}, "what came again is looked at again"
    take("zhou", case, "accept", 4)


# -- seats -------------------------------------------------------------------------------------------------------------


def test_a_seat_is_taken_given_back_and_handed_over(case):
    reference, zhou = case.matter.reference, staff("zhou")
    claimed = zhou("POST", f"/cases/{reference}/seats/acceptor/claim", version=1).json()
    assert claimed["version"] == 2
    seat = zhou("GET", f"/cases/{reference}").json()["seats"][0]
    assert (seat["seat"], seat["claimed"], seat["mine"]) == ("acceptor", True, True)
    zhou("POST", f"/cases/{reference}/seats/acceptor/release", version=2)
    sun = Account.objects.get(username="sun").pk
    body = {"to_account_id": sun}
    refused = staff("zheng")("POST", f"/cases/{reference}/seats/acceptor/assign", body, version=3, status=422)
    assert refused.json()["code"] == "no-such-post"
    body = {"to_account_id": Account.objects.get(username="zhou").pk}
    staff("zheng")("POST", f"/cases/{reference}/seats/acceptor/assign", body, version=3)
    zhou("POST", f"/cases/{reference}/seats/acceptor/assign", body, version=4, status=422)
    no_reason = {"reason": "", "seat": "acceptor", **body}
    assert zhou("POST", f"/cases/{reference}/transfer", no_reason, version=4, status=422).json()["code"] == "reason"


def test_a_supervisor_urges_and_sees_days_left(case):
    wu, reference = staff("wu"), case.matter.reference
    wu("POST", f"/cases/{reference}/urge", {"text": "请抓紧办理。"})
    row = wu("GET", "/supervision").json()["items"][0]
    assert (row["reference"], row["urged"], row["left"]) == (reference, 1, "剩5天")
    staff("zhou")("POST", f"/cases/{reference}/urge", {"text": "快"}, status=422)
    staff("zhou")("GET", "/supervision", status=422)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_lists_go_by_keyset(lin):
    parties = [cast.noodle_shop(), cast.person("林小满")]
    for number in range(3):
        cast.submitted(party=parties[number % 2])
    zhou = staff("zhou")
    first = zhou("GET", "/desk/cases?limit=2").json()
    assert len(first["items"]) == 2
    second = zhou("GET", f"/desk/cases?limit=2&before={first['next']}").json()
    assert (len(second["items"]), second["next"]) == (1, None)
    inbox = zhou("GET", "/inbox?size=2").json()
    rest = zhou("GET", f"/inbox?size=2&cursor={inbox['next']}").json()
    assert len({one["reference"] for one in [*inbox["items"], *rest["items"]]}) == 3
    assert rest["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "before=0",
        f"before={2**63}",
        "before=x",
        "phase=nowhere",
        "number=%00",
        "number=" + "9" * 51,
    ],
)
def test_a_list_asked_out_of_bounds_is_a_422(query):
    staff("zhou")("GET", f"/desk/cases?{query}", status=422)


# -- letters and progress ----------------------------------------------------------------------------------------------


def test_a_letter_is_downloaded_once_it_is_sealed(lin, case):
    reference = case.matter.reference
    letter = Letter.objects.get()
    shown = lin("GET", f"/cases/{reference}/letters").json()
    assert [(one["kind"], one["url"]) for one in shown] == [("material-receipt", "")]
    early = lin("GET", f"/cases/{reference}/letters/{letter.pk}", status=404)
    assert early.json()["code"] == "letter-not-ready"
    letters.render(letter_id=letter.pk, at=cast.at(hour=11))
    url = lin("GET", f"/cases/{reference}/letters").json()[0]["url"]
    answer = lin("GET", url.removeprefix(API))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    other = cast.submitted(party=cast.person("林小满"))
    lin("GET", f"/cases/{other.matter.reference}/letters/{letter.pk}", status=404)


def test_the_public_progress_needs_both_and_is_bounded(case):
    anybody = Caller()
    path = f"/progress?reference={case.matter.reference}&code={case.enquiry_code}"
    shown = anybody("GET", path).json()
    assert shown["sentence"].startswith("材料已收到")
    assert "小满" not in json.dumps(shown, ensure_ascii=False)
    anybody("GET", f"/progress?reference={case.matter.reference}&code=AAAAAAAAAAAA", status=404)
    anybody("GET", "/progress?reference=2026-000001", status=422)
    for _ in range(TRIES - 2):
        anybody("GET", path)
    assert anybody("GET", path, status=429).json()["code"] == "too-many-enquiries"


# -- the counter -------------------------------------------------------------------------------------------------------


def intake(**changes):
    return {
        "item_code": cast.FOOD,
        "applicant": {"kind": "firm", "number": "92449931MA0000001W"},
        "answers": cast.ANSWERS,
        "form": cast.form(),
        "materials": dict.fromkeys(cast.UPLOADED, "original"),
    } | changes


def test_a_counter_takes_in_what_it_is_authorised_to():
    chen = staff("chen")
    assert [one["number"] for one in chen("GET", "/counter").json()] == ["A02"]
    made = chen("POST", "/counter/cases", intake(), key="intake-number-1", status=201).json()
    case = Case.objects.get(matter__reference=made["reference"])
    assert (case.channel, case.party_id, case.counter_id) == ("counter", cast.noodle_shop(), cast.counter().pk)
    elsewhere = intake(counter=cast.counter("A01").pk)
    refused = chen("POST", "/counter/cases", elsewhere, key="intake-number-2", status=422)
    assert refused.json()["code"] == "not-at-counter"
    staff("zhao")("POST", "/counter/cases", intake(), key="intake-number-3", status=422)


@pytest.mark.parametrize(
    "change",
    [
        {"applicant": {"kind": "person", "name": "甲", "number": "449931199001011234"}},
        {"applicant": {"kind": "firm", "number": "92449931MA0099999X"}},
        {
            "applicant": {
                "kind": "firm",
                "number": "92449931MA0000001W",
                "agent_name": "王建国",
                "agent_number": "449931196802030115",
            }
        },
        {"materials": {"layout": "held"}},
        {"materials": {"cold-room": "original"}},
        {"materials": {"layout": "deferred"}},
        {"form": {}},
        {"scans": [{"material": "layout", "name": "x", "content": "QUJD"}]},
    ],
)
def test_what_a_counter_cannot_take_in_is_a_422(change):
    staff("chen")("POST", "/counter/cases", intake(**change), key="intake-refused", status=422)
    assert not Case.objects.exists()


def test_results_wait_at_the_hand_out_window():
    case = cast.walked(cast.submitted(), "accept", "review", "grant", "issue", "send-to-window")
    row = staff("luo")("GET", "/hand-out").json()[0]
    assert (row["reference"], row["arrived_at"]) == (case.matter.reference, None)
    assert staff("luo")("GET", "/hand-out?find=NOTHING").json() == []
    staff("zhao")("GET", "/hand-out", status=404)
