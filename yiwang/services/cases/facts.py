"""What figures may know of cases: one row a case, with the moments of its way. Basis: GB/T 39046-2020 受理、办理、办结."""

from __future__ import annotations

from yiwang.kernel.facts import YEAR_OF, Column, Fact, Kind, Moment, publish
from yiwang.services.cases.models import Case, CaseMaterial, HeldAsk

# Steps by what they are in law, whichever process declares them; what is decided on the spot is accepted with it.
ON_THE_SPOT = ("grant-on-the-spot", "grant-by-table", "deny-on-the-spot")
ACCEPTING = ("accept", "deem-accepted", *ON_THE_SPOT)
DECIDING = ("grant", "deny", "finish", "not-done", "deem-renewed", *ON_THE_SPOT)


def _step(*names: str) -> str:
    return f"split_part(e.event, '.', 3) in ({', '.join(repr(name) for name in names)})"


def _first(what: str, *steps: str) -> str:
    return f"min(e.{what}) filter (where {_step(*steps)})"


# One pass over the ledger lines of the year's cases. A deemed acceptance counts from the receipt (行政许可法 第三十二条).
STORY = f"""
select m.id,
  min(e.recorded_at) filter (where e.ordinal = 1) as received_recorded,
  min(case when {_step("deem-accepted")} then m.received_at else e.at end) filter (where {_step(*ACCEPTING)}) as accepted,
  {_first("recorded_at", *ACCEPTING)} as accepted_recorded,
  {_first("at", *DECIDING)} as decided, {_first("recorded_at", *DECIDING)} as decided_recorded,
  {_first("at", "ask-correction")} as corrected, {_first("recorded_at", "ask-correction")} as corrected_recorded,
  {_first("at", "begin-special")} as paused, {_first("recorded_at", "begin-special")} as paused_recorded,
  {_first("at", "extend")} as extended, {_first("recorded_at", "extend")} as extended_recorded,
  min(e.recorded_at) filter (where e.at = m.closed_at) as closed_recorded
from matter m join ledger_entry e on e.subject = 'matter:' || m.reference
where m.received_at >= %(since)s and m.received_at < %(until)s and m.process_id like 'services.%%'
group by m.id
"""
PLACE = (
    "coalesce(p.code, case when c.channel = 'counter' then (select h.code from organs_place h where h.organ_id = c.hall_id"
    " order by h.position, h.id limit 1) end, '')"
)

CASE_TOUCHED = f"""select distinct {YEAR_OF.format("m.received_at")} from ledger_entry e
    join matter m on m.reference = substr(e.subject, 8) join cases_case c on c.matter_id = m.id
    where e.xid >= %(xid)s::text::xid8 and e.subject like 'matter:%%'"""

publish(
    Fact(
        id="cases",
        title="办件",
        unit="件",
        grain="每件办件一行",
        page="/desk/cases/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("place", "收件场所", Kind.PLACE, PLACE),
            Column("counter", "收件窗口", Kind.CODE, "coalesce(p.code || '/' || w.number, '')"),
            Column("item", "事项编码", Kind.CODE, "i.code"),
            Column("item_type", "事项类型", Kind.CODE, "i.type"),
            Column(
                "handling_type", "办件类型", Kind.CODE, "g.handling_type", {"1": "即办件", "2": "承诺件", "9": "其他"}
            ),
            Column("process", "办理流程", Kind.CODE, "m.process_id"),
            Column("channel", "申报来源", Kind.CODE, "c.channel", dict(Case.Channel.choices)),
            Column("outcome", "决定", Kind.CODE, "c.outcome", dict(Case.Outcome.choices), known="decided"),
            Column(
                "closing_state",
                "办结状态",
                Kind.CODE,
                "case when m.closed_at is null then '' else m.state end",
                known="closed",
            ),
            Column(
                "on_time",
                "承诺期限内办结",
                Kind.FLAG,
                "coalesce(k.stopped_on <= k.due_on, s.decided is not null)",
                known="decided",
            ),
            Column("early", "承诺期限前办结", Kind.FLAG, "coalesce(k.stopped_on < k.due_on, false)", known="decided"),
            Column(
                "legal_on_time",
                "法定期限内办结",
                Kind.FLAG,
                "coalesce(l.stopped_on <= l.due_on, s.decided is not null)",
                known="decided",
            ),
            Column("handling_days", "办理用时（工作日）", Kind.WHOLE, "dd.ordinal - da.ordinal", known="decided"),
            Column("imported", "外系统历史办件", Kind.FLAG, "coalesce(m.settings ? 'history', false)"),
        ),
        moments=(
            Moment("received", "收件", "m.received_at", "coalesce(s.received_recorded, m.received_at)"),
            Moment("accepted", "受理", "s.accepted", "s.accepted_recorded"),
            Moment("corrected", "告知补正", "s.corrected", "s.corrected_recorded"),
            Moment("paused", "特别程序", "s.paused", "s.paused_recorded"),
            Moment("extended", "延期", "s.extended", "s.extended_recorded"),
            Moment("decided", "决定", "s.decided", "s.decided_recorded"),
            Moment(
                "closed",
                "办结",
                "m.closed_at",
                "case when m.closed_at is not null then coalesce(s.closed_recorded, m.closed_at) end",
            ),
        ),
        source=f"""cases_case c
            join matter m on m.id = c.matter_id
            join ({STORY}) s on s.id = m.id
            join catalogue_guide g on g.id = c.guide_id join catalogue_item i on i.id = g.item_id
            join organs_organ o on o.id = c.organ_id
            left join organs_counter w on w.id = c.counter_id left join organs_place p on p.id = w.place_id
            left join matter_clock k on k.matter_id = m.id and k.clock = 'promised'
            left join matter_clock l on l.matter_id = m.id and l.clock = 'legal'
            left join calendar_day da on da.day = (s.accepted at time zone 'Asia/Shanghai')::date
            left join calendar_day dd on dd.day = (s.decided at time zone 'Asia/Shanghai')::date""",
        yearly=True,
        years=f"""select {YEAR_OF.format("m.received_at")}, count(*) from cases_case c join matter m on m.id = c.matter_id group by 1""",
        touched=CASE_TOUCHED,
    )
)

