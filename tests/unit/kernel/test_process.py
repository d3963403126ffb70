"""A process is read strictly: what could leave a matter nowhere is refused, with every fault at its place."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest

from yiwang.kernel.process import round_of, seats_in
from yiwang.kernel.process_reading import parse

ROOT = Path(__file__).resolve().parents[3]
JOINT = tomllib.loads((ROOT / "tests/unit/matters/joint.toml").read_text(encoding="utf-8"))


def changed(**paths):
    """The joint process with one place changed: ``step__grant__to="nowhere"``; ``None`` takes the key away."""
    data = copy.deepcopy(JOINT)
    for path, value in paths.items():
        kind, name, key = path.split("__")
        found = next(each for each in data[kind] if each.get("name", each.get("id")) == name)
        if value is None:
            found.pop(key)
        else:
            found[key] = value
    return data


def codes(data):
    process, faults = parse(data)
    assert (process is None) == bool(faults)
    return {fault.code for fault in faults}


def test_the_processes_of_the_national_pack_can_all_be_run():
    files = sorted((ROOT / "packs/national/processes").glob("*.toml"))
    assert files
    for file in files:
        process, faults = parse(tomllib.loads(file.read_text(encoding="utf-8")))
        assert process is not None, [f"{fault.field}: {fault.says}" for fault in faults]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"step__grant__to": "nowhere"}, "unknown"),
        ({"step__grant__form": ["reviewing"]}, "unknown-key"),
        ({"step__grant__requires": ["review-c"]}, "unknown"),
        ({"step__grant__not_by": ["review-c"]}, "unknown"),
        ({"step__grant__permission": "case.fly"}, "choice"),
        ({"step__grant__seat": ["nobody"]}, "unknown"),
        ({"step__grant__by": None}, "missing"),
        ({"step__grant__once": True}, "once"),
        ({"step__grant__title": 7}, "type"),
        ({"step__check__chains": ["four"]}, "unknown"),
        ({"step__drop__from": ["done"]}, "closed"),
        ({"step__drop__extends": ["legal"]}, "missing"),
        ({"step__pause__pauses": True}, "missing"),
        ({"step__submit__to": "reviewing"}, "opening"),
        ({"clock__legal__days": -1}, "range"),
        ({"clock__legal__unit": "moon"}, "choice"),
        ({"clock__legal__basis": None}, "missing"),
        ({"clock__legal__pauses": ["holiday"]}, "unlawful-pause"),
        ({"clock__stage__runs_in": ["flying"]}, "unknown"),
        ({"state__received__seat": [], "step__accept__seat": None}, "no-seat"),
        ({"state__waiting__title": ""}, "missing"),
    ],
)
def test_what_cannot_work_is_refused(change, code):
    assert code in codes(changed(**change))


def test_every_fault_is_named_at_once_and_at_its_place():
    data = changed(step__grant__to="nowhere", clock__legal__unit="moon")
    data["colour"] = "red"
    _, faults = parse(data, lambda *path: f"joint.toml:{len(path)}:{path[-1]}")
    assert {fault.field for fault in faults} >= {"joint.toml:1:colour", "joint.toml:3:unit"}


def test_whoever_sees_is_named_by_a_permission_there_is():
    assert codes(JOINT | {"seen_by": ["everybody"]}) == {"unknown"}


def test_a_state_nobody_can_leave_is_refused():
    assert "dead-end" in codes(_without("go-on", "start-over", "drop"))


def test_a_join_that_never_opens_a_seat_is_refused():
    data = copy.deepcopy(JOINT)
    reviewing = next(state for state in data["state"] if state["name"] == "reviewing")
    reviewing["seat"] = [seat for seat in reviewing["seat"] if seat["id"] in ("review-a", "review-b")]
    for step in data["step"]:
        step.pop("chains", None)
    data["step"] = [step for step in data["step"] if step["name"] not in ("check", "grant")]
    assert codes(data) & {"no-seat", "unreachable", "unknown"}


def _without(*names):
    data = copy.deepcopy(JOINT)
    data["step"] = [step for step in data["step"] if step["name"] not in names]
    return data


def test_true_is_not_a_number_of_days():
    assert "type" in codes(changed(clock__legal__days=True))


def test_seats_open_as_the_join_is_met():
    process, _ = parse(JOINT)

    def seats(*here, chain="three"):
        return [seat.id for seat in seats_in(process, "reviewing", here, chain)]

    assert seats() == ["review-a", "review-b"]
    assert seats("review-a") == ["review-b"]
    assert seats("review-a", "review-b") == ["checker"]
    assert seats("review-a", "review-b", "check") == ["signer"]
    assert seats("review-a", "review-b", chain="two") == ["decider"]


def test_a_round_ends_with_a_step_that_moves_unless_it_keeps():
    process, _ = parse(JOINT)
    assert round_of(process, ["submit", "accept", "review-a"]) == ["review-a"]
    assert round_of(process, ["accept", "review-a", "pause", "go-on"]) == ["review-a", "pause", "go-on"]
    assert round_of(process, ["accept", "review-a", "pause", "start-over"]) == []
    assert round_of(process, ["accept", "a step of another version", "review-b"]) == ["review-b"]


def test_the_names_a_version_uses_are_told():
    process, _ = parse(changed(step__grant__guards=["x.one"], step__grant__after=["x.two"]))
    assert process.names()["guard"] == {"x.one"}
    assert process.names()["after"] == {"x.two"}


def _optional(organ="second"):
    """The joint process where the second department is there only if the matter was given one."""
    data = copy.deepcopy(JOINT)
    seat = next(
        one
        for state in data["state"]
        if state["name"] == "reviewing"
        for one in state["seat"]
        if one["id"] == "review-b"
    )
    seat |= {"optional": True, "organ": organ}
    return data


def test_an_optional_seat_without_a_key_for_its_organ_is_refused():
    assert "missing" in codes(_optional(organ="matter"))


def test_an_optional_seat_opens_only_where_its_organ_was_given_and_no_join_waits_for_it_elsewhere():
    process, faults = parse(_optional())
    assert not faults

    def seats(*here, organs=()):
        return [seat.id for seat in seats_in(process, "reviewing", here, "two", organs)]

    assert seats() == ["review-a"]
    assert seats("review-a") == ["decider"]
    assert seats(organs={"second"}) == ["review-a", "review-b"]
    assert seats("review-a", organs={"second"}) == ["review-b"]
    assert (process.absent(()), process.absent({"second"})) == ({"review-b"}, frozenset())


def test_a_state_that_has_only_optional_seats_is_refused():
    data = _optional()
    reviewing = next(state for state in data["state"] if state["name"] == "reviewing")
    reviewing["seat"] = [seat for seat in reviewing["seat"] if seat["id"] == "review-b"]
    data["step"] = [step for step in data["step"] if step["name"] not in ("review-a", "check")]
    for step in data["step"]:
        step.pop("chains", None)
        if step["name"] == "grant":
            step |= {"seat": ["review-b"], "requires": [], "not_by": []}
    assert "no-seat" in codes(data)
