"""Sums whose parts are announced: in brackets, after 其中, 包括 or ：, before 共 and 合计."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from yiwang.insight.checker.adding import (
    LEVEL,
    REST,
    SIDES,
    WINDOW,
    fits,
    kin,
    leaves_out,
    of_a_kind,
    one_digit,
    one_slip_sum,
    open_ended,
    paired,
    slipped,
    surely_slipped,
)
from yiwang.insight.checker.claims import Claim, added_up, near, sum_claim
from yiwang.insight.checker.classes import grade
from yiwang.insight.checker.finders.totals import closing
from yiwang.insight.checker.listings import Listing, columns, listing_of, parts_of, shared_out, without_holders
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

# lists that name only some
SOME = re.compile(
    r"主要|例如|比如|譬如|重点|部分|前[一二三四五六七八九十\d]|排名|居前|位居|居[前首]|前列|较[多高大]|最[多高大]|集中在|如[：，]"
)
DONE = re.compile(
    r"(?:截[至止](?:目前|日前)?|其中|均|全部|已|按[时期]|目前)*(?:办结|化解|审结|整改|回复|答复|处置|完成)"
)
INNER = re.compile(r"其中|包括|包含|含")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Every total whose parts are announced and can be told apart for certain."""
    counts = [one for one in quantities if one.summand]
    taken: set[int] = set()  # the places of parts; a total may be divided twice
    for claim in _introduced(text, counts):
        if (claim.wrong or claim.places[0] not in taken) and not taken.intersection(claim.places[1:]):
            taken.update(claim.places[1:])
            yield claim
    for claim in closing(text, counts):
        if not taken.intersection(claim.places[:-1]):
            taken.update(claim.places[:-1])
            yield claim


# -- after 其中, 包括, in brackets --------------------------------------------------------------------------------------


