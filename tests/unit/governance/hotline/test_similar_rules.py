"""Terms, likeness and hot spots: what is alike is found, what is usual is no hot spot."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from yiwang.governance.hotline.replies.copies import prints
from yiwang.governance.hotline.similar import hotspots, terms


def test_what_two_texts_share_is_told_in_the_words_just_typed():
    typed, other = "春江花园三栋停水了", "城关街道春江花园从早上开始停水"
    shared = set(terms.numbers(typed)) & set(terms.numbers(other))
    assert terms.shared_words(typed, shared) == ["春江花园", "停水"]


def test_words_of_the_other_caller_are_never_told():
    shared = set(terms.numbers("我叫王建国住春江花园")) & set(terms.numbers("春江花园停水"))
    assert "王建国" not in "".join(terms.shared_words("春江花园停水", shared))


def test_the_rarest_terms_are_looked_up_and_not_more_than_the_index_can_answer():
    counts = {term: n * 100 for n, term in enumerate(range(40))}
    chosen = terms.rarest(range(40), counts)
    assert chosen[:2] == [0, 1]
    assert sum(counts[term] for term in chosen) <= terms.MOST_CANDIDATES


def test_two_terms_are_looked_up_however_common_they_are():
    assert len(terms.rarest([1, 2, 3], {1: 90_000, 2: 95_000, 3: 99_000})) == 2


@given(st.text(alphabet="停水电路灯垃圾噪声的一了", max_size=40))
def test_a_text_is_wholly_like_itself_and_not_like_nothing(text: str):
    own = terms.numbers(text)
    weighed = terms.weights(own, {}, 100)
    assert terms.likeness([], weighed) == 0
    if own:
        assert round(terms.likeness(own, weighed), 6) == 1


@given(st.integers(0, 60), st.floats(0.01, 40))
def test_the_chance_of_more_is_never_greater_than_of_fewer(count: int, rate: float):
    more, fewer = hotspots.at_least(count + 1, rate), hotspots.at_least(count, rate)
    assert 0 <= more <= fewer + 1e-12 <= 1 + 1e-9


def test_the_chance_is_that_of_the_poisson_distribution():
    assert round(hotspots.at_least(1, 0.5), 4) == 0.3935
    assert round(hotspots.at_least(3, 1.0), 4) == 0.0803
    assert 6.4e-14 < hotspots.at_least(20, 2.0) < 6.5e-14  # one minus nearly one would be noise here


HOW = {"days": 7, "days_before": 56, "least": 3, "surprise": 0.05}
LAMP = ("449931001", "street-light")


def test_as_many_as_usual_is_no_hot_spot():
    assert hotspots.spots({LAMP: 8}, {LAMP: 64}, **HOW) == []


def test_many_more_than_usual_is_one():
    found = hotspots.spots({LAMP: 24}, {LAMP: 64}, **HOW)
    assert [(spot.town, spot.topic, spot.count) for spot in found] == [(*LAMP, 24)]
    assert 2.9 < found[0].times < 3.1


def test_two_orders_are_never_a_hot_spot_however_new():
    assert hotspots.spots({LAMP: 2}, {}, **HOW) == []


def test_the_more_places_are_looked_at_the_more_surprising_a_count_must_be():
    many = {(f"town-{n}", "water"): 8 for n in range(4_000)}
    alone = hotspots.spots({LAMP: 4}, {LAMP: 3}, **HOW)
    among = hotspots.spots({LAMP: 4}, {LAMP: 3, **many}, **HOW)
    assert alone
    assert among == []


def test_a_usual_from_few_orders_is_said_to_be_rough():
    spot = hotspots.spots({LAMP: 9}, {LAMP: 1}, **HOW)[0]
    assert "只是粗估" in hotspots.says(spot, days=7, days_before=56)
    steady = hotspots.spots({LAMP: 30}, {LAMP: 64}, **HOW)[0]
    assert "只是粗估" not in hotspots.says(steady, days=7, days_before=56)


def test_days_without_an_order_are_shown_as_none():
    shown = hotspots.by_day([date(2026, 9, 24), date(2026, 9, 22)], until=date(2026, 9, 24), span=3)
    assert shown == [(date(2026, 9, 22), 1), (date(2026, 9, 23), 0), (date(2026, 9, 24), 1)]


@given(
    st.text(alphabet="清运垃圾三吨并消杀改为两天一", min_size=14, max_size=40),
    st.text(alphabet="甲乙丙丁戊己庚辛", max_size=20),
)
def test_a_long_passage_two_texts_share_leaves_a_print_in_both(passage: str, before: str):
    assert set(prints(passage)) & set(prints(before + passage))
