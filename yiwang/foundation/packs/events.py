from yiwang.foundation.ledger import events

events.declare(
    **{
        "packs.rule-loaded": "载入规则 {kind} {rule} 版本 {version}",
        "packs.register-seeded": "从配置包补入登记 {register} {added} 条",
    }
)
