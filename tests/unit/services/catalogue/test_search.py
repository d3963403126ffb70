"""Citizens find items by their own words: one statement, ranked, over the demo county's whole catalogue."""

from datetime import date

import pytest
from django.db import connection

from tests.unit.services.catalogue import demo
from yiwang.services.catalogue import queries, search, tokens
from yiwang.services.catalogue.models import Item, Synonym

TODAY = date(2026, 9, 24)
FIRST = {  # what must stand first
    "开饭店": "食品经营许可（核发）",
    "我想开饭店怎么办": "食品经营许可（核发）",
    "开餐馆需要什么手续": "食品经营许可（核发）",
    "饭馆": "食品经营许可（核发）",
    "开奶茶店": "食品经营许可（核发）",
    "食品经营许可": "食品经营许可（核发）",
    "食品经营许可证": "食品经营许可（核发）",
    "食品经管许可证": "食品经营许可（核发）",  # a wrong character
    "食品精营许可": "食品经营许可（核发）",  # a homophone
    "spjyxk": "食品经营许可（核发）",
    "SPJYXK": "食品经营许可（核发）",
    "ｓｐｊｙｘｋ": "食品经营许可（核发）",
    "kfd": "食品经营许可（核发）",
    "shipin": "食品经营许可（核发）",
    "shipinjingying": "食品经营许可（核发）",
    "shipinjingy": "食品经营许可（核发）",  # still typing
    "shi pin jing ying xu ke": "食品经营许可（核发）",
    "lvxingshe": "旅行社设立分社备案",  # ü is typed as v
    "食品经营许可延续": "食品(含保健食品)经营许可延续",
    "食品经营许可证注销": "食品(含保健食品)经营许可注销",
    "施工许可证": "建筑工程施工许可证核发",
    "取水许可": "取水许可证新办审批",
    "打井": "取水许可证新办审批",
    "砍树": "林木采伐许可证核发",
    "养狗": "犬类准养证核发",
    "办营业执照": "个体工商户设立登记",
    "个体户": "个体工商户设立登记",
    "个体工商户设登记": "个体工商户设立登记",  # a missing character
    "注册公司": "公司设立登记",
    "公司注销": "公司注销登记",
    "开理发店": "公共场所卫生许可新办审批",
    "开宾馆": "旅馆业特种行业许可证核发",
    "上户口": "户口登记",
    "迁户口": "户口迁移审批",
    "离婚": "离婚登记预约",
    "结婚证丢了": "补领结婚证",
    "社保卡丢了": "社会保障卡挂失",
    "失业金": "失业保险金申领",
    "低保": "最低生活保障",
    "老人补贴": "80周岁以上老年人高龄津贴发放",
    "残疾证": "残疾人证新办",
    "残疾证丢了": "残疾人证挂失补办",
    "小孩上学": "学前教育、义务教育阶段入学办理",
    "我家小孩要打疫苗": "《预防接种证》办理",
    "教师资格证": "教师资格认定",
    "拖欠工资": "劳动人事争议仲裁申请",
    "法律援助": "对公民法律援助申请的审批",
    "开幼儿园": "幼儿园设立审批",
    "护照": "普通护照签发",
    "完税证明": "开具税收完税证明",
}


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    """The whole demo catalogue, once for this module; taken back at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        demo.catalogue()
        with connection.cursor() as cursor:
            cursor.execute("analyze catalogue_item")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ask(county, db):
    return lambda text, **page: search.search(text, on=TODAY, **page)


@pytest.mark.parametrize(("said", "first"), FIRST.items())
def test_a_citizens_words_lead_to_the_right_item_first(ask, said, first):
    assert ask(said).hits[0].name == first


@pytest.mark.parametrize(
    "said", ["身份证丢了", "身份证", "办身份证需要什么材料", "身分证补办", "补办身份证", "身份证过期了", "jmsfz", "sfz"]
)
def test_an_identity_card_is_found_whatever_happened_to_it(ask, said):
    assert "居民身份证" in ask(said).hits[0].name


def test_first_issue_ranks_before_change_renewal_and_closing(ask):
    names = [hit.name for hit in ask("开饭店").hits if "食品经营许可" in hit.name or "经营许可" in hit.name]
    ranks = [tokens.stage_rank(name) for name in names]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0
    assert ranks[-1] == 6


@pytest.mark.parametrize(
    "said", ["", "   ", "？！", "'", "\\", "' | 'x':*", "%", "!!&|()", "\x00", "a" * 5000, "饭" * 5000]
)
def test_odd_input_finds_little_and_breaks_nothing(ask, said):
    assert ask(said).total <= search.CANDIDATES


def test_nonsense_finds_nothing(ask):
    assert ask("魑魅魍魉").total == 0


def test_a_search_is_one_statement(county, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.search("开饭店", on=TODAY)


def test_the_statement_uses_the_index(county, db):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        parameters = search.parameters("取水许可", on=TODAY, limit=20, offset=0)
        cursor.execute("explain " + search.SEARCH, parameters)
        assert "catalogue_item_words" in "\n".join(row[0] for row in cursor.fetchall())


def test_pages_of_answers_do_not_overlap(ask):
    first, second = ask("许可", limit=10), ask("许可", limit=10, offset=10)
    assert not {hit.code for hit in first.hits} & {hit.code for hit in second.hits}
    assert first.total == second.total > 20


def test_a_cancelled_item_is_not_found(ask):
    Item.objects.filter(name="户口迁移审批").update(state="cancelled")
    assert all(hit.name != "户口迁移审批" for hit in ask("迁户口").hits)


def test_a_phrase_the_bureau_adds_is_understood_at_once(ask):
    assert ask("耍龙灯").total == 0
    Synonym.objects.bulk_create(search.index_synonyms([Synonym(phrase="耍龙灯", terms=["大型群众性活动"])]))
    assert "大型群众性活动" in ask("耍龙灯").hits[0].name


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("食品(含保健食品)经营许可核发", 0),
        ("城市建筑物、设施上张挂、张贴宣传品审批", 1),
        ("教练车备案证办理（注销）", 6),
        ("文艺表演团体《营业性演出许可证》补证审批", 5),
        ("取水许可证延续审批", 3),
        ("住宅专项维修资金查询", 2),
        ("公司变更登记（备案）", 4),
    ],
)
def test_the_stage_of_an_item_is_read_from_its_name(name, rank):
    assert tokens.stage_rank(name) == rank
