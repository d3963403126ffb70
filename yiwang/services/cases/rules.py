"""Pure decisions about a case: its numbers, what is missing, what a correction notice may say, what a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.foundation.identifiers.rules import check_character
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.cases.held import rules as held

HANDLE_CODE = 33
SHORTEST_REASON = 4
LONGEST_REASON = 300
VAGUE = ("不符合要求", "不合格", "材料不全", "有误", "请补正", "不齐全")
FOUND_WRONG = ("wrong", "mendable")
HANDED_IN = ("uploaded", "original", "copy")
ARTICLE_32_4 = "行政许可法 第三十二条第一款第四项"


def case_number(*, handle_code: str, uscc: str, level: str, item_id: int, received_on: date, serial: int) -> str:
    """办件编号, 48 characters: 33-digit 业务办理项编码, receipt day, six-digit serial, MOD 37,36 check character.

    An item without a national code gets the organ's USCC, its level and our own 14-digit item number in its place,
    which no national code can equal (the type digits 00 are not assigned to items).
    """
    base = handle_code if len(handle_code) == HANDLE_CODE else f"{uscc:0>18}{level}00{item_id:012d}"
    body = f"{base}{received_on:%Y%m%d}{serial % 1_000_000:06d}"
    return body + check_character(body)


@dataclass(frozen=True, slots=True)
class MaterialStanding:
    """What rules look at in one material of a case."""

    code: str
    name: str
    required: bool
    state: str
    verdict: str
    source: str = held.APPLICANT
    ground: str = ""  # on which the government asked for what it holds

    @property
    def mendable(self) -> bool:
        """Found wrong in a way that can be put right on the spot (第三十二条第一款第三项)."""
        return self.verdict == "mendable"

    @property
    def wrong(self) -> bool:
        return self.verdict in FOUND_WRONG

    @property
    def wanting(self) -> bool:
        """Absent though required, or found wrong. Paper offered freely for what is held is never wanting: the record
        counts, whatever the paper is worth."""
        free = held.offered_freely(self.source, self.state, self.ground)
        return (self.wrong and not free) or (self.required and self.state == "missing")


def says_of(one: MaterialStanding) -> str:
    """What is the matter with a wanting material, for the clerk who wants to accept."""
    if one.mendable:
        return "有可以当场更正的错误，请申请人当场更正"
    return "不符合要求" if one.wrong else "还没有提交"


def refuse_incomplete(materials: Iterable[MaterialStanding]) -> Refusal | None:
    """行政许可法 第三十二条第一款第五项: accepted only when complete and in legal form."""
    faults = [Fault(one.code, f"“{one.name}”{says_of(one)}", "material-wanting") for one in materials if one.wanting]
    if not faults:
        return None
    says = f"还有{len(faults)}份材料不齐全或不符合法定形式，不能受理。可以一次性告知补正。"
    return Refusal(says, code="materials-incomplete", article="行政许可法 第三十二条第一款第五项", faults=faults)


def unchecked(*, state: str, verdict: str, source: str, ground: str) -> bool:
    """True of a material that was handed in and that nobody has looked at. What the registers hold, what the procedure
    makes and paper offered freely beside a record need no look."""
    return state in HANDED_IN and verdict == "unchecked" and not held.offered_freely(source, state, ground)


def refuse_unchecked(materials: Iterable[MaterialStanding], looked_at: Iterable[str]) -> Refusal | None:
    """Completeness and legal form are found by looking: every material handed in carries a finding, written down before or
    ticked in the accepting deed (``looked_at``: codes)."""
    seen = set(looked_at)
    left = [
        one
        for one in materials
        if one.code not in seen
        and unchecked(state=one.state, verdict=one.verdict, source=one.source, ground=one.ground)
    ]
    if not left:
        return None
    faults = [Fault(one.code, f"“{one.name}”还没有核对", "material-unchecked") for one in left]
    says = f"还有{len(left)}份材料没有核对，请逐份查看后勾选，再受理。"
    return Refusal(says, code="materials-unchecked", article="行政许可法 第三十二条第一款第五项", faults=faults)


def refuse_correction(
    materials: Sequence[MaterialStanding],
    demanded: Mapping[str, str],
    said_before: Iterable[str],
    *,
    grounds: Mapping[str, str] | None = None,
    facts: Mapping[str, held.Facts] | None = None,
    held_names: Mapping[str, str] | None = None,
) -> Refusal | None:
    """The one notice says everything at once (第三十二条第一款第四项), and a later one nothing new: what was not told
    the first time may no longer be asked for.

    ``demanded`` maps material codes to what has to be put right; ``said_before`` are codes of earlier notices. What the
    government holds is asked for only on a lawful ground (``grounds``: code → ground) that ``facts`` do not contradict, and
    never in the words about another material (``held_names``: every name of a held thing → its own).
    """
    grounds, facts = grounds or {}, facts or {}
    by_code = {one.code: one for one in materials}
    earlier = set(said_before)
    faults: list[Fault] = []
    if not demanded:
        faults.append(Fault("materials", "补正告知书必须列明需要补正的材料", "nothing-listed"))
    for code, reason in demanded.items():
        one = by_code.get(code)
        name = one.name if one else code
        text = reason.strip()
        if one is None:
            faults.append(Fault(code, f"“{name}”不在办事指南的材料清单内，不得要求提供", "not-in-guide"))
        elif one.state == held.STEP and not one.wrong:
            faults.append(Fault(code, f"“{name}”在办理中产生，没有核出问题，不得要求申请人提交", "already-held"))
        elif one.source == held.HELD and (
            fault := held.refuse_asking(
                code, name, grounds.get(code) or one.ground, facts.get(code) or held.Facts(thing=name)
            )
        ):
            faults.append(fault)
        elif len(text) < SHORTEST_REASON or text in VAGUE:
            faults.append(Fault(code, f"“{name}”要写清楚哪里不对、怎样补正", "vague"))
        elif len(text) > LONGEST_REASON or "\0" in text:
            faults.append(Fault(code, f"“{name}”的补正要求最多{LONGEST_REASON}字，且不能有特殊控制字符", "too-long"))
        elif earlier and code not in earlier:
            faults.append(Fault(code, f"“{name}”上次没有告知，不得再提出新的补正要求", "new-demand"))
    listed = set(demanded)
    faults += held.refuse_smuggled(demanded, {one.code: one.name for one in materials}, held_names or {})
    faults += held.things({code: grounds[code] for code in listed & set(grounds)}, _held_codes(materials))
    faults += [
        Fault(one.code, f"“{one.name}”未交或不符合，但没有列入补正告知", "left-out")
        for one in materials
        if one.wanting and one.code not in listed
    ]
    if not faults:
        return None
    return Refusal(
        "补正告知书须一次告知全部内容，请按列出的问题修改。", code="correction", article=ARTICLE_32_4, faults=faults
    )


def _held_codes(materials: Iterable[MaterialStanding]) -> list[str]:
    return [one.code for one in materials if one.source == held.HELD]


def refuse_supplement(said: Iterable[str], supplied: Iterable[str], names: Mapping[str, str]) -> Refusal | None:
    """The applicant hands in the correction when everything listed has been supplied."""
    missing = sorted(set(said) - set(supplied))
    if not missing:
        return None
    faults = [Fault(code, f"“{names.get(code, code)}”还没有补交", "not-supplied") for code in missing]
    return Refusal(f"还有{len(missing)}份材料没有补交，补齐后再提交。", code="supplement-incomplete", faults=faults)


def progress_sentence(
    template: str, *, latest: date | None, provisional: bool, wanting: int, late: bool = False
) -> str:
    """The one sentence a citizen reads, from the state's ``says``; ``{latest}`` and ``{wanting}`` are filled in.

    A provisional day (of a year whose holidays are not announced) is said to be one. A day that has passed (``late``) is
    not given as the latest one any more: the sentence says that it was missed.
    """
    if late and "最迟{latest}前" in template:
        template = template.replace("最迟{latest}前", "原定{latest}前") + "，现在已经超期"
    # the applicant's own term has no last day yet while the notice has not been served
    unknown = "告知书规定的期限" if "{wanting}" in template else "法定期限"
    day = f"{latest.month}月{latest.day}日{'（暂定）' if provisional else ''}" if latest else unknown
    if latest is None:
        template = template.replace("最迟{latest}前", f"在{unknown}内")
    return template.replace("{latest}", day).replace("{wanting}", str(wanting))
