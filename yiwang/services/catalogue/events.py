from yiwang.foundation.ledger import events

events.declare(
    **{
        "catalogue.law-added": "法规库收录《{title}》，共{articles}条",
        "catalogue.law-completed": "法规库补录《{title}》条文数{articles}条",
        "catalogue.guide-seeded": "配置包补入办事指南{edition}版，自{from}起施行",
        "catalogue.guide-published": "办事指南{edition}版发布，自{from}起施行",
        "catalogue.guide-drafted": "起草办事指南{edition}版",
        "catalogue.guide-edited": "修改办事指南{edition}版草稿",
        "catalogue.item-change-decided": "登记事项变更为“{state}”，自{from_on}起，依据{basis}",
        "catalogue.item-changed": "事项状态变更为“{state}”",
        "catalogue.items-imported": "读取{read}行，导入{imported}，合并{merged}，拒绝{refused}，搁置{left_aside}",
    }
)
