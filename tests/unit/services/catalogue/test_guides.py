"""Guides as the register holds them: seeded through the gate, written once, never overlapping."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.unit.services.catalogue.guide_parts import TODAY, all_demo, changed, demo, demo_data, moment, shipped, stock
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.services.catalogue import guides
from yiwang.services.catalogue.declarations import ITEM_TYPES, read
from yiwang.services.catalogue.models import Guide, Item, LegalBasis

NOW = moment(TODAY)


def test_a_misspelt_field_is_refused_with_its_path():
    data = demo("banner").as_data()
    data["limits"]["promissed"] = {"days": 3}
    data["materials"][0]["originals"] = "两份"
    with pytest.raises(Refusal) as refused:
        read(data)
    assert {fault.field for fault in refused.value.faults} == {"limits.promissed", "materials.0.originals"}


def test_a_declaration_reads_back_as_it_was_written():
    for guide in all_demo():
        assert read(json.loads(json.dumps(guide.as_data(), ensure_ascii=False))) == guide


def test_every_field_of_a_demo_guide_says_where_its_value_comes_from():
    apart = {"id", "version", "item_code", "origin", "marks"}
    for guide in all_demo():
        written = set(guide.as_data()) - apart
        assert written - set(guide.marks) <= {"appointment", "express", "online_payment"}, guide.id


def test_the_fourteen_published_guides_are_all_here_with_their_facts():
    found = {guide.origin.guide: guide for guide in all_demo() if guide.origin.guide}
    sources = {f"G{n:02d}" for n in (1, 2, 4, 5, 6, 7, 8, 10, 11, 13, 15, 16, 17, 18)}
    assert set(found) == sources
    promised = {"G01": 10, "G02": 3, "G04": 2, "G05": 10, "G06": 0, "G07": 5, "G08": 7, "G11": 10, "G16": 35, "G18": 15}
    assert {source: found[source].limits.promised.days for source in promised} == promised
    assert (found["G15"].limits.legal.days, found["G15"].limits.legal.unit) == (7, "natural-day")
    assert found["G08"].limits.legal.days == found["G11"].limits.legal.days == 20
    assert found["G06"].limits.correction.unit == "natural-day"


def test_at_least_six_guides_differ_in_steps_materials_and_limits():
    def ways(of):
        return len({of(guide) for guide in all_demo()})

    assert ways(lambda g: (g.chain, tuple(step.name for step in g.steps))) >= 6
    assert ways(lambda g: tuple(material.name for material in g.materials)) >= 6
    assert ways(lambda g: (g.limits.legal, g.limits.promised)) >= 6
    assert ways(lambda g: g.chain) == 3


def test_every_file_is_named_by_its_id_and_its_type_exists():
    for stem, data in demo_data().items():
        assert data["id"] == stem
        assert data["type"] in ITEM_TYPES


def test_the_restaurant_licence_asks_more_of_whoever_makes_cold_dishes():
    guide = demo("food-licence")
    plain = {"business": "catering", "cold": "no", "area": "small", "place": "own", "agent": "self"}
    cold = plain | {"cold": "yes"}
    extra = {m.id for m in guide.materials_for(cold)} - {m.id for m in guide.materials_for(plain)}
    assert extra == {"cold-room"}
    assert {m.id for m in guide.materials_for(plain)} == {"application", "licence", "layout", "rules", "deed"}


def test_selling_packed_food_without_making_any_is_promised_in_five_days():
    guide = demo("food-licence")
    selling = {"business": "selling", "cold": "no", "area": "small", "place": "own", "agent": "self"}
    assert guide.promised_for(selling).days == 5
    assert guide.promised_for({}).days == 10


@pytest.mark.django_db
def test_demo_guides_come_in_published_through_the_same_gate():
    stock(guides=tuple(demo_data()))
    rows = Guide.objects.filter(state=Guide.State.PUBLISHED)
    assert rows.count() == len(demo_data())
    food = rows.get(item__code="YX-SJ-0001")
    assert (food.legal_days, food.promised_days, food.extension_max, food.chain) == (10, 10, 5, "three-hands")
    assert food.materials.get(code="licence").source == "held"
    assert guides.declared(food) == demo("food-licence")
    line = LedgerEntry.objects.get(event="catalogue.guide-seeded", subject="item:YX-SJ-0001")
    assert '"edition":"2026.1"' in line.body


@pytest.mark.django_db
def test_bases_are_resolved_to_laws_and_articles():
    stock(guides=("food-licence", "construction-permit"))
    basis = LegalBasis.objects.filter(guide__item__code="YX-SJ-0001", purpose="set-up").order_by("id").first()
    assert (basis.law.title, basis.article, basis.paragraph) == ("中华人民共和国食品安全法", 35, 1)
    spread = LegalBasis.objects.filter(guide__item__code="511A0126300000", purpose="set-up")
    assert sorted(spread.values_list("article", flat=True)) == [7, 8, 9, 10]


@pytest.mark.django_db
def test_seeding_again_changes_nothing_and_shows_no_drift():
    stock(guides=("banner",))
    pairs = [(demo("banner"), "guides/banner.toml:1")]
    assert guides.seed(pairs, by=SYSTEM, at=NOW, on=TODAY) == (0, 1)
    assert guides.drift(pairs) == []
    other = changed(demo("banner"), who_may="任何人")
    assert [line[1] for line in guides.drift([(other, "x")])] == ["who_may"]


@pytest.mark.django_db
def test_an_unlawful_guide_in_a_pack_is_refused_with_its_file_and_nothing_is_written():
    stock()
    late = changed(demo("sewer"), limits=demo("sewer").as_data()["limits"] | {"promised": {"days": 25}})
    with pytest.raises(guides.NotLawful) as refused:
        guides.seed([(late, "packs/demo-county/guides/sewer.toml:1")], by=SYSTEM, at=NOW, on=TODAY)
    assert refused.value.faults[0].field == "packs/demo-county/guides/sewer.toml:1"
    assert not Guide.objects.exists()
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_an_article_beyond_the_law_and_a_law_not_registered_are_refused():
    stock()
    wrong = changed(demo("sewer"), bases=["《城镇排水与污水处理条例》第六十条", "《云溪县排水办法》第三条"])
    says = {fault.field: fault.says for fault in guides.faults(wrong, None, TODAY)}
    assert "共59条，没有第60条" in says["bases.0"]
    assert "未收录" in says["bases.1"]


@pytest.mark.django_db
def test_a_new_version_ends_the_one_before_and_cases_keep_what_was_in_force():
    stock(guides=("banner",))
    first = Guide.objects.get()
    newer = changed(demo("banner"), version="2026.2", in_force={"from": date(2026, 10, 1)}, scope="全市通办")
    guide = Guide(item=first.item, version=guides.next_version(first.item))
    guides.publish(guide=guide, declaration=newer, by=SYSTEM, at=NOW, on=TODAY)
    first.refresh_from_db()
    assert (first.in_force.upper, guide.in_force.lower) == (date(2026, 10, 1), date(2026, 10, 1))
    assert guide.version == 2


@pytest.mark.django_db
def test_the_database_too_refuses_two_versions_on_one_day():
    stock(guides=("banner",))
    guide = Guide.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Guide.objects.create(
            item=guide.item,
            version=9,
            state=Guide.State.PUBLISHED,
            in_force=guide.in_force,
            process_id="services.licence",
            chain="on-the-spot",
            handling_type="1",
        )


@pytest.mark.django_db
def test_a_chain_needs_people_the_organ_really_has():
    from yiwang.foundation.organs.models import Post

    stock(guides=("sewer",))
    item = Item.objects.get()
    Post.objects.filter(organ=item.organ, role="decider").delete()
    assert "too-few-hands" in {fault.code for fault in guides.faults(demo("sewer"), item, TODAY)}


def test_the_packs_declare_guides_without_a_fault():
    ours = [
        fault
        for fault in shipped().faults
        if any(part in fault.field for part in ("/guides/", "/held/", "/questions/"))
    ]
    assert ours == []


@pytest.mark.django_db
def test_choices_keep_the_order_in_which_they_are_read():
    stock(guides=("food-licence",))
    stored = guides.declared(Guide.objects.get())
    assert list(stored.questions[0].choices) == ["catering", "canteen", "selling"]