publish(
    Fact(
        id="materials",
        title="办件材料",
        unit="份",
        grain="每件办件的每样材料一行",
        opens="case",
        page="/desk/cases/{}/",
        columns=(
            Column("reference", "材料", Kind.CODE, "m.reference || '.' || t.id"),
            Column("case", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("item", "事项编码", Kind.CODE, "m.item"),
            Column("material", "材料编码", Kind.CODE, "t.code"),
            Column("main", "主要材料", Kind.FLAG, "t.main"),
            Column("required", "申请人要交", Kind.FLAG, "t.required"),
            Column("source", "来源渠道", Kind.CODE, "t.source", dict(CaseMaterial.Source.choices)),
            Column("state", "提交方式", Kind.CODE, "t.state", dict(CaseMaterial.State.choices)),
        ),
        moments=(Moment("received", "收件", "m.received_at", "m.received_at"),),
        source="""cases_material t join matter m on m.id = t.matter_id join organs_organ o on o.id = t.organ_id
            where m.received_at >= %(since)s and m.received_at < %(until)s""",
        yearly=True,
        years=f"""select {YEAR_OF.format("m.received_at")}, count(*) from cases_material t
            join matter m on m.id = t.matter_id group by 1""",
        touched=CASE_TOUCHED,
    )
)
publish(
    Fact(
        id="held-asks",
        title="索取政府已有材料",
        unit="次",
        grain="每次索取一行",
        opens="case",
        page="/desk/cases/{}/",
        columns=(
            Column("reference", "索取", Kind.CODE, "'held-ask:' || a.id"),
            Column("case", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "索取部门", Kind.ORGAN, "o.code"),
            Column("owner", "数据责任部门", Kind.CODE, "w.code"),
            Column("item", "事项编码", Kind.CODE, "m.item"),
            Column("material", "材料编码", Kind.CODE, "a.code"),
            Column("ground", "索取理由", Kind.CODE, "a.ground"),
            Column("stage", "索取环节", Kind.CODE, "a.place", dict(HeldAsk.Place.choices)),
        ),
        moments=(Moment("asked", "索取", "a.asked_at", "a.asked_at"),),
        source="""cases_held_ask a join matter m on m.id = a.matter_id join organs_organ o on o.id = a.organ_id
            join organs_organ w on w.id = a.owner_id""",
    )
)
publish(
    Fact(
        id="promises",
        title="容缺受理和告知承诺",
        unit="件",
        grain="每份承诺一行",
        opens="case",
        page="/desk/cases/{}/",
        columns=(
            Column("reference", "承诺", Kind.CODE, "'promise:' || p.id"),
            Column("case", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("item", "事项编码", Kind.CODE, "m.item"),
            Column("kind", "承诺种类", Kind.CODE, "p.kind"),
            Column("status", "承诺状态", Kind.CODE, "p.status", known="settled"),
        ),
        moments=(
            Moment("made", "作出", "p.made_at", "p.made_at"),
            Moment("settled", "核实", "p.settled_at", "p.settled_at"),
        ),
        source="cases_promise p join matter m on m.id = p.matter_id join organs_organ o on o.id = p.organ_id",
    )
)
