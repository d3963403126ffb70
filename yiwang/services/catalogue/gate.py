"""The publish gate: everything unlawful or incomplete in a guide, named at once, field by field. Pure.

Founded in 行政许可法 第三十条 (completeness), 第四十二条 and 优化营商环境条例 第三十六条 (limits), 第五十八条 (fees),
国令716 第七条 (what the government holds is not asked for) and GB/T 39046-2020 (elements). The gate answers faults; it
never repairs anything. What it must know of the world stands in ``Surroundings``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from yiwang.kernel.refusal import Fault
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.services.catalogue.declarations import (
    CHAIN_HANDS,
    CHAIN_SAYS,
    ITEM_TYPES,
    Declaration,
    Limit,
    When,
)

MOST_COMBINATIONS = 4096
ADJUDICATION, PARTIES = "services.adjudication", {"respondent", "claims"}
REVIEW_ROLES: Mapping[str, tuple[str, ...]] = {
    "on-the-spot": ("acceptor",),
    "two-hands": ("reviewer", "decider"),
    "three-hands": ("acceptor", "reviewer", "decider"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the gate compares a declaration with.

    ``resolve(citation)`` answers ``None`` for a citation the law register carries, otherwise the Chinese sentence of
    what is wrong. ``hands(role)`` answers the accounts that hold the role in the guide's organ, or ``None`` where the
    register of posts is not consulted (a pack read before any staff exists). ``held`` maps every name under which a
    certificate or dataset is known to its own name. ``others`` are the published periods of the same item's other
    versions; a reviewed version may not begin before the day ``not_before``. ``table`` and the days ``[first, last]`` on which a case may begin bound the comparison of limits.
    """

    table: OrdinalTable
    first: date
    last: date
    resolve: Callable[[str], str | None]
    processes: Collection[str]
    roles: Mapping[str, str]  # id to title
    held: Mapping[str, str] = field(default_factory=dict)
    hands: Callable[[str], Collection[str] | None] = lambda role: None
    others: Sequence[tuple[str, date, date | None]] = ()
    not_before: date | None = None


def faults(guide: Declaration, around: Surroundings) -> list[Fault]:
    """Every reason why this guide may not be published, in the order a clerk reads the guide; empty: publish it."""
    checks = (
        missing_elements(guide),
        limits(guide, around),
        bases(guide, around),
        materials(guide, around),
        fees(guide),
        form(guide),
        situations(guide),
        people(guide, around),
        periods(guide, around),
    )
    return list(dict.fromkeys(fault for check in checks for fault in check))


# -- elements ---------------------------------------------------------------------------------------------------------

ELEMENTS: Mapping[str, tuple[str, Callable[[Declaration], object]]] = {
    "name": ("事项名称", lambda g: g.name),
    "item_code": ("实施编码", lambda g: g.item_code),
    "type": ("事项类型", lambda g: g.type),
    "bases": ("设定依据", lambda g: g.bases),
    "level": ("行使层级", lambda g: g.level),
    "organ": ("实施主体", lambda g: g.organ),
    "body_kind": ("实施主体性质", lambda g: g.body_kind),
    "undertaking": ("承办机构", lambda g: g.undertaking),
    "limits.legal": ("法定办结时限", lambda g: g.limits.legal),
    "limits.promised": ("承诺办结时限", lambda g: g.limits.promised),
    "handling": ("办件类型", lambda g: g.handling),
    "who_may": ("受理条件（谁可以办）", lambda g: g.who_may),
    "conditions": ("受理条件", lambda g: g.conditions),
    "steps": ("办理流程", lambda g: g.steps),
    "materials": ("申请材料", lambda g: g.materials),
    "form": ("申请表单", lambda g: g.form),
    "results": ("结果名称", lambda g: g.results),
    "fees": ("是否收费", lambda g: g.fees or g.fee_says),
    "scope": ("通办范围", lambda g: g.scope),
    "audience": ("服务对象", lambda g: g.audience),
    "channels": ("办理形式", lambda g: g.channels),
    "places": ("办理地点和时间", lambda g: g.places),
    "phones": ("咨询电话", lambda g: g.phones),
    "complaint_phones": ("监督电话", lambda g: g.complaint_phones),
    "quota": ("数量限制", lambda g: g.quota),
    "trips": ("到现场次数", lambda g: g.trips is not None),
    "process": ("办理流程", lambda g: g.process),
    "chain": ("审批层级", lambda g: g.chain),
    "remedies": ("救济途径", lambda g: g.remedies),
    "retention_years": ("归档期限", lambda g: g.retention_years),
    "in_force": ("施行期间", lambda g: g.in_force),
}


