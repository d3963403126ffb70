"""What figures may know of supervision: each signal, the unit charged, and what became of it. Basis: GB/T 39046-2020 电子监察."""

from __future__ import annotations

from yiwang.governance.supervision.models import Card
from yiwang.kernel.facts import Column, Fact, Kind, Moment, on_day, publish

SIGNALS = {str(value): title for value, title in Card.Signal.choices}

publish(
    Fact(
        id="cards",
        title="监督信号",
        unit="件",
        grain="每个预警、黄牌、红牌、督办一行",
        opens="matter",
        page="/desk/matters/{}/",
        columns=(
            Column("reference", "监督信号", Kind.CODE, "'signal:' || k.id"),
            Column("matter", "办理编号", Kind.CODE, "coalesce(m.reference, a.reference)"),
            Column("organ", "责任单位", Kind.ORGAN, "o.code"),
            Column("signal", "监察预警类型", Kind.CODE, "k.signal::text", SIGNALS),
            Column("rule", "监察规则编号", Kind.CODE, "k.code"),
            Column("clock", "时钟名称", Kind.CODE, "k.clock"),
            Column("about", "被监督办件", Kind.CODE, "a.reference"),
            Column("process", "被监督流程", Kind.CODE, "a.process_id"),
            Column("item", "事项编码", Kind.CODE, "a.item"),
            Column("warned", "事前已预警", Kind.FLAG, "k.warned"),
        ),
        moments=(
            on_day("fell", "触发", "k.fell_on", "k.raised_at"),
            Moment("raised", "发牌", "k.raised_at", "k.raised_at"),
            Moment("settled", "销号", *["case when m.state = 'settled' then m.closed_at end"] * 2),
            Moment("revoked", "撤牌", *["case when m.state = 'revoked' then m.closed_at else k.withdrawn_at end"] * 2),
        ),
        source="""supervision_card k join matter a on a.id = k.about_id left join matter m on m.id = k.matter_id
            join organs_organ o on o.id = k.organ_id""",
    )
)
publish(
    Fact(
        id="late-marks",
        title="数据迟报",
        unit="件",
        grain="每件迟报的办件一行",
        page="/desk/matters/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("hours", "迟报小时数", Kind.WHOLE, "t.hours"),
        ),
        moments=(Moment("marked", "标记", "t.marked_at", "t.marked_at"),),
        source="supervision_latemark t join matter m on m.id = t.about_id join organs_organ o on o.id = m.organ_id",
    )
)
