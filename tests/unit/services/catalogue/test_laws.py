"""What a guide cites must be in the law register; what is missing an administrator adds, with its source."""

from datetime import date

import pytest

from tests.unit.services.catalogue.conftest import NOW
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import STRANGER, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.catalogue import actions, laws
from yiwang.services.catalogue.citations import key
from yiwang.services.catalogue.models import Law

TODAY = date(2026, 9, 24)
EDITOR = Doer(reference="staff:7", kind="staff", grants=frozenset({(Permission.LAWS_EDIT, None)}))
FOOD_RULE = {
    "title": "食品经营许可和备案管理办法",
    "category": "部门规章",
    "document_number": "国家市场监督管理总局令第78号",
    "articles": 66,
    "source": "国务院公报2023年第21号",
    "version_on": date(2023, 6, 15),
}


def law(title, articles, version_on=None):
    return Law.objects.create(
        title=title,
        key=key(title),
        category="行政法",
        articles=articles,
        version_on=version_on,
        source="LawRefBook/Laws",
    )


@pytest.fixture
def licence_law(db):
    return law("中华人民共和国行政许可法", 83, date(2019, 4, 23))


def check(text, on=TODAY):
    return laws.register(on, [text]).check(text)


def test_an_article_beyond_the_laws_last_one_is_named(licence_law):
    assert check("《行政许可法》第八十四条") == "《行政许可法》共83条，没有第84条。"


def test_the_last_article_of_a_range_counts_too(licence_law):
    assert "没有第84条" in check("《行政许可法》第八十二条至第八十四条")


def test_a_law_nobody_entered_is_reported_as_not_in_the_register(licence_law):
    assert "未收录" in check("《某县简化办法》第三条")


def test_the_same_law_is_found_with_and_without_the_name_of_the_state(licence_law):
    assert check("《中华人民共和国行政许可法》第八十三条") is None
    assert check("行政许可法第八十三条") is None


def test_a_law_of_which_only_the_title_is_known_verifies_its_title(db):
    law("取水许可管理办法", 0)
    (place,) = laws.register(TODAY, ["《取水许可管理办法》第九百条"]).places("《取水许可管理办法》第九百条")
    assert place.title_only


def test_the_version_in_force_on_the_day_decides(db):
    law("公司法", 218, date(2018, 10, 26))
    law("公司法", 266, date(2023, 12, 29))
    assert check("《公司法》第二百六十六条", date(2024, 1, 2)) is None
    assert "共218条" in check("《公司法》第二百六十六条", date(2023, 6, 1))


def test_an_edition_that_is_not_there_is_refused_with_those_that_are(db):
    law("公司法", 218, date(2018, 10, 26))
    assert check("《公司法》（2023年修订）第三条") == "《公司法》没有2023年版本，法规库中有：2018。"
    assert check("《公司法》（2018年修正）第三条") is None


def test_a_text_that_is_no_citation_is_told_so(db):
    assert "没有写明法规名称" in check("第三条")


def test_many_citations_are_checked_with_one_query(licence_law, django_assert_num_queries):
    texts = [f"《行政许可法》第{n}条" for n in range(1, 60)] + ["《某法》第一条"]
    with django_assert_num_queries(1):
        register = laws.register(TODAY, texts)
        assert sum(register.check(text) is not None for text in texts) == 1


def test_a_stranger_may_not_enter_a_law(db):
    with pytest.raises(NotAllowed):
        actions.add_law(**FOOD_RULE, by=STRANGER, at=NOW)
    assert not Law.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("title", "《》"), ("source", " "), ("articles", -1), ("articles", 99999), ("category", "")]
)
def test_a_law_without_what_makes_it_checkable_is_refused(db, field, value):
    with pytest.raises(Refusal) as refused:
        actions.add_law(**{**FOOD_RULE, field: value}, by=EDITOR, at=NOW)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert not LedgerEntry.objects.exists()


def test_an_administrator_adds_a_missing_law_and_the_ledger_says_so(db):
    text = "《食品经营许可和备案管理办法》第三十二条"
    assert "未收录" in check(text)
    added = actions.add_law(**FOOD_RULE, by=EDITOR, at=NOW)
    assert check(text) is None
    line = LedgerEntry.objects.get(subject=f"law:{added.pk}")
    assert line.event == "catalogue.law-added"
    assert line.actor == "staff:7"


def test_a_version_already_there_with_its_articles_is_refused(db):
    actions.add_law(**FOOD_RULE, by=EDITOR, at=NOW)
    with pytest.raises(Refusal, match="已收录"):
        actions.add_law(**{**FOOD_RULE, "articles": 67}, by=EDITOR, at=NOW)
    assert Law.objects.get().articles == 66


def test_a_title_only_law_is_completed_in_place(db):
    known = law("取水许可管理办法", 0)
    actions.add_law(
        title="取水许可管理办法", category="部门规章", document_number="水利部令第34号", articles=51,
        source="水利部公报", version_on=None, by=EDITOR, at=NOW,
    )  # fmt: skip
    known.refresh_from_db()
    assert known.articles == 51
    assert LedgerEntry.objects.get().event == "catalogue.law-completed"
