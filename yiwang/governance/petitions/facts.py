"""What figures may know of petitions: how each came in, whose it is, whether it was told and closed in time."""

from __future__ import annotations

from yiwang.governance.petitions.models import Purpose, Source
from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish

publish(
    Fact(
        id="petitions",
        title="信访事项",
        unit="件",
        grain="每个登记的信访事项一行",
        page="/desk/petitions/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "责任单位", Kind.ORGAN, "o.code"),
            Column("source", "信访形式", Kind.CODE, "p.source", dict(Source.choices)),
            Column("purpose", "信访目的", Kind.CODE, "p.purpose", dict(Purpose.choices)),
            Column("told_late", "逾期告知", Kind.FLAG, "p.told_late", known="told"),
            Column("decided_late", "逾期办结", Kind.FLAG, "p.decided_late", known="decided"),
        ),
        moments=(
            Moment("registered", "登记", "m.received_at", "m.received_at"),
            Moment("told", "告知", "p.told_at", "p.told_at"),
            Moment("decided", "处理意见", "p.decided_at", "p.decided_at"),
            Moment("ended", "终结", "m.closed_at", "m.closed_at"),
        ),
        source="""petitions_petition p join matter m on m.id = p.matter_id
            join organs_organ o on o.id = coalesce(p.unit_id, p.organ_id)""",
    )
)
