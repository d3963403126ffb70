from yiwang.foundation.ledger import events

events.declare(
    **{
        "automatic.drafted": "起草决策表第{version}版",
        "automatic.edited": "修改决策表第{version}版草稿",
        "automatic.tried": "用{cases}件以往办件试运行决策表第{version}版，{flips}件结论会改变",
        "automatic.published": "发布决策表第{version}版",
        "automatic.stopped": "停用决策表第{version}版，改由人工办理",
        "automatic.decided": "按决策表自动作出决定，命中行{row}",
        "automatic.handed-over": "决策表转人工办理，命中行{row}",
        "automatic.held-back": "决策表可以准予，但办理流程不允许（{code}），转人工办理",
        "automatic.audited": "抽查自动决定：{verdict}",
        "automatic.defect-closed": "决策表缺陷处理完毕",
    }
)
