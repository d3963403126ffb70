"""Balances over the turn of a year: 上年结转 and 新收 are what is 办结 and what is 结转下年 (政府信息公开 annual reports)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from yiwang.insight.checker.claims import Claim, added_up, shown, spanning
from yiwang.insight.checker.grids import grids
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

BROUGHT = re.compile(r"(?:上年|上一年|上年度|去年|(?:19|20)\d\d年度?)(?:度)?结转|结转上年|上年旧存")
CARRIED = re.compile(r"结转(?:至|到)?(?:下年|下一年|次年|明年|(?:19|20)\d\d年)|结转下")
TAKEN = re.compile(r"收到|新收|受理|收")
CLOSED = re.compile(r"办结|办理完毕|答复|审结")

# the rows of the table
NEW = re.compile(r"本年新收")
RESULTS = re.compile(r"总计")

OUTCOME = re.compile(r"予以公开|部分公开|不予公开|无法提供|不予处理|其[他它]处理|不予")
WAS = re.compile(r"上年末|上年底|去年底|去年末|年初|期初|截[至止](?:19|20)\d\d年(?:末|底)|上年度末|原有")
NOW = re.compile(r"年末|年底|期末|现[有在]|目前|总数")
CAME = re.compile(r"新增|新接收|新入|新接|增加|接收|新设|新登记")
WENT = re.compile(r"解除|注销|退出|减少|核减|撤销|退休|调出|吊销|终止")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """收到10件，2021年结转2件，共办结10件，结转2023年2件: what came in is what went out and what is left."""
    for named in _sentences(text, quantities, "结转"):
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
        if len(carried) == len(brought) == len(taken) == 1 and len(closed) <= 1:
            outcomes = [one for one, words in named if OUTCOME.search(words) and one.start > brought[0].start]
            out = closed or (outcomes if len(outcomes) >= 3 else [])
            if out and all(alike(one, taken[0]) for one in (*brought, *out, *carried)):
                yield _claim(taken[0], brought[0], out, carried[0])


def registers(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """上年末在册178人，新接收96人，解除88人，年末在册186人: what was there, came and went is what is there now."""
    for said in _sentences(text, quantities, "年"):
        named = [(one, re.split("[，；、]", words)[-1]) for one, words in said]
        was = [one for one, words in named if WAS.search(words)]
        now = [one for one, words in named if NOW.search(words) and one not in was]
        came = [one for one, words in named if CAME.search(words) and one not in (*was, *now)]
        went = [one for one, words in named if WENT.search(words) and one not in (*was, *now, *came)]
        if not len(was) == len(now) == len(came) == len(went) == 1:
            continue
        before, after, more, less = was[0], now[0], came[0], went[0]
        if len({one.unit for one in (before, after, more, less)}) > 1:
            continue
        computed = before.value + more.value - less.value
        told = f"{shown(before.value)}+{shown(more.value)}−{shown(less.value)}={shown(computed)}"
        good = computed == after.value
        yield Claim(
            kind="sum",
            verdict="consistent" if good else "inconsistent",
            says=f"{told}，与文中的{shown(after.value)}相符。"
            if good
            else f"请核对：{told}，文中期末数为{shown(after.value)}。可能是其中一个数笔误，也可能还有别的增减没有写出。",
            parts=(before.value, more.value, -less.value),
            stated=after.value,
            computed=computed,
            **spanning([before, after, more, less]),
        )


def requests(text: Text, _quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """The table of requests for information (国办公开办函〔2021〕30号): 新收 and 上年结转 are 总计 of the results and 结转下年度,
    for each kind of applicant."""
    for grid in grids(text):
        rows = {
            key: next((row for row in grid.rows if said.search(row.name)), None)
            for key, said in (("taken", NEW), ("brought", BROUGHT), ("closed", RESULTS), ("carried", CARRIED))
        }
        if any(row is None for row in rows.values()):
            continue
        columns = zip(*(row.cells for row in rows.values() if row is not None), strict=True)
        full = [cells for cells in columns if all(one is not None and not one.percent for one in cells)]
        for taken, brought, closed, carried in full:
            if taken and brought and closed and carried and added_up([taken, brought, closed, carried]):
                yield _claim(taken, brought, [closed], carried)


def _sentences(text: Text, quantities: Sequence[Quantity], word: str) -> Iterator[list[tuple[Quantity, str]]]:
    """The counts of each sentence that has four or more and the word in it, each with the words before it."""
    counts = [one for one in quantities if one.count and one.exact and not one.depth]
    for sentence, group in groupby(counts, key=lambda one: one.sentence):
        here = list(group)
        begin, end = text.bounds(sentence)
        if len(here) >= 4 and word in text.flat[begin:end]:
            yield [(one, text.flat[(here[n - 1].end if n else begin) : one.start]) for n, one in enumerate(here)]


def _claim(taken: Quantity, brought: Quantity, closed: Sequence[Quantity], carried: Quantity) -> Claim:
    came, went = added_up([taken, brought]), added_up([*closed, carried])
    out = "+".join(shown(one.value) for one in closed)
    told = f"新收{shown(taken.value)}+上年结转{shown(brought.value)}={shown(came)}，办结{out}+结转下年{shown(carried.value)}={shown(went)}"
    return Claim(
        kind="sum",
        verdict="consistent" if came == went else "inconsistent",
        says=f"{told}，两边相等。"
        if came == went
        else f"请核对：{told}，两边应当相等。可能是其中一个数笔误，也可能办结数不含上年结转。",
        parts=(taken.value, brought.value),
        stated=went,
        computed=came,
        **spanning([taken, brought, *closed, carried]),
    )