def missing_elements(guide: Declaration) -> Iterator[Fault]:
    """Elements of GB/T 39046-2020 (事项管理) and 行政许可法 第三十条 that are not filled, and types that do not exist."""
    for path, (title, present) in ELEMENTS.items():
        if not present(guide):
            yield Fault(path, f"缺少必备要素：{title}。", "missing-element")
    if guide.type and guide.type not in ITEM_TYPES:
        yield Fault("type", f"事项类型“{guide.type}”不在国家标准的类型之内。", "unknown-type")
    if guide.limits.legal and not guide.limits.legal_basis:
        yield Fault("limits.legal_basis", "法定办结时限没有写明依据。", "limit-without-basis")
    if guide.trips and guide.trips > 0 and not guide.trips_why:
        yield Fault("trips_why", f"需要到现场{guide.trips}次，没有写明必须到现场的原因。", "missing-element")
    if guide.trips == 0 and set(guide.channels) == {"counter"}:
        yield Fault("trips", "到现场次数为0，办理形式却只有窗口。", "trips-against-channels")


# -- limits -----------------------------------------------------------------------------------------------------------


def limits(guide: Declaration, around: Surroundings) -> Iterator[Fault]:
    """A promise later than the law's limit on any day a case may begin; stages that add up to more than the promise."""
    legal = guide.limits.legal
    promises = [("limits.promised", "承诺时限", guide.limits.promised)]
    promises += [
        (f"situations.{one.id}.promised", f"情形“{one.name}”的承诺时限", one.promised) for one in guide.situations
    ]
    for path, title, promised in promises:
        if promised and legal and (late := later_on(promised, legal, around)):
            day, promised_on, legal_on = late
            yield Fault(
                path,
                f"{title}{promised.says()}晚于法定时限{legal.says()}：{day:%Y年%-m月%-d日}受理的，"
                f"承诺到{promised_on:%-m月%-d日}，法定最迟{legal_on:%-m月%-d日}。",
                "promise-later-than-law",
            )
    promised = guide.limits.promised
    if promised and guide.handling == "on-the-spot" and promised.days > 0:
        yield Fault("limits.promised", f"即办件应当场办结，承诺时限却是{promised.says()}。", "on-the-spot-with-days")
    if promised and guide.handling == "promised" and promised.days == 0:
        yield Fault("handling", "承诺时限为当场办结，办件类型应为即办件。", "promised-without-days")
    counted = [one for one in guide.steps if one.days and not one.excluded and not one.before_acceptance]
    if promised and counted and (total := sum(one.days or 0 for one in counted)) > promised.days:
        yield Fault("steps", f"各环节合计{total}天，超过承诺的{promised.says()}。", "stages-exceed-promise")
    for i, step in enumerate(guide.steps):
        if step.excluded and not step.basis:
            yield Fault(f"steps.{i}.basis", f"环节“{step.name}”不计入时限，没有写明依据。", "exclusion-without-basis")
        if step.before_acceptance and step.days and step.days > guide.limits.acceptance.days:
            says = (
                f"受理前的“{step.name}”{step.days}个工作日超过收件后{guide.limits.acceptance.says()}内作出处理的期限。"
            )
            yield Fault(f"steps.{i}.days", says, "acceptance-too-long")
    extension = guide.limits.extension
    if extension and not legal:
        yield Fault("limits.extension", "没有法定办结时限，不能规定延长期限。", "extension-without-limit")
    if extension and legal and extension.unit != legal.unit:
        yield Fault("limits.extension.unit", "延长期限的单位应与法定办结时限一致。", "extension-unit")
    if extension and not extension.basis:
        yield Fault("limits.extension.basis", "延长期限没有写明依据。", "limit-without-basis")
    if guide.process and guide.handling == "promised" and guide.limits.correction is None:
        says = "没有写明补正期限和逾期不补正的后果，告知补正后就没有终点。"
        yield Fault("limits.correction", says, "no-correction-term")
    basis = guide.limits.legal_basis or ""
    if legal and "行政许可法" in basis and legal.unit == "working-day":
        most = 45 if guide.joint_organs else 20
        if legal.days > most:
            says = f"行政许可法第四十二条规定的期限是{most}个工作日，指南写了{legal.days}个；另有规定的，写明所依据的法律、法规。"
            yield Fault("limits.legal.days", says, "legal-too-long")
    if extension and extension.basis and "行政许可法" in extension.basis and extension.unit == "working-day":
        most = 15 if guide.joint_organs else 10
        if extension.days > most:
            says = f"行政许可法第四十二条规定最多延长{most}个工作日，指南写了{extension.days}个。"
            yield Fault("limits.extension.days", says, "extension-too-long")
    renewal = guide.renewal
    if renewal and renewal.renew_from is not None and renewal.renew_from < renewal.renew_until:
        yield Fault("renewal.renew_from", "延续申请的最早日期不能晚于最迟日期。", "renewal-window")


