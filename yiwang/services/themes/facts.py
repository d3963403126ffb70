"""What figures may know of one-thing handling (一件事): each item of each application, and the case it became."""

from __future__ import annotations

from yiwang.kernel.facts import Column, Fact, Kind, Moment, on_day, publish
from yiwang.services.themes.models import ThemeItem

publish(
    Fact(
        id="theme-items",
        title="一件事联办事项",
        unit="项",
        grain="每次联办的每个事项一行",
        opens="theme_matter",
        page="/desk/matters/{}/",
        columns=(
            Column("reference", "联办事项", Kind.CODE, "m.reference || '.' || i.ordinal"),
            Column("theme_matter", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办机构", Kind.ORGAN, "o.code"),
            Column("theme", "一件事", Kind.CODE, "t.theme"),
            Column("item", "事项编码", Kind.CODE, "i.item_code"),
            Column(
                "first",
                "联办的首项",
                Kind.FLAG,
                "i.ordinal = (select min(f.ordinal) from themes_item f where f.matter_id = m.id)",
            ),
            Column("state", "联办状态", Kind.CODE, "i.state", dict(ThemeItem.State.choices)),
        ),
        moments=(
            Moment("received", "收件", "m.received_at", "m.received_at"),
            on_day("done", "办成", "i.ended_on"),
        ),
        source="""themes_item i join matter m on m.id = i.matter_id join themes_theme t on t.matter_id = m.id
            join organs_organ o on o.id = i.organ_id""",
    )
)
