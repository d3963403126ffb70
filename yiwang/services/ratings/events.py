"""What the ledger says about ratings; a rectification's steps take their sentences from its process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "ratings.visit-opened": "登记{kind}{reference}，可以评价",
        "ratings.call-reported": "{source}报来一次服务{reference}，可以评价",
        "ratings.given": "服务对象评价：{level}级（1级最好）",
        "ratings.followed-up": "服务对象追评：{level}级（1级最好），原评价保留",
        "ratings.brought-in": "从{source}导入评价{count}条",
        "ratings.sign-judged": "核查评价异常{indicator}：{verdict}",
    }
)
