"""Sentences of the classifier's own lines."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "hotline.trained": "用{orders}件工单训练职责判断模型，交叉验证{of}件对{right}件",
        "hotline.duties-brought-in": "导入职责清单：新增{added}条，变更{changed}条，相同{same}条，拒绝{refused}行，停用{ended}条",
    }
)
