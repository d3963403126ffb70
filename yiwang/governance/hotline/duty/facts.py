"""What figures may know of whose duty orders were: bounces, rulings used again, what no list names.

Basis: 国办发〔2020〕53号 二（二）; 广东省12345政务服务便民热线管理办法 (首接负责、不当退单).
"""

from __future__ import annotations

from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish

publish(
    Fact(
        id="order-dispatches",
        title="热线派单",
        unit="件",
        grain="每件派给承办单位的工单一行",
        page="/desk/orders/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办单位", Kind.ORGAN, "g.code"),
            Column("topic", "诉求主题", Kind.CODE, "o.topic"),
            Column("bounces", "退单次数", Kind.WHOLE, "o.returns"),
            Column("first_right", "首派即准", Kind.FLAG, "o.first_organ_id = o.handling_organ_id", known="closed"),
            Column("by_precedent", "依先例派单", Kind.FLAG, "o.precedent_id is not null"),
            Column("ruled", "裁定指定", Kind.FLAG, "o.designated"),
            Column("unlisted", "没有列入清单", Kind.FLAG, "u.matter_id is not null"),
        ),
        moments=(
            Moment("dispatched", "首次派单", "o.dispatched_at", "o.dispatched_at"),
            Moment("closed", "办结", "m.closed_at", "m.closed_at"),
        ),
        source="""hotline_order o join matter m on m.id = o.matter_id join organs_organ g on g.id = o.handling_organ_id
            left join hotline_unlisted u on u.matter_id = o.matter_id where o.dispatched_at is not null""",
    )
)
publish(
    Fact(
        id="order-rulings",
        title="热线裁定",
        unit="件",
        grain="每件裁定一行",
        page="/desk/orders/{}/",
        opens="order",
        columns=(
            Column("reference", "裁定", Kind.CODE, "'ruling:' || r.id"),
            Column("order", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "指定的承办单位", Kind.ORGAN, "g.code"),
            Column("topic", "诉求主题", Kind.CODE, "r.topic"),
            Column("no_power", "权责清单没有列出", Kind.FLAG, "r.no_power"),
            Column("reused", "又被依据", Kind.FLAG, "exists (select from hotline_order x where x.precedent_id = r.id)"),
        ),
        moments=(
            Moment("ruled", "裁定", "r.ruled_at", "r.ruled_at"),
            Moment("settled", "编办处理", "r.settled_at", "r.settled_at"),
        ),
        source="hotline_ruling r join matter m on m.id = r.order_id join organs_organ g on g.id = r.organ_id",
    )
)
