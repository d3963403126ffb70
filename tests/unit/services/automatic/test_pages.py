"""The pages of tables, audits and receipts, as each person sees them."""

import pytest
from django.test import Client

from tests.factories import cases as cast
from tests.factories import filings
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Person
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.automatic import actions
from yiwang.services.automatic.models import Audit, Defect, TableVersion


def client(who):
    browser = Client()
    account = Person.objects.get(name=who).account if who == "林小满" else Account.objects.get(username=who)
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.mark.parametrize("who", ["chen", "luo"])
def test_who_has_nothing_to_do_with_tables_finds_none(who):
    for address in (
        "/desk/tables/",
        f"/desk/tables/{filings.TABLE}/",
        f"/desk/tables/{filings.TABLE}/1/",
        "/desk/audits/",
    ):
        assert client(who).get(address).status_code == 404


def test_a_department_drafts_tries_and_the_legal_reviewer_publishes_on_the_pages():
    filings.ended()
    zhao, song = client("zhao"), client(filings.SONG)
    page = zhao.get(f"/desk/tables/{filings.TABLE}/draft/")
    assert page.status_code == 200
    posted = _as_posted(page.context)
    posted["row-0-says"] = "营业执照不是存续状态，由人工核实"
    saved = zhao.post(f"/desk/tables/{filings.TABLE}/draft/", posted)
    assert saved.status_code == 302, saved.content.decode()
    assert "营业执照不是存续状态" in TableVersion.objects.get(table__code=filings.TABLE).content
    assert song.post(f"/desk/tables/{filings.TABLE}/1/publish/").status_code == 422
    zhao.post(f"/desk/tables/{filings.TABLE}/1/try/")
    shown = song.get(f"/desk/tables/{filings.TABLE}/1/").content.decode()
    assert "以往办件" in shown
    song.post(f"/desk/tables/{filings.TABLE}/1/publish/")
    assert TableVersion.objects.get(table__code=filings.TABLE).state == "published"
    assert "第1版" in zhao.get("/desk/tables/").content.decode()


def test_what_was_typed_wrongly_comes_back_with_what_is_wrong():
    page = client("zhao").get(f"/desk/tables/{filings.TABLE}/draft/")
    posted = _as_posted(page.context) | {"share": "一成", "row-0-id": "Not An Id"}
    refused = client("zhao").post(f"/desk/tables/{filings.TABLE}/draft/", posted)
    assert refused.status_code == 422
    assert "Not An Id" in refused.content.decode()


def test_a_column_is_added_and_another_taken_away():
    page = client("zhao").get(f"/desk/tables/{filings.TABLE}/draft/")
    posted = _as_posted(page.context) | {"without": "online", "with": "applicant.kind"}
    client("zhao").post(f"/desk/tables/{filings.TABLE}/draft/", posted)
    content = TableVersion.objects.get(table__code=filings.TABLE).content
    assert "answers.online" not in content
    assert "applicant.kind" in content


def test_applicant_and_organ_open_the_receipt_and_take_the_file_along():
    filings.published()
    receipt = filings.decide(filings.filed())
    for who in ("林小满", "zhou", "wu"):
        page = client(who).get(f"/receipts/{receipt.number}/")
        assert page.status_code == 200
        assert "市场主体登记" in page.content.decode()
        assert "<td>open</td>" not in page.content.decode()  # the page says 存续, the file keeps the code
    assert client("林小满").get(f"/receipts/{receipt.number}/file/").content.decode() == receipt.text
    assert client("bian").get(f"/receipts/{receipt.number}/").status_code == 404


def test_the_desk_and_the_applicant_are_led_to_the_receipt():
    filings.published()
    case = filings.filed()
    receipt = filings.decide(case)
    assert receipt.number in client("zhou").get(f"/desk/cases/{case.matter.reference}/").content.decode()
    assert receipt.number in client("林小满").get(f"/my/cases/{case.matter.reference}/").content.decode()


def test_an_auditor_disagrees_on_the_page_and_the_department_answers_the_defect():
    filings.published()
    filings.decide(filings.filed())
    actions.draw(by=SYSTEM, at=cast.at(hour=12))
    audit = Audit.objects.get()
    sun, zhao = client("sun"), client("zhao")
    assert audit.receipt.number in sun.get("/desk/audits/").content.decode()
    assert sun.post(f"/desk/audits/{audit.pk}/", {"verdict": "disagrees", "note": "短"}).status_code == 422
    sun.post(f"/desk/audits/{audit.pk}/", {"verdict": "disagrees", "note": "经营场所是仓库，人工会先现场核实。"})
    defect = Defect.objects.get()
    assert "未处理" in zhao.get(f"/desk/tables/{filings.TABLE}/").content.decode()
    zhao.post(f"/desk/defects/{defect.pk}/close/", {"resolution": "第二版起仓库地址转人工办理。"})
    defect.refresh_from_db()
    assert defect.closed_at is not None
    assert sun.get("/desk/audits/?done=1").status_code == 200


def _as_posted(context):
    """The editor's form as a browser would send it back untouched."""
    sent = {"title": context["title"], "basis": context["basis"], "share": context["share"]}
    for row in context["rows"]:
        sent |= {f"row-{row['number']}-{name}": row[name] for name in ("id", "outcome", "article", "says")}
        for cell in row["cells"]:
            if cell["kind"] == "code":
                sent[cell["name"]] = [code for code, _, chosen in cell["options"] if chosen]
            elif cell["kind"] == "flag":
                sent[cell["name"]] = cell["flag"]
            else:
                sent |= {f"{cell['name']}-least": cell["least"], f"{cell['name']}-most": cell["most"]}
    return sent
