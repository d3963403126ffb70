"""Questions about themes: the one way, drafts of one's own, the whole of a theme with its bottleneck, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs.queries import organ_names
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes
from yiwang.matters import queries as matters
from yiwang.matters.models import Matter, MatterClock
from yiwang.matters.standing import Standing
from yiwang.services.catalogue import guides, questions
from yiwang.services.catalogue.models import Guide
from yiwang.services.themes import composing, rules
from yiwang.services.themes.declarations import KIND, Theme
from yiwang.services.themes.models import ThemeCase, ThemeDraft, ThemeItem

PAGE = 50


def no_theme() -> NotFound:
    return NotFound("没有这个一件事主题。", code="no-theme")


def theme(theme_id: str, on: date) -> Theme:
    """The theme in force that day; 404 otherwise."""
    try:
        found: Theme = packs.rule(KIND, theme_id, on).value
    except NotFound as refusal:
        raise no_theme() from refusal
    return found


def themes(on: date) -> list[Theme]:
    """Every theme in force."""
    return [rule.value for rule in packs.rules(KIND, on).values()]


def way(theme_id: str, answers: Mapping[str, str], on: date) -> composing.Way:
    """Where these answers lead today; refused when the theme does not fit the guides in force."""
    declared = theme(theme_id, on)
    guidance: questions.Guidance = packs.rule(questions.KIND, declared.guidance, on).value
    published = guides_of(guidance, on)
    if faults := composing.faults_of(declared, guidance, published):
        raise composing.ThemeBroken("这个主题与现行办事指南不一致，暂时不能一次申请，请按单个事项办理。", faults=faults)
    return composing.compose(declared, guidance, answers, published)


def guides_of(guidance: questions.Guidance, on: date) -> dict[str, Any]:
    """Guides in force of the items a guidance names, by item code."""
    rows = Guide.objects.select_related("item").filter(
        item__code__in=[need.item for need in guidance.need], state=Guide.State.PUBLISHED, in_force__contains=on
    )
    return {row.item.code: guides.declared(row) for row in rows}


def promised(found: composing.Way, on: date) -> rules.Whole | None:
    """The whole as promised to somebody who submits today."""
    return rules.forecast([part.stretch() for part in found.parts], on=on, table=calendar.table())


def own_draft(draft_id: int, by: Doer) -> ThemeDraft:
    """The draft, if it is the doer's own; otherwise it does not exist."""
    draft = ThemeDraft.objects.filter(pk=draft_id, account_id=by.account_id or 0).first()
    if draft is None:
        raise NotFound("没有这份草稿，可能已经提交或删除。", code="no-such-draft")
    return draft


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as the page shows it. ``reference`` is empty for who may not open the case behind it."""

    title: str
    organ: str
    state: str
    state_title: str
    reference: str
    case_state: str
    begins_on: date | None
    ends_on: date | None
    late: bool
    critical: bool
    bottleneck: bool
    held_up: str
    after: tuple[str, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A whole theme: its items in order, until when, how many working days in all, and what holds it up."""

    standing: Standing
    title: str
    state_title: str
    applicant: str
    lines: Sequence[ItemLine]
    whole: rules.Whole | None
    bottleneck: ItemLine | None
    done: int
    story: Sequence[matters.Line]
    steps: Sequence[str]


TONES = {rules.DONE: "ok", rules.FAILED: "late", rules.DROPPED: "off", rules.WAITING: "off", rules.OPEN: "calm"}


def overview(viewer: Doer, reference: str, at: datetime) -> Overview:
    """The whole of a theme for the applicant, the helper at the hall and every organ that takes part; 404 for others."""
    on = day_of(at)
    acting = people.acting(viewer, on, reference=reference)
    standing = matters.matter(acting, reference)
    row = ThemeCase.objects.filter(matter_id=standing.id).first()
    if row is None:
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    items = list(ThemeItem.objects.filter(matter_id=standing.id).select_related("child"))
    whole = rules.forecast(_stretches(items), on=on, table=calendar.table())
    called = organ_names([item.organ_id for item in items], on)
    titles = {item.code: item.title for item in items}
    lines = [_line(acting, item, whole, called, titles, on) for item in items]
    definition = matters.process_of(standing)
    return Overview(
        standing,
        standing.title,
        definition.states[standing.state].title,
        people.names_of([row.party_id]).get(row.party_id, ""),
        lines,
        whole,
        next((line for line in lines if line.bottleneck), None),
        sum(1 for item in items if item.state == rules.DONE),
        matters.story(acting, standing),
        [one.step.name for one in matters.available_steps(acting, standing)],
    )


