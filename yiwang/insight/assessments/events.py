"""Sentences of assessments' own lines."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "assessments.counted": "统计{month}考核，{lines}个数，摘要{digest}",
        "assessments.answered": "单位对{month}考核作出说明",
    }
)
