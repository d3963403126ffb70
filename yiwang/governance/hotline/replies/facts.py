"""What figures may know of replies: codes of what was found, and nobody's words.

Basis: 国办发〔2020〕53号 二（三）.
"""

from __future__ import annotations

from yiwang.governance.hotline.replies.kinds import WAYS
from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish

publish(
    Fact(
        id="order-replies",
        title="热线答复",
        unit="件",
        grain="每件发出的答复一行：办结反馈、阶段性办结、直接答复、协办答复，重办后再答复的另计",
        key="reference",
        opens="order",
        page="/desk/orders/{}/",
        columns=(
            Column("reference", "答复", Kind.CODE, "m.reference || '.' || r.ordinal"),
            Column("order", "办理编号", Kind.CODE, "coalesce(whole.reference, m.reference)"),
            Column("way", "答复环节", Kind.CODE, "r.way", WAYS),
            Column("organ", "承办单位", Kind.ORGAN, "o.code"),
            Column("vague", "简单模糊", Kind.FLAG, "r.vague"),
            Column("overruled", "说明理由后发出", Kind.FLAG, "r.overruled"),
            Column("copied", "照抄其他答复", Kind.FLAG, "'copied' = any(r.findings)"),
            Column("found", "质检发现数", Kind.WHOLE, "cardinality(r.findings)"),
        ),
        moments=(Moment("replied", "答复", "r.replied_at", "r.replied_at"),),
        source="""hotline_reply_reading r join matter m on m.id = r.matter_id join organs_organ o on o.id = r.organ_id
            left join hotline_part p on p.matter_id = m.id left join matter whole on whole.id = p.order_id""",
    )
)
