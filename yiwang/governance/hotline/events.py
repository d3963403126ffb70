"""Sentences of the hotline's own lines; an order's steps take theirs from their process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "hotline.call-began": "来电开始",
        "hotline.call-ended": "来电结束，没有成单",
        "hotline.history-read": "话务员查阅来电人历史{count}件（{where}）",
        "hotline.caller-read": "查看诉求人{field}，用途：{purpose}",
        "hotline.knowledge-written": "编写知识条目",
        "hotline.knowledge-ended": "停用知识条目",
        "hotline.settled": "编办处理没有列入权责清单的事项",
        "hotline.client-registered": "登记接口客户端{client}",
        "hotline.client-ended": "停用接口客户端{client}",
    }
)
