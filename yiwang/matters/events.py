"""Sentences of the deeds that belong to the engine itself; a step's sentence comes from its process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "matters.claimed": "签收（席位{seat}）",
        "matters.assigned": "指派给{to}（席位{seat}）",
        "matters.released": "退回待签收队列（席位{seat}）",
        "matters.handed-over": "转交{to}办理（席位{seat}）",
        "matters.transferred": "由{from}转至{to}办理",
        "matters.urged": "效能监督催办",
        "matters.clock-corrected": "依裁定更正计时（凭证{document}）",
        "matters.rebased": "流程版本由{from}迁移至{to}，批准人{approver}",
        "matters.history-process-read": "由外系统日志读出流程{rule}",
        "matters.history-unmapped": "外系统记录的活动，映射中没有对应步骤（日志第{row}行）",
        "matters.history-imported": "导入外系统日志{log}：办件{cases}件，事件{events}条，其中异常{irregular}条，另拒绝{refused}条",
        "matters.job-retried": "重新执行后续任务{effect}",
    }
)