def _introduced(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    for place, total in enumerate(counts):
        listing = listing_of(text, total, counts[place + 1 : place + 4])
        if listing is None:
            continue
        parts = parts_of(counts[place + 1 : place + WINDOW], total, listing)
        if not fits(total, parts):
            parts = without_holders(text, parts)
        before = counts[max(0, place - WINDOW) : place]
        tabled = columns([*before, total], parts) or shared_out(text, [*before, total], parts)
        if tabled:
            for one, own in tabled:
                yield from _judged(text, before, one, own, listing)
        elif len(parts) >= 2:
            yield from _judged(text, before, total, parts, listing)


def _of_one_unit(total: Quantity, parts: Sequence[Quantity]) -> Sequence[Quantity]:
    """许可230项，涉及12: what bears another unit than the total is no part of it, unless the whole list nearly fits."""
    same = [one for one in parts if one.unit == total.unit]
    if not 2 <= len(same) < len(parts) or parts[0] not in same:
        return parts
    meant = slipped(added_up(parts), total.value) or (
        not slipped(added_up(same), total.value) and one_slip_sum(parts, total)
    )
    return parts if len(parts) >= 4 and meant else same


def _judged(
    text: Text, before: Sequence[Quantity], total: Quantity, parts: Sequence[Quantity], listing: Listing
) -> Iterator[Claim]:
    plain = _plain(parts)
    for own in (parts, plain, _of_one_unit(total, parts), *_stretches(text, parts), *_without_inner(text, parts)):
        if len(own) >= 2 and fits(total, own):
            yield sum_claim(total, own, good=True)
            return
    parts = _without_done(parts)
    if len(parts) >= 2 and fits(total, parts):
        yield sum_claim(total, parts, good=True)
        return
    plain = _plain(_first_clause(text, parts, total))
    for size in range(min(len(plain), 10) - 1, 1, -1):  # 主体32个，其中机关26个、授权组织6个，受委托组织8个
        if total.exact and all(one.exact for one in plain) and total.value >= 20 and fits(total, plain[:size]):
            yield sum_claim(total, plain[:size], good=True)
            return
    plain = _plain(parts)
    inner = _nested(parts)
    if inner is not None:  # 有效回访246件，满意240件、一般5件、不满意1件
        yield sum_claim(*inner, good=True)
        return
    back = 2 if listing.sentence_before else 0
    earlier = [one for one in reversed(before[-6:]) if alike(one, total) and one.sentence >= total.sentence - back]
    other = next((one for one in earlier if fits(one, parts)), None)
    if other is not None:  # 其中 may go back to another figure: 共12568户，净增856户，其中……
        yield sum_claim(other, parts, good=True)
        return
    if listing.sentence_before:
        named = _named(text, total, earlier)
        slips = [one for one in (total, *earlier) if one_slip_sum(plain, one) and one.value >= 100]
        if named is not None:
            total = named
        elif len(plain) >= 2 and len(slips) == 1:
            total = slips[0]
        elif len(plain) >= 4 and not slipped(added_up(plain), total.value):
            missed = [one for one in earlier if slipped(added_up(plain), one.value, least=10)]
            total = missed[0] if len(missed) == 1 else total
    for own in _stretches(text, parts):
        gap = text.flat[parts[0].start : own[0].start]
        if len(own) >= 4 and len(own) < len(parts) and INNER.search(gap[-30:]) and near(added_up(own), total.value):
            yield sum_claim(total, own, good=False)
            return
    parts = _of_one_unit(total, _first_clause(text, parts, total))
    plain = _plain(parts)
    if len(plain) >= 2 and fits(total, plain):
        yield sum_claim(total, plain, good=True)
        return
    if len(plain) < (3 if listing.contains else 2) or total.about or any(one.about for one in plain):
        return
    surely = surely_slipped(added_up(plain), total.value)
    if (
        listing.sentence_before
        and max(one.value for one in plain) > total.value
        and _rivals(before, total)
        and not surely
    ):
        return
    if _faulty(text, total, parts, plain, listing):
        yield sum_claim(total, plain, good=False)


def _plain(parts: Sequence[Quantity]) -> list[Quantity]:
    if _halves(parts):
        return list(parts)
    return [one for one in parts if not SIDES.search(one.label) and not SIDES.search(one.tail)]


def _halves(parts: Sequence[Quantity]) -> bool:
    """Two parts of which one completes the other; two levels of several do not."""
    return paired([one.label for one in parts]) and not all(LEVEL.search(one.label) for one in parts)


def _first_clause(text: Text, parts: Sequence[Quantity], total: Quantity | None = None) -> Sequence[Quantity]:
    """The parts before the first ；, unless ； is what stands between all of them, and before what became of the total:
    诉求类5562件，咨询类7896件，办结13540件."""
    for place in range(1, len(parts)):
        if DONE.match(parts[place].label) and not DONE.match(parts[0].label):
            return parts[:place]
    gaps = ["；" in text.flat[a.end : b.start] for a, b in pairwise(parts)]
    if (
        any(gaps) and total is not None
    ):  # 民事486件，其中调解156件；刑事352件；行政18件: the rest stands beside the total
        beside = [total.label, *(one.label for one in parts[gaps.index(True) + 1 :])]
        if grade(beside):
            return parts[: gaps.index(True) + 1]
    if any(gaps) and not all(gaps):
        return parts[: gaps.index(True) + 1]
    return parts


def _without_done(parts: Sequence[Quantity]) -> Sequence[Quantity]:
    """咨询2157件；投诉920件，已办结746件；举报345件: the kinds, where what became of one stands between them."""
    kinds = [one for one in parts if not DONE.match(one.label)]
    between = len(kinds) >= 2 and parts[0] is kinds[0] and parts[-1] is kinds[-1]
    return kinds if between else parts


def _stretches(text: Text, parts: Sequence[Quantity]) -> Iterator[Sequence[Quantity]]:
    """The list up to a ；, and from a second 其中 or 包括 on: each may be the list that is meant."""
    found = 0
    for place in range(1, len(parts)):
        gap = text.flat[parts[place - 1].end : parts[place].start]
        if found < 4 and ("；" in gap or INNER.search(gap)):
            found += 1
            yield parts[:place]
            yield parts[place:]


def _without_inner(text: Text, parts: Sequence[Quantity]) -> Iterator[Sequence[Quantity]]:
    """A行政100件，其中甲60件；乙40件: the list without what an inner 其中 lists, up to the next ；."""
    kept: list[Quantity] = []
    inside = False
    for place, one in enumerate(parts):
        gap = text.flat[parts[place - 1].end : one.start] if place else ""
        inside = "；" not in gap and (inside or bool(INNER.search(gap)))
        if not inside:
            kept.append(one)
    if 2 <= len(kept) < len(parts):
        yield kept


def _nested(parts: Sequence[Quantity]) -> tuple[Quantity, Sequence[Quantity]] | None:
    """The first part, if those behind it add up to it."""
    for size in range(min(len(parts), 12), 2, -1):
        if parts[0].value >= (10 if size > 3 else 100) and fits(parts[0], parts[1:size]):
            return parts[0], parts[1:size]
    return None


def _named(text: Text, total: Quantity, earlier: Sequence[Quantity]) -> Quantity | None:
    """其中转办事项：……: the earlier figure that is called so."""
    begin = text.bounds(total.sentence)[1]
    name = re.match(r"其中，?([\u4e00-\u9fff]{2})[^，；：\d]{0,8}：", text.flat[begin : begin + 24])
    return next((one for one in earlier if name[1] in one.label), None) if name else None


def _rivals(before: Sequence[Quantity], total: Quantity) -> bool:
    """True if another count stands in the total's sentence or the one before."""
    return any(one.sentence >= total.sentence - 1 and alike(one, total) for one in before)


def _close(added: Decimal, total: Decimal, *, least: int) -> bool:
    """True if one slip keeps a list from its total and it is most of it: of hundreds many a list that names only some is one
    digit off."""
    return slipped(added, total, least=least) and (total >= 1000 or added * 10 > total * 6)


def _faulty(
    text: Text, total: Quantity, parts: Sequence[Quantity], plain: Sequence[Quantity], listing: Listing
) -> bool:
    """True if a list that does not add up was surely meant to."""
    added = added_up(plain)
    if open_ended(plain) and added < total.value:
        return False
    before = text.flat[total.end : plain[0].start]
    last = text.flat[plain[-1].end : plain[-1].end + 8]
    if SOME.search(before) or re.match(r"[^，；。、\d]{0,3}等", last):
        return False
    if listing.contains or any(INNER.search(text.flat[a.end : b.start]) for a, b in pairwise(plain)):
        return near(added, total.value) and len(plain) >= 3
    whole = len(plain) == len(parts)
    if (
        len(plain) == 2
        and "；" in text.flat[plain[0].end : plain[1].start]
        and not paired([one.label for one in plain])
    ):
        return surely_slipped(added, total.value) or (bool(REST.search(plain[1].label)) and near(added, total.value))
    strong = (
        REST.search(plain[-1].label)
        or _halves(plain)
        or (whole and listing.bracket >= 0 and (len(plain) >= 3 or not INNER.search(before)))
        or (
            whole
            and of_a_kind(plain)
            and not leaves_out(plain, total)
            and (added * 10 > total.value * 9 or _close(added, total.value, least=10))
        )
    )
    biggest = max(plain, key=lambda one: one.value)
    if biggest.value > total.value and added - biggest.value < total.value:
        return True
    if strong and len(plain) == 2 and not listing.contains:
        tenth = abs(added - total.value) * 10 <= total.value
        if not (tenth or added > total.value or one_slip_sum(plain, total) or REST.search(plain[-1].label)):
            return False
    if strong:
        apart = total.value / 3 < added < total.value * 3
        return apart or slipped(added, total.value) or (len(plain) >= 3 and one_digit(added, total.value))
    if len(plain) >= 4 and whole:
        most = total.value * Decimal("0.9") < added < total.value * Decimal("1.5")
        return (most or slipped(added, total.value, least=20)) and not leaves_out(plain, total)
    if len(plain) >= 3:
        few = 5 <= total.value < 20 and total.unit not in ("人", "名", "位", "人次") and added <= total.value * 2
        more = whole and added > total.value and (few or total.value * 13 > added * 10 >= 200)
        return more or _close(added, total.value, least=20 if of_a_kind(plain) else 100)
    more = whole and added > total.value and (total.unit == "元" or slipped(added, total.value, least=10))
    gap = text.flat[plain[0].end : plain[1].start]
    kinds = "、" in gap and total.unit not in ("人", "名", "位", "人次") and one_slip_sum(plain, total)
    more = more or (whole and kinds and added > total.value >= 20)
    close = abs(added - total.value) * 100 <= 3 * total.value and total.value >= 20
    # two kinds side by side, most of the whole or more than it
    sided = whole and "、" in gap and kin(plain) and not all(LEVEL.search(one.label) for one in plain)
    more = more or (sided and added * 5 >= total.value * 4 and one_slip_sum(plain, total))
    return (
        more
        or close
        or (whole and listing.bracket >= 0 and slipped(added, total.value))
        or (whole and surely_slipped(added, total.value))
    )


# -- before 共, 合计 -----------------------------------------------------------------------------------------------------
