"""Sums: a total and its parts, in brackets, after 其中 or 包括, in the clauses behind it, or before 共 and 合计."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from yiwang.insight.checker.claims import Claim, near, shown, spanning
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

OF_WHICH = re.compile(r"其中|包括|包含|涵盖|分别|由.{0,12}(?:组成|构成)|即")
CONTAINS = re.compile(r"[(，](?:含|其中含|包含|内含)")
TOTAL = re.compile(r"(?:共计|合计|总计|累计|总共|一共|共有|总数|总量|总额|(?<!公)共)(?:[^，；、。\d]{0,10})$")
CLOSING = re.compile(r"(?:共计|合计|总计|总共|一共|(?<!公)共|合)(?:为|有|达|约)?[^，；、。\d]{0,4}$")
CARRIED = re.compile(r"结转|上年|去年|往年|存量|遗留|跨年")
PERCENTAGES = re.compile(r"\d[\d.]*(?:%|个百分点)")
BRACKETED = re.compile(r"\([^()]*\)")
# a list that ends with the rest is a whole list
REST = re.compile(r"其他|其它|其余|剩余|余下|另有|另外|不属于|未")
# people and things counted from several sides at once: these are no parts of one whole
SIDES = re.compile(
    r"党员|女性|男性|少数民族|本科|硕士|博士|研究生|大专|周岁|岁以[上下]|平均|特色|高频|重点|零跑动|同比|环比|最多|新增|增加|减少|上年|去年|首批|免费|全国|全省|全市"
)
PAIRS = (
    ("已", "未"), ("好评", "差评"), ("有", "无"), ("本级", "本级不"), ("办结", "阶段性办结"), ("线上", "线下"), ("网上", "现场"), ("满意", "不满意"), ("市级", "县级"),
    ("城镇", "农村"), ("主动", "依申请"), ("予以", "不予"), ("合格", "不合格"), ("合法", "违法"), ("受理", "不予受理"), ("省级", "市级"), ("个人", "法人"),
    ("企业", "个体"), ("办结", "在办"), ("办结", "正在"), ("办结", "未办结"), ("线上", "窗口"), ("国家", "省"), ("中央", "省"), ("上级", "本级"), ("行政许可", "其他"),
)  # fmt: skip


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Every total with parts that can be told apart for certain."""
    counts = [one for one in quantities if one.count]
    taken: set[int] = set()
    for maker in (_introduced, _closing, _unannounced, _bare_list):
        for claim in maker(text, counts):
            if claim.places[0] in taken and not claim.wrong:
                continue
            if not taken.intersection(claim.places[1:]):
                taken.update(claim.places)
                yield claim


# -- after 其中, 包括, in brackets --------------------------------------------------------------------------------------


