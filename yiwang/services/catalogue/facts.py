"""What figures may know of the catalogue on any day: items with their guide in force, and the list of powers.

Basis: GB/T 39554.2-2020 实施清单要素; 国办函〔2016〕108号 第八章 （网办、跑动、压缩）.
"""

from __future__ import annotations

from yiwang.foundation.identifiers.rules import ITEM_TYPES
from yiwang.kernel.facts import Column, Fact, Kind, on_day, publish
from yiwang.services.catalogue.models.registers import Register

ONLINE = "(coalesce(g.channels, '{}') && array['online', 'mobile'])"
HELD = """exists (select from catalogue_item_at_place a join organs_place p on p.id = a.place_id
    where a.item_id = i.id and a.mode = 'handle' and p.kind = '{}')"""
# a promise and a limit are compared only where both are working days or both natural days
SAME = "(g.legal_days > 0 and g.promised_days is not null and g.promised_unit = g.legal_unit)"

publish(
    Fact(
        id="items",
        title="政务服务事项",
        unit="项",
        grain="每个事项的每一版办事指南一行，按有效期间",
        columns=(
            Column("reference", "事项与版本", Kind.CODE, "i.code || '#' || coalesce(g.version, 0)"),
            Column("organ", "实施主体", Kind.ORGAN, "o.code"),
            Column("item", "事项编码", Kind.CODE, "i.code"),
            Column("item_type", "事项类型", Kind.CODE, "i.type", ITEM_TYPES),
            Column("state", "状态", Kind.CODE, "i.state", dict(Register.choices)),
            Column("level", "行使层级", Kind.CODE, "i.exercise_level"),
            Column("guided", "有办事指南", Kind.FLAG, "g.id is not null"),
            Column(
                "handling_type",
                "办件类型",
                Kind.CODE,
                "coalesce(g.handling_type, '')",
                {"": "", "1": "即办件", "2": "承诺件", "9": "其他"},
            ),
            Column("online", "可网上办理", Kind.FLAG, ONLINE),
            Column("online_throughout", "全程网办", Kind.FLAG, f"{ONLINE} and g.trips = 0"),
            Column("trips", "到现场次数", Kind.WHOLE, "g.trips"),
            Column("legal_days", "法定时限", Kind.WHOLE, f"case when {SAME} then g.legal_days end"),
            Column("promised_days", "承诺时限", Kind.WHOLE, "g.promised_days"),
            Column("saved_days", "压缩天数", Kind.WHOLE, f"case when {SAME} then g.legal_days - g.promised_days end"),
            Column("promise_over_law", "承诺超过法定", Kind.FLAG, f"{SAME} and g.promised_days > g.legal_days"),
            Column("charges", "收费", Kind.FLAG, "coalesce(g.charges_fee, false)"),
            Column(
                "materials", "材料数", Kind.WHOLE, "(select count(*) from catalogue_material m where m.guide_id = g.id)"
            ),
            Column(
                "materials_held",
                "政府已有的材料数",
                Kind.WHOLE,
                "(select count(*) from catalogue_material m where m.guide_id = g.id and m.source = 'held')",
            ),
            Column("in_hall", "进驻大厅", Kind.FLAG, HELD.format("hall")),
            Column("in_town", "进驻镇街", Kind.FLAG, HELD.format("town")),
            Column(
                "one_window",
                "综合窗口受理",
                Kind.FLAG,
                """exists (select from catalogue_item_at_place a
                join organs_counter w on w.place_id = a.place_id and w.kind = 'comprehensive' and w.until_on is null
                where a.item_id = i.id and a.mode = 'handle')""",
            ),
        ),
        moments=(
            # an item nobody has written a guide for stands without a day of beginning: the register keeps none
            on_day("begun", "生效", "coalesce(lower(g.in_force), date '2000-01-01')"),
            on_day("ended", "失效", "upper(g.in_force)"),
        ),
        source="""catalogue_item i join organs_organ o on o.id = i.organ_id
            left join catalogue_guide g on g.item_id = i.id and g.state in ('published', 'withdrawn')
              and not isempty(g.in_force)""",
    )
)
publish(
    Fact(
        id="powers",
        title="权责清单",
        unit="项",
        grain="每项权力一行",
        columns=(
            Column("reference", "权力编码", Kind.CODE, "w.code"),
            Column("organ", "行使主体", Kind.ORGAN, "o.code"),
            Column("power_type", "权力类型", Kind.CODE, "w.type", ITEM_TYPES),
            Column("state", "状态", Kind.CODE, "w.state", dict(Register.choices)),
            Column("on_request", "依申请", Kind.FLAG, "w.on_request"),
        ),
        moments=(on_day("begun", "列入", "date '2000-01-01'"), on_day("ended", "取消", "null::date")),
        source="catalogue_power w join organs_organ o on o.id = w.organ_id",
    )
)
