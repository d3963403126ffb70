"""Sentences of supervision's own lines; a card's steps take theirs from its process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "supervision.warned": "提醒责任单位{count}件临期",
        "supervision.clue-judged": "核查异常线索{code}：{verdict}",
    }
)
