"""What figures may know of rulings on whose duty orders were; the orders themselves say how often they bounced.

Basis: 国办发〔2020〕53号 二（二）; 广东省12345政务服务便民热线管理办法 (首接负责、不当退单).
"""

from __future__ import annotations

from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish

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
