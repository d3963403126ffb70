"""What the classifier claims is what it was worth on orders it never saw, and under a minimum it claims nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.factories.voices import voices
from yiwang.governance.hotline.duty import classifier, doubles, training

HOW = {"least": 300, "organ_least": 8, "folds": 4, "later_percent": 20}


def samples(count: int, *, seed: int = 1, wrong: float = 0.08) -> list[doubles.Sample]:
    said = voices(count, seed=seed, wrong=wrong)
    return [doubles.Sample(f"{one.title}。{one.content}", one.organ, one.on, one.topic, one.town) for one in said]


@pytest.fixture(scope="module")
def trained() -> tuple[classifier.Model, training.Report]:
    return training.train(samples(700), **HOW)


def test_few_orders_train_nothing():
    with pytest.raises(training.TooFew, match="299件"):
        training.train(samples(299), **HOW)


def test_orders_of_a_single_organ_train_nothing():
    with pytest.raises(training.TooFew):
        training.train([replace(one, organ="water") for one in samples(320)], **HOW)


def test_every_order_is_tried_once_by_a_model_that_did_not_see_it(trained):
    _, report = trained
    assert report.crossed.of == report.orders == 700
    assert report.crossed.right <= report.crossed.right_of_three <= 700
    assert sum(one.of for one in report.bins) == 700


def test_it_is_better_than_always_naming_the_most_frequent_organ(trained):
    _, report = trained
    assert report.crossed.right > 2 * report.crossed.baseline
    assert report.later.right > 2 * report.later.baseline


def test_words_that_tell_nothing_are_found_to_tell_nothing():
    shuffled = samples(600)
    organs = [one.organ for one in samples(600, seed=9)]
    blind = [replace(one, organ=organ) for one, organ in zip(shuffled, organs, strict=True)]
    _, report = training.train(blind, **HOW)
    assert report.crossed.right < 1.4 * report.crossed.baseline


def test_the_later_orders_are_tried_by_a_model_of_the_earlier_ones_only(trained):
    _, report = trained
    assert report.since < report.later_since < report.until
    assert report.later.of <= 140


def test_a_rare_organ_is_not_learned_and_its_orders_count_as_missed():
    own = samples(400)
    rare = [replace(one, organ="tobacco", text=f"{one.text}{n}号烟草") for n, one in enumerate(own[:5])]
    model, report = training.train([*own, *rare], **HOW)
    assert "tobacco" not in model.organs
    assert report.left_out >= 5
    assert report.crossed.of == 405


def test_one_voice_written_twice_stays_on_one_side_of_a_trial():
    one = "来电人反映城关街道解放路口的路灯不亮，晚上漆黑一片，打过电话没有用，请有关单位来看看。"
    again = one.replace("请有关单位来看看", "请来人看看")
    other = "请问新生儿出生以后多久要去办理医疗保险参保，要带什么材料，在哪里办。"
    on = date(2026, 1, 1)
    apart = doubles.groups([doubles.Sample(text, "a", on) for text in (one, again, other)])
    assert apart[0] == apart[1] != apart[2]


def test_merged_orders_stay_on_one_side_of_a_trial():
    on = date(2026, 1, 1)
    said = [doubles.Sample("停水了", "a", on, group="7"), doubles.Sample("没有自来水", "a", on, group="7")]
    assert len(set(doubles.groups(said))) == 1


def test_a_stored_model_answers_as_the_trained_one_and_holds_no_objects(trained):
    model, _ = trained
    again = classifier.Model.load(model.dump())
    asked = {"text": "石桥镇桥头的路灯不亮", "topic": "street-light", "town": "449931101"}
    assert again.guesses(**asked) == model.guesses(**asked)
    assert again.guesses(**asked)[0].organ == "shiqiao"


def test_a_guess_says_which_words_weighed_and_never_a_number(trained):
    model, _ = trained
    guess = model.guesses("13900001234反映自来水发黄有泥沙", topic="water", town="449931001")[0]
    assert guess.organ == "water-supply"
    assert guess.words
    assert not any(char.isdigit() or char == "=" for word in guess.words for char in word)


def test_words_it_never_saw_are_no_guess(trained):
    assert trained[0].guesses("氢燃料电池", topic="water") == []


def test_a_file_with_objects_in_it_is_refused():
    import io

    import numpy as np

    out = io.BytesIO()
    np.savez(out, told=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        classifier.Model.load(out.getvalue())


def test_the_interval_of_a_share_widens_with_few():
    low, high = classifier.wilson(9, 10)
    assert (round(low, 2), round(high, 2)) == (0.60, 0.98)
    assert classifier.wilson(0, 0) == (0.0, 1.0)
