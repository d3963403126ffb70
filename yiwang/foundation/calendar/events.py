"""What the ledger says about the calendar."""

from yiwang.foundation.ledger.events import declare

declare(**{"calendar.notice-entered": "录入《{title}》（{document_number}），{changed_days}天的工作日性质发生变化"})
