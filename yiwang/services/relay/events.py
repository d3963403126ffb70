from yiwang.foundation.ledger import events

events.declare(
    **{
        "relay.agreement-registered": "登记代收代办协议 {agreement}，有效期至{until}前",
        "relay.inbound-arrived": "收到按协议 {agreement} 转来的 {number}，凭证核验通过",
        "relay.inbound-doubted": "按协议 {agreement} 转来的 {number} 凭证没有通过核验",
        "relay.inbound-taken-in": "转来件 {number} 收件，办理编号 {case}",
        "relay.agreement-ended": "代收代办协议 {agreement} 自{until}起停止",
    }
)
