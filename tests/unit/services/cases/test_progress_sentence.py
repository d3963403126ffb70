"""The one sentence a citizen reads about where a case stands."""

from datetime import date

from yiwang.services.cases.rules import progress_sentence

WANTED = "请补{wanting}样材料，最迟{latest}前交齐"


def test_a_day_that_is_not_known_yet_is_a_term_and_not_a_day():
    assert progress_sentence(WANTED, latest=None, provisional=False, wanting=3) == (
        "请补3样材料，在告知书规定的期限内交齐"
    )
    says = progress_sentence("正在审核，最迟{latest}前办结", latest=None, provisional=False, wanting=0)
    assert says == "正在审核，在法定期限内办结"


def test_a_known_day_is_named_and_a_provisional_one_called_so():
    on = date(2027, 1, 5)
    says = progress_sentence(WANTED, latest=on, provisional=True, wanting=1)
    assert says == "请补1样材料，最迟1月5日（暂定）前交齐"


def test_a_day_that_has_passed_is_not_given_as_the_latest():
    says = progress_sentence(
        "正在审核，最迟{latest}前办结", latest=date(2026, 9, 30), provisional=False, wanting=0, late=True
    )
    assert says == "正在审核，原定9月30日前办结，现在已经超期"
