"""The draw itself: what is frozen, how a seed is made, who comes out. Plain Python, so that anybody can run it again.

Nothing here knows a database or a clock, and nothing but SHA-256 and sorting is used; ``docs/explanation/draws.md``
states the same in words, for whoever writes it once more in another language.

1. **Frozen**: one canonical JSON text (keys sorted, no blanks, UTF-8): every object that may be drawn, every inspector with
   the organ that sends him, who must not meet whom, who was left out and why. Its SHA-256 is published.
2. **Seed**: SHA-256 of four lines: ``yiwang-draw-1``, that digest, the digest of the first ledger checkpoint that
   contains the freezing, and the value of the outside world named at freezing (an empty line where none was named).
3. **Order**: a word's place is the SHA-256 of the seed and of what it stands for, each on its own line. Objects are sorted
   by ``object, code``; the first ``count`` are drawn. For each, the inspectors of each organ are sorted by
   ``inspector, object's code, inspector's code``; those with an interest in the object are passed over; the first
   ``officers`` go.
4. **Replacement**: an object is followed by the next one in the order that has not been drawn yet, with inspectors by its
   own order; an inspector by the next one in that object's order who was not sent yet.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FORMAT = "yiwang-draw-1"
LEAST_OFFICERS = 2  # of each organ, whatever a county's rule says (行政处罚法 第四十二条)


class NoSuchDraw(ValueError):
    """The text is no frozen list of this format, or a replacement cannot follow from it. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A frozen list, read back from its text."""

    count: int
    officers: int
    organs: tuple[str, ...]
    objects: frozenset[str]
    inspectors: Mapping[str, str]  # inspector → organ
    conflicts: frozenset[tuple[str, str]]  # (inspector, object)


@dataclass(slots=True)
class Visit:
    """One object drawn, and who goes there, by organ, in the order drawn."""

    object: str
    inspectors: dict[str, list[str]] = field(default_factory=dict)
    sent: dict[str, list[str]] = field(default_factory=dict)  # everybody ever sent, those replaced included

    def shown(self) -> dict[str, Any]:
        return {"object": self.object, "inspectors": {organ: list(who) for organ, who in self.inspectors.items()}}


def canonical(value: Any) -> str:
    """The one text a value is digested as."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """Lower-case hexadecimal digest of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def listing(text: str) -> Listing:
    """The list behind its text. Refuses (``NoSuchDraw``) another format, a code that stands twice, fewer officers than the law
    asks for (行政处罚法 第四十二条) and a list in which a visit could find nobody."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise NoSuchDraw(f"名单格式是{data['format']}，不是{FORMAT}。")
        found = Listing(
            count=int(data["count"]),
            officers=int(data["officers"]),
            organs=tuple(data["organs"]),
            objects=frozenset(data["objects"]),
            inspectors={one["code"]: one["organ"] for one in data["inspectors"]},
            conflicts=frozenset((one["inspector"], one["object"]) for one in data["conflicts"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, NoSuchDraw):
            raise
        raise NoSuchDraw(f"名单原文读不出来：{error}。") from error
    for what, codes in (("对象", data["objects"]), ("检查人员", [one["code"] for one in data["inspectors"]])):
        twice = [code for code, times in Counter(codes).items() if times > 1]
        if twice:
            raise NoSuchDraw(f"名单上的{what}{'、'.join(map(str, twice))}重复。")
    if found.officers < LEAST_OFFICERS:
        raise NoSuchDraw(f"每个单位派出的执法检查人员不得少于{LEAST_OFFICERS}人，名单写的是{found.officers}人。")
    if not 1 <= found.count <= len(found.objects):
        raise NoSuchDraw(f"名单有{len(found.objects)}户，不能抽取{found.count}户。")
    for code in found.objects:
        for organ in found.organs:
            if len(free(found, code, organ)) < found.officers:
                raise NoSuchDraw(f"对象{code}：{organ}没有{found.officers}名可以派出的检查人员。")
    return found


def seed_of(digest: str, checkpoint_digest: str, public_value: str = "") -> str:
    """The seed: three things nobody here chooses, one after the other."""
    return sha256("\n".join((FORMAT, digest, checkpoint_digest, public_value)))


def place(seed: str, *words: str) -> str:
    """Where something stands in the order of this seed."""
    return sha256("\n".join((seed, *words)))


def order_of_objects(seed: str, objects: Iterable[str]) -> list[str]:
    return sorted(objects, key=lambda code: (place(seed, "object", code), code))


def free(of: Listing, code: str, organ: str) -> list[str]:
    """Inspectors of an organ who may meet an object."""
    return [who for who, sends in of.inspectors.items() if sends == organ and (who, code) not in of.conflicts]


def order_of_inspectors(of: Listing, seed: str, code: str, organ: str) -> list[str]:
    return sorted(free(of, code, organ), key=lambda who: (place(seed, "inspector", code, who), who))


def draw(of: Listing, seed: str) -> list[Visit]:
    """Who is visited and by whom. The same list and the same seed give the same answer everywhere."""
    return [_visit(of, seed, code) for code in order_of_objects(seed, of.objects)[: of.count]]


def _visit(of: Listing, seed: str, code: str) -> Visit:
    made = Visit(code)
    for organ in of.organs:
        made.inspectors[organ] = order_of_inspectors(of, seed, code, organ)[: of.officers]
        made.sent[organ] = list(made.inspectors[organ])
    return made


def next_object(of: Listing, seed: str, visits: Sequence[Visit], used: Iterable[str]) -> Visit:
    """Who follows an object that cannot be had. Refused when the list is used up."""
    gone = {visit.object for visit in visits} | set(used)
    for code in order_of_objects(seed, of.objects):
        if code not in gone:
            return _visit(of, seed, code)
    raise NoSuchDraw("名单上没有可以递补的对象。")


def next_inspector(of: Listing, seed: str, visit: Visit, out: str) -> str:
    """Who follows an inspector that cannot go. Refused: nobody of that name goes there, nobody is left."""
    organ = of.inspectors.get(out, "")
    if out not in visit.inspectors.get(organ, ()):
        raise NoSuchDraw(f"检查人员{out}没有被派往{visit.object}。")
    for who in order_of_inspectors(of, seed, visit.object, organ):
        if who not in visit.sent[organ]:
            return who
    raise NoSuchDraw("名单上没有可以递补的检查人员。")


def replay(of: Listing, seed: str, replacements: Sequence[Mapping[str, str]]) -> list[Visit]:
    """The draw with its replacements applied in order. Refuses one whose ``into`` is not who follows by the order."""
    visits, used = draw(of, seed), set[str]()
    for number, one in enumerate(replacements, 1):
        at = next((index for index, visit in enumerate(visits) if visit.object == one["object"]), None)
        if at is None:
            raise NoSuchDraw(f"第{number}次递补的对象{one['object']}不在抽取结果中。")
        if one["kind"] == "subject":
            fresh = next_object(of, seed, visits, used)
            used.add(one["object"])
            visits[at], follows = fresh, fresh.object
        else:
            visit = visits[at]
            follows = next_inspector(of, seed, visit, one["out"])
            organ = of.inspectors[follows]
            visit.inspectors[organ] = [follows if who == one["out"] else who for who in visit.inspectors[organ]]
            visit.sent[organ].append(follows)
        if follows != one["into"]:
            raise NoSuchDraw(f"第{number}次递补应为{follows}，记录为{one['into']}。")
    return visits


def verify(record: Mapping[str, Any]) -> list[str]:
    """Everything in an exported draw that does not follow from its list and seed, in Chinese; empty when all of it does."""
    wrong: list[str] = []
    try:
        frozen, digest = str(record["frozen"]), str(record["digest"])
        if sha256(frozen) != digest:
            wrong.append(f"名单原文的摘要应为{sha256(frozen)}，记录为{digest}")
        public = record.get("public") or {}
        seed = seed_of(digest, str(record["checkpoint"]["digest"]), str(public.get("value", "")))
        if seed != record["seed"]:
            wrong.append(f"种子应为{seed}，记录为{record['seed']}")
        of = listing(frozen)
        drawn = [visit.shown() for visit in draw(of, seed)]
        if drawn != list(record["drawn"]):
            wrong.append("抽取结果与按名单和种子重算的不同：" + _first_difference(drawn, record["drawn"]))
        now = [visit.shown() for visit in replay(of, seed, record["replacements"])]
        if now != list(record["visits"]):
            wrong.append("递补之后的名单与重算的不同：" + _first_difference(now, record["visits"]))
    except NoSuchDraw as error:
        wrong.append(str(error))
    except (KeyError, TypeError, AttributeError) as error:
        wrong.append(f"文件缺少内容或者格式不对：{error}")
    return wrong


def _first_difference(mine: Sequence[Any], theirs: Sequence[Any]) -> str:
    for number, (one, other) in enumerate(zip(mine, theirs, strict=False), 1):
        if one != other:
            return f"第{number}户应为{canonical(one)}，记录为{canonical(other)}"
    return f"应为{len(mine)}户，记录为{len(theirs)}户"
