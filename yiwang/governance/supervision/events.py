"""Sentences of supervision's own lines; a card's steps take theirs from its process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "supervision.warned": "提醒责任单位{count}件临期",
        "supervision.card-withdrawn": "计时已更正，不再超期，撤回已核销的本牌（依据{cause}）",
        "supervision.card-corrected": "计时已更正，届满日由{was}改为{due-on}（依据{cause}）",
        "supervision.clue-judged": "核查异常线索{code}：{verdict}",
    }
)
