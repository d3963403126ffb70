"""What figures may know of relay (异地代收代办): what was taken in here for other places, and there for us."""

from __future__ import annotations

from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish
from yiwang.services.relay.models import InboundCase, RelayCase

publish(
    Fact(
        id="relayed",
        title="代收代办件",
        unit="件",
        grain="每件为外地代收的一行",
        page="/desk/matters/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "代收机构", Kind.ORGAN, "o.code"),
            Column("mode", "可办方式", Kind.CODE, "r.mode", dict(RelayCase.Mode.choices)),
            Column("agreement", "协议", Kind.CODE, "a.code"),
            Column("elsewhere", "对方区划代码", Kind.CODE, "a.place_code"),
            Column("outer_item", "对方事项编码", Kind.CODE, "i.code"),
        ),
        moments=(
            Moment("received", "代收", "m.received_at", "m.received_at"),
            Moment("handed_on", "转送", "r.handed_on_at", "r.handed_on_at"),
            Moment("closed", "办结", "m.closed_at", "m.closed_at"),
        ),
        source="""relay_case r join matter m on m.id = r.matter_id join organs_organ o on o.id = r.organ_id
            join relay_item i on i.id = r.agreed_item_id join relay_agreement a on a.id = i.agreement_id""",
    )
)
publish(
    Fact(
        id="relayed-in",
        title="外地转来件",
        unit="件",
        grain="每件外地代收转来的一行",
        columns=(
            Column("reference", "转来件", Kind.CODE, "'inbound:' || n.id"),
            Column("organ", "代收机构", Kind.ORGAN, "o.code"),
            Column("agreement", "协议", Kind.CODE, "a.code"),
            Column("elsewhere", "对方区划代码", Kind.CODE, "a.place_code"),
            Column("status", "状态", Kind.CODE, "n.status", dict(InboundCase.Status.choices)),
        ),
        moments=(Moment("arrived", "转到", "n.arrived_at", "n.arrived_at"),),
        source="""relay_inbound n join relay_agreement a on a.id = n.agreement_id join organs_organ o on o.id = n.organ_id""",
    )
)
publish(
    Fact(
        id="relay-items",
        title="跨域通办事项",
        unit="项",
        grain="每份协议的每个事项一行",
        columns=(
            Column("reference", "协议事项", Kind.CODE, "a.code || '.' || i.code"),
            Column("organ", "代收机构", Kind.ORGAN, "o.code"),
            Column("agreement", "协议", Kind.CODE, "a.code"),
            Column("elsewhere", "对方区划代码", Kind.CODE, "a.place_code"),
        ),
        moments=(
            Moment(
                "begun",
                "起始",
                "greatest(a.registered_at, (a.from_on::timestamp at time zone 'Asia/Shanghai'))",
                "a.registered_at",
                on="a.from_on",
            ),
            Moment(
                "ended",
                "截止",
                "(a.until_on::timestamp at time zone 'Asia/Shanghai')",
                "(a.until_on::timestamp at time zone 'Asia/Shanghai')",
                on="a.until_on",
            ),
        ),
        source="relay_item i join relay_agreement a on a.id = i.agreement_id join organs_organ o on o.id = a.organ_id",
    )
)
