"""What figures may know of organs: places, counters and posts, each for the time it stood. Staff are account numbers."""

from __future__ import annotations

from yiwang.foundation.organs.models import Counter, Place
from yiwang.kernel.facts import Column, Fact, Kind, on_day, publish

publish(
    Fact(
        id="places",
        title="服务场所",
        unit="个",
        grain="每个大厅、便民服务中心、服务站一行",
        key="place",
        columns=(
            Column("place", "场所", Kind.PLACE, "p.code"),
            Column("organ", "管理机构", Kind.ORGAN, "o.code"),
            Column("kind", "场所类别", Kind.CODE, "p.kind", dict(Place.Kind.choices)),
            Column("division", "行政区划", Kind.CODE, "d.code"),
            Column("rest_days", "法定休息日开放", Kind.FLAG, "p.open_on_rest_days"),
        ),
        moments=(on_day("begun", "启用", "p.from_on"), on_day("ended", "停用", "p.until_on")),
        source="organs_place p join organs_organ o on o.id = p.organ_id join organs_division d on d.id = p.division_id",
    )
)
publish(
    Fact(
        id="counters",
        title="窗口",
        unit="个",
        grain="每个窗口一行",
        columns=(
            Column("reference", "窗口", Kind.CODE, "p.code || '.' || c.number"),
            Column("organ", "进驻机构", Kind.ORGAN, "o.code"),
            Column("place", "场所", Kind.PLACE, "p.code"),
            Column("kind", "窗口类别", Kind.CODE, "c.kind", dict(Counter.Kind.choices)),
        ),
        moments=(on_day("begun", "启用", "c.from_on"), on_day("ended", "停用", "c.until_on")),
        source="organs_counter c join organs_place p on p.id = c.place_id join organs_organ o on o.id = c.organ_id",
    )
)
publish(
    Fact(
        id="posts",
        title="岗位",
        unit="个",
        grain="每人每岗一行",
        columns=(
            Column("reference", "岗位", Kind.CODE, "'post-' || t.id"),
            Column("organ", "机构", Kind.ORGAN, "o.code"),
            Column("place", "场所", Kind.PLACE, "coalesce(p.code, '')"),
            Column("staff", "账号", Kind.CODE, "'staff:' || t.account_id"),
            Column("role", "岗位类别", Kind.CODE, "t.role"),
            Column("deputy", "代理岗位", Kind.FLAG, "t.deputy_of_id is not null"),
        ),
        moments=(on_day("begun", "任职", "t.from_on"), on_day("ended", "离任", "t.until_on")),
        source="""organs_post t join organs_organ o on o.id = t.organ_id
            left join organs_counter c on c.id = t.counter_id left join organs_place p on p.id = c.place_id""",
    )
)
