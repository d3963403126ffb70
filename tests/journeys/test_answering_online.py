"""The respondent of an adjudication answers online, as the web server answers: the own page, nothing of the applicant's case."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import cases as cast
from tests.factories import documents
from tests.journeys.test_web_role import as_web_process, browser
from tests.journeys.test_web_role import roles as roles  # the fixture that sets the row policies
from tests.unit.services.cases.law.test_power_guides import begun
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.services.cases.answering import queries

HEAD = "张伟明"  # heads the firm that is asked to answer


@pytest.fixture
def dispute(roles, monkeypatch):
    for module in ("yiwang.services.cases.answering.views", "yiwang.services.cases.views.desk"):
        monkeypatch.setattr(f"{module}.now", lambda: cast.at("2026-09-28", 14))
    case = begun("services.adjudication")
    cast.take(case, "accept", by="zhou")
    cast.take(case, "notify-respondent", by="zhao", values={})
    letters.render(letter_id=Letter.objects.get(kind="answer-notice").pk, at=cast.at(hour=12))
    return case


def sent(client, url, text, *files):
    evidence = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(url, {"text": text, "evidence": evidence, "idempotency_key": str(uuid4())}, follow=True)


def test_the_respondent_answers_on_a_page_of_his_own(dispute):
    reference = dispute.matter.reference
    url = f"/my/answers/{reference}/"
    rival, applicant = browser(person=HEAD), browser(person="林小满")
    with as_web_process():
        assert applicant.get(url).status_code == 404
        assert browser("zhao").get(url).status_code == 404
        assert rival.get(f"/my/cases/{reference}/").status_code == 404  # the case itself stays the applicant's
        assert "等您答辩" in rival.get("/my/answers/").content.decode()
        page = rival.get(url).content.decode()
        assert "对方名称与本店近似" in page
        assert "13800001111" not in page
        assert "请填写答辩意见" in sent(rival, url, "  ").content.decode()
        answered = sent(
            rival, url, "本企业名称登记在先，请求驳回。", ("登记通知书.png", documents.png())
        ).content.decode()
        assert "答辩已提交" in answered
        assert "登记通知书.png" in answered
        again = sent(rival, url, "再答一次。")
        assert (again.status_code, "不能办理“网上答辩”" in again.content.decode()) == (422, True)
        desk = browser("zhao").get(f"/desk/cases/{reference}/").content.decode()
        assert "本企业名称登记在先" in desk
        assert "登记通知书.png" in desk
        mine = applicant.get(f"/my/cases/{reference}/").content.decode()
        assert "本企业名称登记在先，请求驳回。" in mine  # both sides know what the other one says
        assert ("另有证据1份" in mine, "登记通知书.png" in mine) == (True, False)
        code = dispute.enquiry_code
        assert "登记在先" not in applicant.get(f"/progress/?reference={reference}&code={code}").content.decode()
    notice = Letter.objects.get(kind="answer-notice")
    assert notice.served_how == "opened"  # whoever answers has it
    assert dispute.matter.clocks.get(clock="answer").stopped_on is not None
    cast.take(dispute, "review", "2026-09-29", by="zhao", values=cast.WORDS["review"])


def test_nobody_takes_the_answer_s_step_around_its_page(dispute):
    with pytest.raises(Refusal, match="答辩页面"):
        matters.take(
            reference=dispute.matter.reference,
            step="answer-online",
            by=SYSTEM,
            at=cast.at(),
            values={"answer": "代答。"},
        )
    assert queries.notified(cast.lin()) == []
