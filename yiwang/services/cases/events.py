"""Sentences of the ledger lines about promises and about asking somebody to fetch a result; a step's sentence comes from its process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "cases.collection-urged": "通知申请人领取{matter}的结果",
        "cases.copy-reused": "经同意，再次使用窗口核对过的材料（{matter}）",
        "cases.held-asked": "索取政府已有的材料{material}（{ground}）",
        "cases.promise-made": "申请人选择{kind}并作出承诺",
        "cases.promise-missed": "容缺受理的材料到期没有补齐，失信记录至{until}",
        "cases.promise-found-true": "告知承诺经核查属实",
        "cases.promise-found-false": "告知承诺经核查不实，失信记录至{until}",
    }
)
