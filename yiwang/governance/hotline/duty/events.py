"""Sentences of the classifier's own lines."""

from yiwang.foundation.ledger.events import declare

declare(**{"hotline.trained": "用{orders}件工单训练职责判断模型，交叉验证{of}件对{right}件"})
