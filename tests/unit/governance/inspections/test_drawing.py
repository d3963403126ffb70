"""The draw, as anybody runs it again: the same list and seed give the same, and whatever was touched is named."""

from __future__ import annotations

import copy
import json

import pytest

from yiwang.governance.inspections import drawing, verifying

LIST = {
    "format": drawing.FORMAT,
    "draw": "CQ-2026-0001-01",
    "count": 3,
    "officers": 2,
    "organs": ["market", "fire"],
    "objects": [f"CS-{number:04d}" for number in range(1, 9)],
    "inspectors": [{"code": f"M{n}", "organ": "market"} for n in range(1, 6)]
    + [{"code": f"F{n}", "organ": "fire"} for n in range(1, 5)],
    "conflicts": [{"inspector": "M1", "object": f"CS-{number:04d}"} for number in range(1, 9)],
    "excluded": [],
}
FROZEN = drawing.canonical(LIST)
SEALED = "ab" * 32


def record(replacements=()):
    digest = drawing.sha256(FROZEN)
    seed = drawing.seed_of(digest, SEALED)
    of = drawing.listing(FROZEN)
    return {
        "format": drawing.FORMAT,
        "number": "CQ-2026-0001-01",
        "frozen": FROZEN,
        "digest": digest,
        "checkpoint": {"number": 7, "digest": SEALED},
        "public": None,
        "seed": seed,
        "drawn": [visit.shown() for visit in drawing.draw(of, seed)],
        "replacements": list(replacements),
        "visits": [visit.shown() for visit in drawing.replay(of, seed, replacements)],
    }


def test_the_order_is_what_the_documentation_says_word_for_word():
    import hashlib

    def place(*words):
        return hashlib.sha256("\n".join(words).encode()).hexdigest()

    seed = place("yiwang-draw-1", hashlib.sha256(FROZEN.encode()).hexdigest(), SEALED, "")
    objects = sorted(LIST["objects"], key=lambda code: (place(seed, "object", code), code))[:3]
    drawn = record()["drawn"]
    assert [visit["object"] for visit in drawn] == objects
    for visit in drawn:
        market = sorted(["M2", "M3", "M4", "M5"], key=lambda who: (place(seed, "inspector", visit["object"], who), who))
        assert visit["inspectors"]["market"] == market[:2]  # M1 has an interest everywhere and is never sent


def test_a_seed_of_another_checkpoint_or_value_draws_others():
    of, digest = drawing.listing(FROZEN), drawing.sha256(FROZEN)
    drawn = {
        drawing.canonical([visit.shown() for visit in drawing.draw(of, drawing.seed_of(digest, f"{n:064x}", value))])
        for n in range(20)
        for value in ("", "03 08 12 19 27 31 + 06")
    }
    assert len(drawn) > 30


@pytest.mark.parametrize(
    ("touch", "said"),
    [
        (lambda r: r.update(frozen=r["frozen"].replace("CS-0001", "CS-0009")), "名单原文的摘要"),
        (lambda r: r.update(seed="0" * 64), "种子应为"),
        (lambda r: r["checkpoint"].update(digest="cd" * 32), "种子应为"),
        (lambda r: r["drawn"].reverse(), "抽取结果"),
        (lambda r: r["visits"][0]["inspectors"]["fire"].reverse(), "递补之后"),
        (lambda r: r.pop("visits"), "缺少内容"),
    ],
)
def test_whatever_was_touched_is_not_the_same(touch, said):
    changed = copy.deepcopy(record())
    assert drawing.verify(changed) == []
    touch(changed)
    assert any(said in line for line in drawing.verify(changed)), drawing.verify(changed)


def test_a_replacement_is_the_next_in_order_and_nobody_else():
    of, seed = drawing.listing(FROZEN), record()["seed"]
    visits = drawing.draw(of, seed)
    first, out = visits[0], visits[0].inspectors["market"][0]
    into = drawing.next_inspector(of, seed, first, out)
    assert into not in first.sent["market"]
    fresh = drawing.next_object(of, seed, visits, ())
    taken = [
        {"kind": "inspector", "object": first.object, "out": out, "into": into},
        {"kind": "subject", "object": visits[1].object, "out": visits[1].object, "into": fresh.object},
    ]
    assert drawing.verify(record(taken)) == []
    wished = {
        **taken[0],
        "into": next(who for who in ("M2", "M3", "M4", "M5") if who not in (*first.sent["market"], into)),
    }
    with pytest.raises(drawing.NoSuchDraw, match="应为"):
        drawing.replay(of, seed, [wished])
    with pytest.raises(drawing.NoSuchDraw, match="没有被派往"):
        drawing.next_inspector(of, seed, first, "M1")


def test_a_list_in_which_a_visit_would_find_too_few_inspectors_is_none():
    for change, said in (
        ({"officers": 5}, "没有5名"),
        ({"officers": 1}, "不得少于2人"),
        ({"objects": [*LIST["objects"], "CS-0003"]}, "对象CS-0003重复"),
        ({"inspectors": [*LIST["inspectors"], {"code": "M2", "organ": "fire"}]}, "检查人员M2重复"),
        ({"count": 9}, "不能抽取9户"),
        ({"format": "other"}, "不是yiwang-draw-1"),
    ):
        with pytest.raises(drawing.NoSuchDraw, match=said):
            drawing.listing(drawing.canonical({**LIST, **change}))


def test_the_command_reads_a_file_and_answers_by_its_exit_code(tmp_path, capsys):
    file = tmp_path / "draw.json"
    file.write_text("[]", encoding="utf-8")
    assert verifying.main([str(file)]) == 2
    wrong = record()
    wrong["visits"][0]["object"] = "CS-0008"
    file.write_text(json.dumps(wrong), encoding="utf-8")
    assert verifying.main([str(file)]) == 1
    file.write_text(json.dumps(record()), encoding="utf-8")
    assert verifying.main([str(file)]) == 0
    assert "一致：CQ-2026-0001-01" in capsys.readouterr().out
