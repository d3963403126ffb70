"""What a decision table may say, and that it always says the same."""

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from yiwang.kernel.refusal import Refusal
from yiwang.services.automatic import rules
from yiwang.services.automatic.declarations import Available, Condition, Table, canonical, digest, read, revive, unfit

DEMO = tomllib.loads(Path("packs/demo-county/tables/prepacked-filing.toml").read_text())
COLUMNS = [
    {"id": "way", "title": "方式", "fact": "answers.way"},
    {"id": "is-new", "title": "新办", "fact": "form.is_new.yes"},
    {"id": "area", "title": "面积", "fact": "form.area"},
]
LAST = {"id": "otherwise", "outcome": "hand-over", "article": "行政许可法 第三十四条", "says": "由人工办理"}


def row(name="yes", outcome="grant", **when):
    return {"id": name, "outcome": outcome, "article": "行政许可法 第三十四条第二款", "says": "予以办理", "when": when}


def table(*rows, **changes):
    data = {
        "id": "a-table",
        "title": "一张表",
        "item_code": "X1",
        "basis": "行政许可法",
        "share": 0.1,
        "columns": COLUMNS,
    }
    return data | {"rows": [*rows, LAST]} | changes


def refused(data):
    with pytest.raises(Refusal) as caught:
        read(data)
    return {fault.code for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (table(row(way={"any_of": ["a"]}), rows=[row(way={"any_of": ["a"]})] * 2), "twice"),
        (table(row(), row("b", way={"any_of": ["a"]})), "no-condition"),
        (table(row(colour={"any_of": ["red"]})), "unknown-column"),
        (table(row(way={"any_of": ["a"], "flag": True})), "condition"),
        (table(row(way={})), "condition"),
        (table(row(area={"least": 5, "most": 4})), "condition"),
        (table(row(outcome="hand-over", way={"any_of": ["a"]})), "never-grants"),
        (table(row(way={"any_of": ["a"]}), rows=[row(way={"any_of": ["a"]}), row("last", way={"any_of": ["b"]})]), "no-last-row"),
        (table(row(way={"any_of": ["a"]}), share=0), "greater_than_equal"),
        (table(row(outcome="deny", way={"any_of": ["a"]})), "literal_error"),
        (table(row(way={"any_of": ['a" or true or "']})), "string_pattern_mismatch"),
        (table(row(area={"least": float("inf")})), "finite_number"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_one_is_refused(data, code):
    assert code in refused(data)


def test_a_table_never_refuses_anybody_and_its_last_row_hands_over():
    found = read(DEMO)
    assert {one.outcome for one in found.rows} == {"grant", "hand-over"}
    assert (found.rows[-1].outcome, found.rows[-1].when) == ("hand-over", {})


def test_facts_and_codes_the_guide_does_not_have_are_named():
    found = read(table(row(way={"any_of": ["a", "z"]}, area={"flag": True})))
    there = [Available("answers.way", "方式", "code", {"a": "甲"}), Available("form.area", "面积", "number", {})]
    codes = {(fault.field, fault.code) for fault in unfit(found, there)}
    assert codes == {("columns.is-new", "unknown-fact"), ("rows.yes.way", "unknown-code"), ("rows.yes.area", "kind")}


def test_the_digest_is_of_what_is_said_not_of_how_the_file_is_laid_out():
    other = dict(reversed(list(DEMO.items())))
    assert digest(read(DEMO).text()) == digest(read(other).text())
    changed = DEMO | {"share": 0.2}
    assert digest(read(changed).text()) != digest(read(DEMO).text())


def test_a_stored_table_reads_back_as_itself():
    assert revive(read(DEMO).text()) == read(DEMO)


def numbers(least: int, most: int):
    """Numbers a table may hold: six digits after the point."""
    return some.integers(least * 10**6, most * 10**6).map(lambda whole: round(whole / 10**6, 6))


def test_a_bound_finer_than_the_engine_reckons_is_refused():
    with pytest.raises(ValidationError, match="最多6位"):
        Condition(most=4.780503969411146e-106)


CELLS = some.one_of(
    some.none(),
    some.lists(some.sampled_from(["a", "b", "c-1", "d.2"]), min_size=1, max_size=3).map(lambda one: Condition(any_of=tuple(one))),
    some.booleans().map(lambda one: Condition(flag=one)),
    numbers(-1000, 1000).map(lambda one: Condition(least=one)),
    numbers(-1000, 1000).map(lambda one: Condition(most=one)),
    some.tuples(numbers(-(10**9), 0), numbers(0, 10**9)).map(lambda two: Condition(least=two[0], most=two[1])),
)  # fmt: skip
VALUES = some.one_of(
    some.none(),
    some.sampled_from(["a", "b", "c-1", "d.2", "", "true", "1"]),
    some.booleans(),
    some.integers(-1000, 1000),
    numbers(-(10**9), 10**9),
)


@given(some.lists(some.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), some.tuples(VALUES, VALUES, VALUES))
def test_the_engine_fires_the_first_row_whose_conditions_hold(cells, values):
    """The engine against a reading of the table in four lines of Python."""
    names = [column["id"] for column in COLUMNS]
    rows = [
        row(f"r{number}", **{name: cell.model_dump(exclude_defaults=True) for name, cell in zip(names, line, strict=True) if cell})
        for number, line in enumerate(cells)
    ]  # fmt: skip
    built = Table.model_validate(table(*rows))
    facts = dict(zip(names, values, strict=True))
    holding = (one for one in built.rows if all(cell.holds(facts[name]) for name, cell in one.when.items()))
    assert rules.evaluate(built, facts).id == next(holding).id


@given(
    some.lists(some.text("0123456789abcdef", min_size=8, max_size=8), max_size=60),
    some.sampled_from([0.01, 0.1, 0.5, 1]),
)
def test_a_sample_is_the_share_rounded_up_whatever_the_order(digests, share):
    rows = list(enumerate(digests))
    drawn = rules.sample(rows, share)
    assert len(drawn) == math.ceil(len(rows) * share - 1e-9)
    assert rules.sample(rows[::-1], share) == drawn


@pytest.mark.parametrize(
    ("was", "would", "automatic", "change"),
    [
        ("granted", "grant", False, "same"),
        ("denied", "grant", False, "flip"),
        ("other", "grant", False, "flip"),
        ("granted", "hand-over", True, "flip"),
        ("granted", "hand-over", False, "handed"),
        ("denied", "hand-over", False, "handed"),
    ],
)
def test_what_counts_as_a_flip(was, would, automatic, change):
    assert rules.compare(was, would, automatic=automatic) == change


def replayed(text, kept):
    return {check.name: check.passed for check in rules.replay(text, kept)}


def a_receipt(found, **facts):
    from datetime import UTC, datetime

    at = datetime(2026, 9, 24, tzinfo=UTC)
    said = [rules.Fact(c.id, c.title, c.fact, facts.get(c.id), "申请人填报", at) for c in found.columns]
    fired = rules.evaluate(found, {fact.column: fact.value for fact in said})
    return rules.receipt_text(
        number="ZD2026-000001", matter="2026-000001", item="X1", guide="X1#1", table=found, version_number=1,
        table_digest=digest(found.text()), engine=rules.engine_version(), facts=said, row=fired, at=at,
    )  # fmt: skip


def test_a_receipt_replays_to_the_same_row():
    found = read(table(row(way={"any_of": ["a"]})))
    assert all(replayed(a_receipt(found, way="a"), found.text()).values())


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ('"value":"a"', '"value":"b"', "按原事实重新判定"),
        ("行政许可法 第三十四条第二款", "行政许可法 第四十条", "结论与依据"),
        ('"outcome":"grant"', '"outcome":"hand-over"', "结论与依据"),
    ],
)
def test_a_receipt_somebody_changed_does_not_replay(old, new, failing):
    found = read(table(row(way={"any_of": ["a"]})))
    text = a_receipt(found, way="a")
    assert old in text
    assert replayed(text.replace(old, new, 1), found.text())[failing] is False


def test_a_changed_table_is_not_the_one_the_receipt_names():
    found = read(table(row(way={"any_of": ["a"]})))
    other = read(table(row(way={"any_of": ["a", "b"]})))
    assert replayed(a_receipt(found, way="a"), other.text())["决策表摘要"] is False


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"facts": 3}', "not json", canonical({"facts": [], "table": {}})])
def test_what_is_no_receipt_is_refused(text):
    with pytest.raises(rules.CannotReplay):
        rules.replay(text, read(DEMO).text())