def _stretches(items: Sequence[ThemeItem]) -> list[rules.Stretch]:
    """Items with what their own clocks say: the promised day where one runs, else the legal one."""
    due: dict[int, date] = {}
    order = {"promised": 0, "legal": 1}
    clocks = MatterClock.objects.filter(
        matter_id__in=[item.child_id for item in items if item.child_id],
        kind__in=order,
        stopped_on=None,
        due_on__isnull=False,
    ).exclude(clock="acceptance")
    for clock in sorted(clocks, key=lambda one: -order[one.kind]):
        if clock.due_on is not None:
            due[clock.matter_id] = clock.due_on
    return [
        rules.Stretch(
            item.code,
            tuple(item.after),
            item.days,
            item.unit,
            item.state,
            day_of(item.child.received_at) if item.child else None,
            due.get(item.child_id or 0),
            item.ended_on,
        )
        for item in items
    ]


def _line(
    viewer: Doer,
    item: ThemeItem,
    whole: rules.Whole | None,
    called: Mapping[int, str],
    titles: Mapping[str, str],
    on: date,
) -> ItemLine:
    span = whole.spans.get(item.code) if whole else None
    child = item.child
    opens = child is not None and (
        viewer.is_party(child.party_id) or any(viewer.may(one, item.organ_id) for one in matters_seeing())
    )
    stuck = bool(whole and whole.bottleneck == item.code)
    case_state = ""
    if child is not None:
        case_state = processes.bound(child.process_id, child.process_version).states[child.state].title
    return ItemLine(
        item.title,
        called.get(item.organ_id, ""),
        item.state,
        item.get_state_display(),
        child.reference if child is not None and opens else "",
        case_state,
        span.begins_on if span else None,
        span.ends_on if span else None,
        bool(span and span.late),
        bool(span and span.critical),
        stuck,
        item.held_up,
        tuple(titles[code] for code in item.after if code in titles),
        "late" if span and span.late else TONES[item.state],
    )


def matters_seeing() -> tuple[Permission, ...]:
    """Permissions that open a case of an organ."""
    return (Permission.CASE_SEE, Permission.CASE_SUPERVISE)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One theme in a list."""

    reference: str
    title: str
    received_at: datetime
    state_title: str
    done: int
    count: int
    ends_on: date | None
    stuck: str
    late: bool


def mine(viewer: Doer, at: datetime) -> list[ListLine]:
    """The themes of everybody the viewer acts for, newest first."""
    rows = ThemeCase.objects.filter(party_id__in=viewer.parties).select_related("matter").order_by("-matter_id")
    return _lines(list(rows[:PAGE]), day_of(at)) if viewer.parties else []


def drafts_of(viewer: Doer) -> list[ThemeDraft]:
    """Drafts of the viewer's account, the last one first."""
    return list(ThemeDraft.objects.filter(account_id=viewer.account_id or 0).order_by("-updated_at"))


def desk(viewer: Doer, at: datetime, *, open_only: bool = True) -> list[ListLine]:
    """The themes an organ of the viewer leads or takes part in, those that end last on top. Staff who see cases only."""
    if viewer.kind != "staff" or not any(viewer.may(one) for one in matters_seeing()):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = Matter.objects.filter(process_id="services.theme").order_by("-pk")
    if open_only:
        rows = rows.filter(closed_at=None)
    organs = viewer.organs_of(*matters_seeing())
    if organs is not None:
        part = ThemeItem.objects.filter(organ_id__in=organs).values("matter_id")
        sits = rows.filter(seats__organ_id__in=organs).values("pk")
        rows = rows.filter(pk__in=part.union(sits)) | rows.filter(organ_id__in=organs)
    found = ThemeCase.objects.filter(matter_id__in=[row.pk for row in rows[:PAGE]]).select_related("matter")
    lines = _lines(list(found), day_of(at))
    return sorted(lines, key=lambda line: (not line.late, line.ends_on or date.max, line.reference))


def _lines(rows: Sequence[ThemeCase], on: date) -> list[ListLine]:
    items: dict[int, list[ThemeItem]] = {row.pk: [] for row in rows}
    for item in ThemeItem.objects.filter(matter_id__in=items).select_related("child"):
        items[item.matter_id].append(item)
    table, found = calendar.table(), []
    for row in rows:
        own = items[row.pk]
        whole = rules.forecast(_stretches(own), on=on, table=table)
        matter = row.matter
        state = processes.bound(matter.process_id, matter.process_version).states[matter.state]
        stuck = next((item.title for item in own if whole and item.code == whole.bottleneck), "")
        late = bool(whole and any(span.late for span in whole.spans.values()))
        ends_on = whole.ends_on if whole else None
        done = sum(1 for item in own if item.state == rules.DONE)
        found.append(
            ListLine(
                matter.reference, matter.title, matter.received_at, state.title, done, len(own), ends_on, stuck, late
            )
        )
    return found
