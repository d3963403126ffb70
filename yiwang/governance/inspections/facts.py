"""What figures may know of supervision items: what was to be claimed, which lists are complete, which items were looked at.

``supervision-coverage`` has one row for each item and year, so that 覆盖率 is a share like any other: items with an act in
the year ÷ items supervised here. An approved 本级不监管 has no row in it. Basis: 国办函〔2018〕73号.
"""

from __future__ import annotations

from yiwang.governance.inspections.models import Behaviour, Inspection
from yiwang.kernel.facts import SHANGHAI_DAY, YEAR_OF, Column, Fact, Kind, Moment, on_day, publish

ORGAN = Column("organ", "监管单位", Kind.ORGAN, "o.code")
NUMBER = Column("claim", "认领编号", Kind.CODE, "c.id::text")
ITEM = Column("item", "监管事项编码", Kind.CODE, "c.code")
PAGE = "/desk/supervision-items/{}/"
NEVER = ("null::timestamptz", "null::timestamptz")

publish(
    Fact(
        id="supervision-organs",
        title="有监管事项的单位",
        unit="个",
        grain="每个有应认领监管事项的单位一行",
        columns=(Column("reference", "单位", Kind.CODE, "'organ:' || o.code"), ORGAN),
        moments=(Moment("begun", "首次下发", "c.due_at", "c.due_at"), Moment("ended", "取消", *NEVER)),
        source="(select organ_id, min(due_at) due_at from inspections_claim group by organ_id) c"
        " join organs_organ o on o.id = c.organ_id",
    )
)
publish(
    Fact(
        id="supervision-claims",
        title="监管事项认领",
        unit="项",
        grain="每个单位应认领的每个监管事项一行",
        opens="claim",
        page=PAGE,
        columns=(Column("reference", "认领", Kind.CODE, "'claim:' || c.id"), NUMBER, ORGAN, ITEM),
        moments=(
            Moment("begun", "下发", "c.due_at", "c.due_at"),
            Moment("claimed", "认领", "c.claimed_at", "c.claimed_at"),
            Moment("here", "认领为本级监管", *["case when c.level = 'here' then c.claimed_at end"] * 2),
            Moment("elsewhere", "审定本级不监管", *["case when c.level = 'elsewhere' then c.ruled_at end"] * 2),
            Moment("ended", "取消", "c.ended_at", "c.ended_at"),
        ),
        source="inspections_claim c join organs_organ o on o.id = c.organ_id",
    )
)
publish(
    Fact(
        id="supervision-lists",
        title="检查实施清单",
        unit="项",
        grain="每份应梳理的检查实施清单一行",
        opens="claim",
        page=PAGE,
        columns=(Column("reference", "清单", Kind.CODE, "'list:' || l.id"), NUMBER, ORGAN, ITEM),
        moments=(
            Moment("begun", "建立", "l.opened_at", "l.opened_at"),
            Moment("completed", "填报完备", "l.completed_at", "l.completed_at"),
            Moment("ended", "取消", "c.ended_at", "c.ended_at"),
        ),
        source="inspections_list l join inspections_claim c on c.id = l.claim_id join organs_organ o on o.id = c.organ_id"
        " where c.level = 'here'",
    )
)
publish(
    Fact(
        id="supervision-coverage",
        title="监管事项年度覆盖",
        unit="项",
        grain="每个本级监管事项每年一行",
        opens="claim",
        page=PAGE,
        columns=(Column("reference", "事项年度", Kind.CODE, "'claim:' || c.id || ':' || y.year"), NUMBER, ORGAN, ITEM),
        moments=(
            on_day("due", "纳入", f"greatest(make_date(y.year, 1, 1), {SHANGHAI_DAY.format('c.claimed_at')})"),
            on_day("acted", "首次监管行为", "b.happened_on", "b.recorded_at"),
        ),
        source="inspections_claim c join organs_organ o on o.id = c.organ_id cross join lateral generate_series("
        f" {YEAR_OF.format('c.claimed_at')}, greatest({YEAR_OF.format('c.claimed_at')},"
        " (select extract(year from max(happened_on))::int from inspections_behaviour),"
        f" (select {YEAR_OF.format('at')} from ledger_entry order by number desc limit 1))) y(year)"
        " left join lateral (select happened_on, recorded_at from inspections_behaviour"
        " where claim_id = c.id and happened_on >= make_date(y.year, 1, 1) and happened_on < make_date(y.year + 1, 1, 1)"
        " order by recorded_at, happened_on limit 1) b on true"
        " where c.level = 'here' and (c.ended_at is null or c.ended_at >= make_date(y.year, 1, 1))",
    )
)
publish(
    Fact(
        id="supervision-acts",
        title="监管行为",
        unit="条",
        grain="每条监管行为一行",
        opens="claim",
        page=PAGE,
        columns=(
            Column("reference", "监管行为", Kind.CODE, "'act:' || b.id"),
            NUMBER,
            ORGAN,
            ITEM,
            Column("kind", "监管行为类别", Kind.CODE, "b.kind", dict(Behaviour.Kind.choices)),
            Column("own", "本系统办理", Kind.FLAG, "b.matter_id is not null"),
            Column("found", "发现问题", Kind.FLAG, "b.found"),
        ),
        moments=(on_day("done", "行为", "b.happened_on", "b.recorded_at"),),
        source="inspections_behaviour b join inspections_claim c on c.id = b.claim_id"
        " join organs_organ o on o.id = b.organ_id",
    )
)
publish(
    Fact(
        id="inspections",
        title="检查任务",
        unit="次",
        grain="每次检查一行，几个单位联合的也是一次",
        page="/desk/inspections/{}/",
        columns=(
            Column("reference", "任务编号", Kind.CODE, "m.reference"),
            ORGAN,
            Column("source", "检查来源", Kind.CODE, "i.source", dict(Inspection.Source.choices)),
            Column(
                "joint",
                "联合检查",
                Kind.FLAG,
                "exists (select from inspections_part p where p.inspection_id = i.matter_id and p.organ_id <> i.organ_id)",
            ),
            Column("outcome", "检查结果", Kind.CODE, "i.outcome", dict(Inspection.Outcome.choices), known="visited"),
        ),
        moments=(
            Moment("opened", "下达", "m.received_at", "m.received_at"),
            on_day("visited", "检查", "i.visited_on"),
            on_day("published", "公示", "i.published_on"),
        ),
        source="inspections_inspection i join matter m on m.id = i.matter_id join organs_organ o on o.id = i.organ_id"
        " where m.state <> 'cancelled'",
    )
)