def later_on(promised: Limit, legal: Limit, around: Surroundings) -> tuple[date, date, date] | None:
    """The day of receipt on which the promise runs furthest beyond the law: that day, promised and legal due days.

    Same unit: only the numbers count. Different units: every day on which a case may begin is tried, since seven
    natural days over the National Day hold two working days.
    """
    if promised.unit == legal.unit and promised.days <= legal.days:
        return None
    worst: tuple[timedelta, date, date, date] | None = None
    day = around.first
    while day <= around.last:
        ours = around.table.due(day, promised.days, Unit(promised.unit))
        law = around.table.due(day, legal.days, Unit(legal.unit))
        if ours > law and (worst is None or ours - law > worst[0]):
            worst = (ours - law, day, ours, law)
        day += timedelta(days=1)
    if worst is None and promised.unit == legal.unit:  # more days than the law, hidden by rest days on every day tried
        day = around.first
        return (
            day,
            around.table.due(day, promised.days, Unit(promised.unit)),
            around.table.due(day, legal.days, Unit(legal.unit)),
        )
    return worst[1:] if worst else None


# -- bases and fees ---------------------------------------------------------------------------------------------------


def bases(guide: Declaration, around: Surroundings) -> Iterator[Fault]:
    """Citations the law register does not carry: unknown law, article beyond its range."""
    for path, citation in guide.cited():
        if wrong := around.resolve(citation):
            yield Fault(path, wrong, "basis-unresolved")


def fees(guide: Declaration) -> Iterator[Fault]:
    """行政许可法 第五十八条: no fee unless a law or administrative regulation says so."""
    if guide.type == "行政征收" and not guide.fees:
        yield Fault("fees", "行政征收没有写明征收项目、标准和缴纳方式。", "levy-without-fee")
    for i, fee in enumerate(guide.fees):
        if not fee.bases:
            yield Fault(f"fees.{i}.bases", f"收费项目“{fee.name}”没有收费依据。", "fee-without-basis")


# -- materials --------------------------------------------------------------------------------------------------------

NOISE = re.compile(r"[\s《》〈〉“”\"'()（）\[\]【】、，,。；;：:·/\-—_]|复印件|原件|扫描件|电子版|副本|正本|的")


def normal(name: str) -> str:
    """A material's name without what does not tell materials apart: brackets, blanks, 复印件 and 原件, width of letters."""
    return NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()


def materials(guide: Declaration, around: Surroundings) -> Iterator[Fault]:
    """Materials without basis or source, asked twice, or asked on paper although the government holds them."""
    steps = {step.name for step in guide.steps}
    held = {normal(alias): own for alias, own in around.held.items()}
    known = set(around.held.values())
    seen: set[str] = set()
    for material in guide.materials:
        path = f"materials.{material.id}"
        if material.id in seen:
            yield Fault(path, f"材料编号“{material.id}”重复。", "material-twice")
        seen.add(material.id)
        if not material.bases:
            yield Fault(f"{path}.bases", f"材料“{material.name}”没有依据。", "material-without-basis")
        if material.need == "deferrable" and material.grade == "main":
            yield Fault(f"{path}.need", f"主要材料“{material.name}”不能容缺后补。", "main-deferred")
        yield from unknown_answers(f"{path}.when", material.when, guide)
        source = material.source
        if source is None:
            yield Fault(
                f"{path}.source",
                f"材料“{material.name}”没有写明来源（政府已有、办理中产生、要您准备）。",
                "material-without-source",
            )
            continue
        if source.of == "step" and source.step not in steps:
            yield Fault(
                f"{path}.source", f"材料“{material.name}”由“{source.step}”产生，流程中没有这个环节。", "unknown-step"
            )
        if source.of == "held" and known and source.reference not in known:
            yield Fault(f"{path}.source", f"“{source.reference or '（未填）'}”不在政府已有证照和数据之内。", "not-held")
        holds = source.reference if source.of == "held" else held.get(normal(material.name))
        if holds and material.asks_paper and not material.paper_ground:
            says = f"“{holds}”政府已有，不得再要求提交纸质材料“{material.name}”（确需交验或交回原件的，写明理由）。"
            yield Fault(path, says, "held-asked-as-paper")
        elif holds and source.of == "applicant":  # a ground for paper does not make it the applicant's to bring
            yield Fault(f"{path}.source", f"“{holds}”政府已有，来源应为政府已有，不能要申请人准备。", "held-asked")
    yield from asked_twice(guide)


