"""Sentences of what is done to a study."""

from __future__ import annotations

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "whatif.asked": "提出流程推演（{process}）",
        "whatif.stopped": "暂停流程推演",
        "whatif.continued": "继续流程推演",
        "whatif.answered": "流程推演完成，结果摘要{digest}",
        "whatif.refused": "流程推演不能进行",
    }
)
