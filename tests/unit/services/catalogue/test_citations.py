"""Citations as officials write them, read strictly."""

import pytest

from yiwang.services.catalogue.citations import Citation, Malformed, key, parse


@pytest.mark.parametrize(
    "text",
    [
        "《行政许可法》第一款",
        "《行政许可法",
        "第三十二条",
        "《建筑法》第十条至第七条",
        "《建筑法》第七条或者第八条",
        "《建筑法》第二千零一条",
        "《建筑法》第三三条",
        "《建筑法》第七条有关内容",
        "",
    ],
)
def test_a_text_that_names_no_single_place_is_refused(text):
    with pytest.raises(Malformed):
        parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《中华人民共和国行政许可法》第三十二条第一款第四项", [(32, 0, 1, 4)]),
        ("《行政许可法》第三十二条第一款第（四）项", [(32, 0, 1, 4)]),
        ("中华人民共和国行政许可法第32条第1款第4项", [(32, 0, 1, 4)]),
        ("《行政许可法》第十二条(二)", [(12, 0, None, 2)]),
        ("《水土保持法》第二十五条、第二十六条", [(25, 0, None, None), (26, 0, None, None)]),
        ("《建筑法》第七条至第十条", [(n, 0, None, None) for n in (7, 8, 9, 10)]),
        ("《刑法》第一百二十条之一", [(120, 1, None, None)]),
        ("《行政许可法》第三十二条第一款第四项、第五项", [(32, 0, 1, 4), (32, 0, 1, 5)]),
        (
            "《行政许可法》第三十二条第一款、第二款和第四十二条",
            [(32, 0, 1, None), (32, 0, 2, None), (42, 0, None, None)],
        ),
        ("《食品安全法》", [(None, 0, None, None)]),
        ("《公共场所卫生管理条例》（国发〔1987〕24号）第四条", [(4, 0, None, None)]),
        ("《食品安全法》第一百五十四条的规定。", [(154, 0, None, None)]),
    ],
)
def test_each_place_of_a_citation_is_found(text, expected):
    assert [(c.article, c.inserted, c.paragraph, c.subparagraph) for c in parse(text)] == expected


def test_an_edition_in_brackets_is_remembered_and_does_not_change_the_title():
    (cited,) = parse("《建筑法（2019年修正）》第七条")
    assert (cited.title, cited.year, cited.article) == ("建筑法", 2019, 7)


def test_a_document_number_is_not_taken_for_an_edition():
    assert parse("《某办法》（国务院令第2019号）第三条")[0].year is None


def test_titles_are_found_with_and_without_the_name_of_the_state():
    assert key("中华人民共和国食品安全法") == key("《食品安全法》") == "食品安全法"
    assert key("广东省实施《中华人民共和国消防法》办法") == key("广东省实施《消防法》办法")


def test_a_title_that_holds_another_title_is_read_whole():
    (cited,) = parse("《广东省实施〈中华人民共和国消防法〉办法》第五条")
    assert (cited.key, cited.article) == ("广东省实施消防法办法", 5)


@pytest.mark.parametrize(
    "text",
    ["《行政许可法》第三十二条第一款第四项", "《刑法》第一百二十条之一", "《建筑法》第十条", "《食品安全法》第十五条"],
)
def test_a_citation_says_itself_as_the_law_writes_it(text):
    assert parse(text)[0].says() == text


def test_a_citation_built_from_figures_says_the_same():
    assert Citation("食品安全法", article=35).says() == "《食品安全法》第三十五条"