def asked_twice(guide: Declaration) -> Iterator[Fault]:
    """Two materials of one normalised name that some applicant would be asked for together."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for material in guide.materials:
        by_name[normal(material.name)].append(material.id)
    doubles = {name: set(ids) for name, ids in by_name.items() if len(ids) > 1}
    for ids in doubles.values():
        together = next(
            (c for c in some_combinations(guide) if len(ids & {m.id for m in guide.materials_for(c)}) > 1), None
        )
        if together is not None:
            named = "、".join(m.name for m in guide.materials if m.id in ids)
            yield Fault(f"materials.{sorted(ids)[-1]}", f"材料重复：{named}。", "material-twice")


def some_combinations(guide: Declaration) -> Iterator[dict[str, str]]:
    """All answer sheets, bounded: a guide with more is refused by ``situations`` for that reason alone."""
    for number, combination in enumerate(guide.combinations()):
        if number == MOST_COMBINATIONS:
            return
        yield combination


# -- situations and form ----------------------------------------------------------------------------------------------


def situations(guide: Declaration) -> Iterator[Fault]:
    """Questions that lead nowhere: situations no answer reaches, answers that reach no material, unknown answers."""
    if len({question.id for question in guide.questions}) < len(guide.questions):
        yield Fault("questions", "情形问题的编号重复。", "question-twice")
    if len({one.id for one in guide.situations}) < len(guide.situations):
        yield Fault("situations", "情形编号重复。", "situation-twice")
    for situation in guide.situations:
        yield from unknown_answers(f"situations.{situation.id}.when", situation.when, guide)
    sheets = list(some_combinations(guide))
    if len(sheets) == MOST_COMBINATIONS:
        yield Fault("questions", f"情形问题的组合超过{MOST_COMBINATIONS}种，请拆分事项。", "too-many-combinations")
    reached = {one.id for sheet in sheets for one in guide.situations_for(sheet)}
    for situation in guide.situations:
        if situation.id not in reached:
            says = f"没有任何回答能到达情形“{situation.name}”。"
            yield Fault(f"situations.{situation.id}", says, "situation-unreachable")
    if guide.materials:
        for sheet in sheets:
            if not guide.materials_for(sheet):
                says = f"选择“{spoken(sheet, guide)}”时没有任何材料，请核对情形与材料的对应。"
                yield Fault("situations", says, "situation-without-materials")
                break
    conditions = [situation.when for situation in guide.situations] + [material.when for material in guide.materials]
    for group in guide.form:
        conditions += [group.when, *(one.when for one in group.fields)]
    used = {question for when in conditions for question in when}
    for question in guide.questions:
        if question.id not in used:
            yield Fault(f"questions.{question.id}", f"问题“{question.asks}”的回答不影响任何情形。", "idle-question")


def unknown_answers(path: str, when: When, guide: Declaration) -> Iterator[Fault]:
    asked = {question.id: set(question.choices) for question in guide.questions}
    for question, answers in when.items():
        if question not in asked:
            yield Fault(path, f"引用了没有的问题“{question}”。", "unknown-question")
        elif unknown := sorted(set(answers) - asked[question]):
            yield Fault(path, f"问题“{question}”没有选项“{'、'.join(unknown)}”。", "unknown-answer")


def spoken(sheet: Mapping[str, str], guide: Declaration) -> str:
    """An answer sheet as the reader saw it."""
    says = [question.choices[sheet[question.id]] for question in guide.questions if question.id in sheet]
    return "，".join(says) or "（没有问题）"


def form(guide: Declaration) -> Iterator[Fault]:
    """Fields asked twice, choices without options, bounds that exclude everything, patterns that are no pattern."""
    asked = {one.id for group in guide.form for one in group.fields}
    if guide.process == ADJUDICATION and not asked >= PARTIES:
        says = "行政裁决的申请表须写明被申请人（respondent）和裁决请求（claims），才能通知对方答辩。"
        yield Fault("form", says, "no-respondent")
    ids: set[str] = set()
    labels: dict[str, list[tuple[str, When]]] = defaultdict(list)
    choosable = {f.id: set(f.choices) for group in guide.form for f in group.fields if f.kind in {"choice", "choices"}}
    for group in guide.form:
        for one in group.fields:
            path = f"form.{one.id}"
            if one.id in ids:
                yield Fault(path, f"表单字段编号“{one.id}”重复。", "field-twice")
            ids.add(one.id)
            merged = {**group.when, **one.when}
            if any(compatible(merged, other) for _, other in labels[normal(one.label)]):
                yield Fault(path, f"表单重复要求填写“{one.label}”。", "field-twice")
            labels[normal(one.label)].append((one.id, merged))
            if one.kind in {"choice", "choices"} and len(one.choices) < 2:
                yield Fault(path, f"“{one.label}”是选择项，至少要有两个选项。", "choice-without-options")
            if one.minimum is not None and one.maximum is not None and one.minimum > one.maximum:
                yield Fault(path, f"“{one.label}”的最小值大于最大值。", "empty-range")
            if one.pattern:
                try:
                    re.compile(one.pattern)
                except re.error:
                    yield Fault(path, f"“{one.label}”的格式规则写错了。", "bad-pattern")
            asks_fields = {key: answers for key, answers in merged.items() if key in choosable}
            for key, answers in asks_fields.items():
                if unknown := sorted(set(answers) - choosable[key]):
                    yield Fault(path, f"“{one.label}”引用了没有的选项“{'、'.join(unknown)}”。", "unknown-answer")
            yield from unknown_answers(path, {k: v for k, v in merged.items() if k not in choosable}, guide)


def compatible(one: When, other: When) -> bool:
    """True unless some question keeps the two apart."""
    return all(set(one[key]) & set(other[key]) for key in one.keys() & other.keys())


# -- people and periods -----------------------------------------------------------------------------------------------


def people(guide: Declaration, around: Surroundings) -> Iterator[Fault]:
    """Unknown process or role; a chain that needs more different people than the organ has for it."""
    if (guide.body_kind == "entrusted") != (guide.entrustment is not None):
        says = "受委托机关办理的，须载明委托机关、委托书和公告日期；自行办理的不得载明（行政许可法第二十四条）。"
        yield Fault("entrustment", says, "entrustment")
    if guide.process and guide.process not in around.processes:
        yield Fault("process", f"没有办理流程“{guide.process}”。", "unknown-process")
    if guide.handling == "on-the-spot" and guide.chain not in {"", "on-the-spot"}:
        yield Fault("chain", f"即办件不能是{CHAIN_SAYS[guide.chain]}。", "chain-against-handling")
    named = [(f"steps.{i}.role", step.role) for i, step in enumerate(guide.steps) if step.role]
    if guide.limits.extension:
        named.append(("limits.extension.approver", guide.limits.extension.approver))
    for path, role in named:
        if role not in around.roles:
            yield Fault(path, f"没有岗位“{role}”。", "unknown-role")
    if not guide.chain:
        return
    needed = REVIEW_ROLES[guide.chain]
    stepped = {step.role for step in guide.steps}
    for role in needed:
        if guide.steps and role not in stepped:
            says = f"{CHAIN_SAYS[guide.chain]}需要{CHAIN_HANDS[guide.chain]}个人经手，流程中没有“{around.roles.get(role, role)}”的环节。"
            yield Fault("chain", says, "chain-incomplete")
    holders = {role: around.hands(role) for role in needed}
    if all(found is not None for found in holders.values()):
        staffed = {role: set(found or ()) for role, found in holders.items()}
        if not different_hands(list(needed), staffed):
            says = f"{CHAIN_SAYS[guide.chain]}需要{len(needed)}个不同的人，本单位现有岗位人员不够。"
            yield Fault("chain", says, "too-few-hands")


def different_hands(roles: Sequence[str], holders: Mapping[str, set[str]], taken: frozenset[str] = frozenset()) -> bool:
    """True if each role can be given to a different person."""
    if not roles:
        return True
    return any(different_hands(roles[1:], holders, taken | {one}) for one in sorted(holders[roles[0]] - taken))


def periods(guide: Declaration, around: Surroundings) -> Iterator[Fault]:
    """Two versions of one item in force on the same day; a version that would apply before it is published."""
    if guide.in_force is None:
        return
    start, end = guide.in_force.from_, guide.in_force.until
    if around.not_before and start < around.not_before:
        says = f"施行日{start:%Y年%-m月%-d日}早于公布日{around.not_before:%Y年%-m月%-d日}：未经公布的不得作为依据。"
        yield Fault("in_force", says, "in-force-before-publication")
    for version, begins, ends in around.others:
        if (end is None or begins < end) and (ends is None or start < ends):
            until = f"{ends:%Y年%-m月%-d日}" if ends else "另行公布"
            says = f"施行期间与第{version}版（{begins:%Y年%-m月%-d日}至{until}）重叠。"
            yield Fault("in_force", says, "versions-overlap")