def _introduced(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    for place, total in enumerate(counts):
        opened = _introduction(text, total)
        if opened is None:
            continue
        begin, end, bracket = opened
        parts = _parts(text, counts[place + 1 :], total, begin, end, bracket)
        columns = _columns(counts[: place + 1], parts)
        if columns:
            for one, own in columns:
                yield from _judged(text, one, own, whole=True)
        elif len(parts) >= 2:
            yield from _judged(text, total, parts, whole=bracket >= 0 and len(parts) >= 3)


def _introduction(text: Text, total: Quantity) -> tuple[int, int, int] | None:
    """Where the parts of a total begin and end, and the bracket they stand in (-1: none)."""
    flat = text.flat
    stop = text.bounds(total.sentence)[1]
    behind = flat[total.end : stop]
    bracket = re.match(r"[^，；、。()\d]{0,16}\(", behind)
    if bracket and not CONTAINS.match(behind[bracket.end() - 1 :]):
        opening = total.end + bracket.end() - 1
        closing = _closing_bracket(flat, opening)
        if closing > 0 and re.search(r"\d", flat[opening:closing]):
            return opening, closing, opening
    word = OF_WHICH.search(behind)
    if word and not re.search(r"\d", PERCENTAGES.sub("", BRACKETED.sub("", behind[: word.start()]))):
        return total.end + word.end(), _list_end(flat, total.end + word.end(), stop), -1
    if not re.search(r"\d", behind) and stop < len(flat):  # 主项698项。其中…
        following = flat[stop : text.bounds(total.sentence + 1)[1]]
        if re.match(r"\s*(?:其中|包括|具体为|分别)", following):
            return stop, stop + len(following), -1
    if re.match(r"[^，；、。()\d]{0,16}[：]", behind):
        return total.end, stop, -1
    return None


def _columns(before: Sequence[Quantity], parts: Sequence[Quantity]) -> list[tuple[Quantity, list[Quantity]]]:
    """受理300件、办结280件，其中线上受理200件、办结190件: each total with the parts that bear its name, or nothing."""
    last = before[-1]
    totals = [
        one
        for one in before[-3:]
        if one.sentence == last.sentence and one.depth == last.depth and one.unit == last.unit
    ]
    names = [re.sub(r"(?:共|了|有|达|为|申请|案件|事项|业务)+$", "", one.label)[-2:] for one in totals]
    if len(totals) < 2 or len(set(names)) < len(names) or any(len(name) < 2 for name in names):
        return []
    columns = [(one, [part for part in parts if name in part.label]) for one, name in zip(totals, names, strict=True)]
    columns = [(one, own) for one, own in columns if own]
    if len(columns) < 2 or sum(len(own) for _, own in columns) != len(parts) or any(len(own) < 2 for _, own in columns):
        return []
    return columns


def _closing_bracket(flat: str, opening: int) -> int:
    depth = 0
    for place in range(opening, min(len(flat), opening + 1200)):
        depth += {"(": 1, ")": -1}.get(flat[place], 0)
        if not depth:
            return place
    return -1


def _list_end(flat: str, begin: int, stop: int) -> int:
    """A list ends where a new total begins, or with the sentence."""
    word = re.search(r"[；，](?:共|累计|总|截至|同时|此外|另外还|全年共)", flat[begin:stop])
    return begin + word.start() if word else stop


def _parts(text: Text, rest: Sequence[Quantity], total: Quantity, begin: int, end: int, bracket: int) -> list[Quantity]:
    """Quantities of the total's kind in the list, at the list's own depth; the last one may lack its unit."""
    depth = total.depth + (1 if bracket >= 0 else 0)
    found = []
    for one in rest:
        if one.start >= end:
            break
        if one.start < begin or one.depth != depth or (bracket >= 0 and one.bracket != bracket):
            continue
        if alike(one, total):
            found.append(one)
    if any(one.unit for one in found):  # 许可230项，涉及12：the bare number belongs to something else
        same = [one for one in found if one.unit == total.unit]
        found = same if len(same) >= 2 else found
    return found


def _judged(text: Text, total: Quantity, parts: Sequence[Quantity], *, whole: bool) -> Iterator[Claim]:
    if _fits(total, parts):
        yield _claim(total, parts, "consistent")
        return
    plain = [one for one in parts if not SIDES.search(one.label) and not SIDES.search(one.tail)]
    if 2 <= len(plain) < len(parts):
        if _fits(total, plain):
            yield _claim(total, plain, "consistent")
            return
        whole = whole and len(plain) >= 3
    if not whole:  # behind 其中 without brackets a list may be followed by what belongs to something else
        for count in range(len(plain) - 1, 2 if len(plain) > 3 else 1, -1):
            if _fits(total, plain[:count]) and text.flat[plain[count - 1].end : plain[count].start].count("；") == 1:
                yield _claim(total, plain[:count], "consistent")
                return
    if len(plain) < 2 or total.about or any(one.about for one in plain):
        return
    added = sum((one.value for one in plain), Decimal(0))
    complete = whole or REST.search(plain[-1].label) or _paired([one.label for one in plain]) or _of_a_kind(plain)
    biggest = max(plain, key=lambda one: one.value)
    if (
        (biggest.value > total.value and added - biggest.value < total.value)
        or near(added, total.value)
        or (complete and total.value / 3 < added < total.value * 3)
        or (len(plain) == len(parts) and total.value < added < total.value * Decimal("1.6"))
    ):
        yield _claim(total, plain, "inconsistent")


def _of_a_kind(parts: Sequence[Quantity]) -> bool:
    """Three or more parts whose names are built alike (办理类、查询类、预约类), or four or more of any name."""
    if len(parts) >= 4:
        return True
    labels = [re.sub(r"^其中|[共有达为的]+$", "", one.label) for one in parts]
    return (
        len(parts) == 3
        and all(labels)
        and (len({one[-1] for one in labels}) == 1 or len({one[:2] for one in labels}) == 1)
    )


# -- before 共, 合计 -----------------------------------------------------------------------------------------------------


def _closing(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    for place, total in enumerate(counts):
        before = [one for one in counts[:place] if one.sentence == total.sentence and one.depth == total.depth]
        same = [one for one in before if one.unit == total.unit]
        if not CLOSING.search(total.label) or len(same) < 2 or total.label == same[-1].label:
            continue
        if any(TOTAL.search(one.label) for one in same):
            continue
        for begin in range(len(same) - 1):
            if _fits(total, same[begin:]):
                yield _claim(total, same[begin:], "consistent")
                break
        else:
            listed = _listed(text, [*same, total]) and re.fullmatch(r"(?:合计|共计|总计|共)(?:为|有)?", total.label)
            short = (listed or re.search(r"合计|共计|总计", total.label)) and not total.about
            added = sum((one.value for one in same), Decimal(0))
            if short and not any(one.about for one in same) and near(added, total.value):
                yield _claim(total, same, "inconsistent")


# -- T in the sentence, its parts behind it, no word between ------------------------------------------------------------


def _unannounced(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    """共886宗，目前已办结743宗，阶段性办结143宗: parts known by labels that exclude each other."""
    for place, first in enumerate(counts):
        group = [first]
        for one in counts[place + 1 :]:
            if one.sentence != first.sentence or one.unit != first.unit or one.depth != first.depth:
                break
            group.append(one)
        for size in (3, 2):
            parts = group[:size]
            if len(parts) < size or not _excluding([one.label for one in parts]):
                continue
            claim = _with_a_total(text, counts[:place], parts)
            if claim is not None:
                yield claim
                break


def _listed(text: Text, parts: Sequence[Quantity]) -> bool:
    """True if nothing but the names of the parts stands between them."""
    gaps = [text.flat[a.end : b.start] for a, b in pairwise(parts)]
    return all(
        len(gap) <= 22 and not re.search(r"[；。：\d]", gap) and len(re.findall("[，、]", gap)) <= 1 for gap in gaps
    )


def _bare_list(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    """清理文件56件，保留38件、修改6件、废止9件、失效3件: three parts or more, one behind the other."""
    for place, total in enumerate(counts):
        parts: list[Quantity] = []
        for one in counts[place + 1 :]:
            joined = parts and text.flat[parts[-1].end : one.start].count("、") == 1 and _listed(text, [parts[-1], one])
            begins = not parts and re.match(
                r"[^，；。：、\d]{0,12}[，：][^，；。：、\d]{1,12}$", text.flat[total.end : one.start]
            )
            if one.unit != total.unit or one.depth != total.depth or not (joined or begins):
                break
            parts.append(one)
        if len(parts) < 3 or any(SIDES.search(one.label) for one in parts):
            continue
        added = sum((one.value for one in parts), Decimal(0))
        if _fits(total, parts):
            yield _claim(total, parts, "consistent")
        elif not total.about and not any(one.about for one in parts) and near(added, total.value) and added >= 20:
            yield _claim(total, parts, "inconsistent")


def _with_a_total(text: Text, before: Sequence[Quantity], parts: Sequence[Quantity]) -> Claim | None:
    """The total such parts belong to: one they add up to, else the one right before them or called like them."""
    first = parts[0]
    totals = [
        one
        for one in reversed(before)
        if one.unit == first.unit and one.sentence == first.sentence and one.depth == first.depth
    ]
    for one in totals:
        if _fits(one, parts):
            return _claim(one, parts, "consistent")
    added = sum((one.value for one in parts), Decimal(0))
    sure = [one for one in totals if not one.about]
    if not sure or any(one.about for one in parts) or CARRIED.search(text.flat[slice(*text.bounds(first.sentence))]):
        return None
    close = [one for one in sure if near(added, one.value) and max(one.value, added) >= 20]
    if close:
        return _claim(min(close, key=lambda one: abs(one.value - added)), parts, "inconsistent")
    called = [
        one
        for one in sure
        if len(_pairs_of(one.label + one.tail) & _pairs_of(first.label)) >= 2 and not re.search("已|未", one.label)
    ]
    adjacent = sure[0] if sure[0] is before[-1] and first.value <= sure[0].value * 2 and _status(first.label) else None
    total = called[0] if called else adjacent
    if total is not None and total.value / 2 < added < total.value * 2:
        return _claim(total, parts, "inconsistent")
    return None


def _status(label: str) -> bool:
    return bool(re.search(r"办结|满意|整改|受理|答复|处置|完成|审结|化解|评", label))


def _pairs_of(words: str) -> set[str]:
    return {words[n : n + 2] for n in range(len(words) - 1)}


def _excluding(labels: Sequence[str]) -> bool:
    if len(labels) == 2:
        return _paired(labels)
    return all(_stem(one) for one in labels) and len({_stem(one) for one in labels}) == 1


def _stem(label: str) -> str:
    return label[-2:] if label.endswith(("办结", "受理", "满意", "事项", "完成", "整改")) else ""


def _paired(labels: Sequence[str]) -> bool:
    """Two labels of which one denies or completes the other: 监管/不监管, 办结/阶段性办结, 有/无."""
    if len(labels) != 2:
        return False
    a, b = (
        re.sub(r"(?:共|共有|达|为|约)$", "", re.sub(r"^(?:其中|目前|已经?|共|收到)+", "", label)) for label in labels
    )
    if not a or not b or a == b:
        return False
    for one, other in (*PAIRS, *((y, x) for x, y in PAIRS)):
        if (
            one in a
            and other in b
            and a.rpartition(one)[2] == b.rpartition(other)[2]
            and not (other in a and one in other)
        ):
            return True
    return any(_denied(a, b, word) or _denied(b, a, word) for word in ("不", "无", "非", "未", "阶段性"))


def _denied(shorter: str, longer: str, word: str) -> bool:
    return any(longer == shorter[:cut] + word + shorter[cut:] for cut in range(len(shorter) + 1))


# -- shared ---------------------------------------------------------------------------------------------------------------


def _fits(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """True if the parts may add up to the total at the printed precision of each."""
    added = sum((one.value for one in parts), Decimal(0))
    if total.exact and all(one.exact for one in parts):
        return added == total.value
    slack = sum((one.step for one in parts if one.step != 1), Decimal(0)) / 2 + (
        total.step / 2 if total.step != 1 else 0
    )
    if total.about or any(one.about for one in parts):
        slack = max(slack, total.value / 20)
    return abs(added - total.value) <= slack


def _claim(total: Quantity, parts: Sequence[Quantity], verdict: str) -> Claim:
    added = sum((one.value for one in parts), Decimal(0))
    formula = "+".join(shown(one.value) for one in parts)
    if verdict == "consistent":
        says = f"{formula}={shown(added)}，与文中的{shown(total.value)}相符。"
    else:
        apart = shown(abs(added - total.value))
        says = f"请核对：{formula}={shown(added)}，文中为{shown(total.value)}，相差{apart}。可能是某一分项或合计数笔误，也可能分项有遗漏、重复或统计口径不同。"
    return Claim(
        kind="sum",
        verdict="consistent" if verdict == "consistent" else "inconsistent",
        says=says,
        parts=tuple(one.value for one in parts),
        stated=total.value,
        computed=added,
        **spanning([total, *parts]),
    )
