"""Balances over the turn of a year: 上年结转 and 新收 are what is 办结 and what is 结转下年 (政府信息公开 annual reports)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from yiwang.insight.checker.claims import Claim, added_up, shown, spanning
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

BROUGHT = re.compile(r"(?:上年|上一年|上年度|去年|(?:19|20)\d\d年度?)(?:度)?结转|结转上年|上年旧存")
CARRIED = re.compile(r"结转(?:至|到)?(?:下年|下一年|次年|明年|(?:19|20)\d\d年)|结转下")
TAKEN = re.compile(r"收到|新收|受理|收")
CLOSED = re.compile(r"办结|办理完毕|答复|审结")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """收到10件，2021年结转2件，共办结10件，结转2023年2件: what came in is what went out and what is left."""
    counts = [one for one in quantities if one.count and one.exact and not one.depth]
    for sentence, group in groupby(counts, key=lambda one: one.sentence):
        here = list(group)
        if len(here) < 4 or "结转" not in text.flat[slice(*text.bounds(sentence))]:
            continue
        named = [
            (one, text.flat[(here[n - 1].end if n else text.bounds(sentence)[0]) : one.start])
            for n, one in enumerate(here)
        ]
        carried = [one for one, words in named if CARRIED.search(words)]
        brought = [one for one, words in named if BROUGHT.search(words) and one not in carried]
        closed = [
            one
            for one, words in named
            if CLOSED.search(words) and not re.search("未|正在", words) and one not in carried
        ]
        taken = [
            one
            for one, words in named
            if TAKEN.search(words) and one not in carried and one not in brought and one not in closed
        ]
        if len(carried) == len(brought) == len(closed) == len(taken) == 1:
            four = taken[0], brought[0], closed[0], carried[0]
            if all(alike(one, four[0]) for one in four):
                yield _claim(*four)


def _claim(taken: Quantity, brought: Quantity, closed: Quantity, carried: Quantity) -> Claim:
    came, went = added_up([taken, brought]), added_up([closed, carried])
    told = f"新收{shown(taken.value)}+上年结转{shown(brought.value)}={shown(came)}，办结{shown(closed.value)}+结转下年{shown(carried.value)}={shown(went)}"
    return Claim(
        kind="sum",
        verdict="consistent" if came == went else "inconsistent",
        says=f"{told}，两边相等。"
        if came == went
        else f"请核对：{told}，两边应当相等。可能是其中一个数笔误，也可能办结数不含上年结转。",
        parts=(taken.value, brought.value),
        stated=went,
        computed=came,
        **spanning([taken, brought, closed, carried]),
    )
