from yiwang.foundation.ledger import events

events.declare(
    **{
        "catalogue.law-added": "法规库收录《{title}》，共{articles}条",
        "catalogue.law-completed": "法规库补录《{title}》条文数{articles}条",
        "catalogue.items-imported": "读取{read}行，导入{imported}，合并{merged}，拒绝{refused}，搁置{left_aside}",
    }
)
