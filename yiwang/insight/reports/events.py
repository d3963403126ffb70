"""Sentences of what is done to a report beside its steps."""

from __future__ import annotations

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "reports.section-edited": "修改报告章节{section}",
        "reports.front-edited": "修改报告标题、主送抄送或数据截止时间",
        "reports.explained": "说明核对项",
        "reports.figure-bound": "登记报告数据{figure}",
        "reports.figure-unbound": "删去报告数据{figure}",
        "reports.figures-taken": "取数",
        "reports.figures-confirmed": "核定口径",
        "reports.figure-noted": "填写数据{figure}的口径或变动说明",
        "reports.snapshot-taken": "登记外部数据批次{batch}，共{count}行",
        "reports.snapshot-compared": "对账：一致{matched}件，仅我方{ours}件，仅对方{theirs}件，不一致{differing}件",
        "reports.snapshot-used": "数据{figure}采用外部数据批次{batch}",
        "reports.reminded": "催报{count}次",
        "reports.template-changed": "修改报告模板",
    }
)
