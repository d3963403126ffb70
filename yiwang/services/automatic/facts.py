"""What figures may know of automatic decisions (秒批): each receipt, under which table, with which outcome."""

from __future__ import annotations

from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish

publish(
    Fact(
        id="automatic",
        title="秒批决定",
        unit="件",
        grain="每次按决策表判定一行",
        opens="case",
        page="/desk/cases/{}/",
        columns=(
            Column("reference", "凭证号", Kind.CODE, "r.number"),
            Column("case", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("item", "事项编码", Kind.CODE, "m.item"),
            Column("outcome", "判定结果", Kind.CODE, "r.outcome"),
        ),
        moments=(Moment("decided", "判定", "r.decided_at", "r.decided_at"),),
        source="automatic_receipt r join matter m on m.id = r.matter_id join organs_organ o on o.id = r.organ_id",
    )
)
