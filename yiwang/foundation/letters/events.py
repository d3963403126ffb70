"""What the ledger says about letters and messages."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "letters.issued": "出具文书{number}",
        "letters.warranted": "批准文书{number}用印",
        "letters.sealed": "文书{number}签章完成",
        "letters.failed": "文书{number}生成失败（{code}）",
        "letters.gaps-left": "文书{number}为{count}个字库没有的字留出手写位置",
        "letters.retried": "重新生成文书{number}",
        "letters.served": "文书{number}送达（{how}）",
        "letters.message-resent": "重新发送消息{message}",
    }
)
