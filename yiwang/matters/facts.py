"""What figures may know of every matter: each step taken and each clock, whatever process they belong to."""

from __future__ import annotations

from yiwang.kernel.facts import YEAR_OF, Column, Fact, Kind, Moment, on_day, publish
from yiwang.kernel.process import CLOCK_KINDS, UNITS

WHO = "case when e.actor like 'staff:%%' then 'staff' when e.actor like 'person:%%' then 'citizen' else 'system' end"
# which pair of hands, as a code nobody's name can be read from: how many share a step, and what each had before
HAND = "case when e.actor like 'staff:%%' then 'h' || substr(md5(e.actor), 1, 10) end"
RECEIVED_IN = "m.received_at >= %(since)s and m.received_at < %(until)s"
TOUCHED = f"""select distinct {YEAR_OF.format("m.received_at")} from ledger_entry e
    join matter m on m.reference = substr(e.subject, 8) where e.xid >= %(xid)s::text::xid8 and e.subject like 'matter:%%'"""

publish(
    Fact(
        id="steps",
        title="办理步骤",
        unit="步",
        grain="每一步一行",
        key="line",
        opens="matter",
        page="/desk/matters/{}/",
        columns=(
            Column("line", "台账行", Kind.CODE, "m.reference || '.' || e.ordinal"),
            Column("matter", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("process", "办理流程", Kind.CODE, "m.process_id"),
            Column("step", "步骤", Kind.CODE, "substr(e.event, length(m.process_id) + 2)"),
            Column("who", "谁办的", Kind.CODE, WHO, {"staff": "工作人员", "citizen": "申请人", "system": "系统"}),
            Column("hand", "经办人代号", Kind.CODE, HAND),
            Column("item", "事项编码", Kind.CODE, "m.item"),
        ),
        moments=(Moment("taken", "办理", "e.at", "e.recorded_at"),),
        source="""ledger_entry e join matter m on m.reference = substr(e.subject, 8)
            join organs_organ o on o.id = m.organ_id
            where e.subject like 'matter:%%' and e.event like m.process_id || '.%%'
              and e.at >= %(since)s and e.at < %(until)s""",
        yearly=True,
        years=f"""select {YEAR_OF.format("e.at")}, count(*) from ledger_entry e
            join matter m on m.reference = substr(e.subject, 8)
            where e.subject like 'matter:%%' and e.event like m.process_id || '.%%' group by 1""",
        touched=f"""select distinct {YEAR_OF.format("e.at")} from ledger_entry e
            where e.xid >= %(xid)s::text::xid8 and e.subject like 'matter:%%'""",
    )
)

publish(
    Fact(
        id="clocks",
        title="办理时钟",
        unit="个",
        grain="每件办理的每个时钟一行",
        opens="matter",
        page="/desk/matters/{}/",
        columns=(
            Column("reference", "时钟", Kind.CODE, "m.reference || '.' || c.clock"),
            Column("matter", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("process", "办理流程", Kind.CODE, "m.process_id"),
            Column("clock", "时钟名称", Kind.CODE, "c.clock"),
            Column("kind", "期限种类", Kind.CODE, "c.kind", dict(CLOCK_KINDS)),
            Column("unit", "计量单位", Kind.CODE, "c.unit", dict(UNITS)),
            Column("days", "期限天数", Kind.WHOLE, "c.days"),
            Column("pauses", "中止次数", Kind.WHOLE, "jsonb_array_length(c.pauses)"),
            Column("provisional", "暂定", Kind.FLAG, "c.provisional"),
            Column("late", "超期停止", Kind.FLAG, "coalesce(c.stopped_on > c.due_on, false)", known="stopped"),
        ),
        moments=(
            on_day("started", "起算", "c.started_on"),
            on_day("due", "届满", "c.due_on"),
            # the day after: the last day ends at 24:00 (民法典 第二百零三条)
            on_day(
                "overdue", "超期", "case when c.stopped_on is null or c.stopped_on > c.due_on then c.due_on + 1 end"
            ),
            on_day("stopped", "停止", "c.stopped_on"),
        ),
        source=f"""matter_clock c join matter m on m.id = c.matter_id join organs_organ o on o.id = m.organ_id
            where {RECEIVED_IN}""",
        yearly=True,
        years=f"""select {YEAR_OF.format("m.received_at")}, count(*) from matter_clock c
            join matter m on m.id = c.matter_id group by 1""",
        # a new calendar moves due days without a line of each matter
        touched=f"""{TOUCHED} union select distinct {YEAR_OF.format("m.received_at")} from matter_clock c
            join matter m on m.id = c.matter_id where c.stopped_on is null""",
    )
)
