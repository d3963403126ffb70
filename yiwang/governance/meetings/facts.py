"""What figures may know of issues raised face to face: the unit, the batch, the two closures and when."""

from __future__ import annotations

from yiwang.governance.meetings.models import Source
from yiwang.kernel.facts import Column, Fact, Kind, Moment, on_day, publish

CLOSED = "case when m.state = 'closed' then m.closed_at end"
BACK = "case when m.state = 'handed-back' then m.closed_at end"

publish(
    Fact(
        id="issues",
        title="面对面民生问题",
        unit="宗",
        grain="每个交办的民生问题一行",
        page="/desk/meetings/issues/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "承办单位", Kind.ORGAN, "o.code"),
            Column("batch", "面对面批次", Kind.CODE, "b.code"),
            Column("source", "问题来源", Kind.CODE, "i.source", dict(Source.choices)),
        ),
        moments=(
            Moment("received", "交办", "m.received_at", "m.received_at"),
            on_day("due", "办结期限", "b.due_on", "m.received_at"),
            Moment("stage", "阶段性办结", "i.stage_closed_at", "i.stage_closed_at"),
            Moment("closed", "办结", CLOSED, CLOSED),
            Moment("back", "退回交办单位", BACK, BACK),
        ),
        source="""meetings_issue i join matter m on m.id = i.matter_id join meetings_batch b on b.id = i.batch_id
            join organs_organ o on o.id = i.unit_id""",
    )
)
