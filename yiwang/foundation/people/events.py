from yiwang.foundation.ledger import events

events.declare(
    **{
        "people.person-registered": "登记自然人（{how}）",
        "people.person-verified": "通过实名核验（{how}）",
        "people.account-opened": "凭身份证在窗口开通账号",
        "people.account-linked": "关联登录账号",
        "people.contact-changed": "变更{what}",
        "people.corrected": "更正{what}，原内容留存",
        "people.wechat-bound": "本人同意用微信接收办件消息",
        "people.wechat-unbound": "不再用微信接收办件消息",
        "people.firm-registered": "登记单位",
        "people.firm-status-changed": "单位登记状态由{old}变为{new}",
        "people.officer-named": "指定party:{person}为{duty}",
        "people.officer-ended": "终止party:{person}的{duty}身份",
        "people.mandate-given": "委托party:{agent}办理{scope}，至{until}",
        "people.mandate-revoked": "撤销对party:{agent}的委托",
        "people.unmasked": "查看完整{field}，用途：{purpose}",
    }
)
